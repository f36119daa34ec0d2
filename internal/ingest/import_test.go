package ingest_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/git/mirrortest"
	"weir/internal/github"
	"weir/internal/ingest"
	"weir/internal/secret"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

func TestImport(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		server := mirrortest.NewServer(t)
		repo := server.Repo(t, "acme/api.git")
		repo.Commits("refs/heads/main", 60)
		repo.Commits("refs/heads/topic", 5)
		repo.Commits("refs/pull/1/head", 4)
		// One tag names a commit of a branch, another one of its own.
		repo.Git("tag", "v1", "main")
		repo.Commits("refs/tags/v2", 2)
		server.Repo(t, "acme/empty.git")
		f := newFixture(t, s, server, t.TempDir())
		f.addRepo(11, "api")
		f.addRepo(12, "empty")
		f.start()
		ids := f.importAll()
		api := ids["api"]

		f.wantPhase(api, facts.PhaseReady, "")
		f.wantPhase(ids["empty"], facts.PhaseReady, "")
		state := f.state(api)
		if state.Held != 71 || state.Server != 71 || state.FinishedAt == 0 {
			t.Errorf("state = %+v, want 71 of 71 commits", state)
		}
		rows := dump(t, s, api)
		if n := count(rows, "commit "); n != 71 {
			t.Errorf("%d commits held, want 71", n)
		}
		if n := count(rows, "verdict "); n != 71 {
			t.Errorf("%d verdicts, want 71", n)
		}
		if count(rows, "daily ") == 0 {
			t.Error("no roll-ups")
		}
		refs, err := s.Refs(t.Context(), api)
		if err != nil || len(refs) != 5 {
			t.Errorf("refs = %v (%v), want 5", refs, err)
		}

		t.Run("a second sync finds nothing", func(t *testing.T) {
			before := len(server.Requests())
			f.sync(api)
			if n := len(server.Requests()) - before; n != 2 {
				t.Errorf("%d requests, want 2: %v", n, server.Requests()[before:])
			}
			f.wantPhase(api, facts.PhaseReady, "")
			if diff := cmp.Diff(rows, dump(t, s, api)); diff != "" {
				t.Errorf("facts changed:\n%s", diff)
			}
		})

		t.Run("new commits and only those are added", func(t *testing.T) {
			repo.Commits("refs/heads/main", 3)
			f.sync(api)
			again := dump(t, s, api)
			if n := count(again, "commit "); n != 74 {
				t.Errorf("%d commits held, want 74", n)
			}
			f.wantPhase(api, facts.PhaseReady, "")
		})

		t.Run("the ledger has every run of git", func(t *testing.T) {
			if err := s.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			n := 0
			for r, err := range s.Requests(t.Context(), store.RequestFilter{Kind: "git"}, facts.Page{}) {
				if err != nil {
					t.Fatal(err)
				}
				if n++; r.Status != 0 || !strings.HasPrefix(r.Path, "/acme/") || r.Why == "" {
					t.Errorf("row = %+v", r)
				}
			}
			if n < 6 {
				t.Errorf("%d rows of git", n)
			}
		})
	})
}

func count(rows []string, prefix string) int {
	n := 0
	for _, row := range rows {
		if strings.HasPrefix(row, prefix) {
			n++
		}
	}
	return n
}

func TestTwoReposAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		server := mirrortest.NewServer(t)
		f := newFixture(t, s, server, t.TempDir())
		for i, name := range []string{"one", "two", "three"} {
			server.Repo(t, "acme/"+name+".git").Commits("refs/heads/main", 40+i)
			f.addRepo(int64(20+i), name)
		}
		f.start()
		for name, id := range f.importAll() {
			f.wantPhase(id, facts.PhaseReady, "")
			if n := count(dump(t, s, id), "commit "); n < 40 {
				t.Errorf("%s: %d commits", name, n)
			}
		}
		people, err := s.People(t.Context())
		if err != nil || len(people) != 3 {
			t.Errorf("%d people (%v), want the three authors", len(people), err)
		}
	})
}

