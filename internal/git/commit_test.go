package git_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weir/internal/git"
)

func TestParseSignature(t *testing.T) {
	t.Parallel()
	tests := map[string]git.Signature{
		"Ada Lovelace <ada@example.com> 1577836800 +0130": {Name: "Ada Lovelace", Email: "ada@example.com", When: 1577836800, Offset: 5400},
		"Ada <ada@example.com> 1577836800 -0800":          {Name: "Ada", Email: "ada@example.com", When: 1577836800, Offset: -28800},
		"Ada <ada@example.com> 1312735823 +051800":        {Name: "Ada", Email: "ada@example.com", When: 1312735823, Offset: 518 * 3600},
		"Ada <ada@example.com> -5 +9999":                  {Name: "Ada", Email: "ada@example.com", When: -5, Offset: 99*3600 + 99*60},
		"Ada <ada@example.com> 99999999999999999999 +0":   {Name: "Ada", Email: "ada@example.com", When: math.MaxInt64},
		"Ada <ada@example.com>":                           {Name: "Ada", Email: "ada@example.com"},
		"Ada <ada@example.com> yesterday":                 {Name: "Ada", Email: "ada@example.com"},
		"Ada <> 5 +0000":                                  {Name: "Ada", When: 5},
		"<ada@example.com> 5 +0000":                       {Email: "ada@example.com", When: 5},
		"Ada":                                             {Name: "Ada"},
		"":                                                {},
		"Ada <a <b> c> 5 +0000":                           {Name: "Ada", Email: "a <b", When: 5},
		"A\xe9 <\xff@x> 5 +0000":                          {Name: "A\xe9", Email: "\xff@x", When: 5},
	}
	for line, want := range tests {
		if diff := cmp.Diff(want, git.ParseSignature(line)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", line, diff)
		}
	}
}

func TestParseCommit(t *testing.T) {
	t.Parallel()
	tree, parent := strings.Repeat("a", 40), strings.Repeat("b", 40)
	data := "tree " + tree + "\nparent " + parent + "\nauthor Ren\xe9 <r@x> 1 +0000\ncommitter C <c@x> 2 +0000\n" +
		"encoding ISO-8859-1\ngpgsig -----BEGIN\n parent " + parent + "\n -----END\n\n\n  Caf\xe9  \nmore\n"
	c, err := git.ParseCommit(git.Hash{}, []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	if c.Tree.String() != tree || len(c.Parents) != 1 || c.Committer.When != 2 {
		t.Errorf("got %+v", c)
	}
	if c.Subject() != "Café" || git.Text(c.Author.Name, c.Encoding) != "René" {
		t.Errorf("subject %q, author %q", c.Subject(), git.Text(c.Author.Name, c.Encoding))
	}
	for _, bad := range []string{"", "tree 123\n\n", "parent " + parent + "\n\n", "tree " + tree + "\nparent x\n\n"} {
		if _, err := git.ParseCommit(git.Hash{}, []byte(bad)); !git.Unreadable(err) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ raw, encoding, want string }{
		{"plain", "", "plain"},
		{"Zoë", "UTF-8", "Zoë"},
		{"Zo\xeb", "", "Zoë"},
		{"Zo\xeb", "utf-8", "Zoë"},
		{"\x82\xb1", "Shift_JIS", "こ"},
		{"Zoë", "no-such-encoding", "Zoë"},
		{"a\x00b", "", "a\uFFFDb"},
	} {
		if got := git.Text(test.raw, test.encoding); got != test.want {
			t.Errorf("%q as %s: %q, not %q", test.raw, test.encoding, got, test.want)
		}
	}
}
