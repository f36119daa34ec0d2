package cli

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"weir/internal/config"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/store/storetest"
)

// TestWebhooksFromImportToDeletion drives everything by Weir's own pages and the made-up server: the
// import has a webhook made, a push arrives at once and a second time for nothing, and deleting the
// integration takes the webhook off the server, which saw no other changes.
func TestWebhooksFromImportToDeletion(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]func(t *testing.T) *config.Config{
		"sqlite":   func(*testing.T) *config.Config { return &config.Config{} },
		"postgres": func(t *testing.T) *config.Config { return &config.Config{Database: storetest.URL(t)} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, token := testServer(t)
			set := settings(t)
			set.URL = ownAddress
			a, base := testApp(t, set, io.Discard)
			w := walkThrough(t, a, base, server, token)
			live := &liveWebhook{t, a, server, w}
			live.begins()
			live.brings()
			live.comesTwice()
			live.ends()
			live.sawOnly()
		})
	}
}

type liveWebhook struct {
	*testing.T
	app    *app
	server *ghes.Server
	walker *walker
}

func (l *liveWebhook) keep() {
	l.Helper()
	if _, _, err := l.walker.post(l.Context(), "/settings/integrations/1/webhooks/check", url.Values{}); err != nil {
		l.Fatal(err)
	}
}

// hook gives the one webhook that Weir has.
func (l *liveWebhook) hook() facts.Webhook {
	l.Helper()
	hooks, err := l.app.store.Webhooks(l.Context(), 1)
	if err != nil || len(hooks) > 1 {
		l.Fatalf("webhooks %+v, %v", hooks, err)
	}
	if len(hooks) == 0 {
		return facts.Webhook{}
	}
	return hooks[0]
}

func (l *liveWebhook) await(what string, is func() bool) {
	l.Helper()
	for deadline := time.Now().Add(60 * time.Second); !is(); <-time.After(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			l.Fatalf("waited too long for %s; the webhook is %+v", what, l.hook())
		}
	}
}

func (l *liveWebhook) begins() {
	l.Helper()
	l.keep()
	l.await("a webhook that arrives", func() bool { return l.hook().State == facts.WebhookAlive })
	made := l.server.World.Hooks()
	if len(made) != 1 || made[0].ID != l.hook().HookID || made[0].ContentType != "json" || made[0].Repo != 0 {
		l.Fatalf("the server has %+v", made)
	}
}

// push adds a commit on the server and gives its hash.
func (l *liveWebhook) push(message string) string {
	l.Helper()
	repo := l.server.World.Repos()[0]
	owner := l.server.World.Members(repo.Owner)[0].Login
	tip, err := l.server.World.As(owner).Push(l.Context(), repo.FullName(), repo.DefaultBranch, ghes.Change{Message: message, Files: map[string]string{"news.txt": message}})
	if err != nil {
		l.Fatal(err)
	}
	return tip
}

func (l *liveWebhook) holds(tip string) func() bool {
	return func() bool {
		for id := facts.RepoID(1); id < 20; id++ {
			if _, err := l.app.store.Commit(l.Context(), id, tip); err == nil {
				return true
			}
		}
		return false
	}
}

func (l *liveWebhook) brings() {
	l.Helper()
	l.await("the commit of a push", l.holds(l.push("News by a webhook")))
}

// comesTwice has the server send a delivery two times: it is taken once.
func (l *liveWebhook) comesTwice() {
	l.Helper()
	l.server.AddHookFault(ghes.HookFault{Event: "push", Effect: ghes.Twice()})
	l.await("the commit of a push that is told twice", l.holds(l.push("News told twice")))
	l.server.ClearHookFaults()
	l.await("the second delivery to be refused", func() bool { return l.hook().Replayed == 1 })
}

func (l *liveWebhook) ends() {
	l.Helper()
	if _, err := l.walker.send(l.Context(), "/settings/integrations/1/delete", url.Values{"name": {"Our server"}}); err != nil {
		l.Fatal(err)
	}
	l.await("the webhook to be removed", func() bool { return len(l.server.World.Hooks()) == 0 && l.hook().State == facts.WebhookRemoved })
}

var ofHooks = regexp.MustCompile(`^/api/v3/(orgs/[^/]+|repos/[^/]+/[^/]+)/hooks(/\d+(/pings)?)?$`)

func (l *liveWebhook) sawOnly() {
	l.Helper()
	changes := map[string]int{}
	for _, r := range l.server.Requests() {
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead ||
			r.Method == http.MethodPost && (r.Path == "/api/graphql" || strings.HasSuffix(r.Path, "/git-upload-pack"))
		if reads {
			continue
		}
		if changes[r.Method]++; !ofHooks.MatchString(r.Path) {
			l.Errorf("the server saw %s %s", r.Method, r.Path)
		}
	}
	if changes[http.MethodPost] < 2 || changes[http.MethodDelete] != 1 || changes[http.MethodPut] != 0 {
		l.Errorf("the server saw %v", changes)
	}
}
