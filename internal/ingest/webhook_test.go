package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weir/internal/access"
	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/github"
	"weir/internal/ingest"
	"weir/internal/jobs"
	"weir/internal/secret"
	"weir/internal/store"
	"weir/internal/store/storetest"
	"weir/internal/web"
)

// hookWorld is a Weir with its endpoint, connected to a server with webhooks as an owner of acme, of
// which one repo is imported.
type hookWorld struct {
	t           *testing.T
	store       *store.Store
	jobs        *jobs.Client
	ingest      *ingest.Ingest
	host        *hookHost
	clock       *clock
	integration facts.IntegrationID
	repos       []facts.RepoID
}

// newHookWorld opens a store that goes by the world's clock.
func newHookWorld(t *testing.T, open func(testing.TB, ...storetest.Option) *store.Store) *hookWorld {
	t.Helper()
	w := &hookWorld{t: t, clock: &clock{now: time.Now()}}
	s := open(t, func(o *store.Options) { o.Now = w.clock.Now })
	w.store = s
	w.host = newHookHost(t, w.clock)
	var err error
	w.jobs, err = jobs.Open(t.Context(), jobs.Options{Store: s, Name: "test", Log: testLog(t)})
	w.must(err)
	pages, err := web.New(web.Options{Store: s, Keys: storetest.Keys(t), Gate: access.NewGate(s, time.Now), Work: w.jobs, Now: w.clock.Now})
	w.must(err)
	site := httptest.NewServer(pages)
	t.Cleanup(site.Close)
	w.ingest = ingest.New(ingest.Options{
		Store: s, Queue: w.jobs, Dir: t.TempDir(), Now: w.clock.Now, Log: testLog(t), URL: site.URL,
		ConnectFunc: (&ingest.Way{Store: s, Now: w.clock.Now, Log: testLog(t)}).Connect,
	})
	w.integration, err = s.CreateIntegration(t.Context(), facts.Integration{
		Name: "GitHub", Address: w.host.URL(), CAPEM: w.host.CAPEM(), Method: "token", Account: hookAccount,
		On: facts.Services, State: facts.IntegrationHealthy,
	}, connect.TokenCredential(secret.New(w.host.token("repo", "admin:org_hook", "admin:repo_hook"))))
	w.must(err)
	w.organization(facts.Organization{ServerID: 1, Login: "acme", Role: facts.RoleOwner})
	return w
}

func (w *hookWorld) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// organization saves one with two repos that are imported and ready.
func (w *hookWorld) organization(o facts.Organization) facts.OrganizationID {
	w.t.Helper()
	ctx := w.t.Context()
	ids, err := w.store.SaveOrganizations(ctx, w.integration, []facts.Organization{o})
	w.must(err)
	var repos []facts.Repo
	for _, r := range w.host.World.Repos() {
		if strings.EqualFold(r.Owner, o.Login) {
			repos = append(repos, facts.Repo{Organization: ids[0], ServerID: r.ID, Name: r.Name, FullName: o.Login + "/" + r.Name, Visibility: "private"})
		}
	}
	w.repos, err = w.store.SaveRepos(ctx, w.integration, repos)
	w.must(err)
	w.must(w.store.InTx(ctx, func(tx *store.Tx) error {
		_, err := tx.MarkImported(ctx, w.repos)
		return err
	}))
	for _, id := range w.repos {
		w.must(w.store.SaveSyncState(ctx, facts.SyncState{Repo: id, Kind: facts.SyncCommits, Phase: facts.PhaseReady, FinishedAt: w.clock.Now().Unix()}))
	}
	return ids[0]
}

// keep looks after the webhooks, some time later.
func (w *hookWorld) keep(later time.Duration) {
	w.t.Helper()
	w.clock.advance(later)
	w.must(w.ingest.KeepWebhooks(w.t.Context(), w.integration))
	w.host.settle()
}

func (w *hookWorld) hooks() []facts.Webhook {
	w.t.Helper()
	hooks, err := w.store.Webhooks(w.t.Context(), w.integration)
	w.must(err)
	return hooks
}

// hook gives the one webhook that Weir knows of.
func (w *hookWorld) hook() facts.Webhook {
	w.t.Helper()
	hooks := w.hooks()
	if len(hooks) != 1 {
		w.t.Fatalf("Weir knows %d webhooks, want 1: %+v", len(hooks), hooks)
	}
	return hooks[0]
}

func (w *hookWorld) wantState(state facts.WebhookState, code connect.Code) facts.Webhook {
	w.t.Helper()
	got := w.hook()
	if got.State != state || got.Code != string(code) || code != "" && (got.Cause == "" || got.Next == "" || strings.ContainsAny(got.Cause+got.Next, "{}")) {
		w.t.Errorf("webhook is %s %q (%s %s), want %s %q", got.State, got.Code, got.Cause, got.Next, state, code)
	}
	return got
}

