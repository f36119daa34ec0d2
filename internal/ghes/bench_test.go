package ghes_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"testing"

	"weir/internal/ghes"
	"weir/internal/ghes/generate"
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

// A page of 50 pull requests with what was said about them, as a sync asks for it.
func BenchmarkPullRequestPage(b *testing.B) {
	fleet, err := generate.Load(b.Context(), generate.Options{Dir: b.TempDir(), Seed: 1, Now: day(1, 0)}, generate.S)
	if err != nil {
		b.Fatal(err)
	}
	token := fleet.World.AddToken(ghes.Token{Login: fleet.Owner, Scopes: []string{"repo"}}).Secret
	h := ghes.New(ghes.Options{World: fleet.World}).Handler()
	query, err := json.Marshal(map[string]any{"query": `{ repository(owner: "fleet", name: "` + fleet.Repos[0] + `") {
		pullRequests(first: 50, orderBy: {field: UPDATED_AT, direction: DESC}) { totalCount pageInfo { endCursor } nodes { id number title body updatedAt
			author { login } reviews(first: 50) { totalCount nodes { id state body author { login } } } commits(first: 50) { nodes { commit { oid } } }
			reviewThreads(first: 50) { nodes { isResolved comments(first: 20) { nodes { id body author { login } createdAt } } } }
			comments(first: 50) { nodes { id body author { login } createdAt updatedAt } } } } } }`})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		r := httptest.NewRequest("POST", "/api/graphql", bytes.NewReader(query))
		r.Header.Set("Authorization", "Bearer "+token)
		rec := httptest.NewRecorder()
		if h.ServeHTTP(rec, r); rec.Code != 200 || bytes.Contains(rec.Body.Bytes(), []byte(`"errors"`)) {
			b.Fatal(rec.Body)
		}
	}
}
