package ingest_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/ingest"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// chaos changes a server at random, breaks its answers, ends readings in the middle and moves our clock.
type chaos struct {
	*itemWorld
	dice *rand.Rand
	now  int // in minutes of the server's clock
	// alive are the numbers that are there.
	alive []int
}

// TestItemsSurviveChaos: after random changes under random faults, ends and jumps of the clock, what is held
// is what the server has, row by row. WEIR_CHAOS_ROUNDS runs it for longer, WEIR_CHAOS_SEED as it was.
func TestItemsSurviveChaos(t *testing.T) {
	t.Parallel()
	rounds, seed := 12, uint64(time.Now().UnixNano())
	if n, err := strconv.Atoi(os.Getenv("WEIR_CHAOS_ROUNDS")); err == nil {
		rounds = n
	}
	if n, err := strconv.ParseUint(os.Getenv("WEIR_CHAOS_SEED"), 10, 64); err == nil {
		seed = n
	}
	for name, credential := range map[string]func(*ghes.World) connect.Credential{"graphql": tokenOf, "rest": passwordOf} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				t.Logf("WEIR_CHAOS_SEED=%d", seed)
				c := &chaos{itemWorld: newItemWorld(t, s, credential, "web"), dice: rand.New(rand.NewPCG(seed, 1))}
				for _, title := range []string{"v1", "v2"} {
					if _, err := c.world.AddMilestone("acme/web", ghes.Milestone{Title: title}); err != nil {
						t.Fatal(err)
					}
				}
				for range 30 {
					c.grow()
				}
				for range rounds {
					c.round()
				}
				c.settle()
				if name == "rest" {
					c.sameByREST("web")
				} else {
					c.same("web")
				}
			})
		})
	}
}

func (c *chaos) round() {
	for range 1 + c.dice.IntN(6) {
		c.mutate()
	}
	c.breakServer()
	if most := []int{48, 24 * 20}[c.dice.IntN(2)]; c.dice.IntN(2) == 0 {
		c.clock.advance(time.Duration(c.dice.IntN(2*most)-most) * time.Hour)
	}
	for range 3 {
		if c.dice.IntN(3) == 0 {
			c.restart(func(o *ingest.Options) { o.ItemSlice = time.Duration(c.dice.IntN(2000)) * time.Microsecond })
		}
		ctx, cancel := context.WithTimeout(c.t.Context(), time.Duration(1+c.dice.IntN(120))*time.Millisecond)
		_ = c.ingest.SyncPullRequests(ctx, c.repos["web"])
		_ = c.ingest.SyncTickets(ctx, c.repos["web"])
		cancel()
		c.mutate() // also between the pages of a reading
	}
	c.heal()
}

// breakServer makes some answers go wrong.
func (c *chaos) breakServer() {
	effects := []ghes.Effect{ghes.BadGateway(), ghes.ServerError(), ghes.Truncate(0.7), ghes.EmptyBody(), ghes.Reset(), ghes.MaintenancePage(), ghes.LoginPage(),
		ghes.Status(429, "You have exceeded a secondary rate limit", nil), ghes.Status(401, "Bad credentials", nil), ghes.CutOff(0.5), ghes.Drop(),
		ghes.Status(403, "You have exceeded a secondary rate limit", http.Header{"Retry-After": {"60"}}), ghes.Status(403, "Resource protected by organization SAML enforcement", nil),
		ghes.Latency(5 * time.Millisecond), ghes.LoginRedirect("https://sso.example/start"), ghes.ClockSkew(-72 * time.Hour), ghes.Status(404, "Not Found", nil)}
	for range 2 {
		c.server.Faults.Add(ghes.Fault{Effect: effects[c.dice.IntN(len(effects))], Probability: 0.15})
	}
	if c.dice.IntN(3) == 0 { // lists that come back short; of the comments on an item nothing else would tell
		for _, list := range []string{"pulls", "issues"} {
			c.server.Faults.Add(ghes.Fault{Path: "/api/v3/repositories/*/" + list, Effect: ghes.EmptyList(), Probability: 0.3})
		}
	}
	if c.dice.IntN(3) == 0 { // null, and errors beside what else was asked for
		fields := []string{"PullRequest.reviews", "PullRequest.comments", "PullRequest.timelineItems", "Issue.comments", "Repository.pullRequests", "Repository.issues", "Query.nodes"}
		c.server.Configure(func(s *ghes.Settings) { s.GraphQLFails = []string{fields[c.dice.IntN(len(fields))]} })
	}
}

// heal ends the faults, and what a person or the list of repos would mend.
func (c *chaos) heal() {
	c.server.Faults.Clear()
	c.server.Configure(func(s *ghes.Settings) { s.GraphQLFails = nil })
	c.healthy()
}

func (w *itemWorld) healthy() {
	w.t.Helper()
	if err := w.store.SetIntegrationState(w.t.Context(), w.integration, store.IntegrationStatus{State: facts.IntegrationHealthy}); err != nil {
		w.t.Fatal(err)
	}
}

// settle reads on a healthy server until nothing is left to do, and after the next sweep once more.
func (c *chaos) settle() {
	c.clock.set(time.Now())
	for range 3 {
		c.clock.advance(25 * time.Hour)
		c.restart()
		for _, sync := range []func(context.Context, facts.RepoID) error{c.ingest.SyncPullRequests, c.ingest.SyncTickets} {
			err := sync(c.t.Context(), c.repos["web"])
			for tries := 0; err != nil && tries < 50; tries++ {
				err = sync(c.t.Context(), c.repos["web"])
			}
			if err != nil {
				c.t.Fatal(err)
			}
		}
	}
}