func (w *hookWorld) wantChanges(want ...string) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.host.changed()); diff != "" {
		w.t.Errorf("changes on the server (-want +got):\n%s", diff)
	}
}

func eachHookWorld(t *testing.T, test func(w *hookWorld)) {
	t.Helper()
	for name, open := range map[string]func(testing.TB, ...storetest.Option) *store.Store{"sqlite": storetest.Open, "postgres": storetest.OpenPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(newHookWorld(t, open))
		})
	}
}

const (
	soon  = 3 * time.Minute
	later = 11 * time.Minute
)

func TestWebhookIsMadeAndProven(t *testing.T) {
	t.Parallel()
	eachHookWorld(t, func(w *hookWorld) {
		w.keep(0)
		w.wantChanges("POST orgs/acme/hooks", "POST orgs/acme/hooks/N/pings")
		held, made := w.wantState(facts.WebhookAlive, ""), w.host.only()
		if made.URL != held.URL || !strings.HasSuffix(held.URL, "/webhooks/github/"+held.Key) || len(made.Secret) < 32 ||
			made.ContentType != "json" || made.InsecureSSL != "0" || made.Inactive || held.HookID != made.ID || held.Maker != "user" {
			w.t.Errorf("made %+v, held %+v", made, held)
		}
		want := []string{"create", "delete", "issue_comment", "issues", "meta", "organization", "pull_request", "pull_request_review",
			"pull_request_review_comment", "pull_request_review_thread", "push", "repository"}
		if got := w.host.events(); !slices.Equal(got, want) {
			w.t.Errorf("events %v", got)
		}
		w.keep(time.Minute)
		w.keep(later)
		w.wantChanges()
		w.wantState(facts.WebhookAlive, "")
		w.keep(7 * time.Hour)
		w.wantChanges("POST orgs/acme/hooks/N/pings")
		w.wantState(facts.WebhookAlive, "")
	})
}

func TestWebhooksThatNobodyMayHave(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(w *hookWorld)
		code   connect.Code // of the webhook that cannot be made; empty for none wanted
	}{
		"before the first import": {func(w *hookWorld) {
			for _, id := range w.repos {
				w.must(w.store.SaveSyncState(w.t.Context(), facts.SyncState{Repo: id, Kind: facts.SyncCommits, Phase: facts.PhaseFetching}))
			}
		}, ""},
		"for a member": {func(w *hookWorld) { w.role(facts.RoleMember) }, ""},
		"with the service off": {func(w *hookWorld) {
			w.must(w.store.SetServices(w.t.Context(), w.integration, []facts.Service{facts.ServiceRepos}))
		}, ""},
		"without an address":           {func(w *hookWorld) { w.ingest.URL = "" }, connect.WebhookNoAddress},
		"where the role is not told":   {func(w *hookWorld) { w.demote(); w.role(facts.RoleNone) }, connect.WebhookNoRight},
		"where the server says no":     {func(w *hookWorld) { w.refuseHooks(0) }, connect.WebhookRejected},
		"where its credential is gone": {func(w *hookWorld) { w.refused() }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newHookWorld(t, storetest.Open)
			c.change(w)
			w.keep(0)
			if c.code != "" {
				w.wantState(facts.WebhookFailed, c.code)
			} else if len(w.hooks()) > 0 && w.hook().State != facts.WebhookWanted {
				t.Errorf("held %+v", w.hooks())
			}
			if made := w.host.World.Hooks(); len(made) != 0 {
				t.Errorf("made %+v", made)
			}
		})
	}
}

func (w *hookWorld) role(r facts.Role) {
	_, err := w.store.SaveOrganizations(w.t.Context(), w.integration, []facts.Organization{{ServerID: 1, Login: "acme", Role: r}})
	w.must(err)
}

// demote makes the account a member of acme on the server.
func (w *hookWorld) demote() {
	w.host.World.SetMember("acme", ghes.Member{Login: hookAccount, Role: ghes.RoleMember})
}

// refuseHooks makes the server refuse so many webhooks as not valid; 0 is all.
func (w *hookWorld) refuseHooks(times int) {
	w.host.Faults.Add(ghes.Fault{Method: "POST", Path: "/api/v3/orgs/acme/hooks", Times: times, Effect: ghes.Status(422, "Validation Failed", nil)})
}

func (w *hookWorld) refused() {
	w.must(w.store.SetIntegrationState(w.t.Context(), w.integration, store.IntegrationStatus{State: facts.IntegrationFailed, Code: string(connect.APIUnauthorized)}))
}

// signIn gives the integration another credential.
func (w *hookWorld) signIn(c connect.Credential) {
	w.must(w.store.SaveCredential(w.t.Context(), w.integration, c))
}

