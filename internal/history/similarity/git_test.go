package similarity_test

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"weir/internal/history/similarity"
)

var (
	changeCount = flag.Int("changes", 1500, "random changes to compare with git")
	changeSeed  = flag.Uint64("changeseed", 1, "seed of the random changes")
)

func git(t testing.TB, dir string, in []byte, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_DIR="+dir)
	cmd.Stdin = bytes.NewReader(in)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, errs.Bytes())
	}
	return string(out)
}

// rules finds out which score this machine's git computes: whether it sees the last part.
func rules(t testing.TB) similarity.Rules {
	t.Helper()
	long := strings.Repeat("x", 40)
	dir := t.TempDir()
	git(t, dir, nil, "init", "--quiet", "--bare", ".")
	c := change{
		old:   []entry{{"a", "100644", []byte("1\n" + long)}},
		added: []entry{{"b", "100644", []byte("2\n" + long)}},
	}
	git(t, dir, fastImport([]change{c}), "fast-import", "--quiet")
	raw := git(t, dir, nil, "diff-tree", "-M", "main^", "main")
	return similarity.Rules{DropLastPart: !strings.Contains(raw, "R0")}
}

// blobs serves the contents of a change.
type blobs struct {
	rules similarity.Rules
	data  map[uint64][]byte
}

func (b *blobs) add(data []byte) uint64 {
	h := fnv.New64a()
	h.Write(data)
	b.data[h.Sum64()] = data
	return h.Sum64()
}

func (b *blobs) Size(id uint64) (int64, error) { return int64(len(b.data[id])), nil }

func (b *blobs) Signature(id uint64) (*similarity.Signature, error) {
	return similarity.Sign(b.data[id], b.rules), nil
}

// files turns entries into files in the order of git's trees.
func (b *blobs) files(entries []entry) []similarity.File[uint64] {
	var files []similarity.File[uint64]
	for _, e := range entries {
		m, _ := strconv.ParseUint(e.mode, 8, 32)
		files = append(files, similarity.File[uint64]{Path: e.path, Mode: uint32(m), Blob: b.add(e.data)})
	}
	slices.SortFunc(files, func(x, y similarity.File[uint64]) int { return cmp.Compare(x.Path, y.Path) })
	return files
}

func TestBestEqualsGitForOneDestination(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(*changeSeed, 0))
	changes := make([]change, *changeCount)
	for i := range changes {
		changes[i] = randomChange(r, 1)
	}
	dir := t.TempDir()
	git(t, dir, nil, "init", "--quiet", "--bare", ".")
	git(t, dir, fastImport(changes), "fast-import", "--quiet")
	want := gitRenames(t, dir, len(changes))
	ours := rules(t)
	renames := 0
	for i, c := range changes {
		got := best(t, c, c.added[0], ours)
		if got != want[i] {
			t.Fatalf("change %d: got %q, git says %q\n%q", i, got, want[i], c)
		}
		if got != "" {
			renames++
		}
	}
	t.Logf("%d of %d were renames", renames, len(changes))
}

// best returns the choice in the form "R087 path".
func best(t testing.TB, c change, dst entry, r similarity.Rules) string {
	t.Helper()
	b := &blobs{rules: r, data: map[uint64][]byte{}}
	files := b.files(c.old)
	m, err := similarity.NewSources(files, b, nil).Best(b.files([]entry{dst})[0])
	if err != nil {
		t.Fatal(err)
	}
	if m.Index < 0 {
		return ""
	}
	return fmt.Sprintf("R%03d %s", similarity.Percent(m.Score), files[m.Index].Path)
}

// gitRenames returns git's renames by number of the change, in the form of best.
func gitRenames(t testing.TB, dir string, n int) []string {
	t.Helper()
	out := git(t, dir, nil, "log", "--raw", "-M", "--no-abbrev", "--format=#%s", "main")
	renames := make([]string, n)
	current := -1
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		if subject, found := strings.CutPrefix(line, "#"); found {
			current = -1
			if i, err := strconv.Atoi(subject); err == nil {
				current = i
			}
		}
		if f := strings.Fields(line); current >= 0 && len(f) == 7 && f[4][0] == 'R' {
			renames[current] = f[4] + " " + f[5]
		}
	}
	return renames
}

func TestBestEqualsBlameForSeveralDestinations(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(*changeSeed, 1))
	ours := rules(t)
	for range 40 {
		c := randomChange(r, 3)
		dir := t.TempDir()
		git(t, dir, nil, "init", "--quiet", "--bare", ".")
		git(t, dir, fastImport([]change{c}), "fast-import", "--quiet")
		for _, dst := range c.added {
			_, got, _ := strings.Cut(best(t, c, dst, ours), " ")
			blame := git(t, dir, nil, "blame", "--porcelain", "main", "--", dst.path)
			if want := blamedName(blame); want != "" && got != want {
				t.Fatalf("%s: got %q, git blame says %q\n%q", dst.path, got, want, c)
			}
		}
	}
}

// blamedName returns the other path that a porcelain blame names, if any.
func blamedName(blame string) string {
	for line := range strings.Lines(blame) {
		if name, found := strings.CutPrefix(line, "filename old/"); found {
			return "old/" + strings.TrimSpace(name)
		}
	}
	return ""
}

func TestIdenticalBlobs(t *testing.T) {
	t.Parallel()
	for _, at := range []int{0, 50, 98, 99, 100, 101, 149} {
		c := change{added: []entry{{"new/name", "100644", []byte("same\n")}}}
		for i := range 150 {
			path := fmt.Sprintf("old/%03d/x", i)
			if i == at {
				path = fmt.Sprintf("old/%03d/name", i)
			}
			c.old = append(c.old, entry{path, "100644", []byte("same\n")})
		}
		dir := t.TempDir()
		git(t, dir, nil, "init", "--quiet", "--bare", ".")
		git(t, dir, fastImport([]change{c}), "fast-import", "--quiet")
		want := gitRenames(t, dir, 1)[0]
		if got := best(t, c, c.added[0], similarity.Rules{}); got != want {
			t.Errorf("same base name at %d: got %q, git says %q", at, got, want)
		}
	}
}
