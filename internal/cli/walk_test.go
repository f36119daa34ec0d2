package cli

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weir/internal/config"
	"weir/internal/ghes"
	"weir/internal/ghes/generate"
	"weir/internal/secret"
	"weir/internal/store/storetest"
	"weir/internal/web/webtest"
)

const testPassword = "correct horse battery"

// testServer is a made-up server with a small organization, and a token of an owner.
func testServer(t testing.TB) (*ghes.Server, secret.String) {
	t.Helper()
	organization, err := generate.Small(t.Context(), generate.Options{Dir: t.TempDir(), Seed: 7, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	world := organization.World()
	token := world.AddToken(ghes.Token{
		Login: organization.Owner(), Scopes: []string{"repo", "admin:org", "admin:repo_hook", "admin:org_hook", "user"},
	})
	server := ghes.New(ghes.Options{World: world, Settings: ghes.Settings{PrivateMode: true}})
	if err := server.Start(context.WithoutCancel(t.Context()), "localhost:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server, secret.New(token.Secret)
}

// ownAddress as the URL of the settings of a testApp stands for the address that it gets.
const ownAddress = "own"

// testApp is Weir serving on a free port, with its work begun; it stops with the test.
func testApp(t testing.TB, settings *config.Config, log io.Writer) (a *app, base string) {
	t.Helper()
	settings.Workers, settings.MemoryMiB, settings.SyncEvery = 2, 256, time.Hour
	if settings.Data == "" {
		settings.Data = t.TempDir()
	}
	listener, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if settings.URL == ownAddress {
		settings.URL = "http://" + listener.Addr().String()
	}
	a, err = assemble(t.Context(), settings, slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	if err := storetest.Hurry(t.Context(), a.store); err != nil {
		t.Fatal(err)
	}
	if err := a.work(t.Context(), settings); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	served := make(chan error, 1)
	go func() { served <- a.serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return a, "http://" + listener.Addr().String()
}

// TestFirstLightInABrowser walks the way of a newcomer: set-up code, sign-in, wizard, import, each report.
// The reports, which have a real import's numbers in them, are looked at in both sizes and colours; the steps before
// them are by the tests of web.
func TestFirstLightInABrowser(t *testing.T) {
	t.Parallel()
	server, token := testServer(t)
	a, base := testApp(t, &config.Config{}, io.Discard)
	code, err := a.setUpCode(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := webtest.Open(t, base)
	b.Go(t, "/")
	setUpInBrowser(t, b, code.Reveal())
	connectInBrowser(t, b, server, token)
	importInBrowser(t, b, a)
	for _, page := range []string{"/reports/code?period=365d", "/reports/worklog?period=30d", "/reports/commits?period=365d", "/"} {
		b.Go(t, page)
		b.Inspect(t, "walk"+strings.NewReplacer("/", "-", "?", "-").Replace(page))
	}
	b.Go(t, "/reports/commits?period=365d&order=largest&count=counted")
	b.Click(t, "table a[href*='commit=']")
	b.See(t, "New work")
	b.Inspect(t, "walk-commit")
	signOutInBrowser(t, b)
	b.Check(t)
}

func setUpInBrowser(t *testing.T, b *webtest.Browser, code string) {
	t.Helper()
	b.See(t, "Set-up code")
	b.Fits(t)
	b.Fill(t, "#code", code)
	b.Fill(t, "#login", "admin")
	b.Fill(t, "#name", "Ada Admin")
	b.Fill(t, "#password", testPassword)
	b.Fill(t, "#again", testPassword)
	b.Click(t, "main button[type=submit], main form button")
	b.See(t, "The admin account is ready")
	signOutInBrowser(t, b)
	b.Fill(t, "#login", "admin")
	b.Fill(t, "#password", testPassword)
	b.Click(t, "main form button")
	b.See(t, "Settings")
}

func signOutInBrowser(t *testing.T, b *webtest.Browser) {
	t.Helper()
	b.Click(t, "details.menu:last-of-type summary[aria-label^=Account]")
	b.Press(t, "Sign out")
	b.See(t, "Password")
}

func connectInBrowser(t *testing.T, b *webtest.Browser, server *ghes.Server, token secret.String) {
	t.Helper()
	b.Press(t, "Settings")
	b.See(t, "Integrations")
	b.Press(t, "Add integration")
	b.See(t, "GitHub Enterprise")
	b.Press(t, "Next")
	b.See(t, "Choose a way to connect")
	b.Press(t, "Next")
	b.See(t, "Base URL")
	b.Fill(t, "#address", server.URL())
	b.Fill(t, "#token", token.Reveal())
	b.Press(t, "Test connection")
	b.See(t, "Could not connect to url")
	b.Fits(t)
	b.Press(t, "Own certificate authority or proxy")
	b.Fill(t, "#ca", server.CAPEM())
	b.Press(t, "Test connection")
	b.See(t, "runs GitHub Enterprise Server 3.19.1")
	b.Fits(t)
	b.Press(t, "Next")
	b.See(t, "Services")
	b.Fits(t)
	b.Press(t, "Next")
	b.See(t, "Name the integration")
	b.Fill(t, "#name", "Our server")
	b.Press(t, "Create")
	b.See(t, "repo import page")
	b.Fits(t)
}

func importInBrowser(t *testing.T, b *webtest.Browser, a *app) {
	t.Helper()
	if err := a.waitForRepos(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.Press(t, "repo import page")
	b.See(t, "handbook")
	b.Click(t, "input[data-all]")
	b.Press(t, "Import")
	b.See(t, "queued for import")
	b.See(t, "Ready")
	b.Fits(t)
	if err := a.waitForImport(t.Context(), &progress{}); err != nil {
		t.Fatal(err)
	}
}

// TestFirstLightOnBothDatabases walks the same way by the forms alone and holds what the reports say of
// the two databases against each other.
func TestFirstLightOnBothDatabases(t *testing.T) {
	t.Parallel()
	server, token := testServer(t)
	reports := map[string]string{}
	for name, settings := range map[string]*config.Config{
		"sqlite":   {},
		"postgres": {Database: storetest.URL(t)},
	} {
		log := &lockedBuffer{}
		a, base := testApp(t, settings, log)
		w := walkThrough(t, a, base, server, token)
		waitUntilIdle(t, a)
		for _, page := range []string{"/reports/code.csv?period=365d", "/reports/worklog.csv?period=365d", "/reports/commits.csv?period=365d"} {
			reports[name] += get(t, w, page)
		}
		if strings.Contains(log.String(), token.Reveal()) {
			t.Errorf("%s: the token is in the log", name)
		}
	}
	if diff := cmp.Diff(strings.Split(reports["sqlite"], "\n"), strings.Split(reports["postgres"], "\n")); diff != "" {
		t.Errorf("the reports differ (-sqlite +postgres):\n%s", diff)
	}
	if !strings.Contains(reports["sqlite"], "new_work") {
		t.Errorf("the reports say nothing:\n%s", reports["sqlite"])
	}
}

// waitUntilIdle waits until pull requests and tickets are read too: they tell which account commits by which address.
func waitUntilIdle(t *testing.T, a *app) {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), 2*time.Minute, errors.New("the work does not end"))
	defer cancel()
	err := poll(ctx, func() (bool, error) {
		n, err := a.jobs.Waiting(ctx)
		return n == 0, err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func walkThrough(t testing.TB, a *app, base string, server *ghes.Server, token secret.String) *walker {
	t.Helper()
	code, err := a.setUpCode(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w, err := newWalker(base)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.signUp(t.Context(), code, "admin", secret.New(testPassword)); err != nil {
		t.Fatal(err)
	}
	page, err := w.connect(t.Context(), connection{address: server.URL(), caPEM: server.CAPEM(), name: "Our server", token: token})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.waitForRepos(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.importAll(t.Context(), page); err != nil {
		t.Fatal(err)
	}
	if err := a.waitForImport(t.Context(), &progress{}); err != nil {
		t.Fatal(err)
	}
	return w
}

func get(t *testing.T, w *walker, page string) string {
	t.Helper()
	answer, err := w.client.Get(w.base + page)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("get %s: %d, %v\n%s", page, answer.StatusCode, err, text)
	}
	return string(text)
}
