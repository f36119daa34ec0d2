package git

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"weir/internal/git/mirrortest"
)

// A full disk needs a file system of its own. As root:
//
//	mount -t tmpfs -o size=300k tmpfs /mnt && WEIR_TEST_SMALL_DISK=/mnt go test -run TestMirrorDiskFull ./internal/git
func TestMirrorDiskFull(t *testing.T) {
	t.Parallel()
	small := os.Getenv("WEIR_TEST_SMALL_DISK")
	if small == "" {
		t.Skip("WEIR_TEST_SMALL_DISK names no folder on a small file system")
	}
	s := mirrortest.NewServer(t)
	r := s.Repo(t, "acme/api.git")
	first := r.Commits("refs/heads/main", 5)
	m := &Mirror{Dir: filepath.Join(small, "1.git")}
	mustFetch(t, m, access(s, r))

	noise := make([]byte, 1<<20)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	second := r.File("refs/heads/main", "noise.bin", string(noise))
	_, err := m.Fetch(t.Context(), access(s, r), nil)
	var fetchErr *FetchError
	if !errors.As(err, &fetchErr) || fetchErr.Code != FetchDiskFull {
		t.Fatalf("error = %v, want %s", err, FetchDiskFull)
	}
	repo, err := Open(t.Context(), m.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if head, err := repo.Resolve(t.Context(), "refs/heads/main"); err != nil || head.String() != first {
		t.Errorf("main is %s (%v), want %s as before", head, err, first)
	}
	// What the failed fetch left is cleared, so that the same disk has room for a smaller thing.
	r.Git("update-ref", "refs/heads/main", first)
	_ = second
	third := r.Commits("refs/heads/main", 1)
	if got := refMap(mustFetch(t, m, access(s, r)).Refs)["refs/heads/main"]; got != third {
		t.Errorf("main is %s, want %s", got, third)
	}
}
