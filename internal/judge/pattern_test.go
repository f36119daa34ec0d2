package judge

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"weir/internal/facts"
)

func TestPattern(t *testing.T) {
	t.Parallel()
	cases := []struct {
		pattern, path string
		want          bool
	}{
		{"*.pb.go", "a/b/x.pb.go", true},
		{"*.pb.go", "x.pb.go.txt", false},
		{"/x.go", "x.go", true},
		{"/x.go", "a/x.go", false},
		{"a/*.go", "a/x.go", true},
		{"a/*.go", "a/b/x.go", false},
		{"a/**", "a/b/x.go", true},
		{"**/gen/*.go", "gen/x.go", true},
		{"**/gen/*.go", "a/b/gen/x.go", true},
		{"a/**/b", "a/b", true},
		{"a/**/b", "a/x/y/b", true},
		{"dir/", "dir/x", false}, // git matches no file by it
		{"dir", "dir/x", false},
		{"[a-c].txt", "b.txt", true},
		{"[!a-c].txt", "b.txt", false},
		{"[[:digit:]]x", "7x", true},
		{`\*.txt`, "*.txt", true},
		{`\*.txt`, "a.txt", false},
		{"!x", "x", false},
		{"a[", "a[", false},
		{"[a-b-c]", "-", true}, // what follows a range begins no other
		{"x/[^a]y", "x//y", false},
	}
	for _, c := range cases {
		p := newPattern(c.pattern)
		if got := p.match("", c.path); got != c.want {
			t.Errorf("%q on %q: %v, want %v", c.pattern, c.path, got, c.want)
		}
	}
}

func TestGlob(t *testing.T) {
	t.Parallel()
	for glob, paths := range map[string][]string{
		"docs/": {"docs/a", "docs/b/c", "x/docs/a"}, "/docs/": {"docs/a"}, "a/b/": {"a/b/c"}, "*.min.js": {"x/y.min.js"}, "third/**": {"third/a/b"},
	} {
		p := newGlob(glob)
		for _, path := range paths {
			if !p.match("", path) {
				t.Errorf("%q does not leave out %q", glob, path)
			}
		}
		if p.match("", "other/file") {
			t.Errorf("%q leaves out other/file", glob)
		}
	}
}

// A pattern as hostile as they come takes no time: many stars on a long path that nearly matches.
func TestPatternIsBounded(t *testing.T) {
	t.Parallel()
	p := newPattern("/" + strings.Repeat("*a", 60) + "b")
	if p.match("", strings.Repeat("a", 4000)) {
		t.Error("matched")
	}
}

// gitRepo makes an empty repository whose settings nobody else's can touch.
func gitRepo(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	git(t, dir, nil, "init", "-q")
	return dir
}

func git(t testing.TB, dir string, stdin []byte, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", append([]string{"-C", dir}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "HOME="+dir, "GIT_ATTR_NOSYSTEM=1")
	cmd.Stdin = bytes.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, errs.String())
	}
	return out.String()
}

