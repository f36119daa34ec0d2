package ingest_test

import (
	"net/http"
	"os"
	"testing"
	"time"

	"weir/internal/facts"
	"weir/internal/git/mirrortest"
	"weir/internal/ingest"
	"weir/internal/manage"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// TestDeleteRestoreAndRemoveForGood deletes an integration in the middle of a sync, lets its job end the
// work, brings it back, and removes it for good when its 30 days are over.
func TestDeleteRestoreAndRemoveForGood(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		server := mirrortest.NewServer(t)
		repo := server.Repo(t, "acme/api.git")
		repo.Commits("refs/heads/main", 10)
		dir := t.TempDir()
		f := newFixture(t, s, server, dir)
		m := manage.New(manage.Options{Store: s, Work: f.jobs, BytesFunc: func(repos []facts.RepoID) int64 { return ingest.BytesOf(dir, repos) }})
		f.addRepo(11, "api")
		f.start()
		api := f.importAll()["api"]
		before := dump(t, s, api)
		contents, err := m.Contents(t.Context(), f.integration)
		if err != nil || contents.Commits != 10 || contents.Bytes < 1000 || contents.FinishedAt == 0 {
			t.Errorf("it has brought %+v, %v", contents, err)
		}

		held, hold := make(chan struct{}, 100), make(chan struct{})
		server.Fault(func(_ http.ResponseWriter, r *http.Request) bool {
			held <- struct{}{}
			select {
			case <-hold:
			case <-r.Context().Done():
			}
			return false
		})
		if err := f.jobs.SyncReposNow(t.Context(), api); err != nil {
			t.Fatal(err)
		}
		<-held
		f.delete(m)
		f.idle() // the job that retires it has ended the sync, which hangs
		close(hold)
		if repos, err := s.ImportedRepos(t.Context()); err != nil || len(repos) != 0 {
			t.Errorf("reports speak of %d repos, %v", len(repos), err)
		}
		// Neither the schedule nor a click reaches it while it is deleted.
		f.clock.advance(2 * time.Hour)
		if err := f.ingest.Schedule(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.sync(api)
		if requests := len(held); requests != 0 {
			t.Errorf("%d more requests were sent", requests)
		}

		repo.Commits("refs/heads/main", 3)
		i, err := s.Integration(t.Context(), f.integration)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Restore(t.Context(), i); err != nil {
			t.Fatal(err)
		}
		f.idle()
		f.wantPhase(api, facts.PhaseReady, "")
		if after := dump(t, s, api); count(after, "commit ") != 13 || count(before, "commit ") != 10 {
			t.Errorf("restored, it has %d commits, want the 10 and 3 new ones", count(after, "commit "))
		}

		f.delete(m)
		f.idle()
		f.clock.set(time.Now().Add(facts.KeepDeleted - time.Hour))
		f.cleanUp()
		if _, err := s.Repo(t.Context(), api); err != nil {
			t.Errorf("removed an hour before its time: %v", err)
		}
		f.clock.set(time.Now().Add(facts.KeepDeleted + time.Hour))
		f.cleanUp()
		if _, err := s.Integration(t.Context(), f.integration); err == nil {
			t.Error("it is there after its time")
		}
		for _, folder := range []string{ingest.MirrorDir(dir, api), ingest.StateDir(dir, api)} {
			if _, err := os.Stat(folder); err == nil {
				t.Errorf("%s is there after its time", folder)
			}
		}
	})
}

func (f *fixture) delete(m *manage.Manager) {
	f.t.Helper()
	i, err := f.store.Integration(f.t.Context(), f.integration)
	if err == nil {
		err = m.Delete(f.t.Context(), i, i.Name)
	}
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) cleanUp() {
	f.t.Helper()
	if err := f.ingest.CleanUp(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}
