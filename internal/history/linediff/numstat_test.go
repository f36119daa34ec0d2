package linediff_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"weir/internal/history/linediff"
)

// TestNumstat holds what the package says about git's numbers: with context lines git does not cut
// the tail, with -U0 it does.
func TestNumstat(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	pairs := make([]pair, 2500)
	for i := range pairs {
		pairs[i] = embed(r, randomPair(r))
	}
	dir := t.TempDir()
	git(t, dir, nil, "init", "--quiet", "--bare", ".")
	git(t, dir, fastImport(pairs), "fast-import", "--quiet")
	differ := 0
	for _, c := range []struct {
		args    []string
		options linediff.Options
	}{
		{[]string{"--numstat"}, linediff.Options{KeepTail: true}},
		{[]string{"--numstat", "-U0"}, linediff.Options{}},
	} {
		args := append([]string{"diff-tree", "-r", "--text", "--no-renames"}, append(c.args, "old", "new")...)
		stat, _, _ := strings.Cut(string(git(t, dir, nil, args...)), "\n\n") // -U0 asks for the patch too
		for line := range strings.Lines(stat) {
			f := strings.Fields(line)
			if f[0] == "-" {
				continue // git counts no lines of binary files
			}
			p := pairs[atoi(t, f[2])]
			other := linediff.Options{KeepTail: !c.options.KeepTail}
			if got := numbers(t, p, c.options); got != f[0]+" "+f[1] {
				t.Errorf("%v: got %s, git says %s", c.args, got, line)
			} else if got != numbers(t, p, other) {
				differ++
			}
		}
	}
	if differ == 0 {
		t.Error("no pair tells the two ways apart")
	}
}

func numbers(t *testing.T, p pair, o linediff.Options) string {
	t.Helper()
	changes, err := linediff.Diff(linediff.Split(p.a), linediff.Split(p.b), o)
	if err != nil {
		t.Fatal(err)
	}
	added, deleted := 0, 0
	for _, c := range changes {
		added, deleted = added+c.BLines, deleted+c.ALines
	}
	return fmt.Sprint(added, " ", deleted)
}
