package ghes_test

import (
	"fmt"
	"net/http/httptest"
	"testing"

	"weir/internal/ghes"
)

// A page of an organization with 5,000 repos, as the repo import page lists it.
func BenchmarkRepoPage(b *testing.B) {
	w := ghes.NewWorld()
	w.AddUser(ghes.User{Login: "olga"})
	w.AddOrganization(ghes.Organization{Login: "acme"})
	w.SetMember("acme", ghes.Member{Login: "olga", Role: ghes.RoleAdmin})
	for i := range 5000 {
		w.AddRepo(ghes.Repo{Owner: "acme", Name: fmt.Sprintf("r%d", i)})
	}
	token := w.AddToken(ghes.Token{Login: "olga", Scopes: []string{"repo"}}).Secret
	h := ghes.New(ghes.Options{World: w}).Handler()
	for b.Loop() {
		r := httptest.NewRequest("GET", "/api/v3/orgs/acme/repos?per_page=100", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("User-Agent", "bench")
		rec := httptest.NewRecorder()
		if h.ServeHTTP(rec, r); rec.Code != 200 {
			b.Fatal(rec.Body)
		}
	}
}
