package pack_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"weir/internal/git/pack"
)

// seedPack is a small pack and its index.
func seedPack(t testing.TB, args ...string) (packed, index []byte) {
	t.Helper()
	r := newRepo(t, "sha1")
	r.commit(rand.New(rand.NewPCG(2, 2)), "one", 25)
	r.git(nil, append(args, "repack", "-adfq")...)
	paths, err := filepath.Glob(filepath.Join(r.objects(), "pack", "*.pack"))
	if err != nil || len(paths) != 1 {
		t.Fatal(paths, err)
	}
	packed = read(t, paths[0])
	return packed, read(t, paths[0][:len(paths[0])-len("pack")]+"idx")
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// damage changes bytes: each change is two bytes of place and one of value.
func damage(data, changes []byte) []byte {
	data = bytes.Clone(data)
	for ; len(changes) >= 3; changes = changes[3:] {
		data[int(binary.LittleEndian.Uint16(changes))%len(data)] = changes[2]
	}
	return data
}

// FuzzStore reads damaged packs with damaged indexes. Anything may be wrong with the objects, but
// nothing must crash or take memory without limit, and errors are of the documented kinds.
func FuzzStore(f *testing.F) {
	packed, index := seedPack(f)
	named, namedIndex := seedPack(f, "-c", "repack.useDeltaBaseOffset=false")
	f.Add(false, []byte{}, []byte{})
	f.Add(true, []byte{12, 0, 0xff, 13, 0, 0xff}, []byte{})
	f.Add(true, []byte{40, 0, 0x70}, []byte{0, 10, 7, 0, 12, 9})
	f.Fuzz(func(t *testing.T, byName bool, inPack, inIndex []byte) {
		dir := t.TempDir()
		p, x := packed, index
		if byName {
			p, x = named, namedIndex
		}
		write(t, filepath.Join(dir, "pack", "pack-1.pack"), damage(p, inPack))
		write(t, filepath.Join(dir, "pack", "pack-1.idx"), damage(x, inIndex))
		s, err := pack.Open(dir, pack.Options{MaxObject: 1 << 20})
		if err != nil {
			checkKind(t, err)
			return
		}
		defer func() { _ = s.Close() }()
		for _, bulk := range []bool{false, true} {
			r := s.NewReader(pack.ReaderOptions{Bulk: bulk, CacheBytes: 30000})
			for id, ref := range s.Objects() {
				s.Find(id)
				_, _, err := r.Stat(ref)
				checkKind(t, err)
				o, err := r.Read(ref)
				checkKind(t, err)
				if err == nil {
					o.Release()
				}
			}
			r.Close()
		}
	})
}

func checkKind(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	for _, known := range []error{pack.ErrMissing, pack.ErrUnsupported, pack.ErrTooLarge, pack.ErrCorrupt} {
		if errors.Is(err, known) {
			return
		}
	}
	t.Fatalf("undocumented error: %v", err)
}
