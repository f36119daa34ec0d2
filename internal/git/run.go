package git

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// reading is one run of git in a shut-off environment. Nothing secret belongs into args; env is for that.
type reading struct {
	// dir is where git runs; its repository is found from there unless env says otherwise.
	dir   string
	args  []string
	stdin io.Reader
	// env adds to, and wins over, the environment that shutOff gives.
	env []string
	// config adds settings as if by -c, but through the environment, where other users cannot read them.
	config []option
	// stderr sees git's messages as they come, in addition to their end being kept for the error. May be nil.
	stderr io.Writer
}

// option is one configuration key with its value.
type option struct{ key, value string }

// shutOff holds the settings of every run: a repository's own configuration must not make git start a program,
// and a folder of another user may be read.
var shutOff = []option{
	{"safe.directory", "*"},
	{"core.fsmonitor", "false"},
	{"core.hooksPath", "/dev/null"},
	{"core.attributesFile", "/dev/null"},
	{"core.alternateRefsCommand", ""},
	{"gc.auto", "0"},
	{"maintenance.auto", "false"},
}

// maxStderr bounds what is kept of git's messages.
const maxStderr = 8 << 10

// exec prepares the run. The process group is not its own: a kill of Weir's group ends git too.
func (c reading) exec(ctx context.Context) (*exec.Cmd, *tail) {
	cmd := exec.CommandContext(ctx, "git", c.args...)
	cmd.Dir, cmd.Stdin = c.dir, c.stdin
	cmd.Env = append(readEnvironment(append(shutOff[:len(shutOff):len(shutOff)], c.config...)), c.env...)
	cmd.WaitDelay = 5 * time.Second
	said := &tail{max: maxStderr}
	cmd.Stderr = said
	if c.stderr != nil {
		cmd.Stderr = io.MultiWriter(said, c.stderr)
	}
	return cmd, said
}

// readEnvironment is the process's own without anything that steers git, and with what shuts it off.
func readEnvironment(config []option) []string {
	env := make([]string, 0, 64)
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "GIT_") && !strings.HasPrefix(kv, "LC_") && !strings.HasPrefix(kv, "LANG") {
			env = append(env, kv)
		}
	}
	env = append(env,
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_ATTR_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0",
		"GIT_NO_REPLACE_OBJECTS=1", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1", "GIT_FLUSH=0", "LC_ALL=C",
		"GIT_CONFIG_COUNT="+strconv.Itoa(len(config)))
	for i, s := range config {
		n := strconv.Itoa(i)
		env = append(env, "GIT_CONFIG_KEY_"+n+"="+s.key, "GIT_CONFIG_VALUE_"+n+"="+s.value)
	}
	return env
}

// run runs git to its end and gives its output.
func (c reading) run(ctx context.Context) ([]byte, error) {
	cmd, said := c.exec(ctx)
	var out bytes.Buffer
	cmd.Stdout = &out
	err := cmd.Run()
	return out.Bytes(), c.failure(ctx, err, said)
}

// failure makes a *RunError of how a run ended, nil when it ended well.
func (c reading) failure(ctx context.Context, err error, said *tail) error {
	if err == nil {
		return nil
	}
	e := &RunError{ExitCode: -1, Stderr: said.String(), Err: err}
	if len(c.args) > 0 {
		e.Command = c.args[0]
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		e.ExitCode = exit.ExitCode()
	}
	if ctx.Err() != nil {
		e.Err, e.Stderr = ctx.Err(), ""
	}
	return e
}

// tail keeps the last max bytes written to it.
type tail struct {
	max  int
	data []byte
}

// Write never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.data = append(t.data, p...)
	if over := len(t.data) - t.max; over > 0 {
		t.data = append(t.data[:0], t.data[over:]...)
	}
	return len(p), nil
}

// String gives what was kept.
func (t *tail) String() string { return strings.TrimSpace(string(t.data)) }
