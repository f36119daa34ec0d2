package web_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"weir/internal/access"
	"weir/internal/facts"
	"weir/internal/judge"
	"weir/internal/store"
)

// made tells how many pull requests a repo of the fixture has; every fourth number is a ticket.
const made = 160

// fillItems gives the repos months of pull requests and tickets in every state, the same ones every time, and has them judged.
func (w *world) fillItems(t testing.TB, integration facts.IntegrationID, repos []facts.RepoID) {
	t.Helper()
	ctx := t.Context()
	random := rand.New(rand.NewPCG(3, 5))
	var actors []facts.Actor
	must(t, w.store.InTx(ctx, func(tx *store.Tx) error {
		for n, p := range people {
			a := facts.Actor{ServerID: int64(n + 1), Login: fmt.Sprintf("dev%d", n), Kind: facts.ActorUser, Name: p.name, Email: p.email}
			if strings.HasSuffix(p.name, "[bot]") {
				a.Kind = facts.ActorBot
			}
			id, _, err := tx.EnsureAccount(ctx, integration, "github.acme.example", a)
			if err != nil {
				return err
			}
			a.Identity = id
			actors = append(actors, a)
		}
		return nil
	}))
	for n, p := range people { // the account belongs to who commits
		id, err := w.store.EnsureIdentity(ctx, p.name, p.email)
		must(t, err)
		commits, err := w.store.Identity(ctx, id)
		must(t, err)
		account, err := w.store.Identity(ctx, actors[n].Identity)
		must(t, err)
		must(t, w.store.MergePeople(ctx, commits.Person, account.Person))
	}
	for _, repo := range repos {
		pulls, tickets := madeItems(random, repo, actors)
		w.attachCommits(t, repo, pulls)
		must(t, w.store.SavePullRequests(ctx, repo, pulls))
		must(t, w.store.SaveTickets(ctx, repo, tickets))
		must(t, w.store.InTx(ctx, func(tx *store.Tx) error { // the last of each is gone
			return errors.Join(tx.MarkPullRequestGone(ctx, repo, made-1),
				tx.MarkTicketGone(ctx, repo, made, facts.GoneTransferred, "acme/checkout#4"))
		}))
		must(t, judge.Items(ctx, w.store, repo))
		for kind, n := range map[facts.SyncKind]int{facts.SyncPullRequests: len(pulls), facts.SyncTickets: len(tickets)} {
			must(t, w.store.SaveSyncState(ctx, facts.SyncState{Repo: repo, Kind: kind, Phase: facts.PhaseReady, FinishedAt: now.Unix() - 600}))
			must(t, w.store.InTx(ctx, func(tx *store.Tx) error {
				return tx.SaveCompleteness(ctx, facts.Completeness{Repo: repo, Kind: kind, Server: int64(n), Held: int64(n), CheckedAt: now.Unix() - 600, FullAt: now.Unix() - 600})
			}))
		}
	}
}

// attachCommits gives pull requests some of the repo's commits: one from before they were opened, those that came while they were open.
func (w *world) attachCommits(t testing.TB, repo facts.RepoID, pulls []facts.PullRequest) {
	t.Helper()
	var commits []facts.Commit
	for c, err := range w.store.CommitsOf(t.Context(), repo) {
		must(t, err)
		commits = append(commits, c)
	}
	for i := range pulls {
		p := &pulls[i]
		for _, c := range commits {
			switch {
			case c.CommittedAt > p.UpdatedAt:
			case c.CommittedAt > p.CreatedAt:
				p.Commits = append(p.Commits, facts.PullRequestCommit{Hash: c.Hash, AddedAt: c.CommittedAt, Current: true})
			case c.CommittedAt > p.CreatedAt-86400 && len(p.Commits) == 0:
				p.Commits = append(p.Commits, facts.PullRequestCommit{Hash: c.Hash, AddedAt: p.CreatedAt, Current: true})
			}
		}
	}
}

func madeItems(random *rand.Rand, repo facts.RepoID, actors []facts.Actor) ([]facts.PullRequest, []facts.Ticket) {
	var pulls []facts.PullRequest
	var tickets []facts.Ticket
	for n := 1; n <= made; n++ {
		created := now.Unix() - int64(made-n)*(86400+int64(repo)*3600) - random.Int64N(7200)
		author := actors[random.IntN(len(actors))]
		if n%4 == 0 {
			tickets = append(tickets, madeTicket(random, repo, n, created, author, actors))
			continue
		}
		pulls = append(pulls, madePull(random, repo, n, created, author, actors))
	}
	return pulls, tickets
}

