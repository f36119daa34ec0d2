package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/git/mirrortest"
	"weir/internal/github"
	"weir/internal/ingest"
	"weir/internal/jobs"
	"weir/internal/secret"
	"weir/internal/store"
)

// fakeGitHub answers discovery from lists.
type fakeGitHub struct {
	ingest.WebhookServer // for tests that have a server with webhooks

	mu    sync.Mutex
	orgs  []facts.Organization
	repos map[string][]facts.Repo
	err   error
	// gone and moved are what FollowRepo answers by the server's id.
	gone  map[int64]bool
	moved map[int64]string
}

func (f *fakeGitHub) Organizations(context.Context) ([]facts.Organization, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.orgs, f.err
}

func (f *fakeGitHub) Repos(_ context.Context, organization string) iter.Seq2[facts.Repo, error] {
	f.mu.Lock()
	repos := slices.Clone(f.repos[organization])
	f.mu.Unlock()
	return func(yield func(facts.Repo, error) bool) {
		for _, repo := range repos {
			if !yield(repo, nil) {
				return
			}
		}
	}
}

func (f *fakeGitHub) FollowRepo(_ context.Context, known facts.Repo) (github.Followed, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone[known.ServerID] {
		return github.Followed{Repo: known, Change: github.ChangeGone}, nil
	}
	if name := f.moved[known.ServerID]; name != "" {
		known.FullName = name
		return github.Followed{Repo: known, Change: github.ChangeRenamed}, nil
	}
	return github.Followed{Repo: known}, nil
}

func (f *fakeGitHub) Close() {}

