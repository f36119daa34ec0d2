package history_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/git/gittest"
	"weir/internal/history"
)

// storages are the forms in which a repository can keep its objects, and what must not change what they say. The
// last one cannot be read by our own reader, which then asks git.
var storages = map[string]func(*testing.T, *gittest.Repo){
	"loose objects": unpackAll,
	"one pack":      func(_ *testing.T, r *gittest.Repo) { r.Git("repack", "-adfq") },
	"several packs and loose objects": func(_ *testing.T, r *gittest.Repo) {
		r.Git("repack", "-dq")
		for i := range 3 {
			r.Branch("unasked", r.Commit(gittest.Commit{Set: grown(i, 200, "")}))
			r.Write()
			r.Git("repack", "-dq")
		}
		r.Git("branch", "-D", "unasked")
		r.Git("hash-object", "-w", filepath.Join(r.Dir, "HEAD"))
	},
	"multi-pack-index beside the indexes": func(_ *testing.T, r *gittest.Repo) {
		r.Git("repack", "-dq")
		r.Git("multi-pack-index", "write")
	},
	"commit-graph": func(_ *testing.T, r *gittest.Repo) { r.Git("commit-graph", "write", "--reachable", "--changed-paths") },
	"alternates":   borrow,
	"replace refs": func(_ *testing.T, r *gittest.Repo) { r.Git("replace", "main~3", "main~5") },
	"grafts": func(t *testing.T, r *gittest.Repo) {
		ids := strings.Fields(r.Git("rev-parse", "main~3", "main~7"))
		write(t, filepath.Join(r.Dir, "info/grafts"), ids[0]+" "+ids[1]+"\n")
	},
	"quoted alternates": func(t *testing.T, r *gittest.Repo) {
		borrow(t, r)
		name := filepath.Join(r.Dir, "objects/info/alternates")
		path, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		write(t, name, `"`+strings.TrimSpace(string(path))+"\"\n")
	},
}

// borrow moves all objects into another repository that this one names.
func borrow(t *testing.T, r *gittest.Repo) {
	t.Helper()
	other := filepath.Join(t.TempDir(), "objects")
	if err := os.Rename(filepath.Join(r.Dir, "objects"), other); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(r.Dir, "objects/info/alternates"), other+"\n")
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestEveryStorageSaysTheSame replays one history however its objects are kept, whole and on top of a state.
func TestEveryStorageSaysTheSame(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"sha1", "sha256"} {
		for name, change := range storages {
			t.Run(format+" "+name, func(t *testing.T) {
				t.Parallel()
				r := gittest.In(t, t.TempDir(), format)
				stored(r)
				want, _ := replay(t, r.Dir, history.Options{})
				tip := hashOf(t, strings.TrimSpace(r.Git("rev-parse", "main~4")))
				o := history.Options{StateDir: t.TempDir(), Tips: []git.Hash{tip}}
				half, sum := replay(t, r.Dir, o)
				change(t, r)
				got, whole := replay(t, r.Dir, history.Options{})
				if diff := cmp.Diff(want, got); diff != "" || whole.ProblemCount > 0 {
					t.Errorf("problems %v (-before +after):\n%s", whole.Problems, diff)
				}
				o.Tips, o.FromNumber = nil, sum.Last
				rest, sum := replay(t, r.Dir, o)
				if diff := cmp.Diff(byHash(want), byHash(append(half, rest...))); diff != "" || sum.Rebuilt || sum.ProblemCount > 0 {
					t.Errorf("rebuilt %q, problems %v (-before +on top of the state):\n%s", sum.RebuiltReason, sum.Problems, diff)
				}
			})
		}
	}
}

// stored writes a history of some commits with a merge, a rename and a binary file.
func stored(r *gittest.Repo) {
	last := r.Commit(gittest.Commit{Set: merged(grown(1, 3, ""), grown(2, 4, ""), grown(3, 90, ""), gittest.Files{"bin": gittest.Text("\x00\n")})})
	for i := range 5 {
		last = r.Commit(gittest.Commit{Parents: []gittest.Mark{last}, Set: grown(i, 5+i, "x\n")})
	}
	side := r.Commit(gittest.Commit{Parents: []gittest.Mark{last}, Set: grown(2, 60, "side")})
	last = r.Commit(gittest.Commit{Parents: []gittest.Mark{last}, Remove: []string{"dir0/f3"}, Set: gittest.Files{"moved": grown(3, 9, "x\n")["dir0/f3"]}})
	last = r.Commit(gittest.Commit{Parents: []gittest.Mark{last, side}, Set: grown(2, 60, "both")})
	for i := range 3 {
		last = r.Commit(gittest.Commit{Parents: []gittest.Mark{last}, Set: grown(i, 50, "y\n")})
	}
	r.Branch("main", last)
	r.Write()
}

