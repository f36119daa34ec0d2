package cli

import (
	"bytes"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/store"
)

// browsing stands for a person with a browser: it reads the address that a command has printed, and types the one where
// the browser ended.
type browsing struct {
	said  *bytes.Buffer
	ended func(asked url.Values) url.Values
	typed io.Reader
}

const theCallback = "https://weir.example.com/settings/integrations/new/authorized"

var askedAt = regexp.MustCompile(`https://\S+/login/oauth/authorize\?\S+`)

func (b *browsing) Read(p []byte) (int, error) {
	if b.typed == nil {
		asked, err := url.Parse(askedAt.FindString(b.said.String()))
		if err != nil {
			return 0, err
		}
		b.typed = strings.NewReader(theCallback + "?" + b.ended(asked.Query()).Encode() + "\n")
	}
	return b.typed.Read(p)
}

func TestCommandsByOAuthApp(t *testing.T) {
	t.Parallel()
	server, _ := testServer(t)
	server.World.AddUser(ghes.User{Login: "svc-weir"})
	app := server.World.AddOAuthApp(ghes.OAuthApp{Name: "Weir", Owner: "svc-weir", CallbackURL: theCallback})
	c := &commandLine{t: t, dir: t.TempDir()}
	flags := []string{"--client-id", app.ClientID, "--client-secret-file", file(t, "secret", app.ClientSecret), "--callback", theCallback, "--data", c.dir}
	authority := file(t, "ca.pem", server.CAPEM())
	try := func(ended func(asked url.Values) url.Values, args ...string) (said string, code int) {
		var out, errOut bytes.Buffer
		code = run(t.Context(), append(args, flags...), streams{in: &browsing{said: &errOut, ended: ended}, out: &out, err: &errOut})
		for _, planted := range []string{app.ClientSecret, "gho_"} {
			if strings.Contains(out.String()+errOut.String(), planted) {
				t.Errorf("the command printed %s", planted)
			}
		}
		return out.String() + errOut.String(), code
	}
	authorized := func(asked url.Values) url.Values {
		return url.Values{"state": asked["state"], "code": {server.Authorize("svc-weir", app.ClientID, "repo", "read:org")}}
	}
	for name, refused := range map[string]struct {
		ended func(asked url.Values) url.Values
		code  int
		says  string
	}{
		"denied": {func(asked url.Values) url.Values {
			return url.Values{"state": asked["state"], "error": {"access_denied"}}
		}, exitAuth, "Authorization failed"},
		"another state":   {func(url.Values) url.Values { return url.Values{"state": {"x"}, "code": {"c"}} }, exitUsage, "answers another question"},
		"another address": {func(url.Values) url.Values { return nil }, exitUsage, "no address that the server led back to"},
		"a made-up code": {func(asked url.Values) url.Values {
			return url.Values{"state": asked["state"], "code": {"made-up"}}
		}, exitAuth, "Authorization failed"},
	} {
		if said, code := try(refused.ended, "integration", "add", server.URL(), "--ca-file", authority); code != refused.code || !strings.Contains(said, refused.says) {
			t.Errorf("%s: exit code %d, want %d and %q in\n%s", name, code, refused.code, refused.says, said)
		}
	}
	if rows := c.list(); len(rows) != 0 {
		t.Fatalf("what was refused was added: %+v", rows)
	}
	if said, code := try(authorized, "integration", "add", server.URL(), "--ca-file", authority, "--name", "Main"); code != exitLimited {
		t.Fatalf("add: exit code %d\n%s", code, said)
	}
	if row := c.list()[0]; row.Method != "oauth" || row.Account != "svc-weir" {
		t.Errorf("added %+v", row)
	}
	// The authority that is held serves the exchange too.
	if said, code := try(authorized, "integration", "edit", "Main", "--url", server.URL()); code != exitOK && code != exitLimited {
		t.Errorf("edit: exit code %d\n%s", code, said)
	}
	c.run(exitLimited, "integration", "test", "Main")
	if n := exchangesInLedger(t, c.dir); n != 3 {
		t.Errorf("the ledger has %d exchanges, want those of the made-up code, of add and of edit", n)
	}
	c.run(exitUsage, "integration", "add", server.URL(), "--client-id", app.ClientID)
}

func exchangesInLedger(t *testing.T, dir string) (n int) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for r, err := range s.Requests(t.Context(), store.RequestFilter{}, facts.Page{Limit: 10_000}) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Path == "/login/oauth/access_token" {
			n++
		}
	}
	return n
}
