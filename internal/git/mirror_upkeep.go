package git

import (
	"context"
	"os"
	"path/filepath"
)

// A mirror that gets a small pack a day slows down; beyond these it is tidied.
const (
	manyPacks = 40
	// manyLoose in one of 256 folders is about 6,700 objects, git's own limit.
	manyLoose = 27
)

// upkeep rolls small packs up into larger ones when there are many. It drops no object, reachable or
// not. When it does not work the mirror is as good as before, so that is only noted.
func (f *fetch) upkeep(ctx context.Context) {
	if f.mirror.untidy() {
		f.tidy(ctx)
	}
}

func (f *fetch) tidy(ctx context.Context) {
	for _, args := range [][]string{
		{"repack", "-d", "-l", "-q", "--geometric=2"},
		{"pack-refs", "--all"},
	} {
		if err := f.localRun(ctx, args[0], command{args: args}); err != nil && f.mirror.Log != nil {
			f.mirror.Log.WarnContext(ctx, "mirror not tidied", "mirror", f.mirror.Dir, "step", args[0], "error", err)
		}
	}
}

func (m *Mirror) untidy() bool {
	objects := filepath.Join(escapeGlob(m.Dir), "objects")
	packs, err := filepath.Glob(filepath.Join(objects, "pack", "*.pack"))
	if err == nil && len(packs) > manyPacks {
		return true
	}
	loose, err := os.ReadDir(filepath.Join(m.Dir, "objects", "17"))
	return err == nil && len(loose) > manyLoose
}
