package moved_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"weir/internal/facts"
	"weir/internal/history/moved"
)

// run is lines of a file, each on a line of text. They may be those of either side.
func run(path string, first, hunk int, text string) moved.Run {
	r := moved.Run{Path: path, First: first, Hunk: hunk}
	for line := range strings.Lines(text) {
		r.Lines = append(r.Lines, moved.Added([]byte(line)))
	}
	return r
}

const (
	function = "func area(w, h int) int {\n\tif w < 0 {\n\t\treturn 0\n\t}\n\treturn w * h\n}\n"
	other    = "func around(w, h int) int {\n\treturn 2*w + 2*h\n}\n"
)

func TestFind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                  string
		deleted, added, texts []moved.Run
		want                  string
	}{
		{
			name:    "within a file",
			deleted: []moved.Run{run("a", 10, 1, function)},
			added:   []moved.Run{run("a", 40, 2, function)},
			want:    "5 a:10 > a:40", // the last bracket alone has no letter
		},
		{
			name:    "to another file, indented otherwise",
			deleted: []moved.Run{run("a", 1, 1, "begin\n"+function+"end\n")},
			added:   []moved.Run{run("b", 1, 2, "\t"+strings.ReplaceAll(function, "\n", "\r\n\t"))},
			want:    "5 a:2 > b:1",
		},
		{
			name:    "edited in its place",
			deleted: []moved.Run{run("a", 10, 1, function)},
			added:   []moved.Run{run("a", 10, 1, "if true {\n\t"+strings.ReplaceAll(function, "\n", "\n\t")+"}\n")},
		},
		{
			name:    "brackets and two statements are no block",
			deleted: []moved.Run{run("a", 10, 1, "}\n}\n}\n}\n"), run("a", 50, 2, "import alpha beta gamma\nimport delta epsilon\n")},
			added:   []moved.Run{run("b", 10, 3, "}\n}\n}\n}\n"), run("b", 50, 4, "import alpha beta gamma\nimport delta epsilon\n")},
		},
		{
			name:    "three short lines are no block",
			deleted: []moved.Run{run("a", 10, 1, "x = 1\ny = 2\nz = 3\n")},
			added:   []moved.Run{run("b", 10, 2, "x = 1\ny = 2\nz = 3\n")},
		},
		{
			name:    "a deleted line moves once, and the second time is a copy",
			deleted: []moved.Run{run("a", 10, 1, other)},
			added:   []moved.Run{run("b", 1, 2, function+other), run("c", 7, 3, other)},
			texts:   []moved.Run{run("a", 1, 0, strings.Repeat("kept\n", 9)+other)},
			// Two lines and their bracket are too few.
			want: "",
		},
		{
			name:    "the longer block comes first and the rest of the shorter counts",
			deleted: []moved.Run{run("a", 10, 1, "one one one\ntwo two two\nthree three\nfour four four\nfive five five\nsix six six\n")},
			added: []moved.Run{
				run("b", 1, 2, "one one one\ntwo two two\nthree three\n"),
				run("c", 1, 3, "three three\nfour four four\nfive five five\nsix six six\n"),
			},
			want: "4 a:12 > c:1",
		},
		{
			name:  "copied from what stays",
			added: []moved.Run{run("b", 5, 1, function)},
			texts: []moved.Run{run("a", 1, 0, "package a\n\n"+function)},
			want:  "5 a:3 > b:5 copied",
		},
		{
			name:    "moved to one place and copied to another",
			deleted: []moved.Run{run("a", 3, 1, function)},
			added:   []moved.Run{run("b", 1, 2, function), run("c", 1, 3, function)},
			texts:   []moved.Run{run("a", 1, 0, "package a\n\n"+function)},
			want:    "5 a:3 > b:1, 5 a:3 > c:1 copied",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := moved.Find(c.deleted, c.added, c.texts)
			if err != nil {
				t.Fatal(err)
			}
			if text := describe(got); text != c.want {
				t.Errorf("got %q, want %q", text, c.want)
			}
		})
	}
}

func describe(blocks []facts.MovedBlock) string {
	var all []string
	for _, b := range blocks {
		s := fmt.Sprintf("%d %s:%d > %s:%d", b.Lines, b.From.Path, b.From.Line, b.To.Path, b.To.Line)
		if b.Copied {
			s += " copied"
		}
		all = append(all, s)
	}
	return strings.Join(all, ", ")
}

func TestFindRefusesTooMuch(t *testing.T) {
	t.Parallel()
	lines := make([]moved.Line, moved.MaxLines)
	if _, err := moved.Find(nil, []moved.Run{{Path: "a", First: 1, Hunk: 1, Lines: lines}}, nil); err != nil {
		t.Errorf("as many as there may be: %v", err)
	}
	if _, err := moved.Find([]moved.Run{run("b", 1, 2, "x\n")}, []moved.Run{{Path: "a", First: 1, Hunk: 1, Lines: lines}}, nil); !errors.Is(err, moved.ErrTooMany) {
		t.Errorf("one more: %v", err)
	}
}

