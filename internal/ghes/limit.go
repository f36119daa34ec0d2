package ghes

import (
	"cmp"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// budget is what a request is paid from.
type budget string

const (
	restBudget    budget = "core"
	graphQLBudget budget = "graphql"
)

// limiter counts the requests of each account in each budget.
type limiter struct {
	now func() time.Time

	mu      sync.Mutex
	windows map[string]*window
}

// window is one account's spending in the current hour or minute.
type window struct {
	used    int
	resetAt time.Time
}

func newLimiter(now func() time.Time) *limiter {
	return &limiter{now: now, windows: map[string]*window{}}
}

// refund gives a point back for an answer that was 304, and sets the headers anew.
func (l *limiter) refund(r *http.Request, h http.Header, set Limits, v viewer, b budget) {
	limit := set.perHour(b)
	if limit == 0 || v.anonymous() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	limitHeaders(h, l.count(string(b)+" "+spender(r, v), time.Hour, limit, -1), limit, b)
}

// perHour is the limit of a budget, 0 when it is off.
func (l Limits) perHour(b budget) int {
	if b == graphQLBudget {
		return l.GraphQLPerHour
	}
	return l.PerHour
}

// spend pays for a request, sets the headers of the primary limit, and refuses when one is reached.
// A request for the limits themselves is free.
func (l *limiter) spend(r *http.Request, h http.Header, set Limits, v viewer, b budget, points int) error {
	free := r.URL.Path == "/api/v3/rate_limit"
	who := spender(r, v)
	l.mu.Lock()
	defer l.mu.Unlock()
	if set.PerMinute > 0 && !free {
		if l.count("minute "+who, time.Minute, set.PerMinute, 1).over(set.PerMinute) {
			return secondary(set)
		}
	}
	limit := set.perHour(b)
	if limit == 0 {
		return nil
	}
	if free {
		points = 0
	}
	spent := l.count(string(b)+" "+who, time.Hour, limit, points)
	limitHeaders(h, spent, limit, b)
	if spent.over(limit) && !free {
		err := refuse(cmp.Or(set.Status, http.StatusForbidden), "API rate limit exceeded for user "+
			who+". If you reach out to GitHub Support for help, please include the request ID.")
		err.primary = true
		return err
	}
	return nil
}

// count adds points to a window, which starts anew when its time is over, and returns a copy. It
// stops just above the limit: refused requests do not pile up.
func (l *limiter) count(key string, length time.Duration, limit, points int) window {
	w := l.windows[key]
	if w == nil || !l.now().Before(w.resetAt) {
		w = &window{resetAt: l.now().Add(length).Truncate(time.Second)}
		l.windows[key] = w
	}
	if w.used <= limit {
		w.used = max(0, w.used+points)
	}
	return *w
}

func (w window) over(limit int) bool { return w.used > limit }

func (w window) document(limit int) document {
	used := min(w.used, limit)
	return document{
		"limit": limit, "used": used, "remaining": limit - used, "reset": w.resetAt.Unix(),
	}
}

func limitHeaders(h http.Header, w window, limit int, b budget) {
	used := min(w.used, limit)
	h.Set("X-RateLimit-Limit", strconv.Itoa(limit))
	h.Set("X-RateLimit-Used", strconv.Itoa(used))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(limit-used))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(w.resetAt.Unix(), 10))
	h.Set("X-RateLimit-Resource", string(b))
}

func secondary(set Limits) error {
	err := refuse(cmp.Or(set.Status, http.StatusForbidden),
		"You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
	if set.RetryAfter > 0 {
		err.header = http.Header{"Retry-After": {strconv.Itoa(int(set.RetryAfter.Seconds()))}}
	}
	return err
}

// spender is whose budget a request is paid from: the account's, or the address's.
func spender(r *http.Request, v viewer) string {
	if !v.anonymous() {
		return v.user.Login
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func (s *Server) limitRoutes() []route {
	return []route{{pattern: "GET /rate_limit", anonymous: true, answer: s.rateLimit}}
}

// GET /rate_limit
func (s *Server) rateLimit(c *call) (any, error) {
	set := s.Settings().Limits
	if !set.primary() || set.HeadersOnly {
		return nil, refuse(http.StatusNotFound, "Rate limiting is not enabled.")
	}
	core := s.limits.look(c, set, restBudget)
	return document{
		"resources": document{
			"core":    core,
			"graphql": s.limits.look(c, set, graphQLBudget),
			"search":  core,
		},
		"rate": core,
	}, nil
}

func (l *limiter) look(c *call, set Limits, b budget) document {
	l.mu.Lock()
	defer l.mu.Unlock()
	limit := set.perHour(b)
	return l.count(string(b)+" "+spender(c.Request, c.viewer), time.Hour, limit, 0).document(limit)
}