func TestWebhookIsSwitchedOffAndOn(t *testing.T) {
	t.Parallel()
	eachHookWorld(t, func(w *hookWorld) {
		w.keep(0)
		first, before := w.host.only(), w.hook()
		w.must(w.store.SetServices(w.t.Context(), w.integration, []facts.Service{facts.ServiceRepos}))
		w.host.changed()
		w.keep(0)
		w.wantChanges("DELETE orgs/acme/hooks/N")
		w.wantState(facts.WebhookRemoved, "")
		w.must(w.store.SetServices(w.t.Context(), w.integration, []facts.Service{facts.ServiceRepos, facts.ServiceWebhooks}))
		w.keep(time.Second)
		again := w.host.only()
		if again.URL != first.URL || again.Secret == first.Secret || slices.Contains(again.Events, "issues") || w.hook().ID != before.ID {
			w.t.Errorf("made anew as %+v, was %+v", again, first)
		}
		w.wantState(facts.WebhookAlive, "")
		w.must(w.store.DeleteIntegration(w.t.Context(), w.integration))
		w.keep(0)
		w.wantState(facts.WebhookRemoved, "")
		if left := w.host.World.Hooks(); len(left) != 0 {
			w.t.Errorf("of a deleted integration the server still has %+v", left)
		}
	})
}

func TestWebhookIsMended(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(h *ghes.Hook)
		mended string
	}{
		"another address":   {func(h *ghes.Hook) { h.URL = "https://elsewhere.example.com/" }, "its address"},
		"switched off":      {func(h *ghes.Hook) { h.Inactive = true }, "that it was switched off"},
		"fewer events":      {func(h *ghes.Hook) { h.Events = []string{"push"} }, "its events"},
		"more events":       {func(h *ghes.Hook) { h.Events = append(slices.Clone(h.Events), "star") }, "its events"},
		"forms":             {func(h *ghes.Hook) { h.ContentType = "form" }, "how it delivers"},
		"no certificates":   {func(h *ghes.Hook) { h.InsecureSSL = "1" }, "how it delivers"},
		"no secret":         {func(h *ghes.Hook) { h.Secret = "" }, "its secret"},
		"two things at one": {func(h *ghes.Hook) { h.Inactive, h.ContentType = true, "form" }, "how it delivers, that it was switched off"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newHookWorld(t, storetest.Open)
			w.keep(0)
			made := w.host.only()
			w.host.change(c.change)
			w.host.changed()
			w.keep(later)
			w.wantChanges("PATCH orgs/acme/hooks/N", "POST orgs/acme/hooks/N/pings")
			got := w.host.only()
			got.UpdatedAt, got.LastCode, got.LastMessage = made.UpdatedAt, made.LastCode, made.LastMessage
			if diff := cmp.Diff(made, got); diff != "" {
				t.Errorf("mended (-made +got):\n%s", diff)
			}
			held := w.wantState(facts.WebhookAlive, "")
			if held.Mended != c.mended || held.MendedAt != w.clock.Now().Unix() {
				t.Errorf("noted %q at %d", held.Mended, held.MendedAt)
			}
			w.keep(later)
			w.wantChanges()
		})
	}
}

// The server does not show a secret: that nothing arrives with the right one tells.
func TestSecretThatWasChanged(t *testing.T) {
	t.Parallel()
	eachHookWorld(t, func(w *hookWorld) {
		w.keep(0)
		made := w.host.only()
		w.keep(later)
		w.host.change(func(h *ghes.Hook) { h.Secret = strings.Repeat("another ", 8) })
		w.clock.advance(time.Minute)
		w.host.happens()
		w.awaitRefused(1)
		w.keep(later)
		held := w.wantState(facts.WebhookAlive, "")
		if got := w.host.only(); got.Secret != made.Secret || held.Mended != "its secret" {
			w.t.Errorf("secret restored: %v, noted %q", got.Secret == made.Secret, held.Mended)
		}
		// What was refused meanwhile is fetched back at the next look.
		w.keep(later)
		if held := w.hook(); held.Fetched != 1 {
			w.t.Errorf("fetched back %d", held.Fetched)
		}
	})
}

func TestWebhooksRestInQuietHours(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t, storetest.Open)
	w.clock.set(time.Date(2026, 11, 25, 10, 30, 0, 0, time.UTC)) // a Wednesday
	w.must(w.store.SaveSetting(t.Context(), facts.QuietHoursSetting(w.integration), facts.QuietHours{From: 10 * 60, To: 12 * 60, Zone: "UTC"}))
	w.keep(0)
	if seen := w.host.Requests(); len(seen) != 0 || w.hook().State != facts.WebhookWanted {
		t.Errorf("the server saw %+v", seen)
	}
	w.keep(3 * time.Hour)
	w.wantState(facts.WebhookAlive, "")
}