// TestPartialCloneIsToldPerFile replays a clone that left the blobs on the server, which must not be asked for them.
func TestPartialCloneIsToldPerFile(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	chain(r,
		gittest.Files{"a": gittest.Text("1\n"), "big": gittest.Text(strings.Repeat("line\n", 1000))},
		gittest.Files{"a": gittest.Text("1\n2\n"), "big": gittest.Text(strings.Repeat("line\n", 1001))},
	)
	r.Git("config", "uploadpack.allowFilter", "true")
	for filter, want := range map[string]int{"blob:none": 4, "blob:limit=1k": 2} {
		t.Run(filter, func(t *testing.T) {
			t.Parallel()
			clone := filepath.Join(t.TempDir(), "clone")
			r.Git("clone", "--quiet", "--bare", "--filter="+filter, "file://"+r.Dir, clone)
			before := listing(t, clone)
			all, sum := replay(t, clone, history.Options{StateDir: t.TempDir()})
			if len(all) != 2 || sum.ProblemCount != want {
				t.Fatalf("%d commits, problems %v", len(all), sum.Problems)
			}
			for _, p := range sum.Problems {
				if p.Code != "missing" || p.Path == "" {
					t.Errorf("problem %+v", p)
				}
			}
			if big := files(all[1])["big"]; big.Kind != facts.KindUnreadable || big.Added+big.Deleted > 0 {
				t.Errorf("the absent file: %+v", big)
			}
			if a := files(all[1])["a"]; want == 2 && (a.Added != 1 || a.New != 1) {
				t.Errorf("the file that is there: %+v", a)
			}
			if now := listing(t, clone); !bytes.Equal(before, now) {
				t.Errorf("the clone was changed:\n%s\nto\n%s", before, now)
			}
		})
	}
}

// listing names all files below a folder.
func listing(t *testing.T, dir string) []byte {
	t.Helper()
	var names bytes.Buffer
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		names.WriteString(path + "\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names.Bytes()
}

// TestEveryRefOnceAndForGood replays branches, tags and pull requests that share commits, and then without those that
// are gone: each commit comes once, and what nothing leads to any more stays known and can be come back to.
func TestEveryRefOnceAndForGood(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	text := func(s string) gittest.Files { return gittest.Files{"a": gittest.Text(s)} }
	root := r.Commit(gittest.Commit{Set: text("1\n")})
	on := func(parent gittest.Mark, s string) gittest.Mark {
		return r.Commit(gittest.Commit{Parents: []gittest.Mark{parent}, Set: text(s)})
	}
	main, pull, tag := on(root, "1\nmain\n"), on(root, "1\npull\n"), on(root, "1\ntag\n")
	r.Branch("main", main)
	r.Branch("same", main)
	r.Ref("refs/pull/1/head", pull)
	r.Ref("refs/pull/2/head", main)
	r.Ref("refs/tags/v1", tag)
	r.Write()
	r.Git("tag", "-a", "-m", "two", "v2", "refs/tags/v1")
	o := history.Options{StateDir: t.TempDir(), Tips: allTips(t, r)}
	all, sum := replay(t, r.Dir, o)
	if got := hashes(all); len(got) != 4 || sum.Last != 4 {
		t.Fatalf("%d commits, %d of them different, last number %d", len(all), len(got), sum.Last)
	}
	r.Git("update-ref", "-d", "refs/pull/1/head")
	r.Branch("main", on(pull, "1\npull\nmain\n"))
	r.Write()
	o.FromNumber, o.Tips = sum.Last, allTips(t, r)
	more, sum := replay(t, r.Dir, o)
	if len(more) != 1 || more[0].Parents[0] != numberOf(all, r.Hash(pull)) || sum.ProblemCount > 0 {
		t.Fatalf("commits on top of one that no ref led to: %+v", more)
	}
	if f := more[0].Files[0]; f.Added != 1 || f.New != 1 {
		t.Errorf("its change: %+v", f)
	}
}

// allTips gives what the refs lead to, in the order of their names.
func allTips(t *testing.T, r *gittest.Repo) []git.Hash {
	t.Helper()
	repo, err := git.Open(t.Context(), r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	refs, err := repo.Refs(t.Context(), "refs/heads", "refs/pull", "refs/tags")
	if err != nil {
		t.Fatal(err)
	}
	var tips []git.Hash
	for _, ref := range refs {
		tips = append(tips, ref.Hash)
	}
	return tips
}

func hashes(all []emitted) map[string]bool {
	seen := map[string]bool{}
	for _, c := range all {
		seen[c.Hash] = true
	}
	return seen
}

func numberOf(all []emitted, hash string) facts.CommitNumber {
	for _, c := range all {
		if c.Hash == hash {
			return c.Number
		}
	}
	return 0
}
