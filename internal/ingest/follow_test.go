package ingest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/git/mirrortest"
	"weir/internal/ingest"
	"weir/internal/secret"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// onServer is a fixture whose server is a whole double: acme is owned by the account, globex is not known
// to it, and acme/api is imported with ten commits.
type onServer struct {
	*fixture
	server *ghes.Server
	world  *ghes.World
	source *mirrortest.Repo
	api    facts.RepoID
}

func newOnServer(t *testing.T, s *store.Store) *onServer {
	t.Helper()
	sources := mirrortest.NewServer(t)
	o := &onServer{world: ghes.NewWorld(), source: sources.Repo(t, "acme/api.git")}
	o.source.Commits("refs/heads/main", 10)
	o.world.AddUser(ghes.User{Login: "weir-bot"})
	o.world.AddOrganization(ghes.Organization{Login: "acme"})
	o.world.AddOrganization(ghes.Organization{Login: "labs"})
	o.world.AddOrganization(ghes.Organization{Login: "globex"})
	for _, login := range []string{"acme", "labs"} {
		o.world.SetMember(login, ghes.Member{Login: "weir-bot", Role: ghes.RoleAdmin})
	}
	o.world.AddRepo(ghes.Repo{Owner: "acme", Name: "api", GitDir: o.source.Dir, Language: "Go"})
	o.world.AddRepo(ghes.Repo{Owner: "acme", Name: "web", GitDir: sources.Repo(t, "acme/web.git").Dir})
	o.server = ghes.New(ghes.Options{World: o.world, Settings: ghes.Settings{PrivateMode: true}})
	if err := o.server.Start(context.WithoutCancel(t.Context()), "localhost:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.server.Close() })
	o.fixture = newFixture(t, s, sources, t.TempDir(), func(options *ingest.Options) {
		options.ConnectFunc = (&ingest.Way{Store: s, Log: testLog(t)}).Connect
	})
	o.point(o.server.CAPEM())
	return o
}

// point leads the integration to the double.
func (o *onServer) point(ca string) {
	o.t.Helper()
	i, err := o.store.Integration(o.t.Context(), o.integration)
	if err != nil {
		o.t.Fatal(err)
	}
	i.Address, i.CAPEM, i.Method, i.Account = o.server.URL(), ca, "token", "weir-bot"
	token := o.world.AddToken(ghes.Token{Login: "weir-bot", Scopes: []string{"repo", "admin:org", "admin:org_hook"}})
	err = o.store.InTx(o.t.Context(), func(tx *store.Tx) error {
		if err := tx.SaveIntegration(o.t.Context(), i); err != nil {
			return err
		}
		return tx.SaveCredential(o.t.Context(), i.ID, connect.TokenCredential(secret.New(token.Secret)))
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// importAPI imports acme/api and waits for it.
func (o *onServer) importAPI() []string {
	o.t.Helper()
	o.start()
	o.api = o.discover()["api"]
	if _, err := o.jobs.ImportRepos(o.t.Context(), o.api); err != nil {
		o.t.Fatal(err)
	}
	o.idle()
	o.wantPhase(o.api, facts.PhaseReady, "")
	return dump(o.t, o.store, o.api)
}

// wantRepo looks at the repo as it is held, and that its facts are those from before.
func (o *onServer) wantRepo(before []string, fullName, organization string, gone bool) facts.Repo {
	o.t.Helper()
	repo, err := o.store.Repo(o.t.Context(), o.api)
	if err != nil {
		o.t.Fatal(err)
	}
	owner, err := o.store.Organization(o.t.Context(), repo.Organization)
	if err != nil {
		o.t.Fatal(err)
	}
	if repo.FullName != fullName || owner.Login != organization || (repo.GoneAt != 0) != gone || repo.ImportedAt == 0 {
		o.t.Errorf("repo %+v of %s, want %s of %s, gone %t", repo, owner.Login, fullName, organization, gone)
	}
	if diff := cmp.Diff(before, dump(o.t, o.store, o.api)); diff != "" {
		o.t.Errorf("facts (-before +after):\n%s", diff)
	}
	return repo
}

// syncMore adds commits on the server and wants them here.
func (o *onServer) syncMore(before []string) []string {
	o.t.Helper()
	o.source.Commits("refs/heads/main", 2)
	o.sync(o.api)
	o.wantPhase(o.api, facts.PhaseReady, "")
	after := dump(o.t, o.store, o.api)
	if got, want := count(after, "commit "), count(before, "commit ")+2; got != want {
		o.t.Errorf("%d commits, want %d", got, want)
	}
	return after
}

func (o *onServer) change(fullName string, change func(*ghes.Repo)) {
	o.t.Helper()
	if err := o.world.UpdateRepo(fullName, change); err != nil {
		o.t.Fatal(err)
	}
}

func TestReposAreFollowedByID(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOnServer(t, s)
		rows := o.importAPI()

		o.change("acme/api", func(r *ghes.Repo) { r.Name = "api-server" })
		o.discover()
		o.wantRepo(rows, "acme/api-server", "acme", false)
		rows = o.syncMore(rows)

		o.change("acme/api-server", func(r *ghes.Repo) { r.Owner = "labs" })
		o.discover()
		o.wantRepo(rows, "labs/api-server", "labs", false)
		rows = o.syncMore(rows)

		o.change("labs/api-server", func(r *ghes.Repo) { r.Owner, r.Visibility = "globex", ghes.Public })
		o.discover()
		o.wantRepo(rows, "globex/api-server", "globex", false)
		rows = o.syncMore(rows)

		o.change("globex/api-server", func(r *ghes.Repo) { r.Archived = true })
		o.discover()
		if repo := o.wantRepo(rows, "globex/api-server", "globex", false); !repo.Archived || repo.Language != "Go" {
			t.Errorf("%+v is not archived or lost its language", repo)
		}
	})
}

// TestGoneOnlyWhenTheServerSaysSo takes a repo off the lists in every way that proves nothing, then deletes
// it, then brings it back.
func TestGoneOnlyWhenTheServerSaysSo(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOnServer(t, s)
		rows := o.importAPI()

		for name, faults := range map[string][]ghes.Fault{
			"short lists":              {{Path: "/api/v3/orgs/*/repos", Effect: ghes.EmptyList()}},
			"no organizations":         {{Path: "/api/v3/user/memberships/orgs", Effect: ghes.EmptyList()}, {Path: "/api/v3/user/repos", Effect: ghes.EmptyList()}},
			"a page that is not there": {{Path: "/api/v3/orgs/*/repos", Effect: ghes.EmptyList()}, {Path: "/api/v3/repositories/*", Effect: ghes.Page(404, "Not here", "Nothing")}},
			"an error for the repo":    {{Path: "/api/v3/orgs/*/repos", Effect: ghes.EmptyList()}, {Path: "/api/v3/repositories/*", Effect: ghes.Status(403, "Forbidden", nil)}},
			"maintenance in the midst": {{Path: "/api/v3/orgs/*/repos", Effect: ghes.EmptyList()}, {Path: "/api/v3/repositories/*", Effect: ghes.MaintenancePage()}},
		} {
			for _, f := range faults {
				o.server.Faults.Add(f)
			}
			_ = o.ingest.Discover(t.Context(), o.integration)
			o.server.Faults.Clear()
			t.Log(name)
			o.wantRepo(rows, "acme/api", "acme", false)
		}

		deleted, _ := o.world.Repo("acme/api")
		if err := o.world.DeleteRepo("acme/api"); err != nil {
			t.Fatal(err)
		}
		o.discover()
		o.wantRepo(rows, "acme/api", "acme", true)
		o.server.ForgetRequests()
		o.sync(o.api)
		for _, r := range o.server.Requests() {
			t.Errorf("a repo that is gone was asked for: %s %s", r.Method, r.Path)
		}
		o.wantRepo(rows, "acme/api", "acme", true)

		o.world.AddRepo(deleted)
		o.discover()
		o.idle()
		o.wantRepo(rows, "acme/api", "acme", false)
		o.syncMore(rows)
	})
}

