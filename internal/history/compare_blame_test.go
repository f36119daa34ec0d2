package history_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history"
)

// blamed is one line as git blame has it.
type blamed struct {
	commit, text string
}

// compareFiles compares the owners of all lines of HEAD's text files, or of so many files picked at random.
func (c *comparison) compareFiles(state string, most int) {
	files := c.files()
	all := len(files)
	if most > 0 && most < all {
		c.random.Shuffle(all, func(i, j int) { files[i], files[j] = files[j], files[i] })
		files = files[:most]
	}
	view, err := history.At(c.Context(), c.repo, c.head, history.Options{StateDir: state})
	if err != nil {
		c.Fatal(err)
	}
	defer func() { _ = view.Close() }()
	texts, lines, equal := 0, 0, 0
	c.blameAll(c.head.String(), files, func(i int, want []blamed) {
		if binary(want) {
			return
		}
		same := c.compareFile(view, files[i], want)
		texts, lines, equal = texts+1, lines+len(want), equal+same
	})
	fmt.Fprintf(c.Output(), "blame: %d text files of %d looked at (HEAD has %d), %d lines, %d equal, %.4f %%\n",
		texts, len(files), all, lines, equal, percent(equal, lines))
}

// files lists the files and symbolic links of HEAD.
func (c *comparison) files() []string {
	var paths []string
	for entry := range strings.SplitSeq(c.git("ls-tree", "-r", "-z", c.head.String()), "\x00") {
		info, path, found := strings.Cut(entry, "\t")
		if found && !strings.HasPrefix(info, "160000") {
			paths = append(paths, path)
		}
	}
	return paths
}

// compareFile gives the number of equal lines and prints stretches of those that are not.
func (c *comparison) compareFile(view *history.View, path string, want []blamed) int {
	got, err := view.Blame(path)
	if err != nil {
		c.differ("", "%q: %v", path, err)
		return 0
	}
	if len(got) != len(want) {
		c.differ("", "%q: %d lines in git, %d in weir", path, len(want), len(got))
		return 0
	}
	equal := 0
	for i := 0; i < len(want); {
		n := stretch(got[i:], want[i:])
		if matches(got[i], want[i]) {
			equal += n
		} else {
			c.differ(c.blameClass(path, got[i], want[i]), "%q lines %d-%d: git %s, weir %s",
				path, i+1, i+n, want[i].commit, got[i].Commit)
		}
		i += n
	}
	return equal
}

// stretch counts the first lines that match or differ in the same way.
func stretch(got []history.BlamedLine, want []blamed) int {
	n := 1
	for n < len(want) && matches(got[n], want[n]) == matches(got[0], want[0]) &&
		got[n].Commit == got[0].Commit && want[n].commit == want[0].commit {
		n++
	}
	return n
}

func matches(got history.BlamedLine, want blamed) bool {
	return got.Commit.String() == want.commit && string(got.Text) == want.text
}

// blameClass names why a line may differ, "" when nothing is known that explains it.
func (c *comparison) blameClass(path string, got history.BlamedLine, want blamed) string {
	if got.Commit == (git.Hash{}) {
		return c.excuse(path)
	}
	if got.Commit.String() == want.commit {
		return ""
	}
	for seen := 0; seen < 100; seen++ {
		steps := c.renames[path]
		if len(steps) == 0 {
			return ""
		}
		for _, s := range steps {
			if c.tied(s) {
				return "sources with identical content in " + s.commit
			}
		}
		path = steps[len(steps)-1].from
	}
	return ""
}

// tied tells whether the commit removed another file with the content of the one that we follow.
func (c *comparison) tied(r renamed) bool {
	blobs := map[string][]string{}
	raw := strings.Split(c.git("diff-tree", "-r", "--no-commit-id", "--no-renames", "--raw", "-z", r.commit), "\x00")
	of := ""
	for i := 0; i+1 < len(raw); i += 2 {
		field := strings.Fields(raw[i])
		if len(field) == 5 && field[4] == "D" {
			blobs[field[2]] = append(blobs[field[2]], raw[i+1])
			if raw[i+1] == r.from {
				of = field[2]
			}
		}
	}
	return len(blobs[of]) > 1
}