// Check now during a look means another look: what the person mended may have come too late for the first.
func TestCheckNowDuringALook(t *testing.T) {
	t.Parallel()
	eachHookWorld(t, func(w *hookWorld) {
		open := w.ingest.ConnectFunc
		w.ingest.ConnectFunc = func(ctx context.Context, i facts.Integration) (ingest.GitHub, error) {
			w.must(w.store.InTx(ctx, func(tx *store.Tx) error { return tx.HastenWebhooks(ctx, w.integration) }))
			return open(ctx, i)
		}
		w.keep(0)
		if held := w.hook(); held.DueAt != 0 || held.CheckedAt == 0 {
			w.t.Errorf("due at %d, checked at %d", held.DueAt, held.CheckedAt)
		}
		w.ingest.ConnectFunc = open
		w.host.ForgetRequests()
		w.keep(0)
		if held := w.hook(); held.DueAt == 0 || len(w.host.Requests()) == 0 {
			w.t.Errorf("due at %d, and the server saw %d requests", held.DueAt, len(w.host.Requests()))
		}
	})
}

// What a person switched off and on again during a look is no fault of the webhook, which is made at the next one.
func TestSwitchedOffAndOnDuringALook(t *testing.T) {
	t.Parallel()
	eachHookWorld(t, func(w *hookWorld) {
		open := w.ingest.ConnectFunc
		w.ingest.ConnectFunc = func(ctx context.Context, i facts.Integration) (ingest.GitHub, error) {
			w.must(w.store.SetServices(ctx, w.integration, []facts.Service{facts.ServiceRepos}))
			return open(ctx, i)
		}
		w.keep(0)
		w.wantChanges()
		w.must(w.store.SetServices(w.t.Context(), w.integration, facts.Services))
		w.ingest.ConnectFunc = open
		w.keep(0)
		w.wantState(facts.WebhookAlive, "")
	})
}

func pushTo(repo int64) string {
	return fmt.Sprintf(`{"ref":"refs/heads/main","repository":{"id":%d}}`, repo)
}

func (w *hookWorld) awaitRefused(n int64) {
	w.t.Helper()
	for deadline := time.Now().Add(time.Minute); w.hook().Refused() < n; <-time.After(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("refused %d, want %d", w.hook().Refused(), n)
		}
	}
}

func TestWebhookThatWasDeletedOnTheServer(t *testing.T) {
	t.Parallel()
	eachHookWorld(t, func(w *hookWorld) {
		w.keep(0)
		id := w.host.only().ID
		w.host.World.RemoveHook(id)
		w.keep(later)
		held := w.wantState(facts.WebhookAlive, "")
		if got := w.host.only(); got.ID == id || held.HookID != got.ID || !strings.Contains(held.Mended, "deleted") {
			w.t.Errorf("held %+v", held)
		}
	})
}

// A try that broke off after the server had made the webhook leaves one, not two.
func TestWebhookOfABrokenTryIsTakenUp(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t, storetest.Open)
	w.keep(0)
	made, held := w.host.only(), w.hook()
	held.HookID, held.MadeAt, held.State, held.DueAt = 0, 0, facts.WebhookWanted, 0
	w.must(w.store.SaveWebhook(t.Context(), held))
	w.keep(time.Minute)
	got := w.host.only()
	if held = w.wantState(facts.WebhookAlive, ""); held.HookID != made.ID || got.URL != made.URL || got.Secret == made.Secret {
		t.Errorf("held %+v, on the server %+v", held, got)
	}
}

// brokenTry is a server that is not heard of again after the first webhook was made.
type brokenTry struct {
	ingest.GitHub
	broken *bool
}

var errBroken = errors.New("broken off")

func (b brokenTry) CreateHook(ctx context.Context, target string, events []string, to connect.HookConfig) (github.Hook, error) {
	made, err := b.GitHub.CreateHook(ctx, target, events, to)
	if err == nil && !*b.broken {
		*b.broken = true
		return github.Hook{}, errBroken
	}
	return made, err
}

// breakOff ends the making of a webhook between the server's doing and our knowing.
func (w *hookWorld) breakOff() {
	w.t.Helper()
	open, broken := w.ingest.ConnectFunc, false
	w.ingest.ConnectFunc = func(ctx context.Context, i facts.Integration) (ingest.GitHub, error) {
		client, err := open(ctx, i)
		return brokenTry{client, &broken}, err
	}
	if err := w.ingest.KeepWebhooks(w.t.Context(), w.integration); !errors.Is(err, errBroken) {
		w.t.Fatal(err)
	}
	w.host.only()
}

// A try that broke off is not forgotten: nothing stays behind when webhooks are switched off then.
func TestWebhookOfABrokenTryIsRemoved(t *testing.T) {
	t.Parallel()
	eachHookWorld(t, func(w *hookWorld) {
		w.breakOff()
		w.must(w.store.SetServices(w.t.Context(), w.integration, []facts.Service{facts.ServiceRepos}))
		w.keep(time.Hour)
		if left := w.host.World.Hooks(); len(left) != 0 {
			w.t.Errorf("left on the server: %+v", left)
		}
		w.wantState(facts.WebhookRemoved, "")
	})
}

