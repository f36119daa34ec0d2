package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weir/internal/config"
	"weir/internal/connect"
	"weir/internal/ghes"
	"weir/internal/store"
)

// commandLine runs commands as a person would.
type commandLine struct {
	t   *testing.T
	dir string
	// all is everything that was ever printed.
	all bytes.Buffer
}

// run runs a command line that must end with a code, and gives what it printed.
func (c *commandLine) run(code int, args ...string) (out, errOut string) {
	c.t.Helper()
	var stdout, stderr bytes.Buffer
	got := run(c.t.Context(), append(args, "--data", c.dir), streams{in: strings.NewReader(""), out: &stdout, err: &stderr})
	c.all.Write(stdout.Bytes())
	c.all.Write(stderr.Bytes())
	if got != code {
		c.t.Fatalf("weir %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), got, code, &stdout, &stderr)
	}
	return stdout.String(), stderr.String()
}

func (c *commandLine) list(args ...string) []integrationRow {
	c.t.Helper()
	out, _ := c.run(exitOK, append([]string{"integration", "list", "--json"}, args...)...)
	var rows []integrationRow
	if err := json.Unmarshal([]byte(out), &rows); err != nil {
		c.t.Fatalf("list: %v\n%s", err, out)
	}
	return rows
}

// file writes a file for its owner alone.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestIntegrationCommands walks through every command, with the data folder free and with a Weir that holds it.
func TestIntegrationCommands(t *testing.T) {
	t.Parallel()
	t.Run("alone", func(t *testing.T) {
		t.Parallel()
		walkCommands(t, t.TempDir())
	})
	t.Run("while it serves", func(t *testing.T) {
		t.Parallel()
		settings := &config.Config{}
		testApp(t, settings, io.Discard)
		info, err := os.Stat(filepath.Join(settings.Data, socketFile))
		if err != nil || info.Mode().Perm() != 0o600 || info.Mode().Type() != fs.ModeSocket {
			t.Fatalf("the socket: %v, %v", info, err)
		}
		walkCommands(t, settings.Data)
	})
}

func walkCommands(t *testing.T, dir string) {
	server, token := testServer(t)
	c := &commandLine{t: t, dir: dir}
	tokenFile, caFile := file(t, "token", token.Reveal()+"\n"), file(t, "ca.pem", server.CAPEM())

	out, _ := c.run(exitFailed, "integration", "add", server.URL(), "--token-file", tokenFile)
	if !strings.Contains(out, "Could not connect to url") || len(c.list()) != 0 {
		t.Errorf("a server behind an unknown authority was added\n%s", out)
	}
	out, _ = c.run(exitAuth, "integration", "add", server.URL(), "--token-file", file(t, "bad", "ghp_wrong"), "--ca-file", caFile)
	if !strings.Contains(out, "Authorization failed") || len(c.list()) != 0 {
		t.Errorf("a wrong token was added\n%s", out)
	}
	c.run(exitUsage, "integration", "add", server.URL())
	c.run(exitUsage, "integration", "add", server.URL(), "--token-file", tokenFile, "--services", "wiki")

	add := []string{"integration", "add", server.URL(), "--token-file", tokenFile, "--ca-file", caFile, "--name", "Main"}
	out, _ = c.run(exitOK, add...)
	if !strings.Contains(out, `Added as "Main"`) {
		t.Errorf("add says\n%s", out)
	}
	if _, errOut := c.run(exitFailed, add...); !strings.Contains(errOut, "another --name") {
		t.Errorf("a name in use: %s", errOut)
	}
	rows := c.list()
	if len(rows) != 1 || rows[0].Name != "Main" || rows[0].Address != server.URL() || rows[0].Method != "token" || !strings.Contains(rows[0].AddedBy, "command line") {
		t.Fatalf("list gives %+v", rows)
	}

	out, _ = c.run(exitOK, "integration", "test", "main", "--json")
	var report struct{ Result string }
	if err := json.Unmarshal([]byte(out), &report); err != nil || report.Result != "ok" {
		t.Errorf("test gives %v\n%s", err, out)
	}
	if _, errOut := c.run(exitFailed, "integration", "test", "other"); !strings.Contains(errOut, `"Main"`) {
		t.Errorf("an unknown name: %s", errOut)
	}

	c.run(exitOK, "integration", "edit", "Main", "--name", "Renamed", "--services", "repos")
	c.run(exitFailed, "integration", "edit", "Renamed", "--no-ca")
	if _, errOut := c.run(exitFailed, "integration", "edit", "Renamed", "--url", "https://elsewhere.invalid"); !strings.Contains(errOut, "not sent to another address") {
		t.Errorf("another address: %s", errOut)
	}
	c.run(exitAuth, "integration", "edit", "Renamed", "--token-file", file(t, "bad", "ghp_wrong"))
	if row := c.list()[0]; row.Name != "Renamed" || len(row.Services) != 1 || row.Address != server.URL() {
		t.Errorf("after the edits: %+v", row)
	}
	c.run(exitOK, "integration", "test", "1")

	c.run(exitOK, "integration", "pause", "renamed")
	if state := c.list()[0].State; state != "paused" {
		t.Errorf("paused, its state is %s", state)
	}
	c.run(exitOK, "integration", "resume", "renamed")
	if state := c.list()[0].State; state == "paused" {
		t.Error("resumed, it is still paused")
	}

	if _, errOut := c.run(exitUsage, "integration", "delete", "renamed"); !strings.Contains(errOut, `--confirm "Renamed"`) {
		t.Errorf("delete without a word: %s", errOut)
	}
	c.run(exitFailed, "integration", "delete", "renamed", "--confirm", "renamed")
	c.run(exitOK, "integration", "delete", "renamed", "--confirm", "Renamed")
	if live, deleted := c.list(), c.list("--deleted"); len(live) != 0 || len(deleted) != 1 || deleted[0].RestorableUntil == nil {
		t.Errorf("deleted: %+v, %+v", live, deleted)
	}
	c.run(exitOK, "integration", "restore", "1")
	if len(c.list()) != 1 {
		t.Error("restored, it is not there")
	}
	c.run(exitOK, "rotate-key")
	c.run(exitOK, "integration", "test", "Renamed")
	if strings.Contains(c.all.String(), token.Reveal()) {
		t.Error("a command printed the token")
	}
}

func TestCommandsByPassword(t *testing.T) {
	t.Parallel()
	server, _ := testServer(t)
	server.World.AddUser(ghes.User{Login: "svc-weir", Password: "planted password"})
	c := &commandLine{t: t, dir: t.TempDir()}
	caFile := file(t, "ca.pem", server.CAPEM())
	c.run(exitLimited, "integration", "add", server.URL(), "--user", "svc-weir", "--password-file", file(t, "p", "planted password"), "--ca-file", caFile)
	if row := c.list()[0]; row.Method != "password" || row.Account != "svc-weir" {
		t.Errorf("added %+v", row)
	}
	c.run(exitAuth, "integration", "add", server.URL(), "--user", "svc-weir", "--password-file", file(t, "p", "wrong"), "--ca-file", caFile, "--name", "x")
	if strings.Contains(c.all.String(), "planted password") {
		t.Error("a command printed the password")
	}
}

func TestCommandsByApp(t *testing.T) {
	t.Parallel()
	server, _ := testServer(t)
	app, err := server.World.AddApp(ghes.App{Name: "Weir", Owner: "acme", Permissions: connect.AppPermissions})
	if err != nil {
		t.Fatal(err)
	}
	server.World.AddInstallation(ghes.Installation{App: app.ID, Account: "acme"})
	c := &commandLine{t: t, dir: t.TempDir()}
	key := app.PrivateKeyPEM()
	c.run(exitUsage, "integration", "add", server.URL(), "--app-id", "7")
	c.run(exitLimited, "integration", "add", server.URL(), "--app-id", fmt.Sprint(app.ID), "--private-key-file", file(t, "key.pem", key),
		"--ca-file", file(t, "ca.pem", server.CAPEM()))
	if row := c.list()[0]; row.Method != "app" {
		t.Errorf("added %+v", row)
	}
	c.run(exitLimited, "integration", "test", "1")
	if strings.Contains(c.all.String(), strings.Split(key, "\n")[1]) {
		t.Error("a command printed the key")
	}
}

func TestCommandsWantADataFolder(t *testing.T) {
	t.Parallel()
	c := &commandLine{t: t, dir: filepath.Join(t.TempDir(), "none")}
	for _, args := range [][]string{{"integration", "list"}, {"integration", "pause", "x"}, {"rotate-key"}} {
		if _, errOut := c.run(exitUsage, args...); !strings.Contains(errOut, "there is no data folder") {
			t.Errorf("weir %v: %s", args, errOut)
		}
	}
	if _, err := os.Stat(c.dir); err == nil {
		t.Error("a command that only asks has made a data folder")
	}
}

// A process that holds the folder and takes no orders, such as an older Weir, is named.
func TestCommandsNameWhoHoldsTheFolder(t *testing.T) {
	t.Parallel()
	c := &commandLine{t: t, dir: t.TempDir()}
	lock, err := store.LockDir(c.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Release() }()
	if _, errOut := c.run(exitFailed, "integration", "list"); !strings.Contains(errOut, "is in use by process") || !strings.Contains(errOut, "does not take orders") {
		t.Errorf("it says: %s", errOut)
	}
}

func TestOrdersAreForTheOwnerOnly(t *testing.T) {
	t.Parallel()
	settings := &config.Config{}
	_, base := testApp(t, settings, io.Discard)
	response, err := http.Post(base+"/", "application/json", strings.NewReader(`{"act":"list"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode == http.StatusOK && bytes.Contains(text, []byte(`"out"`)) {
		t.Errorf("the pages take orders: %d %s %v", response.StatusCode, text, err)
	}
	if _, err := exchange(t.Context(), filepath.Join(settings.Data, socketFile), order{Act: "no such act"}); err != nil {
		t.Errorf("an unknown order is answered by %v, want a result", err)
	}
}