// words are few, so that blocks repeat, overlap and compete.
var words = []string{"alpha beta gamma", "delta", "}", "", "epsilon zeta eta theta", "  x", "x", "{"}

// drawRuns makes runs of a side that do not overlap.
func drawRuns(t *rapid.T, label string, hunk int) []moved.Run {
	var runs []moved.Run
	for _, path := range []string{"a", "b"} {
		line := 1
		for range rapid.IntRange(0, 2).Draw(t, label) {
			line += rapid.IntRange(1, 3).Draw(t, "gap")
			hunk++
			text := rapid.SliceOfN(rapid.SampledFrom(words), 1, 14).Draw(t, "lines")
			runs = append(runs, run(path, line, hunk, strings.Join(text, "\n")+"\n"))
			line += len(text)
		}
	}
	return runs
}

// at gives the line of a side at a place.
func at(t *rapid.T, runs []moved.Run, path string, line int) (moved.Line, int) {
	for _, r := range runs {
		if i := line - r.First; r.Path == path && i >= 0 && i < len(r.Lines) {
			return r.Lines[i], r.Hunk
		}
	}
	t.Fatalf("there is no line %s:%d", path, line)
	return moved.Line{}, 0
}

func TestBlocksAreSound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		deleted, added := drawRuns(t, "deleted", 0), drawRuns(t, "added", 2)
		texts := deleted
		got, err := moved.Find(deleted, added, texts)
		if err != nil {
			t.Fatal(err)
		}
		type place struct {
			facts.LinePlace
			to bool
		}
		used := map[place]bool{}
		for _, b := range got {
			if b.Lines < moved.MinLines {
				t.Fatalf("%v is too short", b)
			}
			for i := range b.Lines {
				from, to := facts.LinePlace{Path: b.From.Path, Line: b.From.Line + i}, facts.LinePlace{Path: b.To.Path, Line: b.To.Line + i}
				old, _ := at(t, deleted, from.Path, from.Line)
				now, _ := at(t, added, to.Path, to.Line)
				if !old.Same(now) {
					t.Fatalf("%v: line %d differs", b, i)
				}
				if used[place{to, true}] || !b.Copied && used[place{from, false}] {
					t.Fatalf("%v uses a line again", b)
				}
				used[place{to, true}] = true
				if !b.Copied {
					used[place{from, false}] = true
				}
			}
		}
		slices.Reverse(deleted)
		slices.Reverse(added)
		again, err := moved.Find(deleted, added, texts)
		if err != nil || !slices.Equal(got, again) {
			t.Fatalf("in another order: %v, %v; before %v", again, err, got)
		}
	})
}

// TestNothingIsLeft holds the search against one that tries every pair of places: of what is long enough nothing that
// is free on both sides may be left.
func TestNothingIsLeft(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		deleted := []moved.Run{run("a", 1, 1, strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 3, 20).Draw(t, "deleted"), "\n"))}
		added := []moved.Run{run("b", 1, 2, strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 3, 20).Draw(t, "added"), "\n"))}
		got, err := moved.Find(deleted, added, nil)
		if err != nil {
			t.Fatal(err)
		}
		old, now := taken(deleted[0], got, false), taken(added[0], got, true)
		for i := range old {
			for j := range now {
				n := 0
				for i+n < len(old) && j+n < len(now) && !old[i+n] && !now[j+n] && deleted[0].Lines[i+n].Same(added[0].Lines[j+n]) {
					n++
				}
				if enough(deleted[0].Lines[i : i+n]) {
					t.Fatalf("%d lines from %d to %d were left: %s", n, i+1, j+1, describe(got))
				}
			}
		}
	})
}

func taken(r moved.Run, blocks []facts.MovedBlock, to bool) []bool {
	used := make([]bool, len(r.Lines))
	for _, b := range blocks {
		first := b.From.Line
		if to {
			first = b.To.Line
		}
		for i := range b.Lines {
			used[first-r.First+i] = true
		}
	}
	return used
}

// enough tells whether lines hold a block, by their text alone.
func enough(lines []moved.Line) bool {
	light := map[moved.Line]bool{}
	for _, s := range []string{"}", "{", ""} {
		light[moved.Added([]byte(s))] = true
	}
	weight := map[moved.Line]int{}
	for _, s := range words {
		weight[moved.Added([]byte(s))] = len(strings.NewReplacer(" ", "", "{", "", "}", "").Replace(s))
	}
	for len(lines) > 0 && light[lines[0]] {
		lines = lines[1:]
	}
	for len(lines) > 0 && light[lines[len(lines)-1]] {
		lines = lines[:len(lines)-1]
	}
	sum := 0
	for _, l := range lines {
		sum += weight[l]
	}
	return len(lines) >= moved.MinLines && sum >= moved.MinWeight
}
