package generate

import (
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"weir/internal/ghes"
)

// The repositories for load tests are simple: slots files of a few lines. A pull request writes one to
// three of them anew, in one or more commits; most are merged, in all three ways.
const (
	slots     = 64
	loadLines = 12
)

func filesOf(number int) int { return 1 + number%3 }

func methodOf(number int) ghes.MergeMethod {
	return []ghes.MergeMethod{ghes.Merge, ghes.Squash, ghes.Rebase}[number%3]
}

func slotName(number int) string { return fmt.Sprintf("hold/slot%02d.go", number%slots) }

// slotText is what a pull request writes; steps before the last differ in one line.
func slotText(number, step int) []byte {
	var b strings.Builder
	for line := range loadLines - 1 {
		fmt.Fprintf(&b, "// Line %d as pull request %d has it.\n", line, number)
	}
	fmt.Fprintf(&b, "// Step %d of %d.\n", step, number)
	return []byte(b.String())
}

// loadCommits are the ids of a repo's commits, packed.
type loadCommits struct {
	ids   []byte // 20 bytes each
	start []uint32
}

// madeCommits are those of one pull request.
type madeCommits struct {
	base, merge string
	list        []string
}

// of gives those of a number: base, what the merge made, then the pull request's own.
func (c *loadCommits) of(number int) madeCommits {
	from, to := c.start[number], c.start[number+1]
	id := func(n uint32) string { return hex.EncodeToString(c.ids[20*n : 20*n+20]) }
	m := madeCommits{base: id(from), merge: id(from + 1)}
	for n := from + 2; n < to; n++ {
		m.list = append(m.list, id(n))
	}
	return m
}

func (c *loadCommits) add(ids ...string) error {
	for _, id := range ids {
		raw, err := hex.DecodeString(id)
		if err != nil || len(raw) != 20 {
			return fmt.Errorf("object id %q", id)
		}
		c.ids = append(c.ids, raw...)
	}
	return nil
}

// prepare makes the repository, or finds it as an earlier call left it.
func (s *loadSource) prepare(ctx context.Context) error {
	key := fmt.Sprintf("seed %d, pulls %d, people %d, giant %v, until %s", s.seed, s.pulls, s.people, s.giant, s.now.Format(time.RFC3339))
	if s.commits = readLoad(s.dir, key, s.numbers()); s.commits != nil {
		return nil
	}
	if err := os.RemoveAll(s.dir); err != nil {
		return err
	}
	if err := initBare(ctx, s.dir); err != nil {
		return err
	}
	out, err := openStream(ctx, s.dir)
	if err != nil {
		return err
	}
	w := &loadWriter{s: s, out: out}
	w.write()
	ids, err := out.close()
	if err != nil {
		return err
	}
	if s.commits, err = w.commits(ids); err != nil {
		return err
	}
	if err := w.packRefs(ids); err != nil {
		return err
	}
	return writeLoad(s.dir, key, s.commits)
}

// loadWriter writes the history of one repo.
type loadWriter struct {
	s   *loadSource
	out *stream
	tip int
	// marks of each number: base, merge or 0, then the commits.
	marks [][]int
	// openHeads are branches that still exist: those of open pull requests.
	openHeads []int
}

// scratch is the reference on which all branches are written: each commit says what it comes from.
const scratch = "refs/scratch/work"

func (w *loadWriter) write() {
	by := w.signature(1, w.s.at(0))
	files := map[string]int{}
	for slot := range slots {
		files[slotName(slot)] = w.out.blob(slotText(-slot-1, 0))
	}
	w.tip = w.out.commit(commit{ref: "refs/heads/main", author: by, committer: by, message: "Lay the keel\n", changes: loadChanges(files)})
	w.marks = make([][]int, w.s.numbers()+1)
	for number := 1; number <= w.s.numbers(); number++ {
		if h := w.s.shape(number); h.pull {
			w.pull(h)
		}
	}
}

func (w *loadWriter) signature(person int, at time.Time) signature {
	u := sailor(person)
	return signature{Alias{u.Name, u.Emails[0]}, at}
}

func loadChanges(files map[string]int) []change {
	var list []change
	for path, blob := range files {
		list = append(list, change{path, "100644", blob})
	}
	slices.SortFunc(list, func(a, b change) int { return strings.Compare(a.path, b.path) })
	return list
}

// pull writes the commits of one pull request and what became of it.
func (w *loadWriter) pull(h shape) {
	person := 1 + h.number%w.s.people
	marks := []int{w.tip, 0}
	head := w.tip
	final := map[string]int{}
	for n := range filesOf(h.number) {
		final[slotName(h.number+n)] = w.out.blob(slotText(h.number, h.commits-1))
	}
	for step := range h.commits {
		files := final
		if step < h.commits-1 {
			files = map[string]int{slotName(h.number): w.out.blob(slotText(h.number, step))}
		}
		by := w.signature(person, h.moment(step, 4*h.commits))
		head = w.out.commit(commit{
			ref: scratch, author: by, committer: by, from: head, changes: loadChanges(files),
			message: fmt.Sprintf("Work on %d, step %d\n", h.number, step+1),
		})
		marks = append(marks, head)
	}
	if h.merged {
		marks[1] = w.merge(h, person, head, final)
	} else if !h.closed {
		w.openHeads = append(w.openHeads, h.number)
	}
	w.marks[h.number] = marks
}

func (w *loadWriter) merge(h shape, person, head int, final map[string]int) int {
	c := commit{
		ref: "refs/heads/main", author: w.signature(person, h.ended), committer: web(h.ended), from: w.tip,
		message: fmt.Sprintf("Work on %d (#%d)\n", h.number, h.number), changes: loadChanges(final),
	}
	if methodOf(h.number) == ghes.Merge {
		c.merge = []int{head}
		c.message = fmt.Sprintf("Merge pull request #%d from fleet/work-%d\n", h.number, h.number)
	}
	w.tip = w.out.commit(c)
	return w.tip
}

// commits are the ids in order of number.
func (w *loadWriter) commits(ids map[int]string) (*loadCommits, error) {
	c := &loadCommits{start: make([]uint32, w.s.numbers()+2)}
	none := strings.Repeat("0", 40)
	for number := 1; number <= w.s.numbers(); number++ {
		c.start[number] = uint32(len(c.ids) / 20)
		for _, mark := range w.marks[number] {
			id := ids[mark]
			if mark == 0 {
				id = none
			}
			if err := c.add(id); err != nil {
				return nil, err
			}
		}
	}
	c.start[w.s.numbers()+1] = uint32(len(c.ids) / 20)
	return c, nil
}

// packRefs names the heads of all pull requests in one file, which is what git itself would make of
// a hundred thousand references, only sooner.
func (w *loadWriter) packRefs(ids map[int]string) error {
	var lines []string
	for number, marks := range w.marks {
		if marks != nil {
			lines = append(lines, fmt.Sprintf("%s refs/pull/%d/head", ids[marks[len(marks)-1]], number))
		}
	}
	for _, number := range w.openHeads {
		marks := w.marks[number]
		lines = append(lines, fmt.Sprintf("%s refs/heads/work-%d", ids[marks[len(marks)-1]], number))
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[41:], b[41:]) })
	text := "# pack-refs with: peeled fully-peeled sorted \n" + strings.Join(lines, "\n") + "\n"
	if err := os.RemoveAll(filepath.Join(w.s.dir, filepath.Dir(scratch))); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(w.s.dir, "packed-refs"), []byte(text), 0o644)
}