// One that another kind of credential may have made is not made a second time, until a person has looked.
func TestWebhookOfABrokenTryByAnotherCredential(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t, storetest.Open)
	pasted, err := w.store.Credential(t.Context(), w.integration)
	w.must(err)
	w.breakOff()
	made := w.host.only()
	app := w.host.World.AddOAuthApp(ghes.OAuthApp{ClientID: "Ov23liWeir", Name: "Weir"})
	token := w.host.World.AddToken(ghes.Token{Kind: ghes.OAuthToken, Login: hookAccount, Scopes: []string{"repo", "admin:org_hook"}, ClientID: app.ClientID})
	w.signIn(connect.Credential{Method: connect.MethodOAuth, ClientID: app.ClientID, Token: secret.New(token.Secret)})
	w.keep(time.Hour)
	held := w.wantState(facts.WebhookHidden, connect.WebhookHidden)
	if got := w.host.only(); got.ID != made.ID || !strings.Contains(held.Next, "the one that leads to "+made.URL) {
		t.Errorf("on the server %+v, says %s", got, held.Next)
	}
	w.host.happens() // it delivers all the same
	if after := w.hook(); after.Accepted != held.Accepted+1 {
		t.Errorf("accepted %d, before %d", after.Accepted, held.Accepted)
	}
	w.signIn(pasted)
	w.keep(time.Hour)
	if held = w.wantState(facts.WebhookAlive, ""); held.HookID != made.ID {
		t.Errorf("not taken up: %+v", held)
	}
	w.host.only()
}

// A webhook made by an OAuth app is not shown to a token, and no second one is made beside it.
func TestWebhookOfAnotherCredential(t *testing.T) {
	t.Parallel()
	eachHookWorld(t, func(w *hookWorld) {
		app := w.host.World.AddOAuthApp(ghes.OAuthApp{ClientID: "Ov23liWeir", Name: "Weir"})
		token := w.host.World.AddToken(ghes.Token{Kind: ghes.OAuthToken, Login: hookAccount, Scopes: []string{"repo", "admin:org_hook"}, ClientID: app.ClientID})
		pasted, err := w.store.Credential(w.t.Context(), w.integration)
		w.must(err)
		w.signIn(connect.Credential{Method: connect.MethodOAuth, ClientID: app.ClientID, Token: secret.New(token.Secret)})
		w.keep(0)
		w.wantState(facts.WebhookAlive, "")
		w.signIn(pasted)
		w.host.changed()
		w.keep(later)
		w.keep(later)
		w.wantChanges()
		held := w.wantState(facts.WebhookHidden, connect.WebhookHidden)
		if !strings.Contains(held.Cause, "the OAuth app Ov23liWeir") || !strings.Contains(held.Next, "/organizations/acme/settings/hooks") {
			w.t.Errorf("%s %s", held.Cause, held.Next)
		}
		w.host.happens() // it delivers all the same
		if after := w.hook(); after.Accepted != held.Accepted+1 {
			w.t.Errorf("accepted %d, before %d", after.Accepted, held.Accepted)
		}
		// A person removes it and says so.
		w.host.World.RemoveHook(held.HookID)
		w.must(w.store.ForgetHook(w.t.Context(), held.ID))
		w.keep(time.Second)
		w.wantState(facts.WebhookAlive, "")
		w.host.only()
	})
}

func TestWebhooksPerRepo(t *testing.T) {
	t.Parallel()
	eachHookWorld(t, func(w *hookWorld) {
		w.signIn(connect.TokenCredential(secret.New(w.host.token("repo", "admin:repo_hook"))))
		w.keep(0)
		w.wantState(facts.WebhookFailed, connect.WebhookNoRight)
		w.keep(time.Minute)
		states := map[string]facts.WebhookState{}
		for _, held := range w.hooks() {
			states[held.Path()] = held.State
		}
		want := map[string]facts.WebhookState{"orgs/acme": facts.WebhookFailed, "repos/acme/repo-1": facts.WebhookAlive, "repos/acme/repo-2": facts.WebhookAlive}
		if diff := cmp.Diff(want, states); diff != "" {
			w.t.Errorf("states (-want +got):\n%s", diff)
		}
		for _, hook := range w.host.World.Hooks() {
			if hook.Repo == 0 || slices.Contains(hook.Events, "organization") {
				w.t.Errorf("made %+v", hook)
			}
		}
		// With a better token one for the organization takes their place.
		w.signIn(connect.TokenCredential(secret.New(w.host.token("repo", "admin:org_hook", "admin:repo_hook"))))
		w.keep(later)
		w.keep(time.Minute)
		for _, held := range w.hooks() {
			if wantAlive := held.Target == facts.WebhookOrganization; (held.State == facts.WebhookAlive) != wantAlive {
				w.t.Errorf("%s is %s", held.Path(), held.State)
			}
		}
		w.host.only()
	})
}

