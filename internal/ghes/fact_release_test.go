package ghes_test

import (
	"testing"

	"weir/internal/ghes"
	"weir/internal/ghes/ghestest"
)

// An older release answers by its own description as well.
func TestOlderReleaseKeepsToItsDescription(t *testing.T) {
	t.Parallel()
	f := start(t, func(o *ghes.Options) { o.Settings.Version = "3.14.2" })
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
	} {
		f.get(path, f.owner)
	}
}