func TestCredentialRevoked(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		server := mirrortest.NewServer(t)
		repo := server.Repo(t, "acme/api.git")
		repo.Commits("refs/heads/main", 10)
		other := server.Repo(t, "acme/web.git")
		other.Commits("refs/heads/main", 10)
		f := newFixture(t, s, server, t.TempDir())
		f.addRepo(11, "api")
		f.addRepo(12, "web")
		f.start()
		ids := f.importAll()
		before := dump(t, s, ids["api"])

		server.SetPassword("another-pass")
		repo.Commits("refs/heads/main", 2)
		f.sync(ids["api"])
		f.wantPhase(ids["api"], facts.PhaseFailed, "sign_in")
		integration, err := s.Integration(t.Context(), f.integration)
		if err != nil || integration.State != facts.IntegrationFailed || integration.StateNext == "" {
			t.Errorf("integration = %+v (%v), want failed with a next step", integration, err)
		}
		asked := len(server.Requests())
		f.sync(ids["web"], ids["api"])
		if n := len(server.Requests()) - asked; n != 0 {
			t.Errorf("the server was asked %d times with a credential that it had refused", n)
		}
		f.wantPhase(ids["web"], facts.PhaseFailed, string(connect.GitUnauthorized))
		if diff := cmp.Diff(before, dump(t, s, ids["api"])); diff != "" {
			t.Errorf("facts changed:\n%s", diff)
		}

		if err := s.SaveCredential(t.Context(), f.integration, connect.PasswordCredential(server.User, secret.New("another-pass"))); err != nil {
			t.Fatal(err)
		}
		if err := f.jobs.ResumeIntegration(t.Context(), f.integration); err != nil {
			t.Fatal(err)
		}
		f.idle()
		f.wantPhase(ids["api"], facts.PhaseReady, "")
		f.wantPhase(ids["web"], facts.PhaseReady, "")
		if n := count(dump(t, s, ids["api"]), "commit "); n != 12 {
			t.Errorf("%d commits, want 12", n)
		}
	})
}

func TestServerInMaintenance(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		server := mirrortest.NewServer(t)
		server.Repo(t, "acme/api.git").Commits("refs/heads/main", 10)
		f := newFixture(t, s, server, t.TempDir())
		f.addRepo(11, "api")
		server.Fault(func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(http.StatusBadGateway)
			return true
		})
		f.start()
		api := f.discover()["api"]
		if _, err := f.jobs.ImportRepos(t.Context(), api); err != nil {
			t.Fatal(err)
		}
		f.await("the first failure", func() bool { return f.state(api).Phase == facts.PhaseFailed })
		f.wantPhase(api, facts.PhaseFailed, "server")
		server.Fault(nil)
		f.sync(api)
		f.wantPhase(api, facts.PhaseReady, "")
		if state := f.state(api); state.Attempts != 0 || state.Held != 10 {
			t.Errorf("state = %+v", state)
		}
	})
}

func TestPauseAndServices(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		server := mirrortest.NewServer(t)
		server.Repo(t, "acme/api.git").Commits("refs/heads/main", 10)
		f := newFixture(t, s, server, t.TempDir())
		f.addRepo(11, "api")
		hold := make(chan struct{})
		held := make(chan struct{}, 100)
		server.Fault(func(_ http.ResponseWriter, r *http.Request) bool {
			held <- struct{}{}
			select {
			case <-hold:
			case <-r.Context().Done():
			}
			return false
		})
		f.start()
		api := f.discover()["api"]
		if _, err := f.jobs.ImportRepos(t.Context(), api); err != nil {
			t.Fatal(err)
		}
		<-held
		if err := f.jobs.PauseIntegration(t.Context(), f.integration); err != nil {
			t.Fatal(err)
		}
		f.idle()
		f.wantPhase(api, facts.PhasePaused, "paused")
		close(hold)
		f.sync(api)
		f.wantPhase(api, facts.PhasePaused, "paused")

		if err := f.jobs.SetServices(t.Context(), f.integration, []facts.Service{facts.ServiceTickets}); err != nil {
			t.Fatal(err)
		}
		if err := f.jobs.ResumeIntegration(t.Context(), f.integration); err != nil {
			t.Fatal(err)
		}
		f.idle()
		f.wantPhase(api, facts.PhasePaused, "paused")
		if err := f.jobs.SetServices(t.Context(), f.integration, facts.Services); err != nil {
			t.Fatal(err)
		}
		f.idle()
		f.wantPhase(api, facts.PhaseReady, "")
	})
}

