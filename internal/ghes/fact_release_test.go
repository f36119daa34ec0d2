package ghes_test

import (
	"encoding/json"
	"net/http/httptest"
	"testing"

	"weir/internal/ghes"
	"weir/internal/ghes/ghestest"
)

// An older release answers by its own description as well.
func TestOlderReleaseKeepsToItsDescription(t *testing.T) {
	t.Parallel()
	f := startWork(t, func(o *ghes.Options) { o.Settings.Version = "3.14.2" })
	f.Tap(func(e ghes.Exchange) {
		if err := ghestest.Check(ghestest.Oldest, e); err != nil {
			t.Errorf("%s: %v", e.Request.URL, err)
		}
	})
	for _, path := range []string{
		"/", "/meta", "/user", "/user/orgs", "/user/memberships/orgs", "/user/memberships/orgs/acme", "/user/repos",
		"/users/max", "/orgs/acme", "/orgs/acme/members", "/orgs/acme/memberships/max", "/orgs/acme/repos",
		"/orgs/acme/repos?per_page=1", "/organizations", "/repositories", "/repos/acme/web", "/repos/acme/web/branches",
		"/repos/acme/web/tags", "/repos/acme/web/commits", "/repos/acme/nothing", "/rate_limit",
		"/repos/acme/web/pulls?state=all", "/repos/acme/web/pulls/2", "/repos/acme/web/pulls/2/reviews", "/repos/acme/web/pulls/comments",
		"/repos/acme/web/issues?state=all", "/repos/acme/web/issues/comments", "/repos/acme/web/issues/events", "/repos/acme/web/issues/2/timeline",
	} {
		f.get(path, f.owner)
	}
}

func TestOlderReleasesLackKeys(t *testing.T) { // [docs]: auto_merge since 3.1, state_reason since 3.6
	t.Parallel()
	for version, want := range map[string][2]bool{"3.0.5": {false, false}, "3.5.0": {true, false}, "3.14.1": {true, true}} {
		w := ghes.NewWorld()
		w.AddRepo(ghes.Repo{Owner: "acme", Name: "web", Visibility: ghes.Public})
		if _, err := w.AddIssue("acme/web", ghes.Issue{Title: "Old", Pull: &ghes.PullRequest{}}); err != nil {
			t.Fatal(err)
		}
		handler := ghes.New(ghes.Options{World: w, Settings: ghes.Settings{Version: version}}).Handler()
		has := func(path, key string) bool {
			r := httptest.NewRequest("GET", "/api/v3/repos/acme/web"+path, nil)
			r.Header.Set("User-Agent", "test")
			rec := httptest.NewRecorder()
			handler.ServeHTTP(rec, r)
			var body map[string]any
			if err := json.Unmarshal(rec.Body.Bytes(), &body); err != nil || rec.Code != 200 {
				t.Fatalf("%s: %d %s", path, rec.Code, rec.Body)
			}
			_, ok := body[key]
			return ok
		}
		if got := [2]bool{has("/pulls/1", "auto_merge"), has("/issues/1", "state_reason")}; got != want {
			t.Errorf("%s: got %v, want %v", version, got, want)
		}
	}
}
