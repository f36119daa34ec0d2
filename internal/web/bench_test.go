package web_test

import (
	"net/http"
	"testing"

	"weir/internal/access"
)

// BenchmarkPages loads each page as a signed-in admin, over HTTP, from a store with months of commits.
func BenchmarkPages(b *testing.B) {
	w := newWorld(b)
	i := w.fill(b)
	c := w.signedIn(b, access.RoleAdmin)
	for name, path := range map[string]string{
		"home": "/", "code": "/reports/code", "worklog": "/reports/worklog", "commits": "/reports/commits",
		"reviews": "/reports/reviews", "workflow": "/reports/workflow", "pull_requests": "/reports/pull_requests", "tickets": "/reports/tickets",
		"commit": "/reports/commit?repo=3&commit=" + i.commit, "import": "/settings/integrations/1/repos", "ledger": "/settings/ledger",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if got := c.get(path); got.status != http.StatusOK {
					b.Fatalf("GET %s: status %d", path, got.status)
				}
			}
		})
	}
}
