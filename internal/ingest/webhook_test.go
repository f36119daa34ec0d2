package ingest_test

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weir/internal/access"
	"weir/internal/connect"
	"weir/internal/facts"
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
	w.host = newHookHost(t, w.clock.Now)
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
		Name: "GitHub", Address: w.host.site.URL, CAPEM: w.host.caPEM, Method: "token", Account: "weir-service",
		On: facts.Services, State: facts.IntegrationHealthy,
	}, connect.TokenCredential(secret.New("ghp_planted")))
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
	for n := range 2 {
		name := fmt.Sprintf("repo-%d", n+1)
		repos = append(repos, facts.Repo{Organization: ids[0], ServerID: 10*o.ServerID + int64(n), Name: name, FullName: o.Login + "/" + name, Visibility: "private"})
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
		w.wantChanges("POST orgs/acme/hooks", "POST orgs/acme/hooks/1/pings")
		held := w.wantState(facts.WebhookAlive, "")
		made := w.host.only(w.t)
		if made.Config.URL != held.URL || !strings.HasSuffix(held.URL, "/webhooks/github/"+held.Key) || len(made.Config.Secret) < 32 ||
			made.Config.ContentType != "json" || made.Config.InsecureSSL != "0" || !made.Active || held.HookID != made.ID || held.Maker != "user" {
			t.Errorf("made %+v, held %+v", made, held)
		}
		want := []string{"create", "delete", "issue_comment", "issues", "meta", "organization", "pull_request", "pull_request_review",
			"pull_request_review_comment", "pull_request_review_thread", "push", "repository"}
		if !slices.Equal(made.Events, want) {
			t.Errorf("events %v", made.Events)
		}
		w.keep(time.Minute)
		w.keep(later)
		w.wantChanges()
		w.wantState(facts.WebhookAlive, "")
		w.keep(7 * time.Hour)
		w.wantChanges("POST orgs/acme/hooks/1/pings")
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
		"for a member": {func(w *hookWorld) {
			_, err := w.store.SaveOrganizations(w.t.Context(), w.integration, []facts.Organization{{ServerID: 1, Login: "acme", Role: facts.RoleMember}})
			w.must(err)
		}, ""},
		"with the service off": {func(w *hookWorld) {
			w.must(w.store.SetServices(w.t.Context(), w.integration, []facts.Service{facts.ServiceRepos}))
		}, ""},
		"without an address":           {func(w *hookWorld) { w.ingest.URL = "" }, connect.WebhookNoAddress},
		"where the role is not told":   {func(w *hookWorld) { w.host.denied = "orgs"; w.role(facts.RoleNone) }, connect.WebhookNoRight},
		"where the server says no":     {func(w *hookWorld) { w.host.unknown = []string{"push"} }, connect.WebhookRejected},
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
			w.host.with(func() {
				if len(w.host.hooks) != 0 {
					t.Errorf("made %v", w.host.changes)
				}
			})
		})
	}
}

func (w *hookWorld) role(r facts.Role) {
	_, err := w.store.SaveOrganizations(w.t.Context(), w.integration, []facts.Organization{{ServerID: 1, Login: "acme", Role: r}})
	w.must(err)
}

func (w *hookWorld) refused() {
	w.must(w.store.SetIntegrationState(w.t.Context(), w.integration, store.IntegrationStatus{State: facts.IntegrationFailed, Code: string(connect.APIUnauthorized)}))
}

func TestWebhookIsSwitchedOffAndOn(t *testing.T) {
	t.Parallel()
	eachHookWorld(t, func(w *hookWorld) {
		w.keep(0)
		first, before := w.host.only(w.t).Config, w.hook()
		w.must(w.store.SetServices(w.t.Context(), w.integration, []facts.Service{facts.ServiceRepos}))
		w.host.changed()
		w.keep(0)
		w.wantChanges("DELETE orgs/acme/hooks/1")
		w.wantState(facts.WebhookRemoved, "")
		w.must(w.store.SetServices(w.t.Context(), w.integration, []facts.Service{facts.ServiceRepos, facts.ServiceWebhooks}))
		w.keep(0)
		again := w.host.only(w.t)
		if again.Config.URL != first.URL || again.Config.Secret == first.Secret || slices.Contains(again.Events, "issues") || w.hook().ID != before.ID {
			t.Errorf("made anew as %+v, was %+v", again, first)
		}
		w.wantState(facts.WebhookAlive, "")
		w.must(w.store.DeleteIntegration(w.t.Context(), w.integration))
		w.host.changed()
		w.keep(0)
		w.wantState(facts.WebhookRemoved, "")
		w.host.with(func() {
			if len(w.host.hooks) != 0 {
				t.Error("the webhook of a deleted integration stays on the server")
			}
		})
	})
}

