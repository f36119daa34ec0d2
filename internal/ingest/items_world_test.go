package ingest_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/github"
	"weir/internal/ingest"
	"weir/internal/secret"
	"weir/internal/store"
)

// itemWorld is a server with one organization, and a Weir that reads its items without a queue.
type itemWorld struct {
	t           *testing.T
	server      *ghes.Server
	world       *ghes.World
	store       *store.Store
	ingest      *ingest.Ingest
	queue       *noQueue
	clock       *clock
	serverClock clock // stands still once it is set
	integration facts.IntegrationID
	repos       map[string]facts.RepoID
	rest        bool // whether what GraphQL alone tells is left out of comparisons
}

// noQueue takes what is enqueued and forgets it, but for the judgements.
type noQueue struct {
	ingest.Queue // what items do not use

	mu     sync.Mutex
	judged []facts.RepoID
}

func (q *noQueue) Discover(context.Context, facts.IntegrationID) error { return nil }

func (q *noQueue) JudgeRepos(_ context.Context, repos ...facts.RepoID) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.judged = append(q.judged, repos...)
	return nil
}

// newItemWorld makes a server with some repos of acme, all of them imported.
func newItemWorld(t *testing.T, s *store.Store, credential func(*ghes.World) connect.Credential, repos ...string) *itemWorld {
	t.Helper()
	w := &itemWorld{t: t, world: ghes.NewWorld(), store: s, queue: &noQueue{}, clock: &clock{now: time.Now()}, repos: map[string]facts.RepoID{}}
	w.world.AddUser(ghes.User{Login: "weir", Password: "correct-horse-battery"})
	for _, login := range []string{"ada", "grace", "linus"} {
		w.world.AddUser(ghes.User{Login: login, Name: strings.ToUpper(login)})
	}
	w.world.AddUser(ghes.User{Login: "renovate", Type: "Bot"})
	w.world.AddUser(ghes.User{Login: "moved-in", Type: "Mannequin"})
	w.world.AddOrganization(ghes.Organization{Login: "acme"})
	w.world.SetMember("acme", ghes.Member{Login: "weir", Role: ghes.RoleAdmin})
	w.server = ghes.New(ghes.Options{World: w.world, Now: w.serverNow})
	if err := w.server.Start(t.Context(), "localhost:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.server.Close() })
	if credential == nil {
		credential = tokenOf
	}
	ctx := t.Context()
	var err error
	w.integration, err = s.CreateIntegration(ctx, facts.Integration{Name: "GitHub", Address: w.server.URL(), CAPEM: w.server.CAPEM(), Method: "token",
		Account: "weir", On: facts.Services, State: facts.IntegrationHealthy}, credential(w.world))
	if err != nil {
		t.Fatal(err)
	}
	orgs, err := s.SaveOrganizations(ctx, w.integration, []facts.Organization{{ServerID: 1, Login: "acme", Role: facts.RoleOwner}})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range repos {
		w.addRepo(orgs[0], name)
	}
	w.restart()
	return w
}

func (w *itemWorld) serverNow() time.Time {
	if at := w.serverClock.Now(); !at.IsZero() {
		return at
	}
	return time.Now()
}

func tokenOf(world *ghes.World) connect.Credential {
	return connect.TokenCredential(secret.New(world.AddToken(ghes.Token{Login: "weir", Scopes: []string{"repo", "read:org"}}).Secret))
}

func (w *itemWorld) addRepo(org facts.OrganizationID, name string) {
	w.t.Helper()
	r := w.world.AddRepo(ghes.Repo{Owner: "acme", Name: name})
	ids, err := w.store.SaveRepos(w.t.Context(), w.integration, []facts.Repo{{Organization: org, ServerID: r.ID, Name: name, FullName: "acme/" + name, DefaultBranch: "main", Visibility: "private"}})
	if err != nil {
		w.t.Fatal(err)
	}
	w.repos[name] = ids[0]
	if err := w.store.InTx(w.t.Context(), func(tx *store.Tx) error { _, err := tx.MarkImported(w.t.Context(), ids); return err }); err != nil {
		w.t.Fatal(err)
	}
}

// restart makes new handlers, as a new process would.
func (w *itemWorld) restart(options ...func(*ingest.Options)) {
	o := ingest.Options{
		Store: w.store, Queue: w.queue, Dir: w.t.TempDir(), Now: w.clock.Now, Log: testLog(w.t), ItemSlice: time.Hour,
		ItemsFunc: func(ctx context.Context, i facts.Integration) (ingest.Items, error) {
			credential, err := w.store.Credential(ctx, i.ID)
			if err != nil {
				return nil, err
			}
			return github.Open(connect.Target{Address: i.Address, CAPEM: i.CAPEM, Credential: credential}, connect.Options{
				Timeout: 30 * time.Second, WaitFunc: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
			})
		},
	}
	for _, option := range options {
		option(&o)
	}
	w.ingest = ingest.New(o)
}

// sync reads both kinds of a repo to the end.
func (w *itemWorld) sync(name string) {
	w.t.Helper()
	for _, sync := range []func(context.Context, facts.RepoID) error{w.ingest.SyncPullRequests, w.ingest.SyncTickets} {
		if err := sync(w.t.Context(), w.repos[name]); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *itemWorld) add(repo string, i ghes.Issue) ghes.Issue {
	w.t.Helper()
	added, err := w.world.AddIssue("acme/"+repo, i)
	if err != nil {
		w.t.Fatal(err)
	}
	return added
}

func (w *itemWorld) change(repo string, number int, change func(*ghes.Issue)) {
	w.t.Helper()
	if err := w.world.UpdateIssue("acme/"+repo, number, change); err != nil {
		w.t.Fatal(err)
	}
}

// same fails the test unless the store holds what the server holds, row by row.
func (w *itemWorld) same(name string) {
	w.t.Helper()
	if diff := cmp.Diff(w.onServer(name), w.inStore(name)); diff != "" {
		w.t.Errorf("%s (-server +store):\n%s", name, diff)
	}
}

func (w *itemWorld) onServer(name string) []string {
	repo, _ := w.world.Repo("acme/" + name)
	var rows []string
	for n := 1; n <= w.highest(name); n++ {
		if i, ok := w.world.Issue("acme/"+name, n); ok {
			rows = append(rows, serverRows(repo, i, w.known)...)
			rows = append(rows, w.detailRows(repo, i)...)
		}
	}
	slices.Sort(rows)
	return rows
}

func (w *itemWorld) highest(name string) int {
	for n := 1; ; n++ {
		found := false
		for ahead := range 50 {
			if _, ok := w.world.Issue("acme/"+name, n+ahead); ok {
				found = true
				break
			}
		}
		if !found {
			return n
		}
	}
}

// known gives a login as it is to be held: none for an account that is not there, and bots with their ending.
func (w *itemWorld) known(login string) string {
	u, ok := w.world.User(login)
	switch {
	case !ok:
		return ""
	case u.Type == "Bot":
		return u.Login + "[bot]"
	}
	return u.Login
}

func words(text facts.Text) string { return fmt.Sprint(text.Words, text.Suggestion, text.Excerpt) }

func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func serverRows(repo ghes.Repo, i ghes.Issue, who func(string) string) []string {
	var rows []string
	row := func(format string, args ...any) {
		rows = append(rows, fmt.Sprintf("#%d "+format, append([]any{i.Number}, args...)...))
	}
	assignees := make([]string, len(i.Assignees))
	for n, login := range i.Assignees {
		assignees[n] = who(login)
	}
	labels := slices.Sorted(slices.Values(i.Labels))
	for _, c := range i.Comments {
		row("conversation %d by %s at %d %d: %s", c.ID, who(c.Author), unix(c.CreatedAt), unix(c.UpdatedAt), words(facts.NewText(c.Body)))
	}
	for _, e := range i.Events {
		if kind, ok := eventWords[e.Kind]; ok {
			row("event %s at %d by %s on %s", kind, unix(e.At), who(e.Actor), cmpOr(who(e.Account), e.Label, e.Commit, toldOf(e)))
		}
	}
	if i.Pull == nil {
		row("ticket %d %q closed=%v by %s at %d %d %d %v %v", i.ID, i.Title, i.Closed, who(i.Author), unix(i.CreatedAt), unix(i.UpdatedAt), unix(i.ClosedAt), labels, assignees)
		return rows
	}
	p := i.Pull
	row("pull %d %q closed=%v draft=%v by %s at %d %d %d merged %d by %s as %s, %s to %s, +%d -%d %v %v", p.ID, i.Title, i.Closed, p.Draft, who(i.Author), unix(i.CreatedAt), unix(i.UpdatedAt),
		unix(i.ClosedAt), unix(p.MergedAt), who(p.MergedBy), p.MergeCommit, p.HeadSHA, p.BaseRef, p.Additions, p.Deletions, labels, assignees)
	for _, c := range p.Commits {
		row("commit %s", c)
	}
	for _, r := range p.Reviews {
		if r.State != ghes.Pending {
			row("review %d by %s %s at %d on %s: %s", r.ID, who(r.Author), strings.ToLower(string(r.State)), unix(r.SubmittedAt), r.Commit, words(facts.NewText(r.Body)))
		}
	}
	for _, t := range p.Threads {
		if len(t.Comments) == 0 {
			continue
		}
		row("thread %d %s resolved=%v by %s", t.Comments[0].ID, t.Path, t.Resolved, who(t.ResolvedBy))
		for _, c := range t.Comments {
			row("line %d by %s at %d %d in %s:%d on %s: %s", c.ID, who(c.Author), unix(c.CreatedAt), unix(c.UpdatedAt), t.Path, t.OriginalLine, c.Commit, words(facts.NewText(c.Body)))
		}
	}
	return rows
}

var eventWords = map[ghes.EventKind]facts.EventKind{
	ghes.EventLabeled: facts.EventLabeled, ghes.EventUnlabeled: facts.EventUnlabeled, ghes.EventAssigned: facts.EventAssigned, ghes.EventUnassigned: facts.EventUnassigned,
	ghes.EventMilestoned: facts.EventMilestoned, ghes.EventDemilestoned: facts.EventDemilestoned, ghes.EventRenamed: facts.EventRenamed,
	ghes.EventClosed: facts.EventClosed, ghes.EventReopened: facts.EventReopened, ghes.EventMerged: facts.EventMerged,
	ghes.EventReadyForReview: facts.EventReadyForReview, ghes.EventConvertToDraft: facts.EventConvertedToDraft,
	ghes.EventReviewRequested: facts.EventReviewRequested, ghes.EventReviewRequestRemoved: facts.EventReviewUnrequested, ghes.EventReviewDismissed: facts.EventReviewDismissed,
	ghes.EventHeadForcePushed: facts.EventHeadForcePushed, ghes.EventHeadDeleted: facts.EventHeadDeleted, ghes.EventBaseChanged: facts.EventBaseChanged,
	ghes.EventAutoMergeEnabled: facts.EventAutoMergeOn, ghes.EventAutoMergeDisabled: facts.EventAutoMergeOff,
	ghes.EventTransferred: facts.EventTransferred, ghes.EventConverted: facts.EventConvertedToDiscuss,
}

// toldOf gives what an event is about beside people, labels and commits.
func toldOf(e ghes.Event) string {
	switch e.Kind {
	case ghes.EventHeadForcePushed, ghes.EventBaseChanged:
		return e.From + ".." + e.To
	case ghes.EventTransferred:
		return e.From
	case ghes.EventRenamed:
		return e.To
	case ghes.EventMilestoned, ghes.EventDemilestoned:
		return e.Milestone
	case ghes.EventReviewDismissed:
		return fmt.Sprintf("%s %d", strings.ToLower(string(e.ReviewState)), e.Review)
	}
	if e.Team != "" {
		return "acme/" + e.Team
	}
	return ""
}

func cmpOr(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

func (w *itemWorld) inStore(name string) []string {
	w.t.Helper()
	var rows []string
	for p, err := range w.store.WholePullRequests(w.t.Context(), facts.PullRequestFilter{Repos: []facts.RepoID{w.repos[name]}}) {
		if err != nil {
			w.t.Fatal(err)
		}
		rows = append(rows, pullRows(p)...)
		rows = append(rows, pullDetails(p)...)
	}
	for k, err := range w.store.WholeTickets(w.t.Context(), facts.TicketFilter{Repos: []facts.RepoID{w.repos[name]}}) {
		if err != nil {
			w.t.Fatal(err)
		}
		rows = append(rows, fmt.Sprintf("#%d ticket %d %q closed=%v by %s at %d %d %d %v %v", k.Number, k.ServerID, k.Title, k.State == facts.TicketClosed, k.Author.Login,
			k.CreatedAt, k.UpdatedAt, k.ClosedAt, slices.Sorted(slices.Values(k.Labels)), logins(k.Assignees)))
		rows = append(rows, partRows(k.Number, k.Comments, k.Events)...)
		rows = append(rows, fmt.Sprintf("#%d milestone %q", k.Number, k.Milestone), fmt.Sprintf("#%d reason %q", k.Number, k.StateReason))
	}
	slices.Sort(rows)
	return rows
}

func pullRows(p facts.PullRequest) []string {
	var rows []string
	row := func(format string, args ...any) {
		rows = append(rows, fmt.Sprintf("#%d "+format, append([]any{p.Number}, args...)...))
	}
	row("pull %d %q closed=%v draft=%v by %s at %d %d %d merged %d by %s as %s, %s to %s, +%d -%d %v %v", p.ServerID, p.Title, p.State != facts.PullRequestOpen, p.Draft, p.Author.Login,
		p.CreatedAt, p.UpdatedAt, p.ClosedAt, p.MergedAt, p.MergedBy.Login, p.MergeHash, p.HeadHash, p.BaseRef, p.Additions, p.Deletions, slices.Sorted(slices.Values(p.Labels)), logins(p.Assignees))
	for _, c := range p.Commits {
		if c.Current {
			row("commit %s", c.Hash)
		}
	}
	for _, r := range p.Reviews {
		row("review %d by %s %s at %d on %s: %s", r.ServerID, r.Author.Login, r.State, r.SubmittedAt, r.CommitHash, words(r.Text))
	}
	for _, t := range p.Threads {
		row("thread %d %s resolved=%v by %s", t.RootID, t.Path, t.Resolved, t.ResolvedBy.Login)
	}
	return append(rows, partRows(p.Number, p.Comments, p.Events)...)
}

func partRows(number int, comments []facts.Comment, events []facts.Event) []string {
	var rows []string
	for _, c := range comments {
		if c.Kind == facts.CommentLine {
			rows = append(rows, fmt.Sprintf("#%d line %d by %s at %d %d in %s:%d on %s: %s", number, c.ServerID, c.Author.Login, c.CreatedAt, c.UpdatedAt, c.Path, c.Line, c.CommitHash, words(c.Text)))
		} else {
			rows = append(rows, fmt.Sprintf("#%d conversation %d by %s at %d %d: %s", number, c.ServerID, c.Author.Login, c.CreatedAt, c.UpdatedAt, words(c.Text)))
		}
	}
	for _, e := range events {
		rows = append(rows, fmt.Sprintf("#%d event %s at %d by %s on %s", number, e.Kind, e.At, e.Actor.Login, cmpOr(e.Target.Login, e.Subject)))
	}
	return rows
}

func logins(actors []facts.Actor) []string {
	all := make([]string, len(actors))
	for i, a := range actors {
		all[i] = a.Login
	}
	return all
}