func madePull(random *rand.Rand, repo facts.RepoID, n int, created int64, author facts.Actor, actors []facts.Actor) facts.PullRequest {
	titles := []string{"Count every line once", "Speed up the search", "Bump a library", "Say what went wrong", hostile, "Take the old cache away"}
	p := facts.PullRequest{Repo: repo, Number: n, ServerID: int64(repo)*10000 + int64(n), Title: titles[random.IntN(len(titles))], State: facts.PullRequestOpen, Author: author,
		HeadRef: "topic", BaseRef: "main", CreatedAt: created, ReadyAt: created, Additions: random.IntN(900), Deletions: random.IntN(400), ChangedFiles: 1 + random.IntN(20), SyncedAt: 1}
	if n%7 == 0 {
		p.ReadyAt = created + random.Int64N(2*86400)
		p.Events = append(p.Events, facts.Event{Number: n, At: p.ReadyAt, Kind: facts.EventReadyForReview, Actor: author})
	}
	at := p.ReadyAt
	for k := range random.IntN(6) {
		if at += 600 + random.Int64N(10*3600); at > now.Unix() {
			break
		}
		by := actors[random.IntN(len(actors))]
		id := p.ServerID*10 + int64(k)
		if k%3 == 2 {
			p.Reviews = append(p.Reviews, facts.Review{Repo: repo, Number: n, ServerID: id, Author: by, SubmittedAt: at, UpdatedAt: at,
				State: []facts.ReviewState{facts.ReviewApproved, facts.ReviewChangesRequested}[random.IntN(2)]})
			continue
		}
		p.Comments = append(p.Comments, facts.Comment{Repo: repo, Number: n, Kind: facts.CommentLine, ServerID: id, RootID: id, Path: "main.go", Author: by, CreatedAt: at, UpdatedAt: at,
			Text: facts.Text{Words: random.IntN(40), Excerpt: hostile}})
	}
	p.UpdatedAt = at
	end := at + random.Int64N(86400)
	switch {
	case end > now.Unix():
	case n%11 == 0:
		p.State, p.ClosedAt, p.UpdatedAt = facts.PullRequestClosed, end, end
		p.Events = append(p.Events, facts.Event{Number: n, At: end, Kind: facts.EventClosed, Actor: author})
	default:
		p.State, p.ClosedAt, p.MergedAt, p.UpdatedAt, p.MergedBy = facts.PullRequestMerged, end, end, end, author
	}
	return p
}

func madeTicket(random *rand.Rand, repo facts.RepoID, n int, created int64, author facts.Actor, actors []facts.Actor) facts.Ticket {
	k := facts.Ticket{Repo: repo, Number: n, ServerID: int64(repo)*10000 + int64(n), Title: "It is slow on " + []string{"Mondays", "the old server", hostile}[random.IntN(3)],
		State: facts.TicketOpen, Author: author, CreatedAt: created, UpdatedAt: created, Labels: []string{"bug", "it's"}, SyncedAt: 1}
	assigned := created + random.Int64N(86400)
	if assigned < now.Unix() {
		to := actors[random.IntN(len(actors))]
		k.Assignees, k.UpdatedAt = []facts.Actor{to}, assigned
		k.Events = append(k.Events, facts.Event{Number: n, At: assigned, Kind: facts.EventAssigned, Actor: author, Target: to})
	}
	if closed := assigned + random.Int64N(9*86400); closed < now.Unix() {
		k.State, k.ClosedAt, k.UpdatedAt = facts.TicketClosed, closed, closed
		k.Events = append(k.Events, facts.Event{Number: n, At: closed, Kind: facts.EventClosed, Actor: author})
	}
	return k
}

