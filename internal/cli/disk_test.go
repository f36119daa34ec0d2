package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"weir/internal/ghes/generate"
	"weir/internal/store/disktest"
)

// wantWords holds that a command failed and said in words what is wrong and what to do.
func wantWords(t *testing.T, said string, code int, words ...string) {
	t.Helper()
	if code != exitFailed {
		t.Errorf("exit code %d", code)
	}
	for _, word := range words {
		if !strings.Contains(said, word) {
			t.Errorf("no %q in %q", word, said)
		}
	}
}

func TestServeSaysWhatIsWrongWithTheDisk(t *testing.T) {
	t.Parallel()
	serve := func(dir string) (string, int) {
		_, said, code := weir(t.Context(), "serve", "--data", dir, "--listen", "127.0.0.1:0")
		return said, code
	}
	said, code := serve(filepath.Join(disktest.Mount(t, syscall.MS_RDONLY, "2m"), "data"))
	wantWords(t, said, code, "cannot be written", "make the data folder", "writable")
	full := disktest.Mount(t, 0, "2m")
	disktest.Fill(t, full)
	said, code = serve(full)
	wantWords(t, said, code, "is full", "free some space")
}

func TestAnalyzeSaysWhatIsWrongWithTheDisk(t *testing.T) {
	t.Parallel()
	organization, err := generate.Small(t.Context(), generate.Options{Dir: t.TempDir(), Seed: 5, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	repo := organization.Repos[0].Dir
	want, said, code := weir(t.Context(), "analyze", repo, "--json")
	if code != exitOK {
		t.Fatal(said)
	}
	t.Run("read-only", func(t *testing.T) {
		t.Parallel()
		_, said, code := weir(t.Context(), "analyze", repo, "--state", filepath.Join(disktest.Mount(t, syscall.MS_RDONLY, "2m"), "state"))
		wantWords(t, said, code, "cannot be written", "--state")
	})
	t.Run("full", func(t *testing.T) {
		t.Parallel()
		dir := disktest.Mount(t, 0, "2m")
		free := disktest.Fill(t, dir)
		_, said, code := weir(t.Context(), "analyze", repo, "--state", filepath.Join(dir, "state"))
		wantWords(t, said, code, "is full", "free some space", "--state")
		free()
		for range 2 { // from what is there, then from what the first run left
			got, said, code := weir(t.Context(), "analyze", repo, "--state", filepath.Join(dir, "state"), "--json")
			if code != exitOK || got != want {
				t.Errorf("with room again: exit code %d, %s; the result is another: %t", code, said, got != want)
			}
		}
	})
	t.Run("no room for a clone", func(t *testing.T) {
		t.Parallel()
		dir := disktest.Mount(t, 0, "2m")
		disktest.Fill(t, dir)
		said, code := analyzeIn(t, dir, "file://"+repo)
		wantWords(t, said, code, "is full", "TMPDIR")
		if left, err := filepath.Glob(filepath.Join(dir, "weir-*")); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
	t.Run("nowhere to clone to", func(t *testing.T) {
		t.Parallel()
		said, code := analyzeIn(t, disktest.Mount(t, syscall.MS_RDONLY, "2m"), "file://"+repo)
		wantWords(t, said, code, "cannot be written", "TMPDIR")
	})
}

// analyzeIn runs the command as a process whose temporary files go to a folder.
func analyzeIn(t *testing.T, temporary, address string) (said string, code int) {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var errOut bytes.Buffer
	cmd := exec.CommandContext(t.Context(), binary)
	cmd.Args = []string{"weir", "analyze", address}
	cmd.Env = append(os.Environ(), "TMPDIR="+temporary)
	cmd.Stderr = &errOut
	if err := cmd.Run(); err == nil {
		t.Error("it worked")
	}
	return errOut.String(), cmd.ProcessState.ExitCode()
}
