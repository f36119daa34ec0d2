package history

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/git/gittest"
	"weir/internal/history/similarity"
)

// manyBlobs makes a text for every id.
type manyBlobs struct{ read int }

func (m *manyBlobs) Read(h git.Hash) (git.Object, error) {
	m.read++
	n := 1 + int(binary.LittleEndian.Uint16(h.Raw()))
	data := []byte(strings.Repeat("a line of some text\n", n%3000))
	return git.Object{Kind: git.KindBlob, Size: int64(len(data)), Data: data}, nil
}

func (m *manyBlobs) Size(git.Hash) (int64, bool) { return 0, false }

// TestContentsStayBelowTheirLimit reads texts that are many times the limit together, in an order that comes back to
// some: the account equals what is held, and is never above the limit unless one text alone is.
func TestContentsStayBelowTheirLimit(t *testing.T) {
	t.Parallel()
	const limit = 1 << 20
	blobs := &manyBlobs{}
	c := newContents(blobs, limit, 64<<20, similarity.Rules{})
	r := rand.New(rand.NewPCG(1, 2))
	total := int64(0)
	for range 5000 {
		id := make([]byte, 20)
		binary.LittleEndian.PutUint64(id, uint64(r.IntN(400)))
		got, err := c.get(git.HashOf(id), nil)
		if err != nil {
			t.Fatal(err)
		}
		total += got.footprint()
		got.release()
		held := int64(0)
		for _, kept := range c.byID {
			held += kept.footprint()
		}
		if held != c.held || held > limit && len(c.byID) > 1 {
			t.Fatalf("%d bytes are held, %d by the account, of %d allowed", held, c.held, limit)
		}
	}
	if total < 20*limit || blobs.read < 400 || blobs.read == 5000 {
		t.Errorf("%d bytes asked for, %d blobs read: the test has lost its point", total, blobs.read)
	}
}

// TestContentsGrowByWhatIsWantedAgain goes through more texts than are kept at first: those wanted once do not change that, those
// wanted again do until all of them stay.
func TestContentsGrowByWhatIsWantedAgain(t *testing.T) {
	t.Parallel()
	blobs := &manyBlobs{}
	c := newContents(blobs, 64*firstLimit, 64<<20, similarity.Rules{})
	through := func() (read int) {
		before := blobs.read
		for i := range 400 {
			id := make([]byte, 20)
			binary.LittleEndian.PutUint64(id, uint64(2500+i)) // of some 50 kB each
			got, err := c.get(git.HashOf(id), nil)
			if err != nil {
				t.Fatal(err)
			}
			got.release()
		}
		return blobs.read - before
	}
	if through(); c.held > firstLimit || len(c.byID) == 400 {
		t.Fatalf("%d bytes are held of what was wanted once, want %d at most", c.held, firstLimit)
	}
	through()
	if read := through(); read != 0 {
		t.Errorf("%d of 400 were read a third time", read)
	}
}

// TestLookedUpVersionsStayBelowTheirLimit fills what is kept of an earlier run's versions with files of many stretches.
func TestLookedUpVersionsStayBelowTheirLimit(t *testing.T) {
	t.Parallel()
	s := newState(Options{MemoryLimit: 32 << 20})
	most := 0
	for i := range 3000 {
		o := make(owners, 0, 100)
		for k := range 100 * (1 + i%30) {
			o = append(o, stretch{uint32(k + 1), facts.CommitNumber(k%2 + 1)})
		}
		s.remember(versionID(i+1), &loaded{owners: o})
		sum := 0
		for _, l := range s.known {
			sum += len(l.owners)
		}
		most = max(most, sum)
		if s.known[versionID(i+1)] == nil {
			t.Fatal("the version that was just looked up is gone")
		}
	}
	if bytes := most * 8; bytes > 1<<20+8*3000 || bytes < 1<<18 {
		t.Errorf("%d bytes of owners at most, where 1 MiB is allowed", bytes)
	}
}

// oneBlob is the same for every id.
type oneBlob []byte

func (b oneBlob) Read(git.Hash) (git.Object, error) {
	return git.Object{Kind: git.KindBlob, Size: int64(len(b)), Data: b}, nil
}

func (b oneBlob) Size(git.Hash) (int64, bool) { return int64(len(b)), true }

// TestTextOfTooManyLines takes a text of very short lines for too large before it becomes nine times as large.
func TestTextOfTooManyLines(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		lines int
		end   string
		kind  facts.FileKind
	}{
		{mostLines, "", facts.KindText},
		{mostLines - 1, "x", facts.KindText},
		{mostLines, "x", facts.KindTooLarge},
		{mostLines + 1, "", facts.KindTooLarge},
	} {
		text := oneBlob(append(bytes.Repeat([]byte{'\n'}, test.lines), test.end...))
		got, err := newContents(text, 1, 64<<20, similarity.Rules{}).get(git.HashOf(make([]byte, 20)), nil)
		if err != nil || got.kind != test.kind || got.lines != test.lines+len(test.end) {
			t.Errorf("%d lines and %q: kind %v, %d lines, %v", test.lines, test.end, got.kind, got.lines, err)
		}
	}
}

// TestHeadsKeepFewDirectories replays the trees of a branch of 80 commits with a squashed pull request at each: the
// directories of a commit are let go of when the heads that branched off it are done, not at the end of the branch.
func TestHeadsKeepFewDirectories(t *testing.T) {
	t.Parallel()
	g := gittest.New(t)
	var main []gittest.Mark
	for i := range 80 {
		set := gittest.Files{fmt.Sprintf("d%d/f", i): gittest.Text("text\n")}
		main = append(main, g.Commit(gittest.Commit{Parents: main[max(i-1, 0):], Set: set}))
		head := g.Commit(gittest.Commit{Parents: main[i:], Set: gittest.Files{fmt.Sprintf("d%d/f", i+1): gittest.Text("text\n")}})
		g.Ref(fmt.Sprintf("refs/pull/%d/head", i+1), head)
	}
	g.Branch("main", main[79])
	g.Write()
	repo, err := git.Open(t.Context(), g.Dir)
	if err != nil {
		t.Fatal(err)
	}
	var tips []git.Hash
	for _, h := range strings.Fields(g.Git("for-each-ref", "--format=%(objectname)")) {
		hash, err := git.ParseHash(h)
		if err != nil {
			t.Fatal(err)
		}
		tips = append(tips, hash)
	}
	if most, planned := mostRoots(t, repo, tips); most > 3 || planned != 160 {
		t.Errorf("the directories of %d commits are held at once, of %d", most, planned)
	}
}

// mostRoots runs the first stage alone and gives how many commits' directories it held at most.
func mostRoots(t *testing.T, repo *git.Repository, tips []git.Hash) (most, planned int) {
	t.Helper()
	r := &run{repo: repo, options: Options{Tips: tips}.withDefaults(), summary: &Summary{}}
	if err := r.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.store = repo.Store(t.Context(), r.options.MaxBlob)
	trees := r.store.Reader(git.ReaderOptions{Whole: true})
	defer func() {
		if err := errors.Join(trees.Close(), r.store.Close(), r.state.close(true)); err != nil {
			t.Error(err)
		}
	}()
	if err := r.number(); err != nil {
		t.Fatal(err)
	}
	p, err := r.planter(trees, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, h := range r.state.plan {
		j, err := p.start(h, i)
		if err == nil {
			err = p.plant(j)
		}
		if err != nil {
			t.Fatal(err)
		}
		most = max(most, len(p.roots))
	}
	return most, len(r.state.plan)
}
