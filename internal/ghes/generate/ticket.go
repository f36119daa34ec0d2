package generate

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"weir/internal/ghes"
)

// fill gives a repo its labels, milestones, pull requests, and an issue for each number that no pull
// request has.
func (o *Organization) fill(w *ghes.World, r Repo) {
	name := o.Login + "/" + r.Name
	for _, label := range slices.Sorted(maps.Keys(labelColors)) {
		must(w.AddLabel(name, ghes.Label{Name: label, Color: labelColors[label], CreatedAt: o.From}))
	}
	quarters := o.milestones()
	for _, m := range quarters {
		must(w.AddMilestone(name, m))
	}
	all := map[int]ghes.Issue{}
	for _, p := range r.Pulls {
		all[p.Number] = o.converse(r, p)
	}
	o.tickets(r, all, quarters)
	for _, number := range slices.Sorted(maps.Keys(all)) {
		must(w.AddIssue(name, all[number]))
	}
}

// must is for what cannot fail: the repo was added just before.
func must[T any](_ T, err error) {
	if err != nil {
		panic(err)
	}
}

// milestones are the quarters of the history.
func (o *Organization) milestones() []ghes.Milestone {
	var all []ghes.Milestone
	first := time.Date(o.From.Year(), 1+3*((o.From.Month()-1)/3), 1, 0, 0, 0, 0, time.UTC)
	for from := first; !from.After(o.To); from = from.AddDate(0, 3, 0) {
		due := from.AddDate(0, 3, -1)
		m := ghes.Milestone{
			Number: len(all) + 1, Title: fmt.Sprintf("%d Q%d", from.Year(), 1+(from.Month()-1)/3), Creator: o.Owner(),
			CreatedAt: from.AddDate(0, 0, -14), DueOn: due, Closed: due.Before(o.To),
		}
		if m.Closed {
			m.ClosedAt = due
		}
		all = append(all, m)
	}
	return all
}

// tickets makes an issue of each number between those of the pull requests, reported between their
// openings.
func (o *Organization) tickets(r Repo, all map[int]ghes.Issue, quarters []ghes.Milestone) {
	at := r.CreatedAt.Add(10 * time.Hour)
	for n, p := range r.Pulls {
		previous := 0
		if n > 0 {
			previous = r.Pulls[n-1].Number
		}
		for number := previous + 1; number < p.Number; number++ {
			t := &ticket{conversation{org: o, repo: r, dice: o.diceFor(r.Name, number), end: o.To}}
			t.report(number, t.within(at, latest(at, p.OpenedAt.UTC())))
			t.solve(all, r.Pulls[n:])
			t.plan(quarters)
			all[number] = t.issue
		}
		at = latest(at, p.OpenedAt.UTC())
	}
}

// ticket is an issue in the making.
type ticket struct{ conversation }

// report opens it.
func (t *ticket) report(number int, at time.Time) {
	kind := pick(t.dice, ticketKinds)
	author := t.somebody()
	t.issue = ghes.Issue{
		Number: number, Author: author, CreatedAt: at, Labels: []string{kind},
		Title: newWords(t.dice).fill(pick(t.dice, ticketTitles[kind])), Body: newWords(t.dice).fill(pick(t.dice, reports)),
	}
	t.event(ghes.EventLabeled, author, at).Label = kind
	for range t.dice.IntN(4) * t.dice.IntN(2) {
		t.say(t.somebody(), pick(t.dice, remarks), t.within(at, at.AddDate(0, 0, 10)))
	}
}

// solve closes it: mostly by the merge of a coming pull request whose author takes it on, at times for
// another reason, at times not at all.
func (t *ticket) solve(all map[int]ghes.Issue, coming []PullRequest) {
	roll := t.dice.Float64()
	if roll < 0.6 {
		for _, p := range coming[:min(12, len(coming))] {
			if p.Method != "" && p.Author != t.org.bot() && p.OpenedAt.After(t.issue.CreatedAt) && t.dice.IntN(3) == 0 {
				t.solvedBy(all, p)
				return
			}
		}
	}
	at := t.within(t.issue.CreatedAt, t.issue.CreatedAt.AddDate(0, 2, 0))
	if roll < 0.8 && at.Before(t.org.To.AddDate(0, 0, -1)) {
		reason := pick(t.dice, []string{"completed", "not_planned"})
		t.close(t.somebody(), reason, at)
	}
}

func (t *ticket) solvedBy(all map[int]ghes.Issue, p PullRequest) {
	assigned := t.within(t.issue.CreatedAt, p.OpenedAt.UTC())
	t.issue.Assignees = []string{p.Author}
	t.event(ghes.EventAssigned, p.Author, assigned).Account = p.Author
	pull := all[p.Number]
	pull.Pull.Closes = append(pull.Pull.Closes, t.issue.Number)
	pull.Body = fmt.Sprintf("Fixes #%d\n\n%s", t.issue.Number, pull.Body)
	all[p.Number] = pull
	t.close(pull.Pull.MergedBy, "completed", p.MergedAt.UTC())
	e := &t.issue.Events[len(t.issue.Events)-1]
	e.Closer, e.Commit = p.Number, p.MergeCommit
}

// close ends it; one in twelve is opened and closed once more.
func (t *ticket) close(by, reason string, at time.Time) {
	if again := at.Add(-26 * time.Hour); t.dice.IntN(12) == 0 && again.After(t.issue.CreatedAt) {
		t.event(ghes.EventClosed, by, again).Reason = reason
		t.event(ghes.EventReopened, t.issue.Author, again.Add(3*time.Hour))
	}
	t.issue.Closed, t.issue.ClosedAt, t.issue.ClosedBy, t.issue.Reason = true, at, by, reason
	t.event(ghes.EventClosed, by, at).Reason = reason
	t.issue.Comments = slices.DeleteFunc(t.issue.Comments, func(c ghes.Comment) bool { return c.CreatedAt.After(at) })
}

// plan puts half of them into the quarter in which they were reported.
func (t *ticket) plan(quarters []ghes.Milestone) {
	if t.dice.IntN(2) == 0 {
		return
	}
	for _, m := range quarters {
		if !t.issue.CreatedAt.After(m.DueOn) {
			t.issue.Milestone = m.Number
			t.event(ghes.EventMilestoned, t.org.Owner(), t.issue.CreatedAt).Milestone = m.Title
			break
		}
	}
	slices.SortStableFunc(t.issue.Events, func(a, b ghes.Event) int { return a.At.Compare(b.At) })
}
