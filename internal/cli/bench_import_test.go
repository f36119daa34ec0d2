package cli

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"weir/internal/config"
	"weir/internal/ghes"
	"weir/internal/ghes/generate"
	"weir/internal/secret"
	"weir/internal/store/storetest"
)

// wideApp is Weir connected to a server of 5,000 repos in 200 organizations, all of them listed, none
// imported. It reports how long the listing took.
func wideApp(b *testing.B, settings *config.Config) *walker {
	b.Helper()
	world := generate.Wide(200, 5000)
	token := world.AddToken(ghes.Token{Login: generate.WideOwner, Scopes: []string{"repo", "admin:org", "admin:org_hook"}})
	server := ghes.New(ghes.Options{World: world})
	if err := server.Start(context.WithoutCancel(b.Context()), "localhost:0"); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = server.Close() })
	a, base := testApp(b, settings, io.Discard)
	w, err := newWalker(base)
	if err != nil {
		b.Fatal(err)
	}
	code, err := a.setUpCode(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if err := w.signUp(b.Context(), code, "admin", secret.New(testPassword)); err != nil {
		b.Fatal(err)
	}
	begun := time.Now()
	if _, err := w.connect(b.Context(), connection{address: server.URL(), caPEM: server.CAPEM(), name: "Wide", token: secret.New(token.Secret)}); err != nil {
		b.Fatal(err)
	}
	if err := a.waitForRepos(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Logf("set-up and listing of 5,000 repos in 200 organizations: %s", time.Since(begun).Round(time.Millisecond))
	return w
}

// BenchmarkImportOfThousands measures how long a person waits on the import page of 5,000 repos, and for
// "import all" to be taken. Nothing is asserted; docs/OPERATIONS.md holds what was measured.
func BenchmarkImportOfThousands(b *testing.B) {
	for name, settings := range map[string]*config.Config{"sqlite": {}, "postgres": {Database: storetest.URL(b)}} {
		b.Run(name, func(b *testing.B) {
			w := wideApp(b, settings)
			const repos = "/settings/integrations/1/repos"
			for page, address := range map[string]string{
				"page": repos, "last-page": repos + "?page=4", "search": repos + "?q=repo-001", "filters": repos + "?archived=no&fork=no&visibility=private&state=not_imported",
				"one-organization": repos + "?org=17", "progress": repos + "/progress", "rule-preview": "/settings/integrations/1/rules?kind=regex&value=%5Eorg-0.*1%24",
			} {
				b.Run(page, func(b *testing.B) {
					for b.Loop() {
						openPage(b, w, address)
					}
				})
			}
			begun := time.Now()
			if _, err := w.send(b.Context(), repos, url.Values{"across": {"1"}, "do": {"import"}}); err != nil {
				b.Fatal(err)
			}
			b.Logf("import all of 5,000 repos was taken in %s", time.Since(begun).Round(time.Millisecond))
			b.Run("page-while-5000-wait", func(b *testing.B) {
				for b.Loop() {
					openPage(b, w, repos)
				}
			})
			begun = time.Now()
			if _, err := w.send(b.Context(), repos, url.Values{"across": {"1"}, "do": {"stop"}}); err != nil {
				b.Fatal(err)
			}
			b.Logf("stop importing all was taken in %s", time.Since(begun).Round(time.Millisecond))
		})
	}
}

func openPage(b *testing.B, w *walker, address string) {
	b.Helper()
	answer, err := w.client.Get(w.base + address)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode >= http.StatusBadRequest {
		b.Fatalf("%s: %d, %v", address, answer.StatusCode, err)
	}
	_ = answer.Body.Close()
}
