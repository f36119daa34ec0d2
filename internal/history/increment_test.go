package history_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weir/internal/git/gittest"
	"weir/internal/history"
)

// TestRewrittenBranchReadsOnlyWhatIsNew proves what an incremental run reads by leaving nothing else: before it, all
// objects are removed but the new commits, the trees and blobs in which they differ from their parents, and those
// parents themselves.
func TestRewrittenBranchReadsOnlyWhatIsNew(t *testing.T) {
	t.Parallel()
	for name, rewrite := range map[string]func(*gittest.Repo, []gittest.Mark) gittest.Mark{
		"forced": func(r *gittest.Repo, was []gittest.Mark) gittest.Mark {
			one := r.Commit(gittest.Commit{Parents: was[20:21], Set: grown(3, 20, "another way")})
			return r.Commit(gittest.Commit{Parents: []gittest.Mark{one}, Remove: []string{"dir2/f5"}, Set: grown(4, 19, "and on")})
		},
		"squashed": func(r *gittest.Repo, was []gittest.Mark) gittest.Mark {
			return r.Commit(gittest.Commit{Parents: was[30:31], Set: merged(grown(35, 35, ""), grown(36, 36, ""), grown(37, 37, ""))})
		},
		"rebased": func(r *gittest.Repo, was []gittest.Mark) gittest.Mark {
			last := r.Commit(gittest.Commit{Parents: was[34:35], Set: gittest.Files{"new/base": gittest.Text("base\n")}})
			for i := 35; i < 40; i++ {
				last = r.Commit(gittest.Commit{Parents: []gittest.Mark{last}, Set: grown(i, i, "")})
			}
			return last
		},
		"merged": func(r *gittest.Repo, was []gittest.Mark) gittest.Mark {
			side := r.Commit(gittest.Commit{Parents: was[38:39], Set: grown(39, 30, "side")})
			return r.Commit(gittest.Commit{Parents: []gittest.Mark{was[39], side}, Set: merged(grown(39, 39, "mine"))})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := gittest.New(t)
			was := longHistory(r)
			o := history.Options{StateDir: t.TempDir()}
			first, sum := replay(t, r.Dir, o)
			before := strings.TrimSpace(r.Git("rev-parse", "main"))
			r.Branch("main", rewrite(r, was))
			r.Write()
			want, _ := replay(t, r.Dir, history.Options{})
			news := strings.Fields(r.Git("rev-list", "main", "^"+before))
			kept, all := keepOnlyNews(t, r, news)
			o.FromNumber = sum.Last
			got, sum := replay(t, r.Dir, o)
			if sum.Rebuilt || sum.ProblemCount > 0 || sum.Commits != len(news) {
				t.Fatalf("%d commits replayed of %d new ones, %d problems %v, rebuilt: %s",
					sum.Commits, len(news), sum.ProblemCount, sum.Problems, sum.RebuiltReason)
			}
			now, whole := byHash(append(first, got...)), byHash(want)
			for _, h := range news {
				if diff := cmp.Diff(whole[h], now[h]); diff != "" {
					t.Errorf("commit %s (-from the beginning +on top of the state):\n%s", h, diff)
				}
			}
			t.Logf("%d new commits read from %d objects of %d", len(news), kept, all)
		})
	}
}

// longHistory has 40 commits on main, each of which changes one of 24 files.
func longHistory(r *gittest.Repo) []gittest.Mark {
	start := gittest.Files{}
	for i := range 24 {
		maps.Copy(start, grown(i, 0, ""))
	}
	trees := []gittest.Files{start}
	for i := 1; i < 40; i++ {
		trees = append(trees, grown(i, i, ""))
	}
	return chain(r, trees...)
}

// grown is one of the files at some time.
func grown(file, lines int, end string) gittest.Files {
	var b strings.Builder
	for i := range 20 + lines {
		fmt.Fprintf(&b, "line %d of file %d\n", i*i, file%24)
	}
	return gittest.Files{fmt.Sprintf("dir%d/f%d", file%24%3, file%24): gittest.Text(b.String() + end)}
}

func merged(all ...gittest.Files) gittest.Files {
	one := gittest.Files{}
	for _, files := range all {
		maps.Copy(one, files)
	}
	return one
}

// keepOnlyNews removes every object that the given commits and the step from their parents do not need.
func keepOnlyNews(t *testing.T, r *gittest.Repo, news []string) (kept, all int) {
	t.Helper()
	needed := map[string]bool{}
	for _, commit := range news {
		for _, c := range strings.Fields(r.Git("rev-list", "--parents", "-n1", commit)) {
			needed[c], needed[strings.TrimSpace(r.Git("rev-parse", c+"^{tree}"))] = true, true
		}
		for line := range strings.Lines(r.Git("diff-tree", "-r", "-t", "-m", "--root", "--no-commit-id", "--no-renames", "--no-abbrev", commit)) {
			if field := strings.Fields(line); len(field) > 3 {
				needed[field[2]], needed[field[3]] = true, true
			}
		}
	}
	unpackAll(t, r)
	err := filepath.WalkDir(filepath.Join(r.Dir, "objects"), func(path string, d fs.DirEntry, err error) error {
		dir, name := filepath.Split(path)
		if err != nil || d.IsDir() || len(name) != 38 {
			return err
		}
		all++
		if needed[filepath.Base(dir)+name] {
			kept++
			return nil
		}
		return os.Remove(path)
	})
	if err != nil || kept == 0 || kept > all/3 {
		t.Fatalf("kept %d of %d objects: %v", kept, all, err)
	}
	return kept, all
}

// unpackAll makes all objects loose.
func unpackAll(t *testing.T, r *gittest.Repo) {
	t.Helper()
	packs, err := filepath.Glob(filepath.Join(r.Dir, "objects/pack/*.pack"))
	if err != nil {
		t.Fatal(err)
	}
	for _, pack := range slices.Sorted(slices.Values(packs)) {
		away := filepath.Join(r.Dir, filepath.Base(pack))
		data, err := os.ReadFile(pack)
		if err == nil {
			err = os.Rename(pack, away)
		}
		if err != nil {
			t.Fatal(err)
		}
		_ = os.Remove(strings.TrimSuffix(pack, "pack") + "idx")
		pipe(t, r, string(data), "unpack-objects", "-q")
	}
}
