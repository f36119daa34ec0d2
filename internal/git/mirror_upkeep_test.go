package git

import (
	"bytes"
	"log/slog"
	"path/filepath"
	"testing"

	"weir/internal/git/mirrortest"
)

// Tidying rolls packs up and drops nothing, not even what no ref leads to any more.
func TestMirrorTidy(t *testing.T) {
	t.Parallel()
	s := mirrortest.NewServer(t)
	r := s.Repo(t, "acme/api.git")
	m := newMirror(t)
	var log bytes.Buffer
	m.Log = slog.New(slog.NewTextHandler(&log, nil))
	var tips []string
	for range 4 {
		tips = append(tips, r.Commits("refs/heads/main", 2))
		mustFetch(t, m, access(s, r))
	}
	r.Git("update-ref", "-d", "refs/heads/main")
	mustFetch(t, m, access(s, r))

	lock, err := m.lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	env, err := m.environment(access(s, r))
	if err != nil {
		t.Fatal(err)
	}
	f := &fetch{mirror: m, env: env, lock: lock}
	f.tidy(t.Context())
	env.release()
	lock.release()

	packs, _ := filepath.Glob(filepath.Join(m.Dir, "objects", "pack", "*.pack"))
	if len(packs) != 1 || log.Len() > 0 {
		t.Errorf("%d packs, want 1; log: %s", len(packs), log.String())
	}
	repo, err := Open(t.Context(), m.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, tip := range tips {
		if _, err := repo.Resolve(t.Context(), tip); err != nil {
			t.Errorf("%s is lost: %v", tip, err)
		}
	}
}
