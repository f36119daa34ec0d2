package mirrortest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Repo is a bare repository on a server.
type Repo struct {
	Dir, URL string

	t testing.TB
	// clock is the time of the next commit; each is an hour after the one before.
	clock int64
}

// Repo makes an empty repository, such as "acme/api.git".
func (s *Server) Repo(t testing.TB, name string) *Repo {
	t.Helper()
	r := &Repo{Dir: filepath.Join(s.Root, name), URL: s.URL + "/" + name, t: t, clock: 1_700_000_000}
	if err := os.MkdirAll(r.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	r.Git("init", "--quiet", "--bare", "--initial-branch=main", ".")
	return r
}

// Git runs git in the repository and gives its output.
func (r *Repo) Git(args ...string) string {
	r.t.Helper()
	return r.run("", args...)
}

func (r *Repo) run(stdin string, args ...string) string {
	r.t.Helper()
	cmd := exec.CommandContext(context.Background(), "git", args...)
	cmd.Dir = r.Dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull)
	cmd.Stdin = strings.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		r.t.Fatalf("git %s: %v: %s", strings.Join(args, " "), err, stderr.String())
	}
	return strings.TrimSpace(string(out))
}

// Commits adds n commits to a ref. Each is by one of three authors and changes one of five files, so
// that later lines replace earlier ones. It gives the hash of the last.
func (r *Repo) Commits(ref string, n int) string {
	r.t.Helper()
	var in strings.Builder
	parent := r.tip(ref)
	for i := range n {
		r.clock += 3600
		author := []string{"Ada Lovelace <ada@example.com>", "Grace Hopper <grace@example.com>", "Alan Turing <alan@example.com>"}[i%3]
		fmt.Fprintf(&in, "commit %s\nmark :%d\nauthor %s %d +0100\ncommitter %s %d +0100\n", ref, i+1, author, r.clock, author, r.clock)
		message := fmt.Sprintf("Change %d at %d", i, r.clock)
		fmt.Fprintf(&in, "data %d\n%s\n", len(message), message)
		if i == 0 && parent != "" {
			fmt.Fprintf(&in, "from %s\n", parent)
		}
		content := r.content(i)
		fmt.Fprintf(&in, "M 100644 inline dir%d/file%d.go\ndata %d\n%s\n", i%2, i%5, len(content), content)
	}
	r.run(in.String(), "fast-import", "--quiet", "--force")
	return r.tip(ref)
}

// content is twenty lines of which a few differ from one commit to the next.
func (r *Repo) content(i int) string {
	var b strings.Builder
	for line := range 20 {
		if line%7 == i%7 {
			fmt.Fprintf(&b, "line %d written at %d\n", line, r.clock)
		} else {
			fmt.Fprintf(&b, "line %d\n", line)
		}
	}
	return b.String()
}

func (r *Repo) tip(ref string) string {
	return r.Git("for-each-ref", "--format=%(objectname)", ref)
}

// File commits one file to a ref, by the first of the authors.
func (r *Repo) File(ref, path, content string) string {
	r.t.Helper()
	r.clock += 3600
	const author = "Ada Lovelace <ada@example.com>"
	in := fmt.Sprintf("commit %s\nauthor %s %d +0100\ncommitter %s %d +0100\ndata 4\nFile\n", ref, author, r.clock, author, r.clock)
	if parent := r.tip(ref); parent != "" {
		in += "from " + parent + "\n"
	}
	in += fmt.Sprintf("M 100644 inline %s\ndata %d\n%s\n", path, len(content), content)
	r.run(in, "fast-import", "--quiet", "--force")
	return r.tip(ref)
}
