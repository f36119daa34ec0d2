package ghes_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"weir/internal/ghes"
)

// Section 4.5: limits, paging, caching.

func TestRateLimitDisabledAnswers404(t *testing.T) { // [issue magithub#104, actions/stale#1227]
	t.Parallel()
	f := start(t, nil)
	f.get("/rate_limit", f.owner).wants(t, 404, "Rate limiting is not enabled.")
	for name := range f.get("/user", f.owner).Header {
		if strings.HasPrefix(name, "X-Ratelimit") {
			t.Errorf("header %s while limits are off", name)
		}
	}
}

func TestGraphQLRateLimitIsNullWhenOff(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	data, errs := f.ask(f.owner, "{ rateLimit { remaining } viewer { login } }", nil)
	same(t, "answer", []any{data, errs}, `[{"rateLimit":null,"viewer":{"login":"olga"}},null]`)
}

func TestPrimaryLimit(t *testing.T) { // [docs]
	t.Parallel()
	for _, status := range []int{403, 429} {
		now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
		f := start(t, func(o *ghes.Options) {
			o.Now = func() time.Time { return now }
			o.Settings.Limits = ghes.Limits{PerHour: 2, GraphQLPerHour: 2, Status: status}
		})
		first := f.get("/user", f.owner)
		if h := first.Header; h.Get("X-RateLimit-Limit") != "2" || h.Get("X-RateLimit-Remaining") != "1" ||
			h.Get("X-RateLimit-Reset") != fmt.Sprint(now.Add(time.Hour).Unix()) || h.Get("X-RateLimit-Resource") != "core" {
			t.Errorf("headers: %v", h)
		}
		f.get("/user", f.owner).wants(t, 200, "")
		over := f.get("/user", f.owner)
		over.wants(t, status, "")
		if got := over.Header.Get("X-RateLimit-Remaining"); got != "0" {
			t.Errorf("remaining: got %q", got)
		}
		f.get("/user", f.member).wants(t, 200, "") // another account's budget
		limits := f.get("/rate_limit", f.owner)    // free
		limits.wants(t, 200, "")
		now = now.Add(time.Hour)
		f.get("/user", f.owner).wants(t, 200, "")
	}
}

func TestGraphQLPrimaryLimit(t *testing.T) { // [docs]: 200 with an error
	t.Parallel()
	f := start(t, func(o *ghes.Options) { o.Settings.Limits.GraphQLPerHour = 1 })
	data, _ := f.ask(f.owner, "{ rateLimit { limit cost remaining } }", nil)
	same(t, "rateLimit", data["rateLimit"], `{"cost":1,"limit":1,"remaining":0}`)
	_, errs := f.ask(f.owner, "{ viewer { login } }", nil)
	if len(errs) != 1 || errs[0]["type"] != "RATE_LIMITED" {
		t.Errorf("got %v", errs)
	}
}

func TestSecondaryLimit(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, func(o *ghes.Options) {
		o.Settings.Limits = ghes.Limits{PerMinute: 1, RetryAfter: 90 * time.Second}
	})
	f.get("/user", f.owner).wants(t, 200, "")
	r := f.get("/user", f.owner)
	r.wants(t, 403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
	if got := r.Header.Get("Retry-After"); got != "90" {
		t.Errorf("Retry-After: got %q", got)
	}
	f.Configure(func(s *ghes.Settings) { s.Limits.RetryAfter = 0 })
	if got := f.get("/user", f.owner).Header.Get("Retry-After"); got != "" {
		t.Errorf("without: got %q", got)
	}
}

func TestHeadersWhileRateLimitIs404(t *testing.T) { // [issue, one report of 2.19]
	t.Parallel()
	f := start(t, func(o *ghes.Options) { o.Settings.Limits = ghes.Limits{PerHour: 9, HeadersOnly: true} })
	f.get("/rate_limit", f.owner).wants(t, 404, "")
	if got := f.get("/user", f.owner).Header.Get("X-RateLimit-Limit"); got != "9" {
		t.Errorf("got %q", got)
	}
}

