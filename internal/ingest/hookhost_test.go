package ingest_test

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"weir/internal/ghes"
	"weir/internal/ghes/ghestest"
)

// hookHost is a made-up server on which the account weir-service owns acme. What webhooks get is waited
// for, and they can be changed behind Weir's back. Every request is held against the official API.
type hookHost struct {
	*ghes.Server
	t *testing.T
}

const hookAccount = "weir-service"

func newHookHost(t *testing.T, c *clock) *hookHost {
	t.Helper()
	world := ghes.NewWorld()
	world.AddUser(ghes.User{Login: hookAccount})
	world.AddOrganization(ghes.Organization{Login: "acme"})
	world.SetMember("acme", ghes.Member{Login: hookAccount, Role: ghes.RoleAdmin})
	for _, owner := range []string{"acme", hookAccount} {
		for _, name := range []string{"repo-1", "repo-2"} {
			world.AddRepo(ghes.Repo{Owner: owner, Name: name})
		}
	}
	h := &hookHost{ghes.New(ghes.Options{World: world, Now: c.Now}), t}
	if err := h.Start(context.WithoutCancel(t.Context()), "localhost:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	ghestest.Validate(t, h.Server)
	return h
}

// token gives the account a token with these scopes.
func (h *hookHost) token(scopes ...string) string {
	return h.World.AddToken(ghes.Token{Login: hookAccount, Scopes: scopes}).Secret
}

// only gives the one hook that there is.
func (h *hookHost) only() ghes.Hook {
	h.t.Helper()
	hooks := h.World.Hooks()
	if len(hooks) != 1 {
		h.t.Fatalf("the server has %d webhooks, want 1: %+v", len(hooks), hooks)
	}
	return hooks[0]
}

// change changes the one hook that there is.
func (h *hookHost) change(change func(*ghes.Hook)) {
	h.t.Helper()
	hook := h.only()
	change(&hook)
	h.World.AddHook(hook)
}

// settle waits until everything that happened was told.
func (h *hookHost) settle() {
	h.t.Helper()
	if err := h.WaitForDeliveries(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// happens has somebody open a ticket, which webhooks are told of.
func (h *hookHost) happens() {
	h.t.Helper()
	if _, err := h.World.As(hookAccount).OpenIssue("acme/repo-1", "A wish", ""); err != nil {
		h.t.Fatal(err)
	}
	h.settle()
}

// lose keeps deliveries of an event from arriving; the server's list tells of them. Empty is any event.
func (h *hookHost) lose(event string) {
	h.AddHookFault(ghes.HookFault{Event: event, Effect: ghes.Fail()})
}

var hookNumber = regexp.MustCompile(`/(hooks|deliveries)/\d+`)

// changed gives the changes since it was last asked, with every hook's number as N.
func (h *hookHost) changed() []string {
	var changes []string
	for _, r := range h.Requests() {
		if r.Method != http.MethodGet {
			changes = append(changes, r.Method+" "+hookNumber.ReplaceAllString(strings.TrimPrefix(r.Path, "/api/v3/"), "/$1/N"))
		}
	}
	h.ForgetRequests()
	return changes
}

func (h *hookHost) events() []string {
	h.t.Helper()
	return slices.Sorted(slices.Values(h.only().Events))
}
