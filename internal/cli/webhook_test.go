package cli

import (
	"errors"
	"fmt"
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
// import has a webhook made, a push arrives at once and a second time for nothing, tickets and repos that go
// elsewhere or are deleted are followed, and deleting the integration takes the webhook off the server, which saw no other changes.
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
			live.ticketsGo()
			live.reposGo()
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

// member gives somebody who may change a repo.
func (l *liveWebhook) member(repo ghes.Repo) ghes.Person {
	return l.server.World.As(l.server.World.Members(repo.Owner)[0].Login)
}

// ticket opens one on the server and waits until it is held.
func (l *liveWebhook) ticket(repo ghes.Repo, title string) int {
	l.Helper()
	n, err := l.member(repo).OpenIssue(repo.FullName(), title, "")
	if err != nil {
		l.Fatal(err)
	}
	l.await("the ticket "+title, func() bool { return l.heldTicket(repo, n).Title == title })
	return n
}

// heldTicket gives what is held of a ticket, nothing when it is not.
func (l *liveWebhook) heldTicket(repo ghes.Repo, n int) facts.Ticket {
	t, err := l.app.store.Ticket(l.Context(), l.heldRepo(repo.ID).ID, n)
	if err != nil && !errors.Is(err, facts.ErrNotFound) {
		l.Fatal(err)
	}
	return t
}

// ticketsGo has one ticket transferred and one deleted. That the server says so when it is asked decides.
func (l *liveWebhook) ticketsGo() {
	l.Helper()
	from, to := l.server.World.Repos()[0], l.server.World.Repos()[1]
	moving, leaving := l.ticket(from, "Transferred soon"), l.ticket(from, "Deleted soon")
	moved, err := l.member(from).Transfer(from.FullName(), moving, to.FullName())
	if err := errors.Join(err, l.member(from).Delete(from.FullName(), leaving)); err != nil {
		l.Fatal(err)
	}
	l.await("the ticket that was transferred", func() bool { return l.heldTicket(from, moving).GoneAt != 0 })
	if held, want := l.heldTicket(from, moving), fmt.Sprintf("%s#%d", to.FullName(), moved); held.GoneReason != facts.GoneTransferred || held.GoneTo != want {
		l.Errorf("transferred: %q to %q, want %q", held.GoneReason, held.GoneTo, want)
	}
	l.await("the ticket where it went", func() bool { return l.heldTicket(to, moved).Title == "Transferred soon" })
	l.await("the ticket that was deleted", func() bool { return l.heldTicket(from, leaving).GoneReason == facts.GoneDeleted })
	l.saidOf("issues transferred", "issues deleted")
}

func (l *liveWebhook) heldRepo(serverID int64) facts.Repo {
	repo, err := l.app.store.RepoByServerID(l.Context(), 1, serverID)
	if err != nil {
		l.Fatal(err)
	}
	return repo
}

// reposGo has one repo renamed and later deleted, and one transferred to an organization that Weir has not seen, and
// back: a server tells the new owner of a transfer, so that the way back is the one that this webhook hears of.
func (l *liveWebhook) reposGo() {
	l.Helper()
	repos := l.server.World.Repos()
	renamed, moved := repos[0], repos[1]
	elsewhere := l.server.World.AddOrganization(ghes.Organization{Login: "elsewhere"})
	for _, m := range l.server.World.Members(moved.Owner) {
		l.server.World.SetMember(elsewhere.Login, m)
	}
	err := errors.Join(
		l.member(renamed).RenameRepo(renamed.FullName(), "renamed"),
		l.member(moved).TransferRepo(moved.FullName(), elsewhere.Login))
	if err != nil {
		l.Fatal(err)
	}
	l.await("the repo that was renamed", func() bool { return l.heldRepo(renamed.ID).FullName == renamed.Owner+"/renamed" })
	l.await("the repo that was transferred", func() bool { return l.heldRepo(moved.ID).FullName == "elsewhere/"+moved.Name })
	if l.heldRepo(renamed.ID).GoneAt != 0 || l.heldRepo(moved.ID).GoneAt != 0 {
		l.Error("a repo that is still there counts as gone")
	}
	err = errors.Join(
		l.member(renamed).DeleteRepo(renamed.Owner+"/renamed"),
		l.member(moved).TransferRepo("elsewhere/"+moved.Name, moved.Owner))
	if err != nil {
		l.Fatal(err)
	}
	l.await("the repo that was deleted", func() bool { return l.heldRepo(renamed.ID).GoneAt != 0 })
	l.await("the repo that came back", func() bool { return l.heldRepo(moved.ID).FullName == moved.FullName() })
	l.saidOf("repository renamed", "repository transferred", "repository deleted")
}

// saidOf waits until these deliveries came and were applied: what they say may be held before, by a look at the server.
func (l *liveWebhook) saidOf(kinds ...string) {
	l.Helper()
	for _, kind := range kinds {
		l.await("a delivery "+kind+" that is applied", func() bool { return l.applied()[kind] })
	}
}

// applied are the kinds of deliveries of which one was applied.
func (l *liveWebhook) applied() map[string]bool {
	l.Helper()
	rows, _, err := l.app.store.Deliveries(l.Context(), 1, 0, facts.Page{})
	if err != nil {
		l.Fatal(err)
	}
	applied := map[string]bool{}
	for _, d := range rows {
		applied[d.Event+" "+d.Action] = d.State == facts.DeliveryApplied || applied[d.Event+" "+d.Action]
	}
	return applied
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