func (f *fakeGitHub) set(change func(*fakeGitHub)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// fixture is a Weir without pages: store, queue and handlers, on a git server of its own.
type fixture struct {
	t           *testing.T
	store       *store.Store
	jobs        *jobs.Client
	ingest      *ingest.Ingest
	github      *fakeGitHub
	clock       *clock
	integration facts.IntegrationID
	started     bool
}

// newFixture adds an integration with the organization acme to a store.
func newFixture(t *testing.T, s *store.Store, server *mirrortest.Server, dir string, options ...func(*ingest.Options)) *fixture {
	t.Helper()
	f := &fixture{
		t: t, store: s, clock: &clock{now: time.Now()},
		github: &fakeGitHub{
			orgs:  []facts.Organization{{ServerID: 1, Login: "acme", Role: facts.RoleOwner}},
			repos: map[string][]facts.Repo{}, gone: map[int64]bool{}, moved: map[int64]string{},
		},
	}
	var err error
	if f.jobs, err = jobs.Open(t.Context(), jobs.Options{Store: s, Name: "test", Log: testLog(t)}); err != nil {
		t.Fatal(err)
	}
	o := ingest.Options{
		Store: s, Queue: f.jobs, Dir: dir, Workers: 2, Now: f.clock.Now, Log: testLog(t),
		ConnectFunc: func(context.Context, facts.Integration) (ingest.GitHub, error) { return f.github, nil },
	}
	for _, option := range options {
		option(&o)
	}
	f.ingest = ingest.New(o)
	f.integration, err = s.CreateIntegration(t.Context(), facts.Integration{
		Name: "GitHub", Address: server.URL, CAPEM: server.CAPEM, Method: "password", Account: server.User,
		On: facts.Services, State: facts.IntegrationProcessing,
	}, connect.PasswordCredential(server.User, secret.New(server.Password())))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// testLog shows warnings and worse of the program in the test's output.
func testLog(t *testing.T) *slog.Logger {
	return slog.New(slog.NewTextHandler(testWriter{t}, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(p []byte) (int, error) {
	if w.t.Context().Err() == nil {
		w.t.Logf("%s", p)
	}
	return len(p), nil
}

func (f *fixture) start() {
	f.t.Helper()
	f.startWith(unscheduled{f.ingest})
}

// unscheduled leaves scheduling to the test: the turn that the queue takes at its start and every minute may come at any
// moment, also between two lines that set the scene, such as a state and the clock that it is compared with.
type unscheduled struct{ *ingest.Ingest }

func (unscheduled) Schedule(context.Context) error { return nil }

// startWith is start with other handlers than the fixture's own.
func (f *fixture) startWith(handlers jobs.Handlers) {
	f.t.Helper()
	if err := f.jobs.Start(f.t.Context(), handlers); err != nil {
		f.t.Fatal(err)
	}
	f.started = true
	f.t.Cleanup(f.stop)
}

func (f *fixture) stop() {
	if !f.started {
		return
	}
	f.started = false
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := f.jobs.Stop(ctx); err != nil {
		f.t.Errorf("stop: %v", err)
	}
}

// addRepo makes the server list a repo.
func (f *fixture) addRepo(serverID int64, name string) {
	f.github.set(func(g *fakeGitHub) {
		g.repos["acme"] = append(g.repos["acme"], facts.Repo{
			ServerID: serverID, Name: name, FullName: "acme/" + name, DefaultBranch: "main", Visibility: "private",
		})
	})
}

// discover reads the server's lists and gives the ids of repos by name.
func (f *fixture) discover() map[string]facts.RepoID {
	f.t.Helper()
	if err := f.ingest.Discover(f.t.Context(), f.integration); err != nil {
		f.t.Fatal(err)
	}
	rows, _, err := f.store.Repos(f.t.Context(), store.RepoFilter{Integration: f.integration, Gone: true}, facts.Page{})
	if err != nil {
		f.t.Fatal(err)
	}
	ids := map[string]facts.RepoID{}
	for _, row := range rows {
		ids[row.Name] = row.ID
	}
	return ids
}

// importAll discovers, imports and waits until all is read.
func (f *fixture) importAll() map[string]facts.RepoID {
	f.t.Helper()
	ids := f.discover()
	if _, err := f.jobs.ImportRepos(f.t.Context(), slices.Sorted(maps.Values(ids))...); err != nil {
		f.t.Fatal(err)
	}
	f.idle()
	return ids
}

// sync syncs repos and waits.
func (f *fixture) sync(ids ...facts.RepoID) {
	f.t.Helper()
	if err := f.jobs.SyncReposNow(f.t.Context(), ids...); err != nil {
		f.t.Fatal(err)
	}
	f.idle()
}

// idle waits until no job waits or runs.
func (f *fixture) idle() {
	f.t.Helper()
	f.await("jobs to end", func() bool {
		n, err := f.jobs.Waiting(f.t.Context())
		if err != nil {
			f.t.Fatal(err)
		}
		return n == 0
	})
}

func (f *fixture) await(what string, done func() bool) {
	f.t.Helper()
	await(f.t, what, done)
}

// await waits until something is so, for as long as a busy machine may take.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(90 * time.Second)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("waited too long for %s", what)
		}
		<-time.After(10 * time.Millisecond)
	}
}

func (f *fixture) state(id facts.RepoID) facts.SyncState {
	f.t.Helper()
	state, err := f.store.SyncState(f.t.Context(), id, facts.SyncCommits)
	if err != nil && !errors.Is(err, facts.ErrNotFound) {
		f.t.Fatal(err)
	}
	return state
}

func (f *fixture) wantPhase(id facts.RepoID, phase facts.Phase, code string) {
	f.t.Helper()
	if got := f.state(id); got.Phase != phase || got.Code != code {
		f.t.Errorf("state of repo %d = %s %q (%s), want %s %q", id, got.Phase, got.Code, got.Cause, phase, code)
	}
}

// dump writes down every fact of a repo, with people by name, so that two imports can be compared.
func dump(t *testing.T, s *store.Store, id facts.RepoID) []string {
	t.Helper()
	ctx := t.Context()
	identities, err := s.Identities(ctx)
	if err != nil {
		t.Fatal(err)
	}
	who, person := map[facts.IdentityID]string{}, map[facts.PersonID]string{}
	for _, i := range identities {
		who[i.ID] = i.Name + " <" + i.Email + ">"
		p, err := s.Person(ctx, i.Person)
		if err != nil {
			t.Fatal(err)
		}
		person[i.Person] = p.Name
	}
	var rows []string
	for held, err := range s.CommitsOf(ctx, id) {
		if err != nil {
			t.Fatal(err)
		}
		c, err := s.Commit(ctx, id, held.Hash)
		if err != nil {
			t.Fatal(err)
		}
		author, committer := who[c.Author], who[c.Committer]
		for _, id := range c.CoAuthors {
			author += " with " + who[id]
		}
		c.Repo, c.Author, c.Committer, c.CoAuthors = 0, 0, 0, nil
		for i := range c.Files {
			for j := range c.Files[i].Touched {
				touched := &c.Files[i].Touched[j]
				author += fmt.Sprintf(" [%d %d %s]", i, j, who[touched.Identity])
				touched.Identity = 0
			}
		}
		rows = append(rows, fmt.Sprintf("commit %s %s %+v", author, committer, c))
	}
	all := facts.Query{From: -1 << 20, To: 1 << 20, Repos: []facts.RepoID{id}}
	for j, err := range s.JudgedCommits(ctx, all, facts.CommitFilter{}, facts.Page{}) {
		if err != nil {
			t.Fatal(err)
		}
		name := person[j.Person]
		j.Person = 0
		rows = append(rows, fmt.Sprintf("verdict %s %s %+v", j.Hash, name, j.Verdict))
	}
	for d, err := range s.Daily(ctx, all) {
		if err != nil {
			t.Fatal(err)
		}
		name := person[d.Person]
		d.Person, d.Repo = 0, 0
		rows = append(rows, fmt.Sprintf("daily %s %+v", name, d))
	}
	slices.Sort(rows)
	return rows
}
