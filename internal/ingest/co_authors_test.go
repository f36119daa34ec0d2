package ingest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weir/internal/facts"
	"weir/internal/git/mirrortest"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// coAuthored adds a commit with a message to a branch.
func coAuthored(repo *mirrortest.Repo, ref, message string) {
	parent := strings.TrimSpace(repo.Git("rev-parse", ref))
	hash := repo.Git("-c", "user.name=Ada", "-c", "user.email=ada@x", "commit-tree", parent+"^{tree}", "-p", parent, "-m", message)
	repo.Git("update-ref", ref, strings.TrimSpace(hash))
}

// named gives who the co-authors of the commits of a repo are, by subject.
func named(t *testing.T, s *store.Store, repo facts.RepoID) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for c, err := range s.CommitsOf(t.Context(), repo) {
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range c.CoAuthors {
			i, err := s.Identity(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			all[c.Subject] = append(all[c.Subject], i.Name+" <"+i.Email+">")
		}
	}
	return all
}

func TestCoAuthorsAreImported(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		server := mirrortest.NewServer(t)
		repo := server.Repo(t, "acme/api.git")
		const main = "refs/heads/main"
		repo.Commits(main, 3)
		coAuthored(repo, main, "Pair\n\nCo-authored-by: Bo <bo@x>\nCo-authored-by: Ada <ada@x>\nco-authored-by: Cy <cy@x>\nCo-authored-by: Bo <bo@x>\n")
		coAuthored(repo, main, "Alone\n\nSigned-off-by: Bo <bo@x>\n")
		coAuthored(repo, main, "Helped\n\nCo-authored-by: Claude <noreply@anthropic.com>\n")
		f := newFixture(t, s, server, t.TempDir())
		f.addRepo(11, "api")
		f.start()
		api := f.importAll()["api"]
		want := map[string][]string{"Pair": {"Bo <bo@x>", "Cy <cy@x>"}, "Helped": {"Claude <noreply@anthropic.com>"}}
		if diff := cmp.Diff(want, named(t, s, api)); diff != "" {
			t.Errorf("co-authors:\n%s", diff)
		}
		people, err := s.People(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		bots := slices.DeleteFunc(people, func(p facts.Person) bool { return !p.Bot })
		if len(bots) != 1 || bots[0].Name != "Claude" {
			t.Errorf("bots are %+v, want the assistant alone", bots)
		}
		rows := dump(t, s, api)

		t.Run("what was imported before is read for them once", func(t *testing.T) {
			if _, err := s.DB().ExecContext(t.Context(), `DELETE FROM co_authors`); err != nil {
				t.Fatal(err)
			}
			if err := s.SetCoAuthorsDue(t.Context(), api, 6); err != nil {
				t.Fatal(err)
			}
			f.sync(api) // nothing is new on the server
			f.wantPhase(api, facts.PhaseReady, "")
			if diff := cmp.Diff(rows, dump(t, s, api)); diff != "" {
				t.Errorf("facts differ:\n%s", diff)
			}
			if due, err := s.CoAuthorsDue(t.Context(), api); err != nil || due != 0 {
				t.Errorf("due = %d (%v), want none", due, err)
			}
		})
	})
}