// compareDeleted compares the owners of the sampled deleted lines with the blame of the parent.
func (c *comparison) compareDeleted() {
	lines, equal := 0, 0
	for _, d := range c.sample {
		parent := c.hashes[d.parent-1]
		want, err := gitBlame(c.Context(), c.dir, parent, d.path)
		if err != nil {
			c.differ("", "%s %q: %v", d.commit, d.path, err)
			continue
		}
		for _, h := range d.hunks {
			at := h.OldStart - 1
			for _, run := range h.Touched {
				same := c.compareRun(d, run, want[at:at+run.Lines])
				lines, equal, at = lines+run.Lines, equal+same, at+run.Lines
			}
		}
	}
	fmt.Fprintf(c.Output(), "deleted lines: %d of %d file changes, %d lines, %d equal, %.4f %%\n",
		len(c.sample), c.seen, lines, equal, percent(equal, lines))
}

func (c *comparison) compareRun(d deletion, run facts.Run, want []blamed) int {
	got, class := "nobody", ""
	if run.Commit != facts.Unattributed {
		got = c.hashes[run.Commit-1]
	} else {
		class = c.excuse(d.path)
	}
	equal := 0
	for _, line := range want {
		if line.commit == got {
			equal++
			continue
		}
		for _, s := range c.renames[d.path] {
			if class == "" && run.Commit != facts.Unattributed && c.tied(s) {
				class = "sources with identical content in " + s.commit
			}
		}
		c.differ(class, "%s %q: git %s, weir %s", d.commit, d.path, line.commit, got)
	}
	return equal
}

// blameAll runs git blame for each file, several at a time, and hands the answers over in order.
func (c *comparison) blameAll(rev string, files []string, each func(i int, lines []blamed)) {
	ctx, stop := context.WithCancel(c.Context())
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	answers := make(chan chan func() ([]blamed, error), runtime.GOMAXPROCS(0))
	running.Go(func() {
		defer close(answers)
		for _, path := range files {
			answer := make(chan func() ([]blamed, error), 1)
			select {
			case answers <- answer:
			case <-ctx.Done():
				return
			}
			running.Go(func() {
				lines, err := gitBlame(ctx, c.dir, rev, path)
				answer <- func() ([]blamed, error) { return lines, err }
			})
		}
	})
	i := 0
	for answer := range answers {
		lines, err := (<-answer)()
		if err != nil {
			c.Fatal(err)
		}
		each(i, lines)
		i++
	}
}

// gitBlame asks git who wrote each line.
func gitBlame(ctx context.Context, dir, rev, path string) ([]blamed, error) {
	out, err := gitOutput(ctx, dir, "blame", "--porcelain", rev, "--", path)
	if err != nil {
		return nil, err
	}
	var lines []blamed
	known := map[string]*blamed{}
	var at *blamed
	for line := range strings.SplitSeq(strings.TrimSuffix(out, "\n"), "\n") {
		word, _, _ := strings.Cut(line, " ")
		switch {
		case strings.HasPrefix(line, "\t"):
			l := *at
			l.text = line[1:]
			lines = append(lines, l)
		case len(word) >= 40 && isHex(word):
			if at = known[word]; at == nil {
				at = &blamed{commit: word}
				known[word] = at
			}
		}
	}
	return lines, nil
}

// binary tells whether git takes the lines of a file for a binary one's.
func binary(lines []blamed) bool {
	var head strings.Builder
	for i := 0; i < len(lines) && head.Len() < 8000; i++ {
		head.WriteString(lines[i].text)
		head.WriteByte('\n')
	}
	return git.Binary([]byte(head.String()))
}
