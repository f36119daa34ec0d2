// Package gittest builds git repositories for tests, quickly and the same each time, through git fast-import.
//
//	repo := gittest.New(t)
//	first := repo.Commit(gittest.Commit{Set: gittest.Files{"a.txt": gittest.Text("one\ntwo\n")}})
//	repo.Branch("main", repo.Commit(gittest.Commit{
//		Parents: []gittest.Mark{first},
//		Set:     gittest.Files{"b.txt": gittest.Text("one\n2\n")},
//		Remove:  []string{"a.txt"},
//	}))
//	repo.Write()
//	hash := repo.Hash(first)
//
// Nothing is on disk before Write; more may be added after it and written again. All times come from the test: a
// commit without one is a minute younger than the commit before it, counted from 1 January 2020.
package gittest

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Repo is a bare repository in the test's own folder.
type Repo struct {
	// Dir is its git directory.
	Dir    string
	t      TB
	stream bytes.Buffer
	last   Mark
	marks  map[Mark]string
}

// TB is what is needed of a test, so that rapid's tests can build repositories too.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
}

// Mark names a commit before its hash is known.
type Mark int

// File is what a path holds.
type File struct {
	Mode string
	Data string
}

// Text is an ordinary file.
func Text(data string) File { return File{"100644", data} }

// Program is an executable file.
func Program(data string) File { return File{"100755", data} }

// Link is a symbolic link.
func Link(target string) File { return File{"120000", target} }

// Module is a submodule at a commit, given in hex.
func Module(hash string) File { return File{"160000", hash} }

// Files are paths with what they hold.
type Files map[string]File

// Person is an author or committer. Offset is as in a commit, such as +0200.
type Person struct {
	Name, Email string
	When        int64
	Offset      string
}

// Commit is what to record. Only Parents and the changes have no default.
type Commit struct {
	Parents []Mark
	// Author defaults to Ada, Committer to the author.
	Author, Committer Person
	Message           string
	// Clear begins with an empty tree instead of the first parent's. Then Remove is done, then Set.
	Clear  bool
	Remove []string
	Set    Files
}

// start is 1 January 2020.
const start = 1577836800

// New makes an empty SHA-1 repository.
func New(t testing.TB) *Repo {
	t.Helper()
	return In(t, t.TempDir(), "sha1")
}

// NewSHA256 makes an empty SHA-256 repository.
func NewSHA256(t testing.TB) *Repo {
	t.Helper()
	return In(t, t.TempDir(), "sha256")
}

// In makes an empty repository in a folder that the caller removes.
func In(t TB, dir, format string) *Repo {
	t.Helper()
	r := &Repo{Dir: filepath.Join(dir, "repo.git"), t: t, marks: map[Mark]string{}}
	r.run(dir, nil, "init", "--quiet", "--bare", "--initial-branch=main", "--object-format="+format, r.Dir)
	return r
}

// Commit queues a commit.
func (r *Repo) Commit(c Commit) Mark {
	r.last++
	if c.Author.Email == "" && c.Author.Name == "" {
		c.Author.Name, c.Author.Email = "Ada", "ada@example.com"
	}
	r.defaults(&c)
	w := &r.stream
	fmt.Fprintf(w, "commit refs/marks/%d\nmark :%d\n", r.last, r.last)
	fmt.Fprintf(w, "author %s\ncommitter %s\n", c.Author, c.Committer)
	fmt.Fprintf(w, "data %d\n%s\n", len(c.Message), c.Message)
	for i, p := range c.Parents {
		word := "from"
		if i > 0 {
			word = "merge"
		}
		fmt.Fprintf(w, "%s :%d\n", word, p)
	}
	r.changes(c)
	return r.last
}

