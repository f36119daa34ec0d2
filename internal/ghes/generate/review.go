package generate

import (
	"time"

	"weir/internal/ghes"
)

// review makes up the rounds of review: one in which changes were asked for when the author committed
// again, and one that approves; at times neither.
func (c *conversation) review() {
	if c.issue.Pull.Draft {
		return
	}
	from := c.ready
	if c.pull.FollowOn && c.pull.FirstRound > 0 && c.pull.FirstRound < len(c.pull.CommitIDs) {
		until := c.pull.CommittedAt[c.pull.FirstRound]
		at := c.early(from, until)
		state := ghes.ChangesRequested
		if c.dice.IntN(3) == 0 {
			state = ghes.Commented
		}
		c.submit(c.pull.Reviewer, state, c.pull.CommitIDs[c.pull.FirstRound-1], 1+c.dice.IntN(4), at)
		from = latest(from, c.pull.CommittedAt[len(c.pull.CommittedAt)-1])
	}
	if c.dice.IntN(4) == 0 {
		c.submit(c.somebody(), ghes.Commented, c.pull.Head, 1+c.dice.IntN(2), c.within(c.ready, c.end))
	}
	switch merged := c.pull.Method != ""; {
	case merged && c.dice.IntN(10) > 0, !c.ended() && c.dice.IntN(3) == 0:
		c.submit(c.pull.Reviewer, ghes.Approved, c.pull.Head, c.dice.IntN(3)*c.dice.IntN(2), c.early(from, c.end))
	case !merged && c.dice.IntN(3) == 0:
		c.submit(c.pull.Reviewer, ghes.ChangesRequested, c.pull.Head, 1, c.early(from, c.end))
	}
}

// early is a moment when the reviewer is at work, between two and in most cases in the first half.
func (c *conversation) early(from, to time.Time) time.Time {
	if to.After(c.end) {
		to = c.end
	}
	at := from.Add(time.Duration(float64(to.Sub(from)) * c.dice.Float64() * c.dice.Float64()))
	office := c.org.calendar.nextOffice(c.dice, c.org.person(c.pull.Reviewer), at)
	if office.Before(to) {
		at = office
	}
	return latest(from, at).Truncate(time.Second).UTC()
}

// reviewBot is how people look at what a program proposes: if at all, they approve.
func (c *conversation) reviewBot() {
	if c.pull.Method != "" && c.dice.IntN(3) > 0 {
		c.submit(c.pull.Reviewer, ghes.Approved, c.pull.Head, 0, c.early(c.ready, c.end))
	}
}

// submit adds a review with some threads, in which the author mostly answers.
func (c *conversation) submit(by string, state ghes.ReviewState, commit string, threads int, at time.Time) {
	q := c.issue.Pull
	r := ghes.Review{Author: by, State: state, Commit: commit, SubmittedAt: at}
	if state != ghes.Approved || c.dice.IntN(3) == 0 {
		r.Body = pick(c.dice, verdicts[state])
	}
	q.Reviews = append(q.Reviews, r)
	for range threads {
		stands := c.place()
		t := ghes.ReviewThread{
			Path: stands.path, Line: stands.line, Outdated: commit != c.pull.Head,
			Comments: []ghes.ReviewComment{{Comment: c.lineComment(by, questions, at), Commit: commit}},
		}
		if c.dice.IntN(10) < 7 {
			t.Comments = append(t.Comments, ghes.ReviewComment{
				Comment: c.lineComment(c.pull.Author, answers, c.within(at, at.Add(6*time.Hour))), Commit: commit})
		}
		if t.Resolved = c.dice.IntN(10) < 6; t.Resolved {
			t.ResolvedBy = pick(c.dice, []string{by, c.pull.Author})
		}
		q.Threads = append(q.Threads, t)
	}
	q.RequestedReviewers = nil
}

func (c *conversation) lineComment(author string, from []string, at time.Time) ghes.Comment {
	return ghes.Comment{Author: author, Body: newWords(c.dice).fill(pick(c.dice, from)), CreatedAt: at}
}

// place is where somebody has something to say: at a hunk of the diff, as far as there is one.
func (c *conversation) place() place {
	path, n := c.path(), c.dice.IntN(80)
	if len(c.pull.places) == 0 {
		return place{path, 1 + n}
	}
	return c.pull.places[n%len(c.pull.places)]
}

// path is a plausible name of a file of the repo.
func (c *conversation) path() string {
	return newWords(c.dice).fill("{noun}_{verb}") + languageOf(c.repo.Language).ext
}
