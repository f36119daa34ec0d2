package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"weir/internal/connect"
	"weir/internal/ghes"
)

// TestDoctorTakesEveryWayOfACommandLine signs in by a token, a password and a GitHub App, and is refused by
// each with the exit code that belongs to it.
func TestDoctorTakesEveryWayOfACommandLine(t *testing.T) {
	t.Parallel()
	server, token := testServer(t)
	const password = "correct-horse-battery-7351"
	server.World.AddUser(ghes.User{Login: "weir-bot", Password: password})
	app, err := server.World.AddApp(ghes.App{Name: "Weir", Owner: "weir-bot", Permissions: connect.AppPermissions})
	if err != nil {
		t.Fatal(err)
	}
	server.World.AddInstallation(ghes.Installation{App: app.ID, Account: server.World.Organizations()[0].Login})
	key, id := file(t, "key.pem", app.PrivateKeyPEM()), fmt.Sprint(app.ID)
	ca := file(t, "ca.pem", server.CAPEM())
	cases := []struct {
		name string
		args []string
		exit int
		code connect.Code
	}{
		{"token", []string{"--token-file", file(t, "token", token.Reveal())}, exitOK, ""},
		{"password", []string{"--user", "weir-bot", "--password-file", file(t, "password", password)}, exitLimited, ""},
		{"wrong password", []string{"--user", "weir-bot", "--password-file", file(t, "password", "wrong-one")}, exitAuth, connect.SignInBadPassword},
		{"app", []string{"--app-id", id, "--private-key-file", key}, exitLimited, ""},
		{"another app's id", []string{"--app-id", "4711", "--private-key-file", key}, exitAuth, connect.SignInAppGone},
		{"a key that is none", []string{"--app-id", id, "--private-key-file", ca}, exitAuth, connect.SignInAppKeyUnreadable},
	}
	for _, c := range cases {
		var out, problems bytes.Buffer
		got := run(t.Context(), append([]string{"doctor", server.URL(), "--ca-file", ca, "--json"}, c.args...), streams{in: strings.NewReader(""), out: &out, err: &problems})
		var report connect.Report
		if err := json.Unmarshal(out.Bytes(), &report); err != nil {
			t.Fatalf("%s: %v\n%s%s", c.name, err, &out, &problems)
		}
		if stage := report.Stage(connect.StageSignIn); got != c.exit || stage.Code != c.code {
			t.Errorf("%s: exit code %d, sign-in %q, want %d %q\n%s", c.name, got, stage.Code, c.exit, c.code, &out)
		}
		for _, secret := range []string{password, app.PrivateKeyPEM(), token.Reveal()} {
			if strings.Contains(out.String()+problems.String(), secret) {
				t.Errorf("%s: a secret is printed", c.name)
			}
		}
	}
}
