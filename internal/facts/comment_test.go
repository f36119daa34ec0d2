package facts_test

import (
	"strings"
	"testing"

	"weir/internal/facts"
)

// TestNewText counts by hand what is left of each body: quoted lines, code and HTML comments do not count.
func TestNewText(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body       string
		words      int
		suggestion bool
		excerpt    string
	}{
		"nothing":         {"", 0, false, ""},
		"two words":       {" Looks  good ", 2, false, "Looks good"},
		"punctuation":     {"yes - no ... 42 :+1:", 4, false, "yes - no ... 42 :+1:"},
		"an emoji":        {"👍", 1, false, "👍"},
		"a quote":         {"> you said this\nI disagree", 2, false, "> you said this I disagree"},
		"code":            {"Try\n```go\nx := 1\ny := 2\n```\nplease", 2, false, "Try ```go x := 1 y := 2 ``` please"},
		"tilde code":      {"~~~\na b c\n~~~\nok", 1, false, "~~~ a b c ~~~ ok"},
		"a suggestion":    {"Shorter:\n```suggestion\nreturn nil\n```", 1, true, "Shorter: ```suggestion return nil ```"},
		"a hidden marker": {"<!-- bot: a b c -->Done", 1, false, "Done"},
		"never closed":    {"one\n<!-- two three", 1, false, "one"},
		"broken text":     {"a\xffb", 1, false, "a\uFFFDb"},
	} {
		got := facts.NewText(c.body)
		if want := (facts.Text{Words: c.words, Suggestion: c.suggestion, Excerpt: c.excerpt}); got != want {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
	}
	long := facts.NewText(strings.Repeat("wörter ", 20_000))
	if runes := []rune(long.Excerpt); long.Words != 20_000 || len(runes) > 200 || runes[len(runes)-1] != '…' {
		t.Errorf("a long body: %d words, excerpt %q", long.Words, long.Excerpt)
	}
}
