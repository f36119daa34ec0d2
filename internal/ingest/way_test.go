package ingest_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/git/mirrortest"
	"weir/internal/ingest"
	"weir/internal/jobs"
	"weir/internal/secret"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// double is a made-up server whose organization acme has the repo api, with everything on one clock.
type double struct {
	*ghes.Server
	clock *clock
}

func newDouble(t *testing.T, version string) double {
	t.Helper()
	repos := mirrortest.NewServer(t)
	repo := repos.Repo(t, "acme/api.git")
	repo.Commits("refs/heads/main", 5)
	world := ghes.NewWorld()
	world.AddUser(ghes.User{Login: "weir-bot", Password: "correct-horse-battery"})
	world.AddOrganization(ghes.Organization{Login: "acme"})
	world.SetMember("acme", ghes.Member{Login: "weir-bot", Role: ghes.RoleAdmin})
	world.AddRepo(ghes.Repo{Owner: "acme", Name: "api", GitDir: repo.Dir})
	d := double{clock: &clock{now: time.Now()}}
	d.Server = ghes.New(ghes.Options{World: world, Now: d.clock.Now, Settings: ghes.Settings{Version: version}})
	if err := d.Start(context.WithoutCancel(t.Context()), "localhost:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// authorized is a credential that the double gave an OAuth app.
func (d double) authorized(t *testing.T, scopes ...string) connect.Credential {
	t.Helper()
	app := d.World.AddOAuthApp(ghes.OAuthApp{ClientID: "Ov23liWeir", Name: "Weir", CallbackURL: "http://weir.test/"})
	report := connect.Diagnose(t.Context(), connect.Target{Address: d.URL(), CAPEM: d.CAPEM(), Credential: connect.Consent(app.ClientID,
		secret.New(app.ClientSecret), secret.New(d.Authorize("weir-bot", app.ClientID, scopes...)), "http://weir.test/")}, connect.Options{Now: d.clock.Now})
	if report.Exchanged.Token.Empty() {
		t.Fatalf("not authorized: %+v", report.Trouble())
	}
	return report.Exchanged
}

// integration keeps a credential as an integration's.
func (d double) integration(t *testing.T, s *store.Store, c connect.Credential) facts.IntegrationID {
	t.Helper()
	i := facts.Integration{Name: "Double", Address: d.URL(), CAPEM: d.CAPEM(), Method: string(c.Method), On: facts.Services, State: facts.IntegrationHealthy}
	if at := c.Ends(); !at.IsZero() {
		i.ExpiresAt = at.Unix()
	}
	id, err := s.CreateIntegration(t.Context(), i, c)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// way is one of what may be many processes on a store.
func (d double) way(s *store.Store, holder string) *ingest.Way {
	return &ingest.Way{Store: s, Holder: holder, Now: d.clock.Now, Installations: connect.NewInstallations()}
}

// refreshes counts exchanges that the double was asked for.
func (d double) refreshes() (n int) {
	for _, r := range d.Requests() {
		if r.Path == "/login/oauth/access_token" {
			n++
		}
	}
	return n
}

// on makes handlers of a way for a store; the queue is the fixture's.
func (d double) on(t *testing.T, s *store.Store, id facts.IntegrationID) (*fixture, *ingest.Way) {
	t.Helper()
	way := d.way(s, "one")
	f := newFixture(t, s, mirrortest.NewServer(t), t.TempDir(), func(o *ingest.Options) {
		o.ConnectFunc, o.AccessFunc, o.KeepAliveFunc, o.Now = way.Connect, way.Access, way.KeepAlive, d.clock.Now
	})
	f.integration = id
	return f, way
}

const eightHours = 8 * time.Hour

func TestManyWorkersSpendARefreshTokenOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d := newDouble(t, "3.23.0")
		before := d.authorized(t, "repo", "read:org", "offline_access")
		id := d.integration(t, s, before)
		d.clock.advance(eightHours - 10*time.Minute)
		d.ForgetRequests()
		i, err := s.Integration(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for _, holder := range []string{"one", "one", "two", "three"} {
			way := d.way(s, holder)
			for range 3 {
				all.Go(func() {
					client, err := way.Connect(t.Context(), i)
					if err != nil {
						t.Error(err)
						return
					}
					defer client.Close()
					if _, err := client.Organizations(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
		}
		all.Wait()
		after, err := s.Credential(t.Context(), id)
		if err != nil || after.Token.Reveal() == before.Token.Reveal() || after.RefreshToken.Reveal() == before.RefreshToken.Reveal() {
			t.Errorf("held after renewal: %s, %v", after, err)
		}
		if n := d.refreshes(); n != 1 {
			t.Errorf("the refresh token was spent %d times", n)
		}
		if now, err := s.Integration(t.Context(), id); err != nil || now.ExpiresAt != after.RefreshExpiresAt.Unix() {
			t.Errorf("ends at %d, want %s, %v", now.ExpiresAt, after.RefreshExpiresAt, err)
		}
	})
}

func TestRenewalGoesOnAfterAHolderThatDied(t *testing.T) {
	t.Parallel()
	d := newDouble(t, "3.23.0")
	s := storetest.Open(t, func(o *store.Options) { o.Now = d.clock.Now })
	id := d.integration(t, s, d.authorized(t, "repo", "offline_access"))
	if err := s.InTx(t.Context(), func(tx *store.Tx) error {
		_, err := tx.TakeLease(t.Context(), "renew credential of integration 1", "a process that is no more", d.clock.Now().Add(eightHours+time.Minute).Unix())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	d.clock.advance(eightHours + 30*time.Second)
	way := d.way(s, "one")
	waits := 0
	way.WaitFunc = func(context.Context, time.Duration) error {
		waits++
		d.clock.advance(20 * time.Second)
		return nil
	}
	i, err := s.Integration(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if err := way.KeepAlive(t.Context(), i); err != nil || waits != 2 {
		t.Errorf("waited %d times, %v", waits, err)
	}
	if held, err := s.Credential(t.Context(), id); err != nil || !held.ExpiresAt.After(d.clock.Now()) {
		t.Errorf("held until %s, %v", held.ExpiresAt, err)
	}
}

func TestTokensOfOlderServersAreNotRenewed(t *testing.T) {
	t.Parallel()
	d := newDouble(t, "3.22.0")
	s := storetest.Open(t)
	id := d.integration(t, s, d.authorized(t, "repo", "read:org", "offline_access"))
	f, _ := d.on(t, s, id)
	d.clock.advance(30 * 24 * time.Hour)
	d.ForgetRequests()
	f.discover()
	if n := d.refreshes(); n != 0 {
		t.Errorf("%d exchanges", n)
	}
	wantState(t, s, id, facts.IntegrationHealthy, "")
}

func wantState(t *testing.T, s *store.Store, id facts.IntegrationID, state facts.IntegrationState, code connect.Code) {
	t.Helper()
	i, err := s.Integration(t.Context(), id)
	if err != nil || i.State != state || i.StateCode != string(code) {
		t.Errorf("state %s %q (%s %s), %v, want %s %q", i.State, i.StateCode, i.StateCause, i.StateNext, err, state, code)
	}
}

func TestScheduleRenewsBeforeTheEndAndNamesARefusal(t *testing.T) {
	t.Parallel()
	d := newDouble(t, "3.23.0")
	s := storetest.Open(t)
	id := d.integration(t, s, d.authorized(t, "repo", "read:org", "offline_access"))
	f, _ := d.on(t, s, id)
	d.ForgetRequests()
	schedule := func(want int) {
		t.Helper()
		if err := f.ingest.Schedule(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := d.refreshes(); n != want {
			t.Errorf("%d exchanges, want %d", n, want)
		}
	}
	schedule(0)
	d.clock.advance(eightHours - 20*time.Minute)
	schedule(1)
	schedule(1)
	d.RevokeAuthorization("weir-bot", "Ov23liWeir")
	d.clock.advance(eightHours - 20*time.Minute)
	schedule(2)
	wantState(t, s, id, facts.IntegrationFailed, connect.SignInOAuthRefresh)
	schedule(2)
}

func TestATokenThatEndsIsSaidInTheSameMinute(t *testing.T) {
	t.Parallel()
	d := newDouble(t, "3.19.1")
	s := storetest.Open(t, func(o *store.Options) { o.Now = d.clock.Now })
	ends := d.clock.Now().Add(10 * time.Minute)
	token := d.World.AddToken(ghes.Token{Login: "weir-bot", Scopes: []string{"repo", "read:org"}, ExpiresAt: ends})
	c := connect.TokenCredential(secret.New(token.Secret))
	c.ExpiresAt = ends
	id := d.integration(t, s, c)
	f, _ := d.on(t, s, id)
	ids := f.discover()
	wantState(t, s, id, facts.IntegrationHealthy, "")
	d.clock.advance(11 * time.Minute)
	f.start()
	if err := f.ingest.Schedule(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.idle()
	wantState(t, s, id, facts.IntegrationFailed, connect.SignInExpiredToken)
	if repos, err := s.Repo(t.Context(), ids["api"]); err != nil || repos.GoneAt != 0 {
		t.Errorf("what was listed is gone: %+v, %v", repos, err)
	}
}

func TestImportByAGitHubApp(t *testing.T) {
	t.Parallel()
	d := newDouble(t, "3.19.1")
	app, err := d.World.AddApp(ghes.App{Name: "Weir", Owner: "acme", Permissions: connect.AppPermissions})
	if err != nil {
		t.Fatal(err)
	}
	installation := d.World.AddInstallation(ghes.Installation{App: app.ID, Account: "acme"})
	s := storetest.Open(t)
	id := d.integration(t, s, connect.AppCredential(app.ID, secret.New(app.PrivateKeyPEM())))
	f, way := d.on(t, s, id)
	f.startWith(f.ingest) // with its schedule, which finds out that the app is nowhere installed
	ids := f.importAll()
	f.wantPhase(ids["api"], facts.PhaseReady, "")
	if state := f.state(ids["api"]); state.Held != 5 {
		t.Errorf("held %d commits", state.Held)
	}
	// A token that ends early is replaced in the middle of the work.
	repo, err := s.Repo(t.Context(), ids["api"])
	if err != nil {
		t.Fatal(err)
	}
	access, err := way.Access(t.Context(), facts.Integration{ID: id, Address: d.URL(), CAPEM: d.CAPEM()}, repo, secret.String{})
	if err != nil {
		t.Fatal(err)
	}
	d.World.RevokeToken(access.Password.Reveal())
	f.sync(ids["api"])
	f.wantPhase(ids["api"], facts.PhaseReady, "")
	// Uninstalled: nothing is lost, and the state says where to go.
	d.World.RemoveInstallation(installation.ID)
	d.clock.advance(2 * time.Hour)
	f.sync(ids["api"])
	wantState(t, s, id, facts.IntegrationFailed, connect.APIAppNowhere)
	for _, r := range d.Requests() {
		reads := r.Method == "GET" || r.Path == "/api/graphql" || strings.HasSuffix(r.Path, "/git-upload-pack") || strings.HasSuffix(r.Path, "/access_tokens")
		if !reads {
			t.Errorf("the server saw %s %s", r.Method, r.Path)
		}
	}
}

func TestACredentialThatIsEnteredIsJudgedByItself(t *testing.T) {
	t.Parallel()
	d := newDouble(t, "3.19.1")
	s := storetest.Open(t)
	good := connect.TokenCredential(secret.New(d.World.AddToken(ghes.Token{Login: "weir-bot", Scopes: []string{"repo", "read:org"}}).Secret))
	id := d.integration(t, s, good)
	for name, c := range map[string]struct {
		entered connect.Credential
		code    connect.Code
	}{
		"the one that is held": {good, ""},
		"a wrong one":          {connect.TokenCredential(secret.New("ghp_" + strings.Repeat("x", 36))), connect.SignInBadToken},
	} {
		target := connect.Target{Address: d.URL(), CAPEM: d.CAPEM(), Credential: c.entered}
		report := connect.Diagnose(t.Context(), target, d.way(s, "one").TestOptions(t.Context(), id, c.entered))
		if got := report.Stage(connect.StageSignIn).Code; got != c.code {
			t.Errorf("%s: sign-in %q, want %q", name, got, c.code)
		}
	}
}

// TestJobsShareAPause: what the server asks of one job, those of other repos keep to as well.
func TestJobsShareAPause(t *testing.T) {
	t.Parallel()
	w := newItemWorld(t, storetest.Open(t), nil, "api", "web", "docs", "tools")
	way := &ingest.Way{Store: w.store, Servers: connect.NewServers(4), Now: w.clock.Now, Log: testLog(t)}
	w.restart(func(o *ingest.Options) { o.ItemsFunc = way.Items })
	w.sync("api") // what the server can do is known
	w.server.ForgetRequests()
	pause := ghes.Status(http.StatusTooManyRequests, "You have exceeded a secondary rate limit", http.Header{"Retry-After": {"600"}})
	w.server.Faults.Add(ghes.Fault{Effect: pause})
	sync := func() (later int) {
		for _, id := range w.repos {
			var waits *jobs.LaterError
			if err := w.ingest.SyncPullRequests(t.Context(), id); errors.As(err, &waits) && waits.After > 9*time.Minute {
				later++
			}
		}
		return later
	}
	if later, sent := sync(), len(w.server.Requests()); later != len(w.repos) || sent != 1 {
		t.Errorf("%d of %d jobs wait, %d requests", later, len(w.repos), sent)
	}
	w.server.Faults.Clear()
	w.clock.advance(10 * time.Minute)
	if later := sync(); later != 0 {
		t.Errorf("%d jobs wait afterwards", later)
	}
}
