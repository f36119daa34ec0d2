package history_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	pathpkg "path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/git/gittest"
	"weir/internal/history"
)

// comparison holds the line history of a whole repository against git's own answers. It is filled by one replay.
type comparison struct {
	*testing.T
	dir    string
	repo   *git.Repository
	head   git.Hash
	hashes []string // of the commits by their numbers less one
	// renames are all that the replay found, by the new path.
	renames map[string][]renamed
	counts  map[string][]fileCount
	// problems holds what the replay could not read or attribute, by path; allProblems is false when it told of a part only.
	problems    map[string]string
	allProblems bool
	// seen counts the file changes that delete lines; sample holds some of them, each as likely as any other.
	seen   int
	sample []deletion
	random *rand.Rand
	// unexplained counts differences that fit none of the known classes.
	unexplained int
}

// renamed is where a path came from in one commit.
type renamed struct{ commit, from string }

// deletion is a file change that deletes lines.
type deletion struct {
	parent       facts.CommitNumber
	commit, path string // the path is that in the parent
	hunks        []facts.Hunk
}

// TestCompareRepository is run by scripts/compare-blame, which says what the settings mean.
func TestCompareRepository(t *testing.T) {
	dir := os.Getenv("WEIR_COMPARE_REPO")
	if dir == "" {
		t.Skip("WEIR_COMPARE_REPO names no git directory; run scripts/compare-blame REPOSITORY")
	}
	c := newComparison(t, dir)
	state := t.TempDir()
	sum := c.replay(state, setting("WEIR_COMPARE_CHANGES", 300))
	fmt.Fprintf(t.Output(), "%s: %s, %d commits, %s, %d problems\n",
		dir, c.head, sum.Commits, strings.TrimSpace(c.git("version")), sum.ProblemCount)
	parts := cmp.Or(os.Getenv("WEIR_COMPARE_PARTS"), "blame deleted counts")
	for _, part := range strings.Fields(parts) {
		switch part {
		case "blame":
			c.compareFiles(state, setting("WEIR_COMPARE_FILES", 0))
		case "deleted":
			c.compareDeleted()
		case "counts":
			c.compareCounts()
		default:
			t.Fatalf("WEIR_COMPARE_PARTS has %q; it may hold blame, deleted and counts", part)
		}
	}
	if c.unexplained > 0 {
		t.Errorf("%d differences without an explanation", c.unexplained)
	}
}

func newComparison(t *testing.T, dir string) *comparison {
	repo, err := git.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	head, err := repo.Resolve(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	return &comparison{
		T: t, dir: dir, repo: repo, head: head, random: rand.New(rand.NewPCG(1, 2)),
		renames: map[string][]renamed{}, counts: map[string][]fileCount{},
	}
}

func setting(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// replay reads the history of HEAD once and notes what the comparisons need.
func (c *comparison) replay(state string, sample int) *history.Summary {
	o := history.Options{StateDir: state, Tips: []git.Hash{c.head}, NoPatchIDs: true}
	sum, err := history.Replay(c.Context(), c.repo, o, func(commit *history.Commit) error {
		c.hashes = append(c.hashes, commit.Hash)
		if commit.Merge() {
			return nil
		}
		for i := range commit.Files {
			f := &commit.Files[i]
			c.note(commit, f)
			if f.Deleted > 0 && commit.Parents == 1 {
				c.draw(sample, commit, f)
			}
		}
		return nil
	})
	if err != nil {
		c.Fatal(err)
	}
	c.problems, c.allProblems = map[string]string{}, len(sum.Problems) == sum.ProblemCount
	for _, p := range sum.Problems {
		c.problems[p.Path] = p.Code
	}
	return sum
}

// excuse names what the replay said of a path, of a folder that it is in or of a name that it had before: nobody's lines
// need one. It is "" when nothing was said.
func (c *comparison) excuse(path string) string {
	asked := map[string]bool{}
	for ask := []string{path}; len(ask) > 0; ask = ask[1:] {
		for at := ask[0]; at != "" && at != "." && !asked[at]; at = pathpkg.Dir(at) {
			asked[at] = true
			if code := c.problems[at]; code != "" {
				return "unattributed, " + code
			}
			for _, r := range c.renames[at] {
				ask = append(ask, r.from)
			}
		}
	}
	switch {
	case c.problems[""] != "":
		return "unattributed, a commit is " + c.problems[""]
	case !c.allProblems:
		return "unattributed, with more problems than were told"
	}
	return ""
}

func (c *comparison) note(commit *history.Commit, f *facts.FileChange) {
	c.counts[commit.Hash] = append(c.counts[commit.Hash], fileCount{
		path: f.Path, old: f.OldPath, added: f.Added, deleted: f.Deleted, kind: f.Kind,
	})
	if f.OldPath != "" {
		c.renames[f.Path] = append(c.renames[f.Path], renamed{commit.Hash, f.OldPath})
	}
}

// draw keeps a file change in the sample by chance, so that in the end each is there with the same likelihood.
func (c *comparison) draw(size int, commit *history.Commit, f *facts.FileChange) {
	c.seen++
	at := len(c.sample)
	if at < size {
		c.sample = append(c.sample, deletion{})
	} else if at = c.random.IntN(c.seen); at >= size {
		return
	}
	d := deletion{commit.ParentNumbers[0], commit.Hash, cmp.Or(f.OldPath, f.Path), slices.Clone(f.Hunks)}
	for i := range d.hunks {
		d.hunks[i].Touched = slices.Clone(d.hunks[i].Touched)
	}
	c.sample[at] = d
}

// git runs git in the repository and gives what it prints.
func (c *comparison) git(args ...string) string {
	out, err := gitOutput(c.Context(), c.dir, args...)
	if err != nil {
		c.Fatal(err)
	}
	return out
}

func gitOutput(ctx context.Context, dir string, args ...string) (string, error) {
	out, err := gitCommand(ctx, dir, args...).Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w", strings.Join(args, " "), err)
	}
	return string(out), nil
}

// gitCommand is git as we compare with it: without a work tree, whose attributes it would follow, and without the
// .mailmap that git blame takes from there, or from HEAD.
func gitCommand(ctx context.Context, dir string, args ...string) *exec.Cmd {
	plain := []string{"--git-dir", dir, "--no-replace-objects", "-c", "core.bare=true", "-c", "mailmap.blob="}
	cmd := exec.CommandContext(ctx, "git", append(plain, args...)...)
	cmd.Dir, cmd.Env = dir, gittest.Environ()
	return cmd
}

// differ prints one difference and counts it when nothing explains it.
func (c *comparison) differ(class, format string, args ...any) {
	if class == "" {
		class = "unexplained"
		c.unexplained++
	}
	fmt.Fprintf(c.Output(), "  "+format+": %s\n", append(args, class)...)
}

func percent(part, whole int) float64 {
	if whole == 0 {
		return 100
	}
	return 100 * float64(part) / float64(whole)
}

// printClasses prints how often each class occurred.
func (c *comparison) printClasses(classes map[string]int) {
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		fmt.Fprintf(c.Output(), "  class %q: %d\n", class, classes[class])
	}
}