func (r *Repo) defaults(c *Commit) {
	if c.Author.When == 0 {
		c.Author.When = start + 60*int64(r.last)
	}
	if c.Author.Offset == "" {
		c.Author.Offset = "+0000"
	}
	if c.Committer == (Person{}) {
		c.Committer = c.Author
	}
	if c.Committer.Offset == "" {
		c.Committer.Offset = "+0000"
	}
	if c.Message == "" {
		c.Message = fmt.Sprintf("Commit %d", r.last)
	}
}

func (r *Repo) changes(c Commit) {
	w := &r.stream
	if c.Clear {
		fmt.Fprintf(w, "deleteall\n")
	}
	for _, path := range c.Remove {
		fmt.Fprintf(w, "D %s\n", quote(path))
	}
	for _, path := range slices.Sorted(maps.Keys(c.Set)) {
		f := c.Set[path]
		if f.Mode == "160000" {
			fmt.Fprintf(w, "M %s %s %s\n", f.Mode, f.Data, quote(path))
			continue
		}
		fmt.Fprintf(w, "M %s inline %s\ndata %d\n%s\n", f.Mode, quote(path), len(f.Data), f.Data)
	}
}

// quote writes a path so that any bytes survive.
func quote(path string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(path) {
		if c := path[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			fmt.Fprintf(&b, "\\%03o", c)
		} else {
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// String is the form of a commit's header line.
func (p Person) String() string {
	return fmt.Sprintf("%s <%s> %d %s", p.Name, p.Email, p.When, p.Offset)
}

// Branch queues a branch at a commit.
func (r *Repo) Branch(name string, at Mark) { r.Ref("refs/heads/"+name, at) }

// Ref queues any ref, given by its full name.
func (r *Repo) Ref(name string, at Mark) {
	fmt.Fprintf(&r.stream, "reset %s\nfrom :%d\n\n", name, at)
}

// Write puts everything that was queued into the repository.
func (r *Repo) Write() {
	r.t.Helper()
	marks := filepath.Join(r.Dir, "marks")
	r.run(r.Dir, r.stream.Bytes(), "fast-import", "--quiet", "--force", "--date-format=raw",
		"--import-marks-if-exists="+marks, "--export-marks="+marks)
	r.stream.Reset()
	data, err := os.ReadFile(marks)
	if err != nil {
		r.t.Fatalf("read marks: %v", err)
	}
	for line := range strings.Lines(string(data)) {
		var m Mark
		var hash string
		if _, err := fmt.Sscanf(line, ":%d %s", &m, &hash); err != nil {
			r.t.Fatalf("read marks: %q: %v", line, err)
		}
		r.marks[m] = hash
	}
}

// Hash gives the hash of a commit that was written.
func (r *Repo) Hash(m Mark) string {
	r.t.Helper()
	h := r.marks[m]
	if h == "" {
		r.t.Fatalf("commit %d is not written yet", m)
	}
	return h
}

// RawCommit writes the bytes of a commit object as they are, however odd, and gives its hash.
func (r *Repo) RawCommit(data string) string {
	r.t.Helper()
	out := r.run(r.Dir, []byte(data), "hash-object", "-t", "commit", "--literally", "-w", "--stdin")
	return strings.TrimSpace(out)
}

// Git runs git in the repository, shut off from the machine's configuration, and gives its output.
func (r *Repo) Git(args ...string) string {
	r.t.Helper()
	return r.run(r.Dir, nil, args...)
}

func (r *Repo) run(dir string, stdin []byte, args ...string) string {
	r.t.Helper()
	cmd := exec.CommandContext(context.Background(), "git", args...)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(stdin)
	cmd.Env = Environ()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return string(out)
}

// Environ is the environment in which tests run git.
func Environ() []string {
	var env []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "GIT_") {
			env = append(env, kv)
		}
	}
	return append(env, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_TERMINAL_PROMPT=0", "LC_ALL=C",
		"GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@example.com", "GIT_COMMITTER_DATE=1577836800 +0000",
		"GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.com", "GIT_AUTHOR_DATE=1577836800 +0000")
}
