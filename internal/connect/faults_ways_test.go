package connect_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/ghes"
	"weir/internal/secret"
)

const callback = "http://weir.test/settings/integrations/new/authorized"

// oauthApp registers an application on the double.
func (d double) oauthApp() ghes.OAuthApp {
	return d.World.AddOAuthApp(ghes.OAuthApp{Name: "Weir", Owner: "weir-bot", CallbackURL: callback})
}

// consent is a target whose person has just authorized the application.
func (d double) consent(app ghes.OAuthApp, scopes ...string) connect.Target {
	target := d.target()
	code := d.Authorize("weir-bot", app.ClientID, scopes...)
	target.Credential = connect.Consent(app.ClientID, secret.New(app.ClientSecret), secret.New(code), callback)
	return target
}

// exchanged is a credential that the double gave for a consent.
func (d double) exchanged(t *testing.T, app ghes.OAuthApp, scopes ...string) connect.Credential {
	t.Helper()
	report := connect.Diagnose(t.Context(), d.consent(app, scopes...), quick())
	if report.Exchanged.Token.Empty() {
		t.Fatalf("no token: %s", dump(report))
	}
	return report.Exchanged
}

func oauthFaults() []faultCase {
	const failed, lost = connect.ResultAuthorizationFailed, connect.ResultCouldNotConnect
	refused := func(name string, code connect.Code, change func(*testing.T, double, ghes.OAuthApp) connect.Target) faultCase {
		return onDouble(name, connect.StageSignIn, code, failed, func(t *testing.T, d double) connect.Target { return change(t, d, d.oauthApp()) })
	}
	page := func(name string, code connect.Code, problem, description string) faultCase {
		return faultCase{name: name, stage: connect.StageSignIn, code: code, result: failed, report: func(*testing.T) *connect.Report {
			a := connect.Address{Base: "https://github.example.com", Host: "github.example.com"}
			if problem == "" {
				return connect.Refused(a.Base, connect.RefusedFor(code, a))
			}
			return connect.Refused(a.Base, connect.ConsentFault(problem, description, a))
		}}
	}
	atExchange := func(name string, code connect.Code, effect ghes.Effect) faultCase {
		return onDouble(name, connect.StageSignIn, code, lost, func(_ *testing.T, d double) connect.Target {
			d.Faults.Add(ghes.Fault{Path: "/login/oauth/access_token", Effect: effect})
			return d.consent(d.oauthApp(), "repo")
		})
	}
	return []faultCase{
		page("a consent that is denied", connect.SignInOAuthDenied, "access_denied", "The user has denied your application access."),
		page("an answer with a state of nobody's", connect.SignInOAuthState, "", ""),
		page("an answer that comes too late", connect.SignInOAuthLate, "", ""),
		page("an OAuth app that is suspended", connect.SignInOAuthSuspended, "application_suspended", ""),
		page("an OAuth error that is new", connect.SignInOAuthRefused, "unverified_user_email", "The user must have a verified email."),
		refused("a consent used twice", connect.SignInOAuthCode, func(t *testing.T, d double, app ghes.OAuthApp) connect.Target {
			target := d.consent(app, "repo")
			connect.Diagnose(t.Context(), target, quick())
			return target
		}),
		refused("a wrong client secret", connect.SignInOAuthSecret, func(_ *testing.T, d double, app ghes.OAuthApp) connect.Target {
			target := d.consent(app, "repo")
			target.Credential.ClientSecret = secret.New("not-the-secret-of-this-app")
			return target
		}),
		refused("a client id that nobody has", connect.SignInOAuthSecret, func(_ *testing.T, d double, app ghes.OAuthApp) connect.Target {
			target := d.consent(app, "repo")
			target.Credential.ClientID = "Ov23liNobody"
			return target
		}),
		refused("another callback", connect.SignInOAuthMismatch, func(_ *testing.T, d double, app ghes.OAuthApp) connect.Target {
			target := d.consent(app, "repo")
			target.Credential.Callback = "http://elsewhere.test/"
			return target
		}),
		refused("an authorization that is revoked", connect.SignInOAuthRevoked, func(t *testing.T, d double, app ghes.OAuthApp) connect.Target {
			target := d.target()
			target.Credential = d.exchanged(t, app, "repo")
			d.RevokeAuthorization("weir-bot", app.ClientID)
			return target
		}),
		{name: "a refresh token used twice", stage: connect.StageSignIn, code: connect.SignInOAuthRefresh, result: failed, report: refreshTwice},
		onDouble("an authorization with fewer scopes", connect.StageScopes, connect.ScopesOAuthFewer, connect.ResultLimited, func(_ *testing.T, d double) connect.Target {
			return d.consent(d.oauthApp(), "repo", "read:org")
		}),
		onDouble("an authorization without scopes", connect.StageScopes, connect.ScopesOAuthNone, connect.ResultLimited, func(_ *testing.T, d double) connect.Target {
			return d.consent(d.oauthApp())
		}),
		atExchange("a page in place of the exchange", connect.SignInOAuthUnreadable, ghes.LoginPage()),
		atExchange("an exchange without an answer", connect.SignInOAuthLost, ghes.Drop()),
	}
}