func TestMirrorLostOrDamaged(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		server := mirrortest.NewServer(t)
		repo := server.Repo(t, "acme/api.git")
		repo.Commits("refs/heads/main", 30)
		dir := t.TempDir()
		f := newFixture(t, s, server, dir)
		f.addRepo(11, "api")
		f.start()
		api := f.importAll()["api"]
		rows := dump(t, s, api)

		t.Run("the mirror is lost", func(t *testing.T) {
			if err := os.RemoveAll(ingest.MirrorDir(dir, api)); err != nil {
				t.Fatal(err)
			}
			f.sync(api)
			f.wantPhase(api, facts.PhaseReady, "")
			if diff := cmp.Diff(rows, dump(t, s, api)); diff != "" {
				t.Errorf("facts changed:\n%s", diff)
			}
		})
		t.Run("the line history is lost", func(t *testing.T) {
			if err := os.RemoveAll(filepath.Join(dir, "history")); err != nil {
				t.Fatal(err)
			}
			f.sync(api)
			f.wantPhase(api, facts.PhaseReady, "")
			if diff := cmp.Diff(rows, dump(t, s, api)); diff != "" {
				t.Errorf("facts changed:\n%s", diff)
			}
		})
		t.Run("what the mirror had lost comes back", func(t *testing.T) {
			if err := os.RemoveAll(filepath.Join(dir, "history")); err != nil {
				t.Fatal(err)
			}
			cut := filepath.Join(ingest.MirrorDir(dir, api), "shallow")
			if err := os.WriteFile(cut, []byte(strings.TrimSpace(repo.Git("rev-parse", "main~5"))+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			f.sync(api)
			if n := count(dump(t, s, api), "commit "); n != 6 {
				t.Errorf("%d commits of the mirror that is cut, want 6", n)
			}
			if err := os.Remove(cut); err != nil {
				t.Fatal(err)
			}
			f.sync(api)
			f.wantPhase(api, facts.PhaseReady, "")
			if diff := cmp.Diff(rows, dump(t, s, api)); diff != "" {
				t.Errorf("facts once it is back (-before +after):\n%s", diff)
			}
		})
		t.Run("the mirror is damaged", func(t *testing.T) {
			packs, _ := filepath.Glob(filepath.Join(ingest.MirrorDir(dir, api), "objects", "pack", "*"))
			for _, pack := range packs {
				if err := os.Remove(pack); err != nil {
					t.Fatal(err)
				}
			}
			repo.Commits("refs/heads/main", 1)
			f.await("a new mirror", func() bool {
				if err := f.jobs.SyncReposNow(t.Context(), api); err != nil {
					t.Fatal(err)
				}
				return f.state(api).Phase == facts.PhaseReady && f.state(api).Held == 31
			})
			f.idle()
			if n := count(dump(t, s, api), "commit "); n != 31 {
				t.Errorf("%d commits, want 31", n)
			}
		})
	})
}

