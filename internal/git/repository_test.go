package git_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weir/internal/git"
	"weir/internal/git/gittest"
)

func open(t *testing.T, dir string) *git.Repository {
	t.Helper()
	repo, err := git.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return repo
}

func hash(t *testing.T, hex string) git.Hash {
	t.Helper()
	h, err := git.ParseHash(hex)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestOpen(t *testing.T) {
	t.Parallel()
	t.Run("no repository", func(t *testing.T) {
		t.Parallel()
		if _, err := git.Open(t.Context(), t.TempDir()); !errors.Is(err, git.ErrNotRepository) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a file", func(t *testing.T) {
		t.Parallel()
		name := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := git.Open(t.Context(), name); !errors.Is(err, git.ErrNotRepository) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("nothing", func(t *testing.T) {
		t.Parallel()
		if _, err := git.Open(t.Context(), filepath.Join(t.TempDir(), "no")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a work tree's folder", func(t *testing.T) {
		t.Parallel()
		r := gittest.New(t)
		r.Branch("main", r.Commit(gittest.Commit{Set: gittest.Files{"sub/a": gittest.Text("a\n")}}))
		r.Write()
		tree := filepath.Join(t.TempDir(), "tree")
		r.Git("worktree", "add", "--quiet", "--detach", tree, "main")
		repo := open(t, filepath.Join(tree, "sub"))
		refs, err := repo.Refs(t.Context())
		if err != nil || len(refs) != 2 || repo.GitDir() != r.Dir {
			t.Errorf("refs %v, error %v, git directory %s", refs, err, repo.GitDir())
		}
	})
	t.Run("SHA-256", func(t *testing.T) {
		t.Parallel()
		if size := open(t, gittest.NewSHA256(t).Dir).HashSize(); size != 32 {
			t.Errorf("hash size %d", size)
		}
	})
}

func TestRefs(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	m := r.Commit(gittest.Commit{Set: gittest.Files{"a": gittest.Text("a\n")}})
	r.Branch("main", m)
	r.Ref("refs/pull/1/head", m)
	r.Write()
	r.Git("tag", "-a", "-m", "one", "v1", "main")
	r.Git("tag", "blob", "main:a")
	repo := open(t, r.Dir)
	h := hash(t, r.Hash(m))
	got, err := repo.Refs(t.Context(), "refs/heads", "refs/tags", "refs/pull")
	if err != nil {
		t.Fatal(err)
	}
	want := []git.Ref{{Name: "refs/heads/main", Hash: h}, {Name: "refs/pull/1/head", Hash: h}, {Name: "refs/tags/v1", Hash: h}}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b git.Hash) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for rev, ok := range map[string]bool{"v1": true, "HEAD": true, r.Hash(m)[:7]: true, "blob": false, "--all": false, "no": false} {
		got, err := repo.Resolve(t.Context(), rev)
		if ok && (err != nil || got != h) || !ok && !errors.Is(err, git.ErrUnknownRevision) {
			t.Errorf("resolve %s: %v, %v", rev, got, err)
		}
	}
	if name, err := repo.DefaultBranch(t.Context()); err != nil || name != "refs/heads/main" {
		t.Errorf("default branch %q, %v", name, err)
	}
}

func TestRefToNothingEndsNothing(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	m := r.Commit(gittest.Commit{Set: gittest.Files{"a": gittest.Text("a\n")}})
	r.Branch("main", m)
	r.Write()
	absent := strings.Repeat("1", 40)
	if err := os.WriteFile(filepath.Join(r.Dir, "refs/heads/gone"), []byte(absent+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := open(t, r.Dir).Refs(t.Context(), "refs/heads")
	want := []git.Ref{{Name: "refs/heads/gone", Hash: hash(t, absent)}, {Name: "refs/heads/main", Hash: hash(t, r.Hash(m))}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("refs %v, error %v", got, err)
	}
}

func TestObjectReader(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	m := r.Commit(gittest.Commit{Set: gittest.Files{
		"a": gittest.Text("one\ntwo\n"), "large": gittest.Text(strings.Repeat("x\n", 1000) + "y"), "empty": gittest.Text(""),
	}})
	r.Branch("main", m)
	r.Write()
	objects, err := open(t, r.Dir).Objects(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = objects.Close() }()
	objects.MaxSize = 1000
	id := func(rev string) git.Hash { return hash(t, strings.TrimSpace(r.Git("rev-parse", rev))) }
	missing := hash(t, strings.Repeat("1", 40))
	if obj, err := objects.Read(id("main:a"), nil); err != nil || string(obj.Data) != "one\ntwo\n" || obj.Kind != git.KindBlob {
		t.Errorf("a: %+v, %v", obj, err)
	}
	if obj, err := objects.Read(id("main:large"), nil); err != nil || !obj.Large || obj.Lines != 1001 || obj.Binary {
		t.Errorf("large: %+v, %v", obj, err)
	}
	var absent *git.MissingError
	if _, err := objects.Read(missing, nil); !errors.As(err, &absent) || absent.Hash != missing || !git.Unreadable(err) {
		t.Errorf("missing: %v", err)
	}
	var seen []string
	err = objects.ReadEach([]git.Hash{id("main"), missing, id("main:empty"), id("main:a")}, func(i int, obj git.Object, err error) error {
		if err != nil {
			seen = append(seen, "error")
		} else {
			seen = append(seen, string(obj.Data[max(0, len(obj.Data)-4):]))
		}
		return nil
	})
	if want := []string{"it 1", "error", "", "two\n"}; err != nil || !slices.Equal(seen, want) {
		t.Errorf("each: %q, %v", seen, err)
	}
}

// TestDamagedObject has git die over an object, and go on with the next.
func TestDamagedObject(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	id := func(data string) git.Hash {
		name := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		return hash(t, strings.TrimSpace(r.Git("hash-object", "-w", name)))
	}
	var noise strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&noise, "%d\n", i*i*7919)
	}
	bad, good := id(noise.String()), id("good\n")
	file := filepath.Join(r.Dir, "objects", bad.String()[:2], bad.String()[2:])
	if err := os.Chmod(file, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, 10_000); err != nil {
		t.Fatal(err)
	}
	objects, err := open(t, r.Dir).Objects(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = objects.Close() }()
	if _, err := objects.Read(bad, nil); !git.Unreadable(err) {
		t.Errorf("damaged: %v", err)
	} else {
		t.Log(err)
	}
	var read, failed int
	err = objects.ReadEach([]git.Hash{good, bad, good, bad, good}, func(_ int, obj git.Object, err error) error {
		switch {
		case git.Unreadable(err):
			failed++
		case err == nil && string(obj.Data) == "good\n":
			read++
		}
		return nil
	})
	if err != nil || read != 3 || failed != 2 {
		t.Errorf("read %d, damaged %d, %v", read, failed, err)
	}
}

// reader reads from a repository's packs.
func reader(t *testing.T, repo *git.Repository) *git.Reader {
	t.Helper()
	store := repo.Store(t.Context(), 0)
	r := store.Reader(git.ReaderOptions{})
	t.Cleanup(func() {
		if err := errors.Join(r.Close(), store.Close()); err != nil {
			t.Error(err)
		}
	})
	return r
}

func ancestry(r *git.Reader, tips []git.Hash, skip func(git.Hash) bool) (order, unreadable []git.Hash, err error) {
	a, err := r.Ancestry(tips, skip, 1<<20)
	if err != nil {
		return nil, nil, err
	}
	return a.Order, a.Unreadable, nil
}

func TestAncestry(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	a := r.Commit(gittest.Commit{})
	b := r.Commit(gittest.Commit{Parents: []gittest.Mark{a}})
	c := r.Commit(gittest.Commit{Parents: []gittest.Mark{a}})
	d := r.Commit(gittest.Commit{Parents: []gittest.Mark{c, b}})
	r.Branch("main", d)
	r.Write()
	repo := open(t, r.Dir)
	of := func(marks ...gittest.Mark) (hashes []git.Hash) {
		for _, m := range marks {
			hashes = append(hashes, hash(t, r.Hash(m)))
		}
		return hashes
	}
	objects := reader(t, repo)
	got, unreadable, err := ancestry(objects, of(d), nil)
	if err != nil || len(unreadable) > 0 || !slices.Equal(got, of(a, c, b, d)) {
		t.Errorf("order %v, unreadable %v, error %v", got, unreadable, err)
	}
	known := of(c)[0]
	got, _, err = ancestry(objects, of(b, d), func(h git.Hash) bool { return h == known })
	if err != nil || !slices.Equal(got, of(a, b, d)) {
		t.Errorf("order %v, error %v", got, err)
	}
	missing := hash(t, strings.Repeat("1", 40))
	got, unreadable, err = ancestry(objects, []git.Hash{missing, of(a)[0]}, nil)
	if err != nil || !slices.Equal(got, of(a)) || !slices.Equal(unreadable, []git.Hash{missing}) {
		t.Errorf("order %v, unreadable %v, error %v", got, unreadable, err)
	}
}

// TestAncestryOfManyHeads lists what a head adds where it branches off, whatever the order of the tips, and so holds few
// commits open whose children are still to come.
func TestAncestryOfManyHeads(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	var main, heads []gittest.Mark
	for i := range 60 {
		main = append(main, r.Commit(gittest.Commit{Parents: main[max(i-1, 0):]}))
		head := r.Commit(gittest.Commit{Parents: main[i:]})
		if i%10 == 9 { // takes the default branch in again and goes on from another head
			head = r.Commit(gittest.Commit{Parents: []gittest.Mark{head, main[i-2], heads[i-3]}})
		}
		heads = append(heads, head)
	}
	r.Branch("main", main[59])
	for i, h := range heads {
		r.Ref(fmt.Sprintf("refs/pull/%d/head", i), h)
	}
	r.Write()
	tips := []git.Hash{hash(t, r.Hash(main[59]))}
	for _, h := range heads {
		tips = append(tips, hash(t, r.Hash(h)))
	}
	objects := reader(t, open(t, r.Dir))
	random := rand.New(rand.NewPCG(1, 2))
	for range 10 {
		a, err := objects.Ancestry(tips, nil, 0)
		if err != nil || len(a.Order) != 126 || len(a.Unreadable) > 0 {
			t.Fatalf("%d commits, unreadable %v, error %v", len(a.Order), a.Unreadable, err)
		}
		if open := mostOpen(t, a); open > 5 {
			t.Errorf("%d commits wait for children at once", open)
		}
		again, err := objects.Ancestry(tips, nil, 0)
		if err != nil || !slices.Equal(a.Order, again.Order) {
			t.Errorf("another order from the same tips, error %v", err)
		}
		random.Shuffle(len(tips), func(i, k int) { tips[i], tips[k] = tips[k], tips[i] })
	}
}

// TestAncestryKeepsCommits gives the bytes of each commit once, of no more commits than there is room for.
func TestAncestryKeepsCommits(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	var last []gittest.Mark
	for i := range 300 {
		last = []gittest.Mark{r.Commit(gittest.Commit{Parents: last, Message: strings.Repeat("m", 1000*(i%3))})}
	}
	r.Branch("main", last[0])
	r.Write()
	objects := reader(t, open(t, r.Dir))
	for _, keep := range []int64{0, 64 << 10, 100 << 10, 1 << 20} {
		a, err := objects.Ancestry([]git.Hash{hash(t, r.Hash(last[0]))}, nil, keep)
		if err != nil {
			t.Fatal(err)
		}
		var kept int64
		for i, h := range a.Order {
			data := a.Kept.Take(i)
			if data == nil {
				continue
			}
			kept += int64(len(data))
			want, err := objects.Read(h)
			if err != nil || !bytes.Equal(data, want.Data) {
				t.Errorf("commit %d of %d is not what was kept, error %v", i, len(a.Order), err)
			}
			if a.Kept.Take(i) != nil {
				t.Errorf("commit %d is given twice", i)
			}
		}
		if kept > keep || kept < min(keep>>16*60<<10, 300<<10) {
			t.Errorf("%d bytes are kept where %d may be", kept, keep)
		}
	}
}

// mostOpen gives how many commits at most are listed while a child of theirs is not, and checks that parents come first.
func mostOpen(t *testing.T, a *git.Ancestry) int {
	t.Helper()
	children, listed := map[git.Hash]int{}, map[git.Hash]bool{}
	for i := range a.Order {
		for _, p := range a.Parents(i) {
			children[p]++
		}
	}
	open, most := 0, 0
	for i, h := range a.Order {
		if listed[h] {
			t.Fatalf("%s is listed twice", h)
		}
		listed[h] = true
		if children[h] > 0 {
			open++
		}
		most = max(most, open)
		for _, p := range a.Parents(i) {
			if !listed[p] {
				t.Fatalf("%s comes before its parent %s", h, p)
			}
			if children[p]--; children[p] == 0 {
				open--
			}
		}
	}
	return most
}

func TestShallow(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	first := r.Commit(gittest.Commit{})
	second := r.Commit(gittest.Commit{Parents: []gittest.Mark{first}})
	r.Branch("main", second)
	r.Write()
	r.Git("clone", "--quiet", "--bare", "--depth=1", "file://"+r.Dir, filepath.Join(r.Dir, "shallow"))
	repo := open(t, filepath.Join(r.Dir, "shallow"))
	tip := hash(t, r.Hash(second))
	got, unreadable, err := ancestry(reader(t, repo), []git.Hash{tip}, nil)
	if err != nil || !repo.Shallow() || !repo.Cut(tip) || len(unreadable) > 0 || !slices.Equal(got, []git.Hash{tip}) {
		t.Errorf("shallow %v, order %v, unreadable %v, error %v", repo.Shallow(), got, unreadable, err)
	}
}

func TestSettingsOfACommit(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	m := r.Commit(gittest.Commit{Set: gittest.Files{
		".mailmap":           gittest.Text("Ada <ada@example.com>\n"),
		"lib/.mailmap":       gittest.Text("Bob <bob@example.com>\n"),
		".gitattributes":     gittest.Text("*.pb.go linguist-generated\n"),
		"lib/.gitattributes": gittest.Text("* linguist-vendored\n"),
	}})
	r.Branch("main", m)
	r.Write()
	repo := open(t, r.Dir)
	want := git.Settings{
		Mailmap:    "Ada <ada@example.com>\n",
		Attributes: map[string]string{"": "*.pb.go linguist-generated\n", "lib/": "* linguist-vendored\n"},
	}
	got, err := repo.Settings(t.Context(), hash(t, r.Hash(m)))
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("error %v (-want +got):\n%s", err, diff)
	}
}

func TestCancelledReaderEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	objects, err := open(t, gittest.New(t).Dir).Objects(ctx)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := objects.Read(hash(t, strings.Repeat("1", 40)), nil); !errors.Is(err, context.Canceled) && !git.Unreadable(err) {
		t.Errorf("got %v", err)
	}
	if err := objects.Close(); err != nil {
		t.Error(err)
	}
}