func refreshTwice(t *testing.T) *connect.Report {
	d := newDouble(t, func(o *ghes.Options) { o.Settings.Version = "3.23.0" })
	target := d.target()
	target.Credential = d.exchanged(t, d.oauthApp(), "repo", "offline_access")
	transport, err := connect.NewTransport(target, quick())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	renewed, err := transport.Renew(t.Context(), target.Credential)
	if err != nil || renewed.Token.Reveal() == target.Credential.Token.Reveal() || renewed.RefreshToken.Empty() {
		t.Fatalf("renewed to %s: %v", renewed, err)
	}
	_, err = transport.Renew(t.Context(), target.Credential)
	var fault *connect.Fault
	if !errors.As(err, &fault) {
		t.Fatalf("got %v", err)
	}
	return connect.Refused(d.address, fault)
}

// appKey is made once, because it takes a moment.
var appKey = sync.OnceValues(func() (ghes.App, error) { return ghes.NewWorld().AddApp(ghes.App{Name: "key"}) })

// app adds Weir's GitHub App to the double; acme has not installed it.
func (d double) app(t *testing.T) ghes.App {
	t.Helper()
	made, err := appKey()
	if err != nil {
		t.Fatal(err)
	}
	app, err := d.World.AddApp(ghes.App{Name: "Weir", Owner: "acme", Key: made.Key, Permissions: connect.AppPermissions})
	if err != nil {
		t.Fatal(err)
	}
	return app
}

func (d double) appTarget(app ghes.App) connect.Target {
	target := d.target()
	target.Credential = connect.AppCredential(app.ID, secret.New(app.PrivateKeyPEM()))
	return target
}