// checkAttributes holds our answer against git's for every path.
func checkAttributes(t testing.TB, dir string, files map[string]string, paths []string) error {
	for d, text := range files {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, d, ".gitattributes"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	answer := git(t, dir, []byte(strings.Join(paths, "\x00")+"\x00"), "check-attr", "-z", "--stdin", attributeGenerated, attributeVendored)
	fields := strings.Split(answer, "\x00")
	ours := newAttributes(ParseAttributes(files))
	for i := 0; i+2 < len(fields); i += 3 {
		path, name, want := fields[i], fields[i+1], fields[i+2]
		generated, vendored := ours.of(path)
		got := generated
		if name == attributeVendored {
			got = vendored
		}
		if said := said(want); said != state(got) {
			return fmt.Errorf("%s of %q: ours %s, git %s (%s)\nfiles %q", name, path, state(got), said, want, files)
		}
	}
	return nil
}

func state(b *bool) string {
	if b == nil {
		return "nothing"
	}
	return fmt.Sprint(*b)
}

func said(value string) string {
	switch value {
	case "unspecified":
		return "nothing"
	case "unset", "false":
		return "false"
	}
	return "true"
}

func TestAttributesAgreeWithGit(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"": "# comment\n*.pb.go linguist-generated\n/docs/** linguist-vendored=true\n\"with space\" linguist-generated\n" +
			"[attr]made linguist-generated=true\n*.made made\n*.not linguist-generated=false\n*.back linguist-generated\n*.back !linguist-generated\n" +
			"a/foo** linguist-generated\nbad line with =\n!neg linguist-generated\n*.x -linguist-vendored linguist-generated\n",
		"a/":   "*.pb.go -linguist-generated\nsub/* linguist-vendored\n",
		"a/b/": "*.pb.go linguist-generated=yes\n",
	}
	paths := []string{"x.pb.go", "a/x.pb.go", "a/b/x.pb.go", "docs/a/b.md", "b/docs/a.md", "with space", "q.made", "q.not", "q.back", "a/foobar/baz",
		"a/foo", "neg", "q.x", "a/sub/y", "a/sub/deep/y", "sub/y"}
	if err := checkAttributes(t, gitRepo(t), files, paths); err != nil {
		t.Error(err)
	}
}

// Random patterns on random paths, all of one draw in one run of git.
func TestPatternsAgreeWithGit(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		dir := filepath.Join(root, fmt.Sprint(n))
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		git(t, dir, nil, "init", "-q")
		files := map[string]string{}
		for _, d := range []string{"", "a/", "a/b/"} {
			lines := rapid.SliceOfN(rapid.Custom(attributeText), 0, 6).Draw(rt, "lines")
			files[d] = strings.Join(lines, "\n") + "\n"
		}
		paths := rapid.SliceOfN(rapid.StringMatching(`([abc]{1,2}|[-\]\[*?!^\\é:]|a/|b/|ab/){1,6}[abx]`), 1, 40).Draw(rt, "paths")
		for i := range paths {
			paths[i] = strings.TrimLeft(paths[i], "/")
		}
		if err := checkAttributes(t, dir, files, paths); err != nil {
			rt.Fatal(err)
		}
	})
}

func attributeText(t *rapid.T) string {
	pattern := rapid.StringMatching(`/?(a|b|ab|\*|\*\*|\*\*\*|\?|/|\[a-c\]|\[!b\]|\[\^a\]|\[\]-\]|\[a\\-c\]|\[a-b-c\]|\[\[:alpha:\]\]|\[\[:x:\]|\[b|\\a|\\\*|\\\\|-|\]|é|:|/\*\*/|\*\*/|/\*\*){1,5}`).Draw(t, "pattern")
	attribute := rapid.SampledFrom([]string{"linguist-generated", "-linguist-generated", "!linguist-generated", "linguist-generated=false",
		"linguist-vendored", "linguist-vendored=no linguist-generated", "-linguist-vendored", "text linguist-vendored", "linguist-vendored =x"}).Draw(t, "attribute")
	return pattern + " " + attribute
}

func FuzzAttributes(f *testing.F) {
	f.Add("*.pb.go linguist-generated\n", "x.pb.go")
	f.Add("\"a\\tb\" linguist-vendored\n[attr]m linguist-generated\n*.c m\n", "a\tb")
	f.Add("a/**/[b-d]?* -linguist-generated", "a/x/bcd")
	f.Fuzz(func(t *testing.T, text, path string) {
		rules := ParseAttributes(map[string]string{"": text, "a/": text})
		newAttributes(rules).of(path)
		glob := newGlob(text)
		glob.match("", path)
		NewFiles(facts.DefaultRules(), facts.Repo{Attributes: rules, Globs: []string{text}}).Reason(&facts.FileChange{Path: path})
	})
}
