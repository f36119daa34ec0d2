package history

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/git/gittest"
	"weir/internal/git/pack/inflate"
)

// FuzzCheckpoint reads records as they come out of a sound frame, whatever they hold: all of it has to be refused, or
// make sense, in bounded time and memory.
func FuzzCheckpoint(f *testing.F) {
	seed := seedCheckpoint(f)
	f.Add(seed)
	f.Add(seed[:len(seed)/2])
	f.Fuzz(func(t *testing.T, seed []byte) {
		s := newState(Options{})
		s.files = &stateFiles{hashSize: 20}
		if _, _, err := records(seed, 0, math.MaxInt, func(data []byte, from, to int) error {
			s.data = data
			return s.index(from, to)
		}); err != nil {
			refused(t, err)
			return
		}
		s.hold()
		for n := range s.heldCommits {
			root := s.stored(facts.CommitNumber(n + 1))
			for _, path := range s.heldPaths {
				v := &version{stored: true, root: root}
				err := v.resolve(path)
				if err == nil {
					err = s.load(v)
				}
				if err != nil {
					refused(t, err)
				} else {
					sound(t, v.owners)
				}
			}
		}
	})
}

// refused fails when an error is not the one that has the checkpoint made again.
func refused(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, errState) {
		t.Fatalf("refused with %v", err)
	}
}

// sound fails when the stretches do not ascend.
func sound(t *testing.T, o owners) {
	t.Helper()
	line := uint32(0)
	for _, s := range o {
		if s.end <= line {
			t.Fatalf("a stretch ends at line %d after line %d", s.end, line)
		}
		line = s.end
	}
}

// seedCheckpoint replays a small history and takes its checkpoint apart.
func seedCheckpoint(f *testing.F) (records []byte) {
	f.Helper()
	dir := f.TempDir()
	replaySeed(f, dir)
	_, log := readState(f, dir)
	var decoder inflate.Decoder
	if _, err := frames(log, func(_ int, payload []byte) (err error) {
		records, err = unpack(&decoder, records, payload)
		return err
	}); err != nil {
		f.Fatal(err)
	}
	return records
}

// seedRepository holds a little of everything that a record can say.
func seedRepository(f *testing.F) (*git.Repository, git.Hash) {
	f.Helper()
	r := gittest.New(f)
	first := r.Commit(gittest.Commit{Set: gittest.Files{
		"a": gittest.Text("1\n2\n3\n4\n"), "b/c": gittest.Text("x\ny\n"), "d": gittest.Text("\x00binary"),
	}})
	side := r.Commit(gittest.Commit{Parents: []gittest.Mark{first}, Set: gittest.Files{"a": gittest.Text("1\nside\n3\n4\n")}})
	main := r.Commit(gittest.Commit{Parents: []gittest.Mark{first}, Set: gittest.Files{"a": gittest.Text("1\n2\n3\nmain\n")}})
	last := r.Commit(gittest.Commit{Parents: []gittest.Mark{main, side}, Set: gittest.Files{"a": gittest.Text("1\nside\n3\nmain\n5\n")}})
	last = r.Commit(gittest.Commit{Parents: []gittest.Mark{last}, Set: gittest.Files{"d": gittest.Text("text\n"), "e": gittest.Text("x\ny\nz\n")}})
	r.Branch("main", last)
	r.Write()
	if err := os.WriteFile(filepath.Join(r.Dir, "shallow"), []byte(r.Hash(first)+"\n"), 0o600); err != nil {
		f.Fatal(err)
	}
	repo, err := git.Open(f.Context(), r.Dir)
	if err != nil {
		f.Fatal(err)
	}
	tip, err := repo.Resolve(f.Context(), "main")
	if err != nil {
		f.Fatal(err)
	}
	return repo, tip
}