func TestPersonalReposHaveWebhooksOfTheirOwn(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t, storetest.Open)
	w.role(facts.RoleMember)
	w.organization(facts.Organization{ServerID: 2, Login: "Weir-Service", Role: facts.RoleOwner})
	w.keep(0)
	var paths []string
	for _, held := range w.hooks() {
		paths = append(paths, held.Path()+" "+string(held.State))
	}
	if diff := cmp.Diff([]string{"repos/Weir-Service/repo-1 alive", "repos/Weir-Service/repo-2 alive"}, paths); diff != "" {
		t.Error(diff)
	}
}

func TestOlderServerKnowsFewerEvents(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t, storetest.Open)
	w.refuseHooks(1)
	w.keep(0)
	w.wantState(facts.WebhookAlive, "")
	if events := w.host.events(); slices.Contains(events, "meta") || !slices.Contains(events, "pull_request") {
		t.Errorf("events %v", events)
	}
	w.host.changed()
	w.keep(later)
	w.wantChanges()
}

// app has the integration sign in as a GitHub App that acme has installed. made says that it is of Weir's manifest.
func (w *hookWorld) app(app ghes.App, made bool) ghes.App {
	w.t.Helper()
	app.Name, app.Owner, app.Permissions = "Weir", "acme", connect.AppPermissions
	app, err := w.host.World.AddApp(app)
	w.must(err)
	w.host.World.AddInstallation(ghes.Installation{App: app.ID, Account: "acme"})
	i, err := w.store.Integration(w.t.Context(), w.integration)
	w.must(err)
	i.Method, i.Account = string(connect.MethodApp), app.Slug+"[bot]"
	w.must(w.store.SaveIntegration(w.t.Context(), i))
	c := connect.AppCredential(app.ID, secret.New(app.PrivateKeyPEM()))
	if made {
		c.WebhookKey, c.WebhookSecret = path.Base(app.WebhookURL), secret.New(app.WebhookSecret)
	}
	w.signIn(c)
	return app
}

// A GitHub App's own webhook gets Weir's address, unless it leads to somebody else.
func TestWebhookOfAGitHubApp(t *testing.T) {
	t.Parallel()
	eachHookWorld(t, func(w *hookWorld) {
		w.app(ghes.App{Events: connect.AppEvents, WebhookURL: "https://elsewhere.example.com/hook"}, false)
		w.keep(0)
		held := w.wantState(facts.WebhookFailed, connect.WebhookElsewhere)
		if page := w.host.URL() + "/github-apps/weir,"; !strings.Contains(held.Next, page) || !strings.Contains(held.Next, w.ingest.URL+"/webhooks/github/"+held.Key) {
			w.t.Errorf("next: %s", held.Next)
		}
		w.wantChanges()
		w.host.change(func(h *ghes.Hook) { h.URL = w.ingest.URL + "/webhooks/github/of-an-earlier-weir" })
		w.keep(later)
		w.wantChanges("PATCH app/hook/config")
		held = w.wantState(facts.WebhookPinged, "")
		if got := w.host.only(); got.URL != held.URL || len(got.Secret) < 32 {
			w.t.Errorf("the App's webhook is %+v", got)
		}
		w.clock.advance(time.Minute)
		w.host.happens()
		w.wantState(facts.WebhookAlive, "")
		w.host.lose("issues")
		w.clock.advance(time.Minute)
		w.host.happens()
		w.keep(later)
		if held := w.wantState(facts.WebhookAlive, ""); held.Fetched != 1 {
			w.t.Errorf("fetched back %d", held.Fetched)
		}
		w.host.ClearHookFaults()
		w.host.change(func(h *ghes.Hook) { h.URL = w.ingest.URL }) // as a person might enter it
		w.keep(later)
		w.wantChanges("PATCH app/hook/config")
		if got := w.host.only(); got.URL != held.URL {
			w.t.Errorf("delivers to %s", got.URL)
		}
	})
}