// TestAGoneRepoComesBackOutsideTheLists is one that the account sees again without belonging to its owner.
func TestAGoneRepoComesBackOutsideTheLists(t *testing.T) {
	t.Parallel()
	o := newOnServer(t, storetest.Open(t))
	rows := o.importAPI()
	o.change("acme/api", func(r *ghes.Repo) { r.Owner = "globex" })
	o.discover()
	o.wantRepo(rows, "acme/api", "acme", true)
	o.source.Commits("refs/heads/main", 2)
	o.change("globex/api", func(r *ghes.Repo) { r.Visibility = ghes.Internal })
	o.discover()
	o.idle()
	if n := count(dump(t, o.store, o.api), "commit "); n != 12 {
		t.Errorf("%d commits, want 12", n)
	}
}

func TestNewReposAreHeldAgainstTheRules(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOnServer(t, s)
		o.importAPI()
		if err := s.SetAutoImportOfAll(t.Context(), o.integration, true); err != nil {
			t.Fatal(err)
		}
		rule, err := s.AddExclusion(t.Context(), facts.Exclusion{Integration: o.integration, Kind: facts.ExcludeName, Value: "tmp-*"})
		if err != nil {
			t.Fatal(err)
		}
		o.world.AddRepo(ghes.Repo{Owner: "acme", Name: "tmp-1", GitDir: o.source.Dir})
		o.world.AddRepo(ghes.Repo{Owner: "acme", Name: "shop", GitDir: o.source.Dir})
		ids := o.discover()
		o.idle()
		o.wantPhase(ids["shop"], facts.PhaseReady, "")
		left, err := s.Repo(t.Context(), ids["tmp-1"])
		if err != nil || left.Exclusion != rule || left.ImportedAt != 0 {
			t.Errorf("%+v, %v: not left out by rule %d", left, err, rule)
		}
		if old, err := s.Repo(t.Context(), ids["web"]); err != nil || old.ImportedAt != 0 {
			t.Errorf("%+v, %v: a repo that was there before was imported", old, err)
		}
		o.change("acme/tmp-1", func(r *ghes.Repo) { r.Name = "kept" })
		o.discover()
		if now, err := s.Repo(t.Context(), ids["tmp-1"]); err != nil || now.Exclusion != 0 {
			t.Errorf("%+v, %v: still left out under its new name", now, err)
		}
	})
}

