package ghes

import (
	"math/rand/v2"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
)

// Effect is one way in which an answer goes wrong. Effects are made by Latency, ServerError,
// BadGateway and the other functions of this package.
type Effect struct {
	name string
	wrap func(next http.Handler) http.Handler
}

// String names the effect, as it stands in the request log.
func (e Effect) String() string { return e.name }

// Fault is a rule that makes some requests go wrong.
type Fault struct {
	// Method is the one that must match; empty is any.
	Method string
	// Path is a pattern as of path.Match, in which a last element ** stands for everything below;
	// empty is any path. /api/v3/** is all of REST, /*/*/info/refs the start of every fetch.
	Path string
	// Skip lets as many matching requests pass first.
	Skip int
	// Times is how many requests are hit; 0 is all.
	Times int
	// Probability hits each matching request by chance; 0 hits every one.
	Probability float64
	// Effect is what happens.
	Effect Effect
}

// Faults are the rules in force. The first added is the outermost when several match.
type Faults struct {
	mu    sync.Mutex
	dice  *rand.Rand
	rules []*FaultRule
}

// FaultRule is a fault that was added.
type FaultRule struct {
	faults *Faults
	fault  Fault
	seen   int
	hits   int
}

func newFaults(seed uint64) *Faults {
	return &Faults{dice: rand.New(rand.NewPCG(seed, 0xfa17))}
}

// Add puts a fault in force.
func (f *Faults) Add(fault Fault) *FaultRule {
	f.mu.Lock()
	defer f.mu.Unlock()
	rule := &FaultRule{faults: f, fault: fault}
	f.rules = append(f.rules, rule)
	return rule
}

// Clear ends all faults.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules = nil
}

// Remove ends the fault.
func (r *FaultRule) Remove() {
	r.faults.mu.Lock()
	defer r.faults.mu.Unlock()
	r.faults.rules = slices.DeleteFunc(r.faults.rules, func(o *FaultRule) bool { return o == r })
}

// Hits is how many requests the fault has hit.
func (r *FaultRule) Hits() int {
	r.faults.mu.Lock()
	defer r.faults.mu.Unlock()
	return r.hits
}

// wrap lets the faults that match a request have their way with it.
func (f *Faults) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		effects := f.matching(r)
		handler := next
		var names []string
		for _, e := range slices.Backward(effects) {
			handler = e.wrap(handler)
			names = append(names, e.name)
		}
		record(r).Fault = strings.Join(names, ", ")
		handler.ServeHTTP(w, r)
	})
}

func (f *Faults) matching(r *http.Request) []Effect {
	f.mu.Lock()
	defer f.mu.Unlock()
	var effects []Effect
	for _, rule := range f.rules {
		if rule.hit(r, f.dice) {
			effects = append(effects, rule.fault.Effect)
		}
	}
	return effects
}

// hit decides and counts; the caller holds the lock.
func (r *FaultRule) hit(req *http.Request, dice *rand.Rand) bool {
	f := r.fault
	if f.Method != "" && f.Method != req.Method || !pathMatches(f.Path, req.URL.Path) {
		return false
	}
	r.seen++
	if r.seen <= f.Skip || f.Times > 0 && r.hits >= f.Times {
		return false
	}
	if f.Probability > 0 && dice.Float64() >= f.Probability {
		return false
	}
	r.hits++
	return true
}

func pathMatches(pattern, requested string) bool {
	if pattern == "" {
		return true
	}
	if above, ok := strings.CutSuffix(pattern, "/**"); ok {
		depth := strings.Count(above, "/") + 1
		parts := strings.SplitN(requested, "/", depth+1)
		return pathMatches(above, strings.Join(parts[:min(depth, len(parts))], "/")) || above == ""
	}
	matched, err := path.Match(pattern, requested)
	return err == nil && matched
}
