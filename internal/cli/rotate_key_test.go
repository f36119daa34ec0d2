package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weir/internal/config"
	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/secret"
	"weir/internal/store"
)

// sealed is a data folder with integrations whose credentials are known.
type sealed struct {
	t     *testing.T
	dir   string
	count int
}

func (d *sealed) open(keys *secret.Keyring) *store.Store {
	d.t.Helper()
	var err error
	if keys == nil {
		if keys, err = secret.OpenKeyring(filepath.Join(d.dir, "KEY")); err != nil {
			d.t.Fatal(err)
		}
	}
	s, err := store.Open(d.t.Context(), store.Options{Dir: d.dir, Keys: keys})
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

func (d *sealed) fill(keys *secret.Keyring) {
	d.t.Helper()
	s := d.open(keys)
	for n := range d.count {
		_, err := s.CreateIntegration(d.t.Context(), facts.Integration{Name: fmt.Sprint(n)}, connect.TokenCredential(secret.New(fmt.Sprintf("token-%d", n+1))))
		if err != nil {
			d.t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		d.t.Fatal(err)
	}
}

// check opens every credential.
func (d *sealed) check(when string, keys *secret.Keyring) {
	d.t.Helper()
	s := d.open(keys)
	for id := range d.count {
		c, err := s.Credential(d.t.Context(), facts.IntegrationID(id+1))
		if err != nil || c.Token.Reveal() != fmt.Sprintf("token-%d", id+1) {
			d.t.Fatalf("%s: the credential of integration %d: %v", when, id+1, err)
		}
	}
	if err := s.Close(); err != nil {
		d.t.Fatal(err)
	}
}

func (d *sealed) keysInFile() int {
	d.t.Helper()
	text, err := os.ReadFile(filepath.Join(d.dir, "KEY"))
	if err != nil {
		d.t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			n++
		}
	}
	return n
}

// TestRotateKeyMayBeKilledAtAnyMoment kills the command ever later, until it comes to its end.
func TestRotateKeyMayBeKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	d := &sealed{t: t, dir: t.TempDir(), count: 200}
	d.fill(nil)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	weir := filepath.Join(t.TempDir(), "weir") // by this name the test's own binary is Weir, see TestMain
	if err := os.Symlink(self, weir); err != nil {
		t.Fatal(err)
	}
	killed := 0
	for wait := 2 * time.Millisecond; ; wait += wait / 2 {
		cmd := exec.CommandContext(t.Context(), weir, "rotate-key", "--data", d.dir)
		cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(wait, func() { _ = cmd.Process.Kill() })
		err := cmd.Wait()
		timer.Stop()
		d.check(fmt.Sprintf("killed after %s", wait), nil)
		var exit *exec.ExitError
		if err == nil {
			break
		}
		if !errors.As(err, &exit) || exit.ExitCode() != -1 {
			t.Fatalf("it ended by itself: %v", err)
		}
		killed++
	}
	if killed < 5 {
		t.Errorf("it was killed %d times only", killed)
	}
	if n := d.keysInFile(); n != 1 {
		t.Errorf("the file has %d keys in the end, want the new one alone", n)
	}
}

func TestRotateKeyWhileItServes(t *testing.T) {
	t.Parallel()
	settings := &config.Config{}
	a, _ := testApp(t, settings, io.Discard)
	id, err := a.store.CreateIntegration(t.Context(), facts.Integration{Name: "one"}, connect.TokenCredential(secret.New("planted")))
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(settings.Data, "KEY"))
	if err != nil {
		t.Fatal(err)
	}
	c := &commandLine{t: t, dir: settings.Data}
	if out, _ := c.run(exitOK, "rotate-key"); !strings.Contains(out, "with the newest key: 1.") {
		t.Errorf("it says\n%s", out)
	}
	after, err := os.ReadFile(filepath.Join(settings.Data, "KEY"))
	if err != nil || string(after) == string(before) {
		t.Errorf("the key is the one before (%v)", err)
	}
	if held, err := a.store.Credential(t.Context(), id); err != nil || held.Token.Reveal() != "planted" {
		t.Errorf("the process that serves opens %v, %v", held, err)
	}
}

func TestRotateKeyFromTheEnvironment(t *testing.T) {
	const first, second = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
	keys := func(value string) *secret.Keyring {
		k, err := secret.KeyringFromEnv(value)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	d := &sealed{t: t, dir: t.TempDir(), count: 3}
	d.fill(keys(first))
	c := &commandLine{t: t, dir: d.dir}
	t.Setenv("WEIR_KEY", first)
	if _, errOut := c.run(exitFailed, "rotate-key"); !strings.Contains(errOut, "write a new one after it") {
		t.Errorf("with one key it says %s", errOut)
	}
	t.Setenv("WEIR_KEY", first+","+second)
	if out, _ := c.run(exitOK, "rotate-key"); !strings.Contains(out, "newest key: 3.") || !strings.Contains(out, "take the older keys out") {
		t.Errorf("with two keys it says %s", out)
	}
	d.check("with the new key alone", keys(second))
	if _, err := os.Stat(filepath.Join(d.dir, "KEY")); err == nil {
		t.Error("a key file was made beside the environment")
	}
}