func TestLinkNamesPagesByID(t *testing.T) { // [rec]: order prev, next, last, first
	t.Parallel()
	f := start(t, nil)
	for i := range 5 {
		f.World.AddRepo(ghes.Repo{Owner: "acme", Name: fmt.Sprintf("r%d", i)})
	}
	o, _ := f.World.Organization("acme")
	r := f.get("/orgs/acme/repos?per_page=2&page=2&type=private", f.owner)
	at := fmt.Sprintf("<%s/api/v3/organizations/%d/repos?page=%%d&per_page=2&type=private>; rel=%%q", f.URL(), o.ID)
	want := fmt.Sprintf(strings.Join([]string{at, at, at, at}, ", "), 1, "prev", 3, "next", 3, "last", 1, "first")
	if got := r.Header.Get("Link"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	var names []string
	for next := "/orgs/acme/repos?per_page=3"; next != ""; {
		page := f.get(next, f.owner)
		for _, repo := range into[[]struct{ Name string }](t, page) {
			names = append(names, repo.Name)
		}
		next = nextPage(f, page)
	}
	same(t, "names", names, `["r4","r3","r2","r1","r0","tools","docs","web"]`)
}

// nextPage is the path of rel="next", "" on the last page.
func nextPage(f *fixture, r reply) string {
	for link := range strings.SplitSeq(r.Header.Get("Link"), ", ") {
		if url, ok := strings.CutSuffix(link, `>; rel="next"`); ok {
			return strings.TrimPrefix(url, "<"+f.URL()+"/api/v3")
		}
	}
	return ""
}

func TestOnePageHasNoLink(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	if got := f.get("/orgs/acme/repos", f.owner).Header.Get("Link"); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestOrganizationsArePagedBySince(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	f.World.AddOrganization(ghes.Organization{Login: "second"})
	f.World.AddOrganization(ghes.Organization{Login: "third"})
	var logins []string
	for next := "/organizations?per_page=1"; next != ""; {
		page := f.get(next, f.owner)
		for _, o := range into[[]struct{ Login string }](t, page) {
			logins = append(logins, o.Login)
		}
		next = nextPage(f, page)
	}
	same(t, "logins", logins, `["acme","second","third"]`)
}

func TestETagAnswers304(t *testing.T) { // [rec]: weak tags
	t.Parallel()
	f := start(t, nil)
	first := f.get("/repos/acme/web", f.owner)
	etag := first.Header.Get("ETag")
	if !strings.HasPrefix(etag, `W/"`) {
		t.Fatalf("ETag: got %q", etag)
	}
	again := f.get("/repos/acme/web", f.owner, "If-None-Match", etag)
	if again.StatusCode != 304 || len(again.body) > 0 || again.Header.Get("ETag") != etag {
		t.Errorf("got %d %q %v", again.StatusCode, again.body, again.Header)
	}
	if err := f.World.UpdateRepo("acme/web", func(r *ghes.Repo) { r.Description = "changed" }); err != nil {
		t.Fatal(err)
	}
	f.get("/repos/acme/web", f.owner, "If-None-Match", etag).wants(t, 200, "")
	f.get("/repos/acme/web", f.member, "If-None-Match", etag).wants(t, 200, "")
}

func TestNotModifiedIsFree(t *testing.T) { // [docs]: free under the primary limit
	t.Parallel()
	f := start(t, func(o *ghes.Options) { o.Settings.Limits.PerHour = 3 })
	etag := f.get("/user", f.owner).Header.Get("ETag")
	for range 5 {
		if r := f.get("/user", f.owner, "If-None-Match", etag); r.StatusCode != 304 {
			t.Fatalf("got %d", r.StatusCode)
		}
	}
}

func TestRenamedRepoRedirects(t *testing.T) { // [docs]: 301 by id
	t.Parallel()
	f := start(t, nil)
	before, _ := f.World.Repo("acme/web")
	if err := f.World.RenameRepo("acme/web", "site"); err != nil {
		t.Fatal(err)
	}
	r := f.get("/repos/acme/web", f.owner)
	r.wants(t, 301, "Moved Permanently")
	to := r.Header.Get("Location")
	if to != fmt.Sprintf("%s/api/v3/repositories/%d", f.URL(), before.ID) {
		t.Errorf("Location: got %q", to)
	}
	below := f.get("/repos/acme/web/pulls?state=all", f.owner)
	if below.StatusCode != 301 || below.Header.Get("Location") != to+"/pulls?state=all" {
		t.Errorf("below it: got %d %s", below.StatusCode, below.Header.Get("Location"))
	}
	if r := f.do("POST", "/api/v3/repos/acme/web/hooks", f.owner); r.StatusCode != 307 || r.Header.Get("Location") != to+"/hooks" {
		t.Errorf("writing: got %d %s", r.StatusCode, r.Header.Get("Location"))
	}
	moved := into[struct {
		ID       int64
		FullName string `json:"full_name"`
	}](t, f.get(strings.TrimPrefix(to, f.URL()+"/api/v3"), f.owner))
	if moved.ID != before.ID || moved.FullName != "acme/site" {
		t.Errorf("got %+v", moved)
	}
	f.get("/repos/acme/web", f.stranger).wants(t, 404, "")
	if err := f.World.DeleteRepo("acme/site"); err != nil {
		t.Fatal(err)
	}
	f.get("/repos/acme/web", f.owner).wants(t, 404, "")
}
