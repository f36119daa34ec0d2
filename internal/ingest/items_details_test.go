package ingest_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"weir/internal/facts"
	"weir/internal/ghes"
)

// detailRows are what is to be held of an item beside what serverRows gives. How it was merged is not among them: git tells.
func (w *itemWorld) detailRows(repo ghes.Repo, i ghes.Issue) []string {
	milestone := ""
	for _, m := range w.world.Milestones(repo.ID) {
		if m.Number == i.Milestone {
			milestone = m.Title
		}
	}
	rows := []string{fmt.Sprintf("#%d milestone %q", i.Number, milestone)}
	row := func(format string, args ...any) {
		rows = append(rows, fmt.Sprintf("#%d "+format, append([]any{i.Number}, args...)...))
	}
	if i.Pull == nil {
		reason := i.Reason
		if slices.ContainsFunc(i.Events, func(e ghes.Event) bool { return e.Kind == ghes.EventConverted }) {
			reason = facts.StateConverted
		}
		row("reason %q", reason)
		return rows
	}
	p := i.Pull
	home := cmpOr(p.HeadRepo, repo.FullName())
	if p.HeadRepoGone {
		home = ""
	}
	row("from %s of %q at %s to %s at %s", p.HeadRef, home, p.HeadSHA, p.BaseRef, p.BaseSHA)
	var asked []string
	for _, login := range p.RequestedReviewers {
		if who := w.known(login); who != "" {
			asked = append(asked, who)
		}
	}
	teams := make([]string, len(p.RequestedTeams))
	for n, slug := range p.RequestedTeams {
		teams[n] = repo.Owner + "/" + slug
	}
	row("asked %v %v", sorted(asked), sorted(teams))
	if a := p.AutoMerge; a != nil {
		row("auto-merge %s by %s", a.Method, w.known(a.EnabledBy))
		row("auto-merge since %d", a.EnabledAt.Unix())
	}
	row("ready at %d", readyAt(i))
	row("files %d", p.ChangedFiles)
	row("closes %v", p.Closes)
	return rows
}

// readyAt is when a pull request was last made ready for review.
func readyAt(i ghes.Issue) int64 {
	if i.Pull.Draft {
		return 0
	}
	at := i.CreatedAt
	for _, e := range i.Events {
		if e.Kind == ghes.EventReadyForReview && e.At.After(at) {
			at = e.At
		}
	}
	return at.Unix()
}

func pullDetails(p facts.PullRequest) []string {
	rows := []string{fmt.Sprintf("#%d milestone %q", p.Number, p.Milestone)}
	row := func(format string, args ...any) {
		rows = append(rows, fmt.Sprintf("#%d "+format, append([]any{p.Number}, args...)...))
	}
	row("from %s of %q at %s to %s at %s", p.HeadRef, p.HeadRepo, p.HeadHash, p.BaseRef, p.BaseHash)
	row("asked %v %v", sorted(logins(p.Reviewers)), sorted(p.ReviewerTeams))
	if p.AutoMergeAt != 0 {
		row("auto-merge %s by %s", p.AutoMergeMethod, p.AutoMergeBy.Login)
		row("auto-merge since %d", p.AutoMergeAt)
	}
	row("ready at %d", p.ReadyAt)
	row("files %d", p.ChangedFiles)
	var closes []int
	for _, c := range p.Closes {
		closes = append(closes, c.Number)
	}
	row("closes %v", closes)
	return rows
}

func sorted(texts []string) []string { return slices.Sorted(slices.Values(texts)) }

// TestItemsArriveWhole: everything that the server tells of a pull request and of a ticket is held, and again after it has changed.
func TestItemsArriveWhole(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, w *itemWorld, same func(string)) {
		w.world.AddTeam(ghes.Team{Organization: "acme", Name: "Core"})
		for _, title := range []string{"v1", "v2"} {
			if _, err := w.world.AddMilestone("acme/web", ghes.Milestone{Title: title}); err != nil {
				t.Fatal(err)
			}
		}
		ticket := w.add("web", ghes.Issue{Author: "deleted-account", Title: "Broken", CreatedAt: minute(1)}).Number
		fork := aPull(2)
		fork.Pull.HeadRepo, fork.Pull.HeadRepoGone, fork.Pull.Closes = "moved-in/web", true, []int{ticket}
		w.add("web", fork)
		pull := w.add("web", ghes.Issue{Author: "renovate", Title: "Bump", CreatedAt: minute(3),
			Pull: &ghes.PullRequest{Draft: true, HeadRef: "bump", HeadSHA: sha(7), BaseSHA: sha(1), Commits: []string{sha(7)}, ChangedFiles: 3, Closes: []int{ticket}}}).Number
		sync := func() {
			w.clock.advance(25 * time.Hour)
			w.restart()
			w.sync("web")
			same("web")
		}
		sync()
		for n, act := range acts("acme/web", pull, ticket) {
			if err := act(w.world.As([]string{"ada", "grace", "moved-in"}[n%3]).At(minute(1000 + n))); err != nil {
				t.Fatalf("act %d: %v", n, err)
			}
			if n%4 == 3 {
				sync()
			}
		}
		sync()
	}, "web")
}

// acts are what people do to a pull request that begins as a draft, and to a ticket.
func acts(repo string, pull, ticket int) []func(ghes.Person) error {
	return []func(ghes.Person) error{
		func(p ghes.Person) error { return p.Label(repo, pull, "dependencies") },
		func(p ghes.Person) error { return p.Label(repo, ticket, "bug") },
		func(p ghes.Person) error { return p.Assign(repo, pull, "grace") },
		func(p ghes.Person) error { return p.Assign(repo, ticket, "linus") },
		func(p ghes.Person) error { return p.SetMilestone(repo, pull, 1) },
		func(p ghes.Person) error { return p.SetMilestone(repo, ticket, 2) },
		func(p ghes.Person) error { return p.Ready(repo, pull) },
		func(p ghes.Person) error { return p.RequestReview(repo, pull, "linus") },
		func(p ghes.Person) error { return p.RequestReview(repo, pull, "grace") },
		func(p ghes.Person) error { return p.RequestTeam(repo, pull, "core") },
		func(p ghes.Person) error { return p.EnableAutoMerge(repo, pull, ghes.Rebase) },
		func(p ghes.Person) error { return p.Retitle(repo, ticket, "Broken since June") },
		func(p ghes.Person) error { return p.CancelRequest(repo, pull, "grace") },
		func(p ghes.Person) error { return p.DisableAutoMerge(repo, pull) },
		func(p ghes.Person) error { return p.Close(repo, ticket, "not_planned") },
		func(p ghes.Person) error { return p.SetMilestone(repo, pull, 0) },
		func(p ghes.Person) error { return p.Draft(repo, pull) },
		func(p ghes.Person) error { return p.Unassign(repo, pull, "grace") },
		func(p ghes.Person) error { return p.Unlabel(repo, pull, "dependencies") },
		func(p ghes.Person) error { return p.Reopen(repo, ticket) },
		func(p ghes.Person) error { return p.Ready(repo, pull) },
		func(p ghes.Person) error { return p.Close(repo, pull, "") },
		func(p ghes.Person) error { return p.SetMilestone(repo, ticket, 1) },
		func(p ghes.Person) error { return p.Unassign(repo, ticket, "linus") },
	}
}
