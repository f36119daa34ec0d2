package pack_test

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"weir/internal/git/pack"
)

// verify checks an object against its name.
func verify(id []byte, o *pack.Object) error {
	text := append(fmt.Appendf(nil, "%s %d\x00", o.Kind(), len(o.Bytes())), o.Bytes()...)
	sum1, sum256 := sha1.Sum(text), sha256.Sum256(text)
	if !bytes.Equal(sum1[:], id) && !bytes.Equal(sum256[:], id) {
		return fmt.Errorf("%s %x of %d bytes has another name", o.Kind(), id, len(o.Bytes()))
	}
	return nil
}

func open(t testing.TB, dir string, o pack.Options) *pack.Store {
	t.Helper()
	s, err := pack.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// repo is a generated repository.
type repo struct {
	t        testing.TB
	dir      string
	hashSize int
}

func newRepo(t testing.TB, format string) repo {
	t.Helper()
	r := repo{t, t.TempDir(), 20}
	if format == "sha256" {
		r.hashSize = 32
	}
	r.git(nil, "init", "--quiet", "--bare", "--object-format="+format, ".")
	return r
}

func (r repo) git(in []byte, args ...string) []byte {
	r.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_DIR="+r.dir)
	cmd.Stdin = bytes.NewReader(in)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, errs.Bytes())
	}
	return out
}

func (r repo) objects() string { return filepath.Join(r.dir, "objects") }

func (r repo) open() *pack.Store {
	r.t.Helper()
	return open(r.t, r.objects(), pack.Options{HashSize: r.hashSize})
}

// commit adds n commits to a branch, each changing some of the files.
func (r repo) commit(rnd *rand.Rand, branch string, n int) {
	r.t.Helper()
	var in bytes.Buffer
	files := make([][]byte, 6)
	for i := range n {
		fmt.Fprintf(&in, "commit refs/heads/%s\ncommitter t <t@example.org> %d +0000\ndata 1\n%d\n", branch, i+1, i%10)
		if i == 0 {
			fmt.Fprintln(&in, "deleteall")
		}
		f := rnd.IntN(len(files))
		at := rnd.IntN(len(files[f]) + 1)
		line := fmt.Appendf(nil, "line %d of %s\n", rnd.IntN(1000), branch)
		files[f] = append(files[f][:at:at], append(bytes.Repeat(line, 1+rnd.IntN(30)), files[f][at:]...)...)
		fmt.Fprintf(&in, "M 100644 inline dir/%d\ndata %d\n%s\n", f, len(files[f]), files[f])
	}
	fmt.Fprintf(&in, "tag v-%s\nfrom refs/heads/%s\ntagger t <t@example.org> 1 +0000\ndata 0\n", branch, branch)
	r.git(in.Bytes(), "-c", "fastimport.unpackLimit=0", "fast-import", "--quiet", "--force")
}

// check reads everything that git lists, in all ways, and compares names, kinds and sizes.
func (r repo) check() {
	r.t.Helper()
	s := r.open()
	all := r.git(nil, "cat-file", "--batch-all-objects", "--batch-check")
	for _, o := range []pack.ReaderOptions{{}, {Bulk: true}, {CacheBytes: 1}, {CacheBytes: 20000}, {CacheBytes: 20000, Bulk: true}} {
		reader := s.NewReader(o)
		for range 2 {
			for line := range strings.Lines(string(all)) {
				if err := checkObject(s, reader, strings.Fields(line)); err != nil {
					r.t.Fatalf("%+v: %v", o, err)
				}
			}
		}
		reader.Close()
	}
}

// checkObject compares an object with a line of git cat-file --batch-check.
func checkObject(s *pack.Store, r *pack.Reader, want []string) error {
	var id []byte
	if _, err := fmt.Sscanf(want[0], "%x", &id); err != nil {
		return err
	}
	ref, ok := s.Find(id)
	if !ok {
		return fmt.Errorf("%s is not found", want[0])
	}
	kind, size, err := r.Stat(ref)
	if err != nil || kind.String() != want[1] || strconv.FormatInt(size, 10) != want[2] {
		return fmt.Errorf("stat gives %s %d %w, want %s", kind, size, err, want)
	}
	o, err := r.Read(ref)
	if err != nil {
		return fmt.Errorf("%s: %w", want[0], err)
	}
	defer o.Release()
	return verify(id, o)
}

func TestStores(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"sha1", "sha256"} {
		for name, prepare := range stores {
			t.Run(format+" "+name, func(t *testing.T) {
				t.Parallel()
				r := newRepo(t, format)
				rnd := rand.New(rand.NewPCG(1, 1))
				r.commit(rnd, "one", 120)
				prepare(r, rnd)
				r.check()
			})
		}
	}
}

