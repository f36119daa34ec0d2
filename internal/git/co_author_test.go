package git_test

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"weir/internal/git"
)

func coAuthors(message string) []string {
	c := git.Commit{Message: []byte(message)}
	var all []string
	for _, s := range c.CoAuthors() {
		all = append(all, s.Name+" <"+s.Email+">")
	}
	return all
}

func TestCoAuthorsOfAMessage(t *testing.T) {
	t.Parallel()
	bo, cy := "Bo <bo@x>", "Cy D. <cy@x>"
	for name, c := range map[string]struct {
		message string
		want    []string
	}{
		"none":                     {"Fix\n\nA text.\n", nil},
		"empty":                    {"", nil},
		"one":                      {"Fix\n\nCo-authored-by: Bo <bo@x>\n", []string{bo}},
		"several, in any case":     {"Fix\n\nText.\n\nco-authored-by: Bo <bo@x>\nCO-AUTHORED-BY:Cy D. <cy@x>", []string{bo, cy}},
		"repeats stay":             {"Fix\n\nCo-authored-by: Bo <bo@x>\nCo-authored-by: Bo <bo@x>\n", []string{bo, bo}},
		"among other trailers":     {"Fix\n\nReviewed-by: Al <al@x>\nCo-authored-by: Bo <bo@x>\nSigned-off-by: Al <al@x>\n\n\n", []string{bo}},
		"not in the first":         {"Co-authored-by: Bo <bo@x>\n", nil},
		"nor after blank lines":    {"\n\nCo-authored-by: Bo <bo@x>\n", nil},
		"not in an earlier":        {"Fix\n\nCo-authored-by: Bo <bo@x>\n\nThe end.\n", nil},
		"a squash of GitHub's":     {"Fix (#7)\n\n* One\n\n* Two\n\n---------\n\nCo-authored-by: Bo <bo@x>\n", []string{bo}},
		"beside three lines":       {"Fix\n\nA\nB\nC\nCo-authored-by: Bo <bo@x>\n", []string{bo}},
		"not beside four":          {"Fix\n\nA\nB\nC\nD\nCo-authored-by: Bo <bo@x>\n", nil},
		"not in the line":          {"Fix\n\nthanks, Co-authored-by: Bo <bo@x>\n", nil},
		"folded":                   {"Fix\n\nCo-authored-by: Bo\n  <bo@x>\n", []string{bo}},
		"no address":               {"Fix\n\nCo-authored-by: Bo\nCo-authored-by: Cy D. <cy@x>\n", []string{cy}},
		"an empty address":         {"Fix\n\nCo-authored-by: Bo <>\n", nil},
		"an address without end":   {"Fix\n\nCo-authored-by: Bo <bo@x\n", nil},
		"an address with space":    {"Fix\n\nCo-authored-by: Bo <b o@x>\n", nil},
		"no name":                  {"Fix\n\nCo-authored-by: <bo@x>\n", []string{" <bo@x>"}},
		"carriage returns":         {"Fix\r\n\r\nCo-authored-by: Bo <bo@x>\r\n", []string{bo}},
		"another key":              {"Fix\n\nCo-authored-by-bot: Bo <bo@x>\n", nil},
		"a comment does not count": {"Fix\n\n# a\n# b\n# c\n# d\nCo-authored-by: Bo <bo@x>\n", []string{bo}},
	} {
		if got := coAuthors(c.message); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// Git itself, told of the key, finds the same trailers in messages that are made up of every kind of line.
func TestCoAuthorsAreThoseThatGitFinds(t *testing.T) {
	t.Parallel()
	lines := []string{"Co-authored-by: Bo <bo@x>", "co-authored-by:Cy D. <cy@x>", "Co-Authored-By : Di <di@x>", "Signed-off-by: Al <al@x>", "Reviewed-by: Al",
		"A text", "", "", " folded <no>", "# comment", "(cherry picked from commit 1)", "Closes #7", "see: this"}
	dice := rand.New(rand.NewPCG(1, 2))
	for range 400 {
		message := "Title\n"
		for range 1 + dice.IntN(9) {
			message += lines[dice.IntN(len(lines))] + "\n"
		}
		cmd := exec.CommandContext(t.Context(), "git", "-c", "trailer.together.key=Co-authored-by", "interpret-trailers", "--parse", "--no-divider")
		cmd.Stdin = strings.NewReader(message)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for line := range strings.Lines(string(out)) {
			if value, ok := strings.CutPrefix(line, "Co-authored-by: "); ok {
				name, rest, _ := strings.Cut(value, "<")
				email, _, _ := strings.Cut(rest, ">")
				want = append(want, fmt.Sprintf("%s <%s>", strings.TrimSpace(name), email))
			}
		}
		if got := coAuthors(message); !slices.Equal(got, want) {
			t.Errorf("got %q, git finds %q in\n%s\n%s", got, want, message, out)
		}
	}
}

func TestCoAuthorsOfMostMessagesCostNothing(t *testing.T) {
	c := git.Commit{Message: []byte("Fix\n\nA text of some\nlines.\n\nReviewed-by: Al <al@x>\nSigned-off-by: Al <al@x>\n")}
	if n := testing.AllocsPerRun(100, func() { c.CoAuthors() }); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}
