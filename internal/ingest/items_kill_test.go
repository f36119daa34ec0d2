package ingest_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/ingest"
	"weir/internal/secret"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// These name the folder and the database of the store in the environment of a process that reads items and is killed.
const (
	itemsChild = "WEIR_ITEMS_CHILD"
	itemsURL   = "WEIR_ITEMS_URL"
)

func openKilled(t *testing.T, dir, url string) *store.Store {
	t.Helper()
	keys, err := secret.OpenKeyring(filepath.Join(dir, "KEY"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{Dir: dir, URL: secret.New(url), Keys: keys})
	if err == nil {
		err = storetest.Hurry(t.Context(), s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestItemsSurviveKill: a process that is killed at any moment is followed by one that goes on where it was.
func TestItemsSurviveKill(t *testing.T) {
	t.Parallel()
	if dir := os.Getenv(itemsChild); dir != "" {
		readAsChild(t, dir)
		return
	}
	for name, credential := range ways {
		after := 4 // two questions for what the server can do, then a page or two
		if name == "rest" {
			after = 60 // the reviews of each are a request
		}
		t.Run(name+"/sqlite", func(t *testing.T) {
			t.Parallel()
			readAndKill(t, "", credential, name == "rest", after)
		})
		t.Run(name+"/postgres", func(t *testing.T) {
			t.Parallel()
			readAndKill(t, storetest.URL(t).Reveal(), credential, name == "rest", after)
		})
	}
}

// readAndKill has six processes one after the other read and killed after so many requests and a few, and one that may end.
func readAndKill(t *testing.T, url string, credential func(*ghes.World) connect.Credential, rest bool, after int) {
	t.Helper()
	dir := t.TempDir()
	w := newItemWorld(t, openKilled(t, dir, url), credential, "web")
	w.rest = rest
	for n := range 300 {
		w.add("web", aPull(n))
		w.add("web", ghes.Issue{Author: "ada", Title: "Broken", CreatedAt: minute(100 * n)})
	}
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	run := func(until int) error {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestItemsSurviveKill$")
		cmd.Env = append(os.Environ(), itemsChild+"="+dir, itemsURL+"="+url)
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		before := len(w.server.Requests())
		for {
			select {
			case err := <-ended:
				if err != nil {
					err = fmt.Errorf("%w: %s", err, said.Bytes())
				}
				return err
			case <-time.After(time.Millisecond):
			}
			if until > 0 && len(w.server.Requests()) >= before+until {
				_ = cmd.Process.Kill()
				return <-ended
			}
		}
	}
	killed := 0
	for n := range 6 {
		if run(after+n%3) != nil {
			killed++
		}
	}
	if err := run(0); err != nil {
		t.Fatal(err)
	}
	w.store = openKilled(t, dir, url)
	t.Cleanup(func() { _ = w.store.Close() })
	w.sameAsTold("web")
	if killed < 3 {
		t.Errorf("only %d of 6 processes were killed before they were done", killed)
	}
}

func readAsChild(t *testing.T, dir string) {
	s := openKilled(t, dir, os.Getenv(itemsURL))
	defer func() { _ = s.Close() }()
	repos, err := s.ImportedRepos(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	way := &ingest.Way{Store: s}
	in := ingest.New(ingest.Options{Store: s, Queue: &noQueue{}, Dir: dir, ItemsFunc: way.Items, ItemSlice: time.Hour})
	for _, sync := range []func(context.Context, facts.RepoID) error{in.SyncPullRequests, in.SyncTickets} {
		if err := sync(t.Context(), repos[0].ID); err != nil {
			t.Fatal(err)
		}
	}
}

// TestItemsStandARace: two processes that read the same repo at once, which the queue prevents where it can, lose nothing.
func TestItemsStandARace(t *testing.T) {
	t.Parallel()
	w := newItemWorld(t, storetest.OpenPostgres(t), nil, "web")
	for n := range 120 {
		w.add("web", aPull(n))
	}
	var readers []*ingest.Ingest
	for range 2 {
		w.restart()
		readers = append(readers, w.ingest)
	}
	var wg sync.WaitGroup
	for _, in := range readers {
		wg.Go(func() {
			for range 20 { // a conflict is tried again, as the queue would
				if err := in.SyncPullRequests(t.Context(), w.repos["web"]); err == nil {
					return
				}
			}
			t.Error("one of them does not come to an end")
		})
	}
	wg.Wait()
	w.sync("web")
	w.same("web")
}
