package ingest_test

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weir/internal/facts"
	"weir/internal/git/mirrortest"
	"weir/internal/ingest"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// emitted collects from the log how many commits each replay brought.
type emitted struct {
	slog.Handler
	mu     sync.Mutex
	counts []int64
}

func (e *emitted) Enabled(context.Context, slog.Level) bool { return true }

func (e *emitted) Handle(_ context.Context, r slog.Record) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "emitted" {
			e.counts = append(e.counts, a.Value.Int64())
		}
		return true
	})
	return nil
}

func (e *emitted) last() int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.counts) == 0 {
		return -1
	}
	return e.counts[len(e.counts)-1]
}

func TestNewCommitsCostOnlyThemselves(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		server := mirrortest.NewServer(t)
		repo := server.Repo(t, "acme/api.git")
		repo.Commits("refs/heads/main", 200)
		seen := &emitted{}
		f := newFixture(t, s, server, t.TempDir(), func(o *ingest.Options) { o.Log = slog.New(seen) })
		f.addRepo(11, "api")
		f.start()
		api := f.importAll()["api"]
		if n := seen.last(); n != 200 {
			t.Errorf("the first replay emitted %d commits, want 200", n)
		}
		repo.Commits("refs/heads/main", 3)
		f.sync(api)
		if n := seen.last(); n != 3 {
			t.Errorf("the second replay emitted %d commits, want the 3 new ones", n)
		}
	})
}

// turns counts the turns of replays.
type turns struct {
	*ingest.Ingest
	n atomic.Int64
}

func (h *turns) Replay(ctx context.Context, id facts.RepoID) error {
	h.n.Add(1)
	return h.Ingest.Replay(ctx, id)
}

// A replay whose turns are short comes to its end all the same, and loses nothing of any turn.
func TestReplayInManyTurns(t *testing.T) {
	t.Parallel()
	server := mirrortest.NewServer(t)
	server.Repo(t, "acme/api.git").Commits("refs/heads/main", 400)
	var ticks atomic.Int64
	f := newFixture(t, storetest.Open(t), server, t.TempDir(), func(o *ingest.Options) {
		o.Slice = 100 * time.Second
		o.Now = func() time.Time { return time.Unix(1_800_000_000+ticks.Add(1), 0) } // a commit takes a second or more
	})
	f.addRepo(11, "api")
	handlers := &turns{Ingest: f.ingest}
	f.startWith(handlers)
	api := f.importAll()["api"]
	f.wantPhase(api, facts.PhaseReady, "")
	if n := count(dump(t, f.store, api), "commit "); n != 400 {
		t.Errorf("%d commits, want 400", n)
	}
	if n := handlers.n.Load(); n < 4 {
		t.Errorf("%d turns, want 4 or more: 100 commits at most fit into one", n)
	}
}

// A folder that cannot be written stops the work with a word for a person, and nothing is lost.
func TestDataFolderNotWritable(t *testing.T) {
	t.Parallel()
	server := mirrortest.NewServer(t)
	server.Repo(t, "acme/api.git").Commits("refs/heads/main", 5)
	dir := t.TempDir()
	// A file where the folder should be is refused to root as well.
	if err := os.WriteFile(filepath.Join(dir, "mirrors"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f := newFixture(t, storetest.Open(t), server, dir)
	f.addRepo(11, "api")
	f.start()
	api := f.importAll()["api"]
	f.wantPhase(api, facts.PhaseFailed, "disk")
	if err := os.Remove(filepath.Join(dir, "mirrors")); err != nil {
		t.Fatal(err)
	}
	f.sync(api)
	f.wantPhase(api, facts.PhaseReady, "")
}

// While the pack comes in, the page can say how much of it.
func TestProgressIsKept(t *testing.T) {
	t.Parallel()
	server := mirrortest.NewServer(t)
	server.Repo(t, "acme/api.git").Commits("refs/heads/main", 20)
	f := newFixture(t, storetest.Open(t), server, t.TempDir())
	f.addRepo(11, "api")
	hold, held := make(chan struct{}), make(chan struct{})
	var once sync.Once
	server.Fault(func(http.ResponseWriter, *http.Request) bool {
		once.Do(func() { close(held); <-hold })
		return false
	})
	f.start()
	api := f.discover()["api"]
	if _, err := f.jobs.ImportRepos(t.Context(), api); err != nil {
		t.Fatal(err)
	}
	<-held
	if state := f.state(api); state.Phase != facts.PhaseFetching || state.StartedAt == 0 || !state.Busy() {
		t.Errorf("state = %+v, want fetching", state)
	}
	close(hold)
	f.idle()
	f.wantPhase(api, facts.PhaseReady, "")
}
