package git

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// command is one run of git for a mirror.
type command struct {
	args   []string
	stdin  io.Reader
	stdout io.Writer
	// stderr hears each line, a progress line included; nil only collects.
	stderr func(line string)
	// outside runs beside the mirror instead of in it.
	outside bool
	// env is added to the child's environment.
	env []string
}

// graceful is how long git has after SIGTERM to remove its temporary files.
const graceful = 5 * time.Second

// remoteRun runs git against the server and writes the run down in the ledger.
func (f *fetch) remoteRun(ctx context.Context, operation string, c command, received func() int64) error {
	start := time.Now()
	exit, detail, err := f.start(ctx, c, true)
	if f.mirror.Ledger != nil {
		f.mirror.Ledger(Run{
			At: start, Operation: operation, URL: f.access.URL,
			Exit: exit, Bytes: received(), Took: time.Since(start),
		})
	}
	if err == nil {
		return nil
	}
	return f.env.explain(ctx, operation, exit, detail, err)
}

// localRun runs git on the mirror alone; its child is given no credential.
func (f *fetch) localRun(ctx context.Context, doing string, c command) error {
	exit, detail, err := f.start(ctx, c, false)
	if err == nil {
		return nil
	}
	return f.env.explain(ctx, doing, exit, detail, err)
}

func (f *fetch) start(ctx context.Context, c command, remote bool) (exit int, detail string, err error) {
	cmd := exec.CommandContext(ctx, "git", c.args...)
	cmd.Dir = f.mirror.Dir
	if c.outside {
		cmd.Dir = filepath.Dir(f.mirror.Dir)
	}
	cmd.Env = append(f.env.variables(remote, c.outside), c.env...)
	cmd.Stdin, cmd.Stdout = c.stdin, c.stdout
	tail := &tailWriter{next: c.stderr}
	stderr := &lineWriter{line: tail.add}
	cmd.Stderr = stderr
	// The children inherit the lock: while one of them outlives us, nobody else touches the mirror.
	cmd.ExtraFiles = []*os.File{f.lock.file}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = graceful
	err = cmd.Run()
	stderr.flush()
	if ctx.Err() != nil && cmd.Process != nil {
		// The group's leader has been waited for; whoever is left of the group did not listen.
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
	return exitOf(cmd, err), tail.String(), err
}

func exitOf(cmd *exec.Cmd, err error) int {
	var exitErr *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exitErr):
		return exitErr.ExitCode()
	case cmd.ProcessState != nil && cmd.ProcessState.ExitCode() > 0:
		return cmd.ProcessState.ExitCode()
	}
	return -1
}

// lineWriter cuts a stream at newlines and at the carriage returns of progress lines.
type lineWriter struct {
	line    func(string)
	pending []byte
}

// maxLine bounds what a server that sends no newline can make us hold.
const maxLine = 64 << 10

func (w *lineWriter) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		i := bytes.IndexAny(p, "\r\n")
		if i < 0 {
			w.pending = append(w.pending, p[:min(len(p), max(0, maxLine-len(w.pending)))]...)
			break
		}
		w.pending = append(w.pending, p[:i]...)
		w.flush()
		p = p[i+1:]
	}
	return n, nil
}

func (w *lineWriter) flush() {
	if len(w.pending) > 0 {
		w.line(string(w.pending))
		w.pending = w.pending[:0]
	}
}

// tailWriter keeps the last lines that are not progress.
type tailWriter struct {
	next func(string)
	kept []string
}

func (t *tailWriter) add(line string) {
	if t.next != nil {
		t.next(line)
	}
	if _, isProgress := parseProgress(line); isProgress {
		return
	}
	const tailLines = 20
	if len(t.kept) == tailLines {
		t.kept = t.kept[1:]
	}
	t.kept = append(t.kept, line)
}

func (t *tailWriter) String() string {
	var b bytes.Buffer
	for _, line := range t.kept {
		b.WriteString(line)
		b.WriteByte('\n')
	}
	return b.String()
}