// TestPausedAndStoppedReposKeepWhatTheyHold pauses a repo, lets the server move on, and takes it up again.
func TestPausedAndStoppedReposKeepWhatTheyHold(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOnServer(t, s)
		rows := o.importAPI()
		api := store.RepoFilter{Integration: o.integration, IDs: []facts.RepoID{o.api}}
		change := func(c facts.RepoChange) {
			t.Helper()
			if n, err := o.jobs.ChangeRepos(t.Context(), c, api); err != nil || n != 1 {
				t.Fatalf("%s changed %d repos, %v", c, n, err)
			}
			o.idle()
		}
		change(facts.RepoPause)
		o.source.Commits("refs/heads/main", 2)
		o.server.ForgetRequests()
		o.clock.advance(time.Hour)
		if err := o.ingest.Schedule(t.Context()); err != nil {
			t.Fatal(err)
		}
		o.sync(o.api)
		for _, r := range o.server.Requests() {
			if strings.Contains(r.Path, "/acme/api.git") {
				t.Errorf("a paused repo was fetched: %s %s", r.Method, r.Path)
			}
		}
		o.wantRepo(rows, "acme/api", "acme", false)
		change(facts.RepoResume)
		o.sync(o.api)
		o.wantPhase(o.api, facts.PhaseReady, "")
		rows = dump(t, s, o.api)
		if n := count(rows, "commit "); n != 12 {
			t.Errorf("%d commits, want 12", n)
		}
		change(facts.RepoStop)
		if held, err := s.ImportedRepos(t.Context()); err != nil || len(held) != 0 {
			t.Errorf("still in the reports: %v, %v", held, err)
		}
		o.discover()
		change(facts.RepoImport)
		o.wantPhase(o.api, facts.PhaseReady, "")
		o.wantRepo(rows, "acme/api", "acme", false)
	})
}