func TestDiscovery(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		server := mirrortest.NewServer(t)
		server.Repo(t, "acme/api.git").Commits("refs/heads/main", 3)
		server.Repo(t, "acme/new.git").Commits("refs/heads/main", 3)
		f := newFixture(t, s, server, t.TempDir())
		f.addRepo(11, "api")
		f.addRepo(12, "web")
		f.start()
		ids := f.discover()
		if _, err := f.jobs.ImportRepos(t.Context(), ids["api"]); err != nil {
			t.Fatal(err)
		}
		f.idle()

		t.Run("a shorter list loses nothing", func(t *testing.T) {
			f.github.set(func(g *fakeGitHub) { g.repos = map[string][]facts.Repo{} })
			again := f.discover()
			if diff := cmp.Diff(ids, again); diff != "" {
				t.Errorf("repos (-before +after):\n%s", diff)
			}
		})
		t.Run("a rename is followed", func(t *testing.T) {
			f.github.set(func(g *fakeGitHub) { g.moved[11] = "acme/renamed" })
			f.discover()
			repo, err := s.Repo(t.Context(), ids["api"])
			if err != nil || repo.FullName != "acme/renamed" {
				t.Errorf("repo = %+v (%v)", repo, err)
			}
		})
		t.Run("gone for good is noted and its facts stay", func(t *testing.T) {
			f.github.set(func(g *fakeGitHub) { g.gone[11] = true })
			f.discover()
			repo, err := s.Repo(t.Context(), ids["api"])
			if err != nil || repo.GoneAt == 0 {
				t.Errorf("repo = %+v (%v)", repo, err)
			}
			if n := count(dump(t, s, ids["api"]), "commit "); n != 3 {
				t.Errorf("%d commits, want 3", n)
			}
		})
		t.Run("new repos are imported by themselves where that is on", func(t *testing.T) {
			orgs, err := s.Organizations(t.Context(), f.integration)
			if err != nil || len(orgs) != 1 {
				t.Fatal(orgs, err)
			}
			if err := s.SetAutoImport(t.Context(), orgs[0].ID, true); err != nil {
				t.Fatal(err)
			}
			f.addRepo(12, "web")
			f.addRepo(13, "new")
			now := f.discover()
			f.idle()
			f.wantPhase(now["new"], facts.PhaseReady, "")
			if web, _ := s.Repo(t.Context(), now["web"]); web.ImportedAt != 0 {
				t.Error("a repo that was there before was imported")
			}
		})
		t.Run("a refused credential stops and comes back", func(t *testing.T) {
			refused := &github.Error{Kind: github.ErrUnauthorized, Op: "list", Code: connect.APIUnauthorized, Cause: "no", Next: "yes"}
			f.github.set(func(g *fakeGitHub) { g.err = refused })
			if err := f.ingest.Discover(t.Context(), f.integration); !errors.Is(err, github.ErrUnauthorized) {
				t.Errorf("error = %v", err)
			}
			i, _ := s.Integration(t.Context(), f.integration)
			if i.State != facts.IntegrationFailed || i.StateCode != string(connect.APIUnauthorized) || i.StateNext != "yes" {
				t.Errorf("integration = %+v", i)
			}
			f.github.set(func(g *fakeGitHub) { g.err = nil })
			f.discover()
			if i, _ = s.Integration(t.Context(), f.integration); i.State != facts.IntegrationHealthy {
				t.Errorf("integration = %+v", i)
			}
		})
	})
}

func TestSchedule(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		server := mirrortest.NewServer(t)
		server.Repo(t, "acme/api.git").Commits("refs/heads/main", 3)
		f := newFixture(t, s, server, t.TempDir())
		f.clock.now = time.Now()
		f.addRepo(11, "api")
		f.start()
		api := f.importAll()["api"]
		asked := func() int {
			t.Helper()
			before := len(server.Requests())
			if err := f.ingest.Schedule(t.Context()); err != nil {
				t.Fatal(err)
			}
			f.idle()
			return len(server.Requests()) - before
		}
		if n := asked(); n != 0 {
			t.Errorf("%d requests right after a sync, want none", n)
		}
		f.clock.advance(16 * time.Minute)
		if n := asked(); n == 0 {
			t.Error("no request after sixteen minutes")
		}
		if n := asked(); n != 0 {
			t.Errorf("%d requests when it was just done, want none", n)
		}
		busy := f.state(api)
		busy.Phase, busy.FinishedAt = facts.PhaseReplaying, 0
		if err := s.SaveSyncState(t.Context(), busy); err != nil {
			t.Fatal(err)
		}
		f.clock.set(time.Now())
		if n := asked(); n != 0 {
			t.Errorf("%d requests for a repo that is being read, want none", n)
		}
		if err := f.ingest.CleanUp(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestMailmapAndAttributes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		server := mirrortest.NewServer(t)
		repo := server.Repo(t, "acme/api.git")
		repo.Commits("refs/heads/main", 6)
		f := newFixture(t, s, server, t.TempDir())
		f.addRepo(11, "api")
		f.start()
		api := f.importAll()["api"]
		if people, _ := s.People(t.Context()); len(people) != 3 {
			t.Fatalf("%d people, want 3", len(people))
		}
		repo.File("refs/heads/main", ".mailmap", "Ada Lovelace <ada@example.com> <grace@example.com>\n")
		repo.File("refs/heads/main", "sub/.gitattributes", "*.pb.go linguist-generated\n")
		f.sync(api)
		if people, _ := s.People(t.Context()); len(people) != 2 {
			t.Errorf("%d people after the .mailmap, want 2: %+v", len(people), people)
		}
		got, err := s.Repo(t.Context(), api)
		yes := true
		want := []facts.AttributeRule{{Dir: "sub/", Pattern: "*.pb.go", Generated: &yes}}
		if diff := cmp.Diff(want, got.Attributes); diff != "" || err != nil {
			t.Errorf("attributes (%v) (-want +got):\n%s", err, diff)
		}
	})
}