// An app of Weir's manifest has its address and its secret from the start: nothing is written to the server, and
// deliveries are taken before anything was imported.
func TestWebhookOfAManifest(t *testing.T) {
	t.Parallel()
	eachHookWorld(t, func(w *hookWorld) {
		for _, id := range w.repos {
			w.must(w.store.SaveSyncState(w.t.Context(), facts.SyncState{Repo: id, Kind: facts.SyncCommits, Phase: facts.PhaseFetching}))
		}
		app := w.app(ghes.App{Events: connect.AppEvents, WebhookURL: w.ingest.URL + "/webhooks/github/keyofthemanifest", WebhookSecret: strings.Repeat("manifest ", 5)}, true)
		w.keep(0)
		held := w.wantState(facts.WebhookPinged, "")
		if got := w.host.only(); held.Key != "keyofthemanifest" || got.URL != app.WebhookURL || got.Secret != app.WebhookSecret {
			w.t.Errorf("held %+v, on the server %+v", held, got)
		}
		w.clock.advance(time.Minute)
		w.host.happens()
		if held = w.wantState(facts.WebhookAlive, ""); held.Accepted != 1 || held.Refused() != 0 {
			w.t.Errorf("counts %+v", held.WebhookCounts)
		}
		w.keep(later)
		w.wantState(facts.WebhookAlive, "")
		w.wantChanges()
		w.must(w.store.SetServices(w.t.Context(), w.integration, []facts.Service{facts.ServiceRepos}))
		w.keep(0)
		if held = w.wantState(facts.WebhookRemoved, connect.WebhookAppStays); !strings.Contains(held.Next, "/github-apps/weir,") {
			w.t.Errorf("next: %s", held.Next)
		}
		w.host.happens()
		w.awaitRefused(1)
		w.must(w.store.SetServices(w.t.Context(), w.integration, facts.Services))
		w.keep(0)
		w.wantState(facts.WebhookPinged, "")
		w.wantChanges()
	})
}

// What only the App's owner can change is said, and taken up once it is changed.
func TestWebhookOfAnAppThatIsSetUpOtherwise(t *testing.T) {
	t.Parallel()
	eachHookWorld(t, func(w *hookWorld) {
		app := w.app(ghes.App{Events: []string{"issues", "push"}}, false)
		w.keep(0)
		held := w.wantState(facts.WebhookFailed, connect.WebhookAppNone)
		if !strings.Contains(held.Next, w.ingest.URL+"/webhooks/github/"+held.Key) {
			w.t.Errorf("next: %s", held.Next)
		}
		w.host.World.AddHook(ghes.Hook{App: app.ID, URL: w.ingest.URL + "/", Events: app.Events})
		w.keep(later)
		w.wantChanges("PATCH app/hook/config")
		held = w.wantState(facts.WebhookFailed, connect.WebhookAppEvents)
		if want := "The GitHub App is not told of create, delete, issue_comment, organization, pull_request, pull_request_review, pull_request_review_comment, repository."; held.Cause != want {
			w.t.Errorf("cause: %s", held.Cause)
		}
		w.clock.advance(time.Minute)
		w.host.happens() // it delivers all the same
		if held = w.hook(); held.Accepted != 1 {
			w.t.Errorf("counts %+v", held.WebhookCounts)
		}
		app.Events = connect.AppEvents
		_, err := w.host.World.AddApp(app)
		w.must(err)
		w.host.change(func(h *ghes.Hook) { h.Events = connect.AppEvents })
		w.keep(later)
		w.wantState(facts.WebhookAlive, "")
		w.wantChanges()
	})
}

func TestMissedDeliveriesAreFetchedBack(t *testing.T) {
	t.Parallel()
	for _, dropped := range []bool{false, true} {
		t.Run(fmt.Sprintf("dropped by the server %t", dropped), func(t *testing.T) {
			t.Parallel()
			eachHookWorld(t, func(w *hookWorld) { w.missSome(dropped, "orgs/acme/hooks/", "*/", "N/") })
		})
	}
}

// A GitHub App's deliveries have addresses of their own.
func TestMissedDeliveriesOfAnAppAreFetchedBack(t *testing.T) {
	t.Parallel()
	for _, dropped := range []bool{false, true} {
		t.Run(fmt.Sprintf("dropped by the server %t", dropped), func(t *testing.T) {
			t.Parallel()
			eachHookWorld(t, func(w *hookWorld) {
				w.app(ghes.App{Events: connect.AppEvents, WebhookURL: w.ingest.URL + "/webhooks/github/keyofthemanifest", WebhookSecret: strings.Repeat("manifest ", 5)}, true)
				w.keep(0)
				w.clock.advance(time.Minute)
				w.host.happens()
				w.missSome(dropped, "app/hook/", "", "")
			})
		})
	}
}