var stores = map[string]func(repo, *rand.Rand){
	"one pack":     func(r repo, _ *rand.Rand) { r.git(nil, "repack", "-adfq", "--depth=50") },
	"deep chains":  func(r repo, _ *rand.Rand) { r.git(nil, "repack", "-adfq", "--depth=4000", "--window=200") },
	"named deltas": func(r repo, _ *rand.Rand) { r.git(nil, "-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq") },
	"no compression": func(r repo, _ *rand.Rand) {
		r.git(nil, "-c", "core.compression=0", "repack", "-adfFq")
	},
	"several packs": func(r repo, rnd *rand.Rand) {
		for i := range 5 {
			r.commit(rnd, fmt.Sprint("more", i), 10)
			r.git(nil, "repack", "-dq")
		}
	},
	"multi-pack-index": func(r repo, rnd *rand.Rand) {
		r.commit(rnd, "more", 10)
		r.git(nil, "repack", "-dq")
		r.git(nil, "multi-pack-index", "write")
	},
	"loose objects": func(r repo, rnd *rand.Rand) { unpack(r) },
	"loose and packed": func(r repo, rnd *rand.Rand) {
		unpack(r)
		r.commit(rnd, "more", 30)
	},
	"alternates": func(r repo, rnd *rand.Rand) {
		other := r
		other.dir = filepath.Join(r.t.TempDir(), "other")
		if err := os.Rename(r.dir, other.dir); err != nil {
			r.t.Fatal(err)
		}
		if err := os.Mkdir(r.dir, 0o700); err != nil {
			r.t.Fatal(err)
		}
		r.git(nil, "init", "--quiet", "--bare", fmt.Sprintf("--object-format=sha%d", map[int]int{20: 1, 32: 256}[r.hashSize]), ".")
		write(r.t, filepath.Join(r.objects(), "info", "alternates"), []byte("# borrowed\n"+other.objects()+"\n"))
		write(r.t, filepath.Join(other.objects(), "info", "alternates"), []byte("../../"+filepath.Base(other.dir)+"/objects\n"))
		r.commit(rnd, "more", 20)
	},
	"empty": func(r repo, _ *rand.Rand) {
		if err := os.RemoveAll(r.objects()); err != nil {
			r.t.Fatal(err)
		}
		r.git(nil, "init", "--quiet", "--bare", ".")
	},
	"empty blob": func(r repo, _ *rand.Rand) {
		r.git(nil, "hash-object", "-w", "--stdin")
		r.git(nil, "repack", "-adq", "--keep-unreachable")
	},
}

// unpack makes all objects loose.
func unpack(r repo) {
	packs, err := filepath.Glob(filepath.Join(r.objects(), "pack", "*.pack"))
	if err != nil {
		r.t.Fatal(err)
	}
	for _, p := range packs {
		away := filepath.Join(r.t.TempDir(), "pack")
		if err := os.Rename(p, away); err != nil {
			r.t.Fatal(err)
		}
		if err := os.Remove(strings.TrimSuffix(p, ".pack") + ".idx"); err != nil {
			r.t.Fatal(err)
		}
		data, err := os.ReadFile(away)
		if err != nil {
			r.t.Fatal(err)
		}
		r.git(data, "unpack-objects", "-q")
	}
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFallback(t *testing.T) {
	t.Parallel()
	r := newRepo(t, "sha1")
	r.commit(rand.New(rand.NewPCG(1, 1)), "one", 50)
	s := r.open()
	if _, err := s.NewReader(pack.ReaderOptions{}).ReadName(bytes.Repeat([]byte{7}, 20)); !errors.Is(err, pack.ErrMissing) {
		t.Errorf("absent object: %v", err)
	}
	if _, ok := s.Find([]byte{1, 2}); ok {
		t.Error("found an object by a short name")
	}
	if _, err := pack.Open(r.objects(), pack.Options{HashSize: 16}); !errors.Is(err, pack.ErrUnsupported) {
		t.Errorf("names of 16 bytes: %v", err)
	}
	small := open(t, r.objects(), pack.Options{MaxObject: 100})
	large := 0
	reader := small.NewReader(pack.ReaderOptions{})
	for _, ref := range small.Objects() {
		o, err := reader.Read(ref)
		if _, size, statErr := reader.Stat(ref); statErr != nil || size > 100 != errors.Is(err, pack.ErrTooLarge) {
			t.Fatalf("object of %d bytes: %v %v", size, err, statErr)
		}
		if err != nil {
			large++
			continue
		}
		o.Release()
	}
	if large == 0 {
		t.Error("no object was too large")
	}
	idx, _ := filepath.Glob(filepath.Join(r.objects(), "pack", "*.idx"))
	r.git(nil, "multi-pack-index", "write")
	if err := os.Remove(idx[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := pack.Open(r.objects(), pack.Options{}); !errors.Is(err, pack.ErrUnsupported) {
		t.Errorf("pack with a multi-pack-index only: %v", err)
	}
}

func TestReadersShareAStore(t *testing.T) {
	t.Parallel()
	r := newRepo(t, "sha1")
	r.commit(rand.New(rand.NewPCG(1, 1)), "one", 100)
	r.git(nil, "repack", "-adfq")
	s := r.open()
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			reader := s.NewReader(pack.ReaderOptions{CacheBytes: 40000, Bulk: i%2 == 0})
			defer reader.Close()
			for id, ref := range s.Objects() {
				o, err := reader.Read(ref)
				if err == nil {
					err = verify(id, o)
				}
				if err != nil {
					t.Error(err)
					return
				}
				o.Release()
			}
		})
	}
	all.Wait()
}
