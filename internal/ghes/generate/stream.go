package generate

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// stream writes one repository through `git fast-import`. The first error stays and is told at
// the end.
type stream struct {
	w      *bufio.Writer
	pipe   io.WriteCloser
	cmd    *exec.Cmd
	stderr bytes.Buffer
	marks  int
	err    error
	dir    string
}

// signature is who did something and when.
type signature struct {
	Alias
	at time.Time
}

// commit is what the stream is told.
type commit struct {
	ref               string
	author, committer signature
	message           string
	from              int // mark of the first parent, 0 for none
	merge             []int
	changes           []change
	// whole says that changes are the entire tree.
	whole bool
}

// change is one entry of a tree: a blob by its mark, or a deletion when the mark is 0.
type change struct {
	path string
	mode string
	blob int
}

// gitEnv shuts out the configuration of the machine.
func gitEnv() []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir(), "LC_ALL=C",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull,
		// fast-import frees the trees of a commit and asks for as much again: most of what its system calls took went into giving memory back.
		"MALLOC_TRIM_THRESHOLD_=1073741824", "MALLOC_MMAP_THRESHOLD_=1073741824", "MALLOC_TOP_PAD_=16777216",
	}
}

// runGit runs git in a folder with something on its input, and returns what it printed.
func runGit(ctx context.Context, dir string, input []byte, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir, cmd.Env, cmd.Stdin = dir, gitEnv(), bytes.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s", args[0], err, bytes.TrimSpace(stderr.Bytes()))
	}
	return strings.TrimSpace(string(out)), nil
}

// initBare makes an empty bare repository whose HEAD names main.
func initBare(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make repository: %w", err)
	}
	_, err := runGit(ctx, dir, nil, "init", "--quiet", "--bare", "--initial-branch=main")
	return err
}

// openStream starts to write into a bare repository that exists.
func openStream(ctx context.Context, dir string) (*stream, error) {
	s := &stream{dir: dir}
	// Speed over safety on disk: what is lost can be made again.
	s.cmd = exec.CommandContext(ctx, "git",
		"-c", "core.compression=1", "-c", "core.fsync=none", "-c", "fastimport.unpackLimit=0", "-c", "core.bigFileThreshold=64m",
		"fast-import", "--quiet", "--force", "--date-format=raw-permissive", "--done", "--export-marks=import.marks")
	s.cmd.Dir, s.cmd.Env, s.cmd.Stderr = dir, gitEnv(), &s.stderr
	pipe, err := s.cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start fast-import: %w", err)
	}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start fast-import: %w", err)
	}
	s.pipe, s.w = pipe, bufio.NewWriterSize(pipe, 1<<16)
	return s, nil
}

func (s *stream) printf(format string, args ...any) {
	if _, err := fmt.Fprintf(s.w, format, args...); err != nil && s.err == nil {
		s.err = err
	}
}

func (s *stream) data(b []byte) {
	s.printf("data %d\n", len(b))
	if _, err := s.w.Write(b); err != nil && s.err == nil {
		s.err = err
	}
	s.printf("\n")
}

// blob writes a file's content and returns its mark.
func (s *stream) blob(content []byte) int {
	s.marks++
	s.printf("blob\nmark :%d\n", s.marks)
	s.data(content)
	return s.marks
}

// commit writes a commit and returns its mark.
func (s *stream) commit(c commit) int {
	s.marks++
	s.printf("commit %s\nmark :%d\n", c.ref, s.marks)
	s.printf("author %s\ncommitter %s\n", c.author, c.committer)
	s.data([]byte(c.message))
	if c.from != 0 {
		s.printf("from :%d\n", c.from)
	}
	for _, m := range c.merge {
		s.printf("merge :%d\n", m)
	}
	if c.whole {
		s.printf("deleteall\n")
	}
	for _, ch := range c.changes {
		if ch.blob == 0 {
			s.printf("D %s\n", quote(ch.path))
			continue
		}
		s.printf("M %s :%d %s\n", ch.mode, ch.blob, quote(ch.path))
	}
	s.printf("\n")
	return s.marks
}

// String is the form of a commit object.
func (g signature) String() string {
	return fmt.Sprintf("%s <%s> %d %s", g.Name, g.Email, g.at.Unix(), g.at.Format("-0700"))
}

// quote writes a path in C style, byte by byte, as fast-import reads it.
func quote(path string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(path) {
		switch c := path[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < 0x20 || c >= 0x7f:
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// reset makes a reference name the commit of a mark.
func (s *stream) reset(ref string, mark int) { s.printf("reset %s\nfrom :%d\n\n", ref, mark) }

// tag makes an annotated tag.
func (s *stream) tag(name string, mark int, by signature, message string) {
	s.printf("tag %s\nfrom :%d\ntagger %s\n", name, mark, by)
	s.data([]byte(message))
}

// close ends the import and returns the object id of each mark.
func (s *stream) close() (map[int]string, error) {
	s.printf("done\n")
	if err := s.w.Flush(); err != nil && s.err == nil {
		s.err = err
	}
	_ = s.pipe.Close()
	if err := s.cmd.Wait(); err != nil {
		return nil, fmt.Errorf("fast-import: %w: %s", err, bytes.TrimSpace(s.stderr.Bytes()))
	}
	if s.err != nil {
		return nil, fmt.Errorf("fast-import: %w", s.err)
	}
	return s.readMarks()
}

func (s *stream) readMarks() (map[int]string, error) {
	file := filepath.Join(s.dir, "import.marks")
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read marks: %w", err)
	}
	ids := map[int]string{}
	for line := range strings.Lines(string(data)) {
		mark, id, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, ":")), " ")
		if n, err := strconv.Atoi(mark); err == nil {
			ids[n] = id
		}
	}
	return ids, os.Remove(file)
}