func TestWebhookIsMended(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(h *hostHook)
		mended string
	}{
		"another address":   {func(h *hostHook) { h.Config.URL = "https://elsewhere.example.com/" }, "its address"},
		"switched off":      {func(h *hostHook) { h.Active = false }, "that it was switched off"},
		"fewer events":      {func(h *hostHook) { h.Events = []string{"push"} }, "its events"},
		"more events":       {func(h *hostHook) { h.Events = append(slices.Clone(h.Events), "star") }, "its events"},
		"forms":             {func(h *hostHook) { h.Config.ContentType = "form" }, "how it delivers"},
		"no certificates":   {func(h *hostHook) { h.Config.InsecureSSL = "1" }, "how it delivers"},
		"no secret":         {func(h *hostHook) { h.Config.Secret = "" }, "its secret"},
		"two things at one": {func(h *hostHook) { h.Active, h.Config.ContentType = false, "form" }, "how it delivers, that it was switched off"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newHookWorld(t, storetest.Open)
			w.keep(0)
			made := *w.host.only(t)
			w.host.with(func() { c.change(w.host.hooks[made.ID]) })
			w.host.changed()
			w.keep(later)
			w.wantChanges("PATCH orgs/acme/hooks/1", "POST orgs/acme/hooks/1/pings")
			got := w.host.only(t)
			if got.Config != made.Config || got.Active != made.Active || !slices.Equal(got.Events, made.Events) {
				t.Errorf("mended to %+v, was %+v", got, made)
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
		made := *w.host.only(w.t)
		w.keep(later)
		w.host.with(func() { w.host.hooks[made.ID].Config.Secret = strings.Repeat("another ", 8) })
		w.clock.advance(time.Minute)
		w.host.happens("orgs/acme", "push", pushTo(10))
		w.awaitRefused(1)
		w.keep(later)
		held := w.wantState(facts.WebhookAlive, "")
		if got := w.host.only(w.t); got.Config.Secret != made.Config.Secret || held.Mended != "its secret" {
			t.Errorf("secret restored: %v, noted %q", got.Config.Secret == made.Config.Secret, held.Mended)
		}
		// What was refused meanwhile is fetched back at the next look.
		w.keep(later)
		if held := w.hook(); held.Fetched != 1 {
			t.Errorf("fetched back %d", held.Fetched)
		}
	})
}

func pushTo(repo int64) string {
	return fmt.Sprintf(`{"ref":"refs/heads/main","repository":{"id":%d}}`, repo)
}

func (w *hookWorld) awaitRefused(n int64) {
	w.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); w.hook().Refused() < n; <-time.After(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("refused %d, want %d", w.hook().Refused(), n)
		}
	}
}

func TestWebhookThatWasDeletedOnTheServer(t *testing.T) {
	t.Parallel()
	eachHookWorld(t, func(w *hookWorld) {
		w.keep(0)
		id := w.host.only(w.t).ID
		w.host.with(func() { delete(w.host.hooks, id) })
		w.keep(later)
		held := w.wantState(facts.WebhookAlive, "")
		if got := w.host.only(w.t); got.ID == id || held.HookID != got.ID || !strings.Contains(held.Mended, "deleted") {
			t.Errorf("held %+v", held)
		}
	})
}

// A try that broke off after the server had made the webhook leaves one, not two.
func TestWebhookOfABrokenTryIsTakenUp(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t, storetest.Open)
	w.keep(0)
	made := *w.host.only(t)
	held := w.hook()
	held.HookID, held.MadeAt, held.State, held.DueAt = 0, 0, facts.WebhookWanted, 0
	w.must(w.store.SaveWebhook(t.Context(), held))
	w.keep(time.Minute)
	got := w.host.only(t)
	if held = w.wantState(facts.WebhookAlive, ""); held.HookID != made.ID || got.Config.URL != made.Config.URL || got.Config.Secret == made.Config.Secret {
		t.Errorf("held %+v, on the server %+v", held, got)
	}
}

// A webhook made with another kind of credential is not seen by this one, and no second one is made.
func TestWebhookOfAnotherCredential(t *testing.T) {
	t.Parallel()
	eachHookWorld(t, func(w *hookWorld) {
		w.keep(0)
		made := w.host.only(w.t)
		w.host.with(func() { made.hidden = true })
		held := w.hook()
		held.Maker, held.DueAt = "oauth Iv1.abc", 0
		w.must(w.store.SaveWebhook(w.t.Context(), held))
		w.host.changed()
		w.keep(later)
		w.keep(later)
		w.wantChanges()
		held = w.wantState(facts.WebhookHidden, connect.WebhookHidden)
		if !strings.Contains(held.Cause, "the OAuth app Iv1.abc") || !strings.Contains(held.Next, "/organizations/acme/settings/hooks") {
			t.Errorf("%s %s", held.Cause, held.Next)
		}
		w.host.happens("orgs/acme", "push", pushTo(10)) // it delivers all the same
		if held = w.hook(); held.Accepted != 2 {
			t.Errorf("accepted %d", held.Accepted)
		}
		// A person removes it and says so.
		w.host.with(func() { delete(w.host.hooks, made.ID) })
		w.must(w.store.ForgetHook(w.t.Context(), held.ID))
		w.keep(0)
		w.wantState(facts.WebhookAlive, "")
		w.host.only(w.t)
	})
}

