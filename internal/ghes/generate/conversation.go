package generate

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"

	"weir/internal/ghes"
)

// conversation makes up what was said and done about one pull request between its opening and its end.
// It draws from dice of its own, so that the history stays what it is.
type conversation struct {
	org  *Organization
	repo Repo
	pull PullRequest
	dice *rand.Rand
	// ready is when it could be reviewed, end when nothing more happens to it.
	ready, end time.Time
	issue      ghes.Issue
}

// diceFor are those of one thing of a repo.
func (o *Organization) diceFor(repo string, number int) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(repo))
	return rand.New(rand.NewPCG(o.seed^h.Sum64(), uint64(number)))
}

// converse makes the pull request as a server holds it.
func (o *Organization) converse(r Repo, p PullRequest) ghes.Issue {
	c := &conversation{org: o, repo: r, pull: p, dice: o.diceFor(r.Name, p.Number)}
	c.end = o.To
	if !p.ClosedAt.IsZero() {
		c.end = p.ClosedAt.UTC()
	}
	c.open()
	c.ask()
	if p.Author != o.bot() {
		c.review()
	} else {
		c.reviewBot()
	}
	c.discuss()
	c.finish()
	slices.SortStableFunc(c.issue.Events, func(a, b ghes.Event) int { return a.At.Compare(b.At) })
	slices.SortStableFunc(c.issue.Comments, func(a, b ghes.Comment) int { return a.CreatedAt.Compare(b.CreatedAt) })
	slices.SortStableFunc(c.issue.Pull.Reviews, func(a, b ghes.Review) int { return a.SubmittedAt.Compare(b.SubmittedAt) })
	return c.issue
}

// open is the pull request as it was opened: early, and then mostly as a draft, when more commits
// were to come.
func (c *conversation) open() {
	p := c.pull
	c.issue = ghes.Issue{
		Number: p.Number, Author: p.Author, Title: p.Title, CreatedAt: p.OpenedAt.UTC(),
		Body: newWords(c.dice).fill(pick(c.dice, bodies)), Labels: c.labels(),
		Pull: &ghes.PullRequest{
			HeadRef: p.Branch, HeadSHA: p.Head, BaseRef: "main", BaseSHA: p.Base, Commits: p.CommitIDs,
			Additions: p.Additions, Deletions: p.Deletions, ChangedFiles: p.Files,
		},
	}
	last := len(p.CommitIDs)
	if p.FollowOn && p.FirstRound > 0 {
		last = p.FirstRound
	}
	c.ready = p.OpenedAt.UTC()
	if last > 0 {
		c.ready = latest(c.ready, p.CommittedAt[last-1])
	}
	switch {
	case !c.ready.After(c.issue.CreatedAt) || c.dice.IntN(10) > 5:
	case c.ended() || c.dice.IntN(3) > 0:
		c.ready = c.within(c.ready, c.ready.Add(20*time.Minute))
		c.event(ghes.EventReadyForReview, p.Author, c.ready)
	default:
		c.issue.Pull.Draft = true
	}
}

func (c *conversation) ended() bool { return !c.pull.ClosedAt.IsZero() }

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// within is a moment between two, and not after the end.
func (c *conversation) within(from, to time.Time) time.Time {
	if to.After(c.end) {
		to = c.end
	}
	span := to.Sub(from)
	if span <= time.Second {
		return from
	}
	return from.Add(time.Duration(c.dice.Int64N(int64(span)))).Truncate(time.Second).UTC()
}

func (c *conversation) event(kind ghes.EventKind, actor string, at time.Time) *ghes.Event {
	c.issue.Events = append(c.issue.Events, ghes.Event{Kind: kind, Actor: actor, At: at.UTC()})
	return &c.issue.Events[len(c.issue.Events)-1]
}

// labels are few; the bot's say what it is.
func (c *conversation) labels() []string {
	switch {
	case c.pull.Author == c.org.bot():
		return []string{"dependencies"}
	case c.dice.IntN(4) == 0:
		return []string{pick(c.dice, workLabels)}
	default:
		return nil
	}
}

// ask asks the reviewer, and now and then a team.
func (c *conversation) ask() {
	if c.issue.Pull.Draft || c.pull.Author == c.org.bot() {
		return
	}
	at := c.ready.Add(time.Duration(c.dice.IntN(120)) * time.Second)
	if at.After(c.end) {
		return
	}
	c.event(ghes.EventReviewRequested, c.pull.Author, at).Account = c.pull.Reviewer
	c.issue.Pull.RequestedReviewers = []string{c.pull.Reviewer}
	if team := c.org.teamOf(c.pull.Reviewer); team != "" && c.dice.IntN(8) == 0 {
		c.event(ghes.EventReviewRequested, c.pull.Author, at).Team = team
		c.issue.Pull.RequestedTeams = []string{team}
	}
}

// discuss adds what is said beside the reviews.
func (c *conversation) discuss() {
	for range c.dice.IntN(3) * c.dice.IntN(2) {
		author := c.pull.Author
		if c.dice.IntN(2) == 0 {
			author = c.somebody()
		}
		c.say(author, pick(c.dice, remarks), c.within(c.ready, c.end))
	}
	if c.dice.IntN(6) == 0 {
		c.say(c.org.bot(), newWords(c.dice).fill("Coverage of `{noun}` is {num} lines above main."), c.within(c.ready, c.ready.Add(10*time.Minute)))
	}
}

func (c *conversation) say(author, text string, at time.Time) {
	c.issue.Comments = append(c.issue.Comments, ghes.Comment{Author: author, Body: newWords(c.dice).fill(text), CreatedAt: at})
}

// somebody works in the repo and is not the author. One in fifty has left since.
func (c *conversation) somebody() string {
	if c.dice.IntN(50) == 0 {
		return ""
	}
	for {
		p := pick(c.dice, c.org.People)
		if p.Login != c.pull.Author && !p.Bot {
			return p.Login
		}
	}
}

// finish closes what the history says was closed.
func (c *conversation) finish() {
	p := c.pull
	if !c.ended() {
		return
	}
	at := p.ClosedAt.UTC()
	c.issue.Closed, c.issue.ClosedAt, c.issue.ClosedBy = true, at, p.Author
	if p.Method == "" {
		c.say(p.Author, pick(c.dice, farewells), at)
		c.event(ghes.EventClosed, p.Author, at)
		return
	}
	by := p.Reviewer
	if p.Method != "merge" && p.Author != c.org.bot() {
		by = p.Author
	}
	q := c.issue.Pull
	q.MergedAt, q.MergedBy, q.MergeMethod, q.MergeCommit = at, by, ghes.MergeMethod(p.Method), p.MergeCommit
	c.issue.ClosedBy = by
	c.event(ghes.EventMerged, by, at).Commit = p.MergeCommit
	c.event(ghes.EventClosed, by, at)
	c.event(ghes.EventHeadDeleted, by, at)
}