// missSome loses three deliveries of the webhook at an address; pattern and shown stand for its number there.
func (w *hookWorld) missSome(dropped bool, at, pattern, shown string) {
	w.keep(0)
	before := w.hook()
	if dropped {
		w.host.Faults.Add(ghes.Fault{Method: "GET", Path: "/api/v3/" + at + pattern + "deliveries/*", Effect: ghes.Status(404, "Not Found", nil)})
	}
	w.host.lose("")
	w.clock.advance(time.Minute)
	for range 3 {
		w.host.happens()
	}
	w.host.ClearHookFaults()
	w.clock.advance(time.Minute)
	w.host.happens()
	w.host.changed()
	w.keep(later)
	held := w.hook()
	if dropped { // the last issue, and three that were sent again
		w.wantChanges(slices.Repeat([]string{"POST " + at + shown + "deliveries/N/attempts"}, 3)...)
		if held.Fetched != 0 || held.Accepted != before.Accepted+4 {
			w.t.Errorf("counts %+v, before %+v", held.WebhookCounts, before.WebhookCounts)
		}
	} else if w.wantChanges(); held.Fetched != 3 || held.Accepted != before.Accepted+1 {
		w.t.Errorf("counts %+v, before %+v", held.WebhookCounts, before.WebhookCounts)
	}
	w.keep(later)
	if again := w.hook(); again.WebhookCounts != held.WebhookCounts {
		w.t.Errorf("fetched again: %+v, was %+v", again.WebhookCounts, held.WebhookCounts)
	}
	w.wantChanges()
}

// After a long gap the repos are read anew instead.
func TestManyMissedDeliveries(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t, storetest.Open)
	w.keep(0)
	w.host.lose("")
	w.clock.advance(time.Minute)
	for range 101 {
		w.host.happens()
	}
	w.keep(later)
	if held := w.hook(); held.Fetched != 0 {
		t.Errorf("fetched %d", held.Fetched)
	}
	waiting, err := w.jobs.Waiting(t.Context())
	w.must(err)
	if waiting != 5 { // applying the ping, listing the repos, and the syncs of the one repo: its commits, pull requests and tickets
		t.Errorf("%d jobs wait", waiting)
	}
}

// A page of the list of deliveries that is cut off is asked for again: what it would have listed is not passed over.
func TestMissedDeliveriesBehindACutOffPage(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t, storetest.Open)
	w.keep(0)
	w.host.lose("")
	w.clock.advance(time.Minute)
	for range 140 {
		w.host.happens()
	}
	w.host.ClearHookFaults()
	w.clock.advance(later)
	w.host.Faults.Add(ghes.Fault{Method: "GET", Path: "/api/v3/orgs/acme/hooks/*/deliveries", Skip: 1, Effect: ghes.Truncate(0.5)})
	way := &ingest.Way{Store: w.store, Now: w.clock.Now, Log: testLog(t), WaitFunc: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
	w.ingest.ConnectFunc = way.Connect
	w.must(w.ingest.KeepWebhooks(t.Context(), w.integration))
	held := w.wantState(facts.WebhookFailed, connect.APIUnreadable)
	if held.Seen != 0 || held.Fetched != 0 {
		t.Errorf("compared up to %d, fetched %d", held.Seen, held.Fetched)
	}
	w.host.Faults.Clear()
	w.keep(later)
	if held = w.hook(); held.Seen == 0 {
		t.Error("never compared")
	}
	waiting, err := w.jobs.Waiting(t.Context())
	w.must(err)
	if waiting != 5 { // as after any long gap
		t.Errorf("%d jobs wait", waiting)
	}
}

func TestWebhookThatDoesNotArrive(t *testing.T) {
	t.Parallel()
	eachHookWorld(t, func(w *hookWorld) {
		w.host.lose("ping")
		w.keep(0)
		w.wantState(facts.WebhookPinged, "")
		w.keep(soon)
		w.wantState(facts.WebhookSilent, connect.WebhookSilent)
		w.host.ClearHookFaults()
		w.keep(later) // pings again
		w.wantState(facts.WebhookAlive, "")
	})
}

// An address that the server cannot open is told in the server's own words, and another one is taken up.
func TestAddressThatTheServerCannotOpen(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t, storetest.Open)
	good := w.ingest.URL
	w.ingest.URL = "http://127.0.0.1:1"
	w.keep(0)
	w.keep(soon)
	held := w.wantState(facts.WebhookSilent, connect.WebhookSilent)
	if !strings.Contains(held.Cause, "(the server says: HTTP 502, failed to connect to host)") || !strings.Contains(held.Next, held.URL) {
		t.Errorf("%s %s", held.Cause, held.Next)
	}
	w.ingest.URL = good
	w.keep(later)
	if held := w.wantState(facts.WebhookAlive, ""); held.Mended != "its address" {
		t.Errorf("noted %q", held.Mended)
	}
}

// A server that fails for the moment says nothing about a webhook.
func TestServerThatFailsForTheMoment(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t, storetest.Open)
	w.keep(0)
	w.host.Faults.Add(ghes.Fault{Path: "/api/v3/**", Effect: ghes.BadGateway()})
	w.clock.advance(later)
	if err := w.ingest.KeepWebhooks(t.Context(), w.integration); err == nil {
		t.Error("the job takes it for done")
	}
	w.wantState(facts.WebhookAlive, "")
	w.host.Faults.Clear()
	w.keep(0)
	w.wantState(facts.WebhookAlive, "")
}