func TestWebhooksPerRepo(t *testing.T) {
	t.Parallel()
	eachHookWorld(t, func(w *hookWorld) {
		w.host.with(func() { w.host.denied = "orgs/" })
		w.keep(0)
		w.wantState(facts.WebhookFailed, connect.WebhookNoRight)
		w.keep(time.Minute)
		states := map[string]facts.WebhookState{}
		for _, held := range w.hooks() {
			states[held.Path()] = held.State
		}
		want := map[string]facts.WebhookState{"orgs/acme": facts.WebhookFailed, "repos/acme/repo-1": facts.WebhookAlive, "repos/acme/repo-2": facts.WebhookAlive}
		if diff := cmp.Diff(want, states); diff != "" {
			t.Errorf("states (-want +got):\n%s", diff)
		}
		w.host.with(func() {
			for _, hook := range w.host.hooks {
				if slices.Contains(hook.Events, "organization") {
					t.Errorf("a repo's webhook asks for %v", hook.Events)
				}
			}
			w.host.denied = "" // the account becomes an owner
		})
		w.keep(later)
		w.keep(time.Minute)
		for _, held := range w.hooks() {
			if wantAlive := held.Target == facts.WebhookOrganization; (held.State == facts.WebhookAlive) != wantAlive {
				t.Errorf("%s is %s", held.Path(), held.State)
			}
		}
		w.host.only(w.t)
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
	w.host.unknown = []string{"pull_request_review_thread"}
	w.keep(0)
	w.wantState(facts.WebhookAlive, "")
	if made := w.host.only(t); slices.Contains(made.Events, "meta") || !slices.Contains(made.Events, "pull_request") {
		t.Errorf("events %v", made.Events)
	}
	w.host.changed()
	w.keep(later)
	w.wantChanges()
}

func TestMissedDeliveriesAreFetchedBack(t *testing.T) {
	t.Parallel()
	for _, dropped := range []bool{false, true} {
		t.Run(fmt.Sprintf("dropped by the server %t", dropped), func(t *testing.T) {
			t.Parallel()
			eachHookWorld(t, func(w *hookWorld) {
				w.keep(0)
				w.host.with(func() { w.host.lost, w.host.dropped = true, dropped })
				w.clock.advance(time.Minute)
				for range 3 {
					w.host.happens("orgs/acme", "push", pushTo(10))
				}
				w.host.with(func() { w.host.lost = false })
				w.clock.advance(time.Minute)
				w.host.happens("orgs/acme", "issues", `{"action":"opened","repository":{"id":11},"issue":{"number":5}}`)
				w.host.changed()
				w.keep(later)
				held := w.hook()
				if dropped {
					if held.Fetched != 0 || held.Accepted != 5 { // the ping, the issue, and three that were sent again
						t.Errorf("counts %+v", held.WebhookCounts)
					}
				} else if w.wantChanges(); held.Fetched != 3 || held.Accepted != 2 {
					t.Errorf("counts %+v", held.WebhookCounts)
				}
				w.host.changed()
				w.keep(later)
				if again := w.hook(); again.WebhookCounts != held.WebhookCounts {
					t.Errorf("fetched again: %+v, was %+v", again.WebhookCounts, held.WebhookCounts)
				}
				w.wantChanges()
			})
		})
	}
}

// After a long gap the repos are read anew instead.
func TestManyMissedDeliveries(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t, storetest.Open)
	w.keep(0)
	w.host.with(func() { w.host.lost = true })
	w.clock.advance(time.Minute)
	for range 101 {
		w.host.happens("orgs/acme", "push", pushTo(10))
	}
	w.host.with(func() {
		for _, d := range w.host.sent {
			d.Repo = 10
		}
	})
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

func TestWebhookThatDoesNotArrive(t *testing.T) {
	t.Parallel()
	eachHookWorld(t, func(w *hookWorld) {
		w.host.with(func() { w.host.lost = true })
		w.keep(0)
		w.wantState(facts.WebhookPinged, "")
		w.keep(soon)
		held := w.wantState(facts.WebhookSilent, connect.WebhookSilent)
		if !strings.Contains(held.Cause, "Failed to connect") || !strings.Contains(held.Next, held.URL) {
			t.Errorf("%s %s", held.Cause, held.Next)
		}
		w.host.with(func() { w.host.lost = false })
		w.keep(later) // pings again
		w.wantState(facts.WebhookAlive, "")
	})
}

// A server that fails for the moment says nothing about a webhook.
func TestServerThatFailsForTheMoment(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t, storetest.Open)
	w.keep(0)
	w.host.with(func() { w.host.down = true })
	w.clock.advance(later)
	if err := w.ingest.KeepWebhooks(t.Context(), w.integration); err == nil {
		t.Error("the job takes it for done")
	}
	w.wantState(facts.WebhookAlive, "")
	w.host.with(func() { w.host.down = false })
	w.keep(0)
	w.wantState(facts.WebhookAlive, "")
}