// The reports on pull requests and tickets answer in every form, with people, without any, and for what is not there.
func TestItemReportsAreShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	c := w.signedIn(t, access.RoleAdmin)
	for _, name := range []string{"reviews", "workflow", "pull_requests", "tickets"} {
		for _, query := range []string{"", "period=all", "from=2001-01-01&to=2001-02-01", "person=1", "repo=5", "repo=1&period=last_week"} {
			allForms(t, c, name, query, http.StatusOK)
		}
	}
	for _, query := range []string{"at=merged&metric=time_to_merge", "reviewer=1&count=counted", "at=acted&act=commented&person=2", "metric=sharing_index", "sort=-added", "limit=3&offset=3"} {
		allForms(t, c, "pull_requests", query, http.StatusOK)
	}
	if body := c.get("/reports/tickets").body; strings.Contains(body, "Merged") || strings.Contains(body, "Reviewed") {
		t.Error("the list of tickets can be narrowed by what tickets do not have")
	}
	allForms(t, c, "reviews", "hours=working&start=first_comment", http.StatusOK)
	allForms(t, c, "pull_request", "repo=1&number=1", http.StatusOK)
	allForms(t, c, "ticket", "repo=1&number=4", http.StatusOK)
	allForms(t, c, "pull_request", "repo=1&number=4000", http.StatusNotFound)
	allForms(t, c, "ticket", "repo=1&number=4000", http.StatusNotFound)
	allForms(t, c, "ticket", "repo=4711&number=1", http.StatusNotFound)
	if got := c.get("/reports/ticket?repo=1&number=4000"); !strings.Contains(got.body, "Weir holds no ticket #4000 of acme/checkout") {
		t.Errorf("a number that is not held: %s", got.body)
	}
	for asked, there := range map[string]string{"pull_request?number=4&repo=1": "/reports/ticket?number=4&repo=1", "ticket?number=1&repo=1": "/reports/pull_request?number=1&repo=1"} {
		if got := c.get("/reports/" + asked); got.path != there || got.status != http.StatusOK {
			t.Errorf("%s leads to %s, status %d", asked, got.path, got.status)
		}
		name, query, _ := strings.Cut(asked, "?")
		if got := c.get("/reports/" + name + ".json?" + query); got.status != http.StatusNotFound || !strings.Contains(got.body, "The number is not that of a") {
			t.Errorf("%s as JSON: status %d %s", asked, got.status, got.body)
		}
	}
	for _, wrong := range []string{"at=never", "act=slept", "state=odd", "metric=haloc", "number=x", "hours=x", "start=x", "show=x", "reviewer=4711"} {
		name, _, _ := strings.Cut(wrong, "=")
		if got := c.get("/reports/pull_requests?" + wrong); got.status != http.StatusBadRequest || !strings.Contains(got.body, name) {
			t.Errorf("%s: status %d", wrong, got.status)
		}
	}
	if body := c.get("/reports/pull_request?repo=1&number=1").body; !strings.Contains(body, `href="https://github.acme.example/acme/checkout/pull/1"`) {
		t.Error("the page of a pull request does not lead to the server")
	}
	if body := c.get("/reports/reviews").body; !strings.Contains(body, "pull requests, checked 10 min ago") && !strings.Contains(body, "still to be imported") {
		t.Error("the page does not say how complete it is")
	}
}

// Without the right to see individuals no report names anybody.
func TestReviewsWithoutIndividuals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t)
	c := w.signedIn(t, access.RoleMember)
	for _, form := range []string{"", ".json", ".csv"} {
		got := c.get("/reports/reviews" + form)
		if got.status != http.StatusOK {
			t.Fatalf("%s: status %d", form, got.status)
		}
		for _, p := range people[:7] {
			if strings.Contains(got.body, p.name) {
				t.Errorf("reviews%s names %s", form, p.name)
			}
		}
		for _, table := range []string{"people", "matrix", "pairs"} {
			if got := c.get("/reports/reviews.csv?table=" + table); got.status == http.StatusOK {
				t.Errorf("table %s is given", table)
			}
		}
	}
	for _, path := range []string{"workflow", "pull_requests", "pull_request?repo=1&number=1", "tickets", "ticket?repo=1&number=4", "reviews?person=1", "reviews?reviewer=1"} {
		if got := c.get("/reports/" + path); got.status != http.StatusForbidden {
			t.Errorf("%s: status %d, want 403", path, got.status)
		}
	}
}

// The service being off is said on the page.
func TestReviewsSayThatTheServiceIsOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := w.fill(t)
	must(t, w.store.SetServices(t.Context(), i.integration, []facts.Service{facts.ServiceRepos}))
	c := w.signedIn(t, access.RoleAdmin)
	for _, page := range []string{"reviews", "workflow", "pull_requests", "tickets"} {
		if body := c.get("/reports/" + page).body; !strings.Contains(body, "switched off for") {
			t.Errorf("%s does not say that its service is off", page)
		}
	}
}
