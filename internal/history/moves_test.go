package history_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/git/gittest"
	"weir/internal/history"
)

// movedIn gives the blocks of each commit by its number, those of no commit left out.
func movedIn(t gittest.TB, dir string) map[facts.CommitNumber][]string {
	t.Helper()
	repo, err := git.Open(context.Background(), dir)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	all := map[facts.CommitNumber][]string{}
	o := history.Options{Tips: tips(t, repo), Identify: identify, Moved: true}
	_, err = history.Replay(context.Background(), repo, o, func(c *history.Commit) error {
		if c.MovedUnknown {
			t.Fatalf("commit %d was not looked at", c.Number)
		}
		for _, b := range c.Moved {
			all[c.Number] = append(all[c.Number], fmt.Sprintf("%d %s:%d > %s:%d %v", b.Lines, b.From.Path, b.From.Line, b.To.Path, b.To.Line, b.Copied))
		}
		return nil
	})
	if err != nil {
		t.Fatalf("replay: %v", err)
	}
	return all
}

func TestMovedLines(t *testing.T) {
	t.Parallel()
	first := "first(alpha)\nfirst(beta)\nfirst(gamma)\nfirst(delta)\n"
	second := "second(alpha)\nsecond(beta)\nsecond(gamma)\nsecond(delta)\nsecond(epsilon)\n"
	file := func(text string) gittest.File { return gittest.Text(text) }
	r := gittest.New(t)
	chain(r,
		gittest.Files{"a": file("head\n" + first + second), "b": file("b\n")},
		gittest.Files{"a": file("head\n" + second + first)},
		gittest.Files{"a": file("head\n" + first), "b": file("b\n" + second)},
		gittest.Files{"b": file("b\n" + second), "c": file(second), "a": file("head\n" + first + first)},
		gittest.Files{"a": file("head\n" + strings.ReplaceAll(first, "f", "\tf") + first)},
	)
	want := map[facts.CommitNumber][]string{
		2: {"4 a:2 > a:7 false"},
		3: {"5 a:2 > b:2 false"},
		4: {"4 a:2 > a:6 true"},
	}
	if diff := cmp.Diff(want, movedIn(t, r.Dir)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestMovedChangesNothingElse holds the layers apart, on random histories.
func TestMovedChangesNothingElse(t *testing.T) {
	withDir(t, func(t *rapid.T, dir string) {
		dir = generate(t, dir, 8).repo.Dir
		plain, _ := replay(t, dir, history.Options{})
		with, _ := replay(t, dir, history.Options{Moved: true})
		if diff := cmp.Diff(plain, with, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("-without +with:\n%s", diff)
		}
		for number, blocks := range movedIn(t, dir) {
			if int(number) < 1 || int(number) > len(plain) || len(blocks) == 0 {
				t.Fatalf("commit %d has %d blocks", number, len(blocks))
			}
		}
	})
}
