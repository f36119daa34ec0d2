package people_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"weir/internal/people"
)

func TestMailmap(t *testing.T) {
	t.Parallel()
	m := people.ParseMailmap(`# comment
Proper Name <proper@example.com> <old@example.com>
Only Name <name@example.com>
<new@example.com> <mail@example.com>
Jane <jane@example.com> Root <root@localhost>
Joe <joe@example.com> ROOT2 <ROOT@localhost>
nonsense
Later <name@example.com>
`)
	cases := [][4]string{
		{"x", "old@example.com", "Proper Name", "proper@example.com"},
		{"x", "OLD@EXAMPLE.COM", "Proper Name", "proper@example.com"},
		{"x", "name@example.com", "Later", "name@example.com"},
		{"x", "mail@example.com", "x", "new@example.com"},
		{"root", "root@localhost", "Jane", "jane@example.com"},
		{"root2", "Root@Localhost", "Joe", "joe@example.com"},
		{"other", "root@localhost", "other", "root@localhost"},
		{"x", "proper@example.com", "x", "proper@example.com"},
	}
	for _, c := range cases {
		if name, email := m.Apply(c[0], c[1]); name != c[2] || email != c[3] {
			t.Errorf("%s <%s> = %s <%s>, want %s <%s>", c[0], c[1], name, email, c[2], c[3])
		}
	}
	var none *people.Mailmap
	if name, email := none.Apply("a", "b"); name != "a" || email != "b" || none.Len() != 0 {
		t.Errorf("no mailmap changed a <b> to %s <%s>", name, email)
	}
}

// git itself is asked, with random files and random people.
func TestMailmapAgreesWithGit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run(t, dir, "", "init", "-q")
	rapid.Check(t, func(rt *rapid.T) {
		lines := rapid.SliceOfN(rapid.StringMatching(`(#|[ ]?)((Ann|ann|Bob| [ab]) ?)?(<(a@x|A@X|b@x|)>|<a@x)?( ?(Ann|cee|Bob )? ?<(a@x|A@x|b@x|c@x|)>)?( #.*)?\r?`), 0, 8).Draw(rt, "lines")
		text := strings.Join(lines, "\n")
		if err := os.WriteFile(filepath.Join(dir, ".mailmap"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var asked, want []string
		m := people.ParseMailmap(text)
		for _, name := range []string{"Ann", "ann", "cee", "Bob", "Zoe"} {
			for _, email := range []string{"a@x", "A@X", "b@x", "c@x", "z@x"} {
				asked = append(asked, name+" <"+email+">")
				n, e := m.Apply(name, email)
				want = append(want, n+" <"+e+">")
			}
		}
		got := strings.Split(strings.TrimSpace(run(t, dir, strings.Join(asked, "\n")+"\n", "check-mailmap", "--stdin")), "\n")
		for i := range want {
			if got[i] != want[i] {
				rt.Fatalf("%s: ours %q, git %q\nfile %q", asked[i], want[i], got[i], text)
			}
		}
	})
}

func run(t *testing.T, dir, stdin string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", append([]string{"-C", dir}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "HOME="+dir)
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, errs.String())
	}
	return out.String()
}

func FuzzMailmap(f *testing.F) {
	f.Add("A <a@x> B <b@x>\n", "B", "b@x")
	f.Add("<a@x> <>\n#\n", "", "")
	f.Fuzz(func(t *testing.T, text, name, email string) {
		m := people.ParseMailmap(text)
		n, e := m.Apply(name, email)
		if n2, e2 := m.Apply(name, email); n2 != n || e2 != e {
			t.Errorf("two answers for one question")
		}
		d := people.NewDirectory(m)
		id, err := d.Identify(name, email)
		if err != nil || d.PersonOf(id).ID != 1 {
			t.Errorf("identify: %v %v", id, err)
		}
	})
}
