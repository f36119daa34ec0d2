package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"weir/internal/connect"
	"weir/internal/ghes"
)

// diagnosed is the JSON of weir doctor, written down here once more: programs read it.
type diagnosed struct {
	Address string `json:"address"`
	Result  string `json:"result"`
	Stages  []struct {
		Stage  string  `json:"stage"`
		Status string  `json:"status"`
		Code   string  `json:"code"`
		TookMS *int64  `json:"took_ms"`
		Cause  *string `json:"cause"`
		Next   *string `json:"next"`
		Detail *string `json:"detail"`
	} `json:"stages"`
	Services []struct {
		Organization string `json:"organization"`
		Service      string `json:"service"`
		Available    *bool  `json:"available"`
		Reason       string `json:"reason"`
	} `json:"services"`
}

func doctor(t *testing.T, code int, args ...string) diagnosed {
	t.Helper()
	out, errOut, got := weir(t.Context(), append([]string{"doctor", "--json"}, args...)...)
	if got != code {
		t.Fatalf("weir doctor %s ended with %d, want %d\n%s%s", strings.Join(args, " "), got, code, out, errOut)
	}
	var d diagnosed
	decoder := json.NewDecoder(strings.NewReader(out))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); code != exitUsage && err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return d
}

// code gives the code of the first stage that is not well.
func (d diagnosed) code(status string) string {
	for _, s := range d.Stages {
		if s.Status == status {
			return s.Stage + " " + s.Code
		}
	}
	return ""
}

// TestDoctorEndsWithTheCodeOfItsResult runs the command against a server of the test's own: all well, not
// connected, not signed in, services missing, and a command line that is wrong.
func TestDoctorEndsWithTheCodeOfItsResult(t *testing.T) {
	t.Parallel()
	server, token := testServer(t)
	ca, good := file(t, "ca.pem", server.CAPEM()), file(t, "token", token.Reveal())
	owner := server.World.Organizations()[0].Login
	member := ""
	for _, m := range server.World.Members(owner) {
		if m.Role == ghes.RoleMember {
			member = m.Login
		}
	}
	limited := server.World.AddToken(ghes.Token{Login: member, Scopes: []string{"repo", "read:org", "admin:org_hook"}})

	well := doctor(t, 0, server.URL(), "--token-file", good, "--ca-file", ca)
	if well.Result != "ok" || well.Address != server.URL() || len(well.Stages) != len(connect.Stages) || len(well.Services) == 0 {
		t.Errorf("all well: %+v", well)
	}
	for i, s := range well.Stages {
		if s.Stage != string(connect.Stages[i]) || s.TookMS == nil || s.Cause == nil || s.Next == nil || s.Detail == nil {
			t.Errorf("stage %d: %+v", i, s)
		}
	}
	for _, s := range well.Services {
		if s.Organization == "" || s.Service == "" || s.Available == nil {
			t.Errorf("service %+v", s)
		}
	}
	if d := doctor(t, 1, server.URL(), "--token-file", good); d.Result != "could_not_connect" || d.code("fail") != "tls tls_unknown_authority" {
		t.Errorf("without its authority: %s at %s", d.Result, d.code("fail"))
	}
	if d := doctor(t, 1, "https://github.com/acme"); d.code("fail") != "address address_github_com" {
		t.Errorf("github.com: %s", d.code("fail"))
	}
	bad := file(t, "bad", "ghp_"+strings.Repeat("0", 36))
	if d := doctor(t, 2, server.URL(), "--token-file", bad, "--ca-file", ca); d.Result != "authorization_failed" || d.code("fail") != "signin signin_bad_token" {
		t.Errorf("a bad token: %s at %s", d.Result, d.code("fail"))
	}
	if d := doctor(t, 2, server.URL(), "--user", member, "--password-file", file(t, "password", "wrong one"), "--ca-file", ca); d.code("fail") != "signin signin_bad_password" {
		t.Errorf("a wrong password: %s", d.code("fail"))
	}
	if d := doctor(t, 3, server.URL(), "--token-file", file(t, "limited", limited.Secret), "--ca-file", ca); d.Result != "limited" || d.code("warn") != "organizations organizations_member" {
		t.Errorf("a member: %s at %s", d.Result, d.code("warn"))
	}
	for _, wrong := range [][]string{{}, {server.URL(), "--user", "ada"}, {server.URL(), "--token-file", "/nowhere/at/all"}, {server.URL(), "--ca-file", "/nowhere"}, {server.URL(), "--skip-verification"}} {
		doctor(t, 64, wrong...)
	}
}

// TestDoctorTakesWhatPeoplePaste gives the address of one server in every way that it is written.
func TestDoctorTakesWhatPeoplePaste(t *testing.T) {
	t.Parallel()
	server, token := testServer(t)
	ca, good := file(t, "ca.pem", server.CAPEM()), file(t, "token", token.Reveal())
	host := strings.TrimPrefix(server.URL(), "https://")
	for _, pasted := range []string{
		host, host + "/", " " + host + "  ", "https://" + host + "/", "https://" + host + "/api/v3", "https://" + host + "/api/v3/",
		"https://" + host + "/api/graphql", "HTTPS://" + strings.ToUpper(host), "http://" + host, "https://" + host + "/acme",
		"https://" + host + "/acme/web/pulls?q=is%3Aopen#top", "https://somebody@" + host + "/login", host + "/acme/web.git",
	} {
		if d := doctor(t, 0, pasted, "--token-file", good, "--ca-file", ca); d.Address != server.URL() {
			t.Errorf("%q is read as %s, want %s", pasted, d.Address, server.URL())
		}
	}
}
