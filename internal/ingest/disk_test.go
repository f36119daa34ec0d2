package ingest_test

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"weir/internal/facts"
	"weir/internal/git/mirrortest"
	"weir/internal/ingest"
	"weir/internal/jobs"
	"weir/internal/store"
	"weir/internal/store/disktest"
	"weir/internal/store/storetest"
)

// watched looks at how fetches end.
type watched struct {
	*ingest.Ingest
	ended func(error)
}

func (w *watched) Fetch(ctx context.Context, id facts.RepoID) error {
	err := w.Ingest.Fetch(ctx, id)
	w.ended(err)
	return err
}

// A disk that fills up in the middle of an import, under the mirror, the line history and the database alike, stops it
// with words, and once there is room again the work goes on by itself and comes to the same end.
func TestDiskFillsUpDuringImport(t *testing.T) {
	t.Parallel()
	t.Run("all on one disk", func(t *testing.T) {
		t.Parallel()
		dir := disktest.Mount(t, 0, "24m")
		importOnDisk(t, dir, storetest.OpenIn(t, filepath.Join(dir, "data")), func(*fixture, facts.RepoID) {})
	})
	t.Run("the database elsewhere", func(t *testing.T) {
		t.Parallel()
		importOnDisk(t, disktest.Mount(t, 0, "24m"), storetest.Open(t), func(f *fixture, api facts.RepoID) {
			f.wantPhase(api, facts.PhaseFailed, "disk_full")
		})
	})
}

// importOnDisk fills the disk when the server is first asked for a pack, and makes room after the fetch has failed and
// check has looked at what is said of it.
func importOnDisk(t *testing.T, dir string, s *store.Store, check func(*fixture, facts.RepoID)) {
	t.Helper()
	server := mirrortest.NewServer(t)
	server.Repo(t, "acme/api.git").Commits("refs/heads/main", 300)
	f := newFixture(t, s, server, filepath.Join(dir, "data"), func(o *ingest.Options) { o.UntilRoom = 50 * time.Millisecond })
	f.addRepo(11, "api")
	api := f.discover()["api"]
	var free func()
	var filled, freed sync.Once
	server.Fault(func(http.ResponseWriter, *http.Request) bool {
		filled.Do(func() { free = disktest.Fill(t, dir) })
		return false
	})
	f.startWith(&watched{Ingest: f.ingest, ended: func(err error) {
		freed.Do(func() {
			var later *jobs.LaterError
			if !errors.As(err, &later) {
				t.Errorf("with a full disk the fetch ended with %v", err)
			}
			check(f, api)
			free()
		})
	}})
	if _, err := f.jobs.ImportRepos(t.Context(), api); err != nil {
		t.Fatal(err)
	}
	f.idle()
	f.wantPhase(api, facts.PhaseReady, "")
	if n := count(dump(t, f.store, api), "commit "); n != 300 {
		t.Errorf("%d commits, want 300", n)
	}
}