func (c *chaos) at() time.Time {
	c.now += 1 + c.dice.IntN(20)
	return minute(c.now)
}

func (c *chaos) person() string {
	return []string{"ada", "grace", "linus", "renovate", "moved-in", "deleted-account"}[c.dice.IntN(6)]
}

func (c *chaos) grow() {
	at := c.at()
	i := ghes.Issue{Author: c.person(), Title: "Something", CreatedAt: at, UpdatedAt: at}
	if c.dice.IntN(2) == 0 {
		head := 1000 * (len(c.alive) + 1)
		i.Pull = &ghes.PullRequest{HeadRef: "topic", HeadSHA: sha(head), BaseSHA: sha(1), Commits: []string{sha(head)}}
	}
	c.alive = append(c.alive, c.add("web", i).Number)
}

func (c *chaos) mutate() {
	if c.dice.IntN(4) == 0 || len(c.alive) == 0 {
		c.grow()
		return
	}
	n := c.alive[c.dice.IntN(len(c.alive))]
	i, _ := c.world.Issue("acme/web", n)
	if i.Pull == nil && c.dice.IntN(10) == 0 {
		if err := c.world.DeleteIssue("acme/web", n); err != nil {
			c.t.Fatal(err)
		}
		c.alive = slices.DeleteFunc(c.alive, func(other int) bool { return other == n })
		return
	}
	at, by := c.at(), c.person()
	if c.dice.IntN(3) == 0 {
		c.act(c.world.As(by).At(at), n)
		return
	}
	c.change("web", n, func(i *ghes.Issue) {
		i.UpdatedAt = at
		if i.Pull != nil && c.dice.IntN(2) == 0 {
			c.changePull(i, at, by)
			return
		}
		switch c.dice.IntN(4) {
		case 0:
			i.Title = fmt.Sprintf("Renamed at %d", at.Unix())
		case 1:
			i.Closed, i.ClosedAt = true, at
			i.Events = append(i.Events, ghes.Event{Kind: ghes.EventClosed, Actor: by, At: at})
		case 2:
			i.Comments = append(i.Comments, ghes.Comment{Author: by, Body: "some words about it", CreatedAt: at})
		case 3:
			c.changeComment(i, at)
		}
	})
}

// act does one of the small things that people do to items; what cannot be done is left.
func (c *chaos) act(p ghes.Person, n int) {
	whom := []string{"ada", "grace", "linus"}[c.dice.IntN(3)]
	label := []string{"bug", "later"}[c.dice.IntN(2)]
	acts := []func() error{
		func() error { return p.Label("acme/web", n, label) },
		func() error { return p.Unlabel("acme/web", n, label) },
		func() error { return p.Assign("acme/web", n, whom) },
		func() error { return p.Unassign("acme/web", n, whom) },
		func() error { return p.SetMilestone("acme/web", n, c.dice.IntN(3)) },
		func() error { return p.Close("acme/web", n, "completed") },
		func() error { return p.Reopen("acme/web", n) },
		func() error { return p.Draft("acme/web", n) },
		func() error { return p.Ready("acme/web", n) },
		func() error { return p.RequestReview("acme/web", n, whom) },
		func() error { return p.CancelRequest("acme/web", n, whom) },
		func() error { return p.EnableAutoMerge("acme/web", n, ghes.Squash) },
		func() error { return p.DisableAutoMerge("acme/web", n) },
	}
	_ = acts[c.dice.IntN(len(acts))]()
}

// changeComment edits a comment; where GraphQL is there to tell of it, it may also go.
func (c *chaos) changeComment(i *ghes.Issue, at time.Time) {
	if len(i.Comments) == 0 {
		return
	}
	n := c.dice.IntN(len(i.Comments))
	if credential, err := c.store.Credential(c.t.Context(), c.integration); err == nil && credential.Method == connect.MethodToken && c.dice.IntN(2) == 0 {
		i.Comments = slices.Delete(i.Comments, n, n+1)
		return
	}
	i.Comments[n].Body, i.Comments[n].UpdatedAt = "other words", at
}

func (c *chaos) changePull(i *ghes.Issue, at time.Time, by string) {
	switch p := i.Pull; c.dice.IntN(5) {
	case 0:
		p.Reviews = append(p.Reviews, ghes.Review{Author: by, State: ghes.Approved, Body: "Good", SubmittedAt: at})
	case 1:
		p.Threads = append(p.Threads, ghes.ReviewThread{Path: "a.go", Line: 3, Comments: []ghes.ReviewComment{{Comment: ghes.Comment{Author: by, Body: "why?", CreatedAt: at}}}})
	case 2:
		if len(p.Threads) > 0 { // this does not change when it was updated
			p.Threads[0].Resolved, p.Threads[0].ResolvedBy = true, "ada"
		}
	case 3:
		head := sha(int(at.Unix() % 1_000_000))
		i.Events = append(i.Events, ghes.Event{Kind: ghes.EventHeadForcePushed, Actor: by, From: p.HeadSHA, To: head, At: at})
		p.HeadSHA, p.Commits = head, []string{head}
	case 4:
		if p.MergedAt.IsZero() {
			i.Closed, i.ClosedAt, p.MergedAt, p.MergedBy, p.MergeCommit, p.MergeMethod = true, at, at, by, sha(int(at.Unix())), ghes.Squash
			i.Events = append(i.Events, ghes.Event{Kind: ghes.EventMerged, Actor: by, Commit: p.MergeCommit, At: at})
		}
	}
}