func appFaults() []faultCase {
	const failed, limited = connect.ResultAuthorizationFailed, connect.ResultLimited
	on := func(name string, stage connect.StageID, code connect.Code, result connect.Result, change func(*testing.T, double, ghes.App) connect.Target) faultCase {
		return onDouble(name, stage, code, result, func(t *testing.T, d double) connect.Target { return change(t, d, d.app(t)) })
	}
	installed := func(name string, stage connect.StageID, code connect.Code, change func(*ghes.App, *ghes.Installation)) faultCase {
		return on(name, stage, code, limited, func(_ *testing.T, d double, app ghes.App) connect.Target {
			i := ghes.Installation{App: app.ID, Account: "acme"}
			change(&app, &i)
			if _, err := d.World.AddApp(app); err != nil {
				panic(err)
			}
			d.World.AddInstallation(i)
			return d.appTarget(app)
		})
	}
	conversion := func(name string, code connect.Code, effect ghes.Effect) faultCase {
		return on(name, connect.StageSignIn, code, connect.ResultCouldNotConnect, func(_ *testing.T, d double, app ghes.App) connect.Target {
			d.Faults.Add(ghes.Fault{Path: "/api/v3/app-manifests/**", Effect: effect})
			target := d.target()
			target.Credential = connect.NewApp(secret.New(d.ManifestCode(app)), "")
			return target
		})
	}
	return []faultCase{
		{name: "an app's answer with a state of nobody's", stage: connect.StageSignIn, code: connect.SignInAppState, result: failed, report: func(*testing.T) *connect.Report {
			return connect.Refused("https://github.example.com", connect.RefusedFor(connect.SignInAppState, connect.Address{Host: "github.example.com"}))
		}},
		on("a manifest's code used twice", connect.StageSignIn, connect.SignInAppCode, failed, func(t *testing.T, d double, app ghes.App) connect.Target {
			target := d.target()
			target.Credential = connect.NewApp(secret.New(d.ManifestCode(app)), "")
			connect.Diagnose(t.Context(), target, quick())
			return target
		}),
		conversion("a manifest's code without an answer", connect.SignInAppLost, ghes.Drop()),
		conversion("a page in place of the app's key", connect.SignInAppUnreadable, ghes.LoginPage()),
		on("a private key that is none", connect.StageSignIn, connect.SignInAppKeyUnreadable, failed, func(_ *testing.T, d double, app ghes.App) connect.Target {
			target := d.appTarget(app)
			target.Credential.PrivateKey = secret.New("-----BEGIN NONSENSE-----\nabcd\n-----END NONSENSE-----")
			return target
		}),
		on("a private key of another app", connect.StageSignIn, connect.SignInAppKey, failed, func(t *testing.T, d double, app ghes.App) connect.Target {
			other, err := d.World.AddApp(ghes.App{Name: "Other", Owner: "acme"})
			if err != nil {
				t.Fatal(err)
			}
			target := d.appTarget(app)
			target.Credential.PrivateKey = secret.New(other.PrivateKeyPEM())
			return target
		}),
		{
			name: "an app whose clock is behind", stage: connect.StageSignIn, code: connect.SignInAppClock, result: failed,
			provoke: func(t *testing.T) (connect.Target, connect.Options) {
				// A gateway that tells its own time hides the server's from stage clock.
				d := newDouble(t, func(o *ghes.Options) { o.Now = func() time.Time { return time.Now().Add(9 * time.Minute) } })
				target := d.appTarget(d.app(t))
				target.Address, target.CAPEM = tlsServer(t, nil, withoutHeader("Date", d.Handler()))
				return target, quick()
			},
		},
		on("an app that was deleted", connect.StageSignIn, connect.SignInAppGone, failed, func(_ *testing.T, d double, app ghes.App) connect.Target {
			d.World.RemoveApp(app.ID)
			return d.appTarget(app)
		}),
		on("an app has no scopes", connect.StageScopes, connect.ScopesApp, limited, func(_ *testing.T, d double, app ghes.App) connect.Target {
			d.World.AddInstallation(ghes.Installation{App: app.ID, Account: "acme"})
			return d.appTarget(app)
		}),
		installed("an app that may write", connect.StageScopes, connect.ScopesAppWrites, func(app *ghes.App, _ *ghes.Installation) {
			app.Permissions = map[string]string{"metadata": "read", "contents": "write", "pull_requests": "read", "issues": "read", "members": "read"}
		}),
		on("an app that nobody has installed", connect.StageOrganizations, connect.OrgsAppNowhere, limited, func(_ *testing.T, d double, app ghes.App) connect.Target {
			return d.appTarget(app)
		}),
		installed("an installation that is suspended", connect.StageOrganizations, connect.OrgsAppSuspended, func(_ *ghes.App, i *ghes.Installation) { i.Suspended = true }),
		installed("an installation that lacks a permission", connect.StageOrganizations, connect.OrgsAppPermission, func(_ *ghes.App, i *ghes.Installation) {
			i.Permissions = map[string]string{"metadata": "read", "contents": "read", "members": "read"}
		}),
	}
}

func TestConsentIsExchangedForATokenWithItsScopes(t *testing.T) {
	t.Parallel()
	for version, ends := range map[string]bool{"3.22.1": false, "3.23.0": true} {
		d := newDouble(t, func(o *ghes.Options) { o.Settings.Version = version })
		report := connect.Diagnose(t.Context(), d.consent(d.oauthApp(), "read:org", "offline_access"), quick())
		c := report.Exchanged
		if !strings.HasPrefix(c.Token.Reveal(), "gho_") || c.RefreshToken.Empty() == ends || c.ExpiresAt.IsZero() == ends || !c.Code.Empty() {
			t.Errorf("%s: got %s, ends %s", version, c, c.ExpiresAt)
		}
		if ends && (report.Account.ExpiresAt.IsZero() || report.Account.ExpiresAt.Before(time.Now().AddDate(0, 5, 0))) {
			t.Errorf("%s: a token that Weir renews by itself is said to end on %s", version, report.Account.ExpiresAt)
		}
		if got := report.Stage(connect.StageSignIn); got.Status != connect.StatusOK || !strings.Contains(got.Detail, "an OAuth app's token") {
			t.Errorf("%s: sign-in %+v", version, got)
		}
		if report.Scopes == nil || report.Scopes.Has("repo") || report.Stage(connect.StageScopes).Code != connect.ScopesOAuthFewer {
			t.Errorf("%s: fewer scopes are not told: %+v", version, report.Stage(connect.StageScopes))
		}
		again := d.target()
		again.Credential = c
		if report := connect.Diagnose(t.Context(), again, quick()); !report.Result.Connected() {
			t.Errorf("%s: the token does not sign in: %s", version, dump(report))
		}
	}
}

func TestTokenEndpointsFormIsUnderstood(t *testing.T) {
	t.Parallel()
	d := newDouble(t, nil)
	app := d.oauthApp()
	target := d.behind(t, "/login/oauth/access_token", page(200, http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"}},
		"access_token="+d.addToken(goodScopes)+"&expires_in=28800&refresh_token=ghr_x&refresh_token_expires_in=15897600&scope=repo&token_type=bearer"))
	target.Credential = d.consent(app).Credential
	report := connect.Diagnose(t.Context(), target, quick())
	if c := report.Exchanged; !report.Result.Connected() || c.RefreshToken.Reveal() != "ghr_x" || c.ExpiresAt.IsZero() {
		t.Errorf("got %s: %s", c, dump(report))
	}
}

func TestPasswordIsNotSentWhereThereAreNone(t *testing.T) {
	t.Parallel()
	d := newDouble(t, func(o *ghes.Options) { o.Settings.SignIn = ghes.SAML })
	report := connect.Diagnose(t.Context(), d.passwordTarget("weir-bot", plantedPassword), quick())
	if got := report.Stage(connect.StageSignIn).Code; got != connect.SignInPasswordBarred {
		t.Errorf("got %s", got)
	}
	for _, r := range d.Requests() {
		if r.Credential != "none" {
			t.Errorf("%s %s carried a credential", r.Method, r.Path)
		}
	}
	if report := connect.Diagnose(t.Context(), d.passwordTarget("weir-bot", d.token), quick()); !report.Result.Connected() {
		t.Errorf("a token in the place of the password is refused: %s", dump(report))
	}
}

func TestAppIsMadeFromItsManifestAndReadsWhereItIsInstalled(t *testing.T) {
	t.Parallel()
	d := newDouble(t, nil)
	app := d.app(t)
	d.World.AddInstallation(ghes.Installation{App: app.ID, Account: "acme"})
	target := d.target()
	target.Credential = connect.NewApp(secret.New(d.ManifestCode(app)), "")
	ledger := &memoryLedger{}
	options := quick()
	options.Ledger = ledger
	report := connect.Diagnose(t.Context(), target, options)
	if report.Exchanged.AppID != app.ID || report.Exchanged.PrivateKey.Empty() || report.Account.Login != "weir[bot]" {
		t.Fatalf("got %s of %s: %s", report.Exchanged, report.Account.Login, dump(report))
	}
	if report.Stage(connect.StageGit).Status != connect.StatusOK || report.Stage(connect.StageGraphQL).Status != connect.StatusOK {
		t.Errorf("git or GraphQL: %s", dump(report))
	}
	for _, s := range report.Services {
		if s.Organization != "acme" || s.Available != (s.Service != "webhooks") {
			t.Errorf("service %+v", s)
		}
		if s.Service == "webhooks" && !strings.HasPrefix(s.Reason, "The app has no webhook. Tick Active") {
			t.Errorf("webhooks: %s", s.Reason)
		}
	}
	if report.App.InstallPage != d.address+"/github-apps/weir/installations/new" {
		t.Errorf("installed at %s", report.App.InstallPage)
	}
	for _, row := range ledger.all() {
		if strings.Contains(row.Path, "app-manifests") && row.Path != "/api/v3/app-manifests/***/conversions" {
			t.Errorf("the ledger shows the code: %s", row.Path)
		}
	}
}
