package judge

import (
	"fmt"
	"regexp"

	"weir/internal/facts"
)

// ItemJudge decides about the pull requests and tickets of one repo, and about what was done on them: which
// count, and why others do not. It is the one place that says so. It is pure; Items runs it over the store.
type ItemJudge struct {
	rules    *rules
	repo     facts.Repo
	person   func(facts.IdentityID) facts.Person
	comments []*regexp.Regexp
	marked   map[int]string // notes of items that somebody left out
}

// NewItemJudge starts judging the items of a repo. person gives who stands behind an identity.
func NewItemJudge(rules facts.Rules, repo facts.Repo, person func(facts.IdentityID) facts.Person) (*ItemJudge, error) {
	doing := "judge items of repo " + repo.FullName
	ready, err := newRules(rules)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	j := &ItemJudge{rules: ready, repo: repo, person: person, marked: map[int]string{}}
	if j.comments, err = expressions(rules.ExcludedComments); err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	for _, m := range rules.MarkedItems {
		if m.Repo == repo.ID {
			j.marked[m.Number] = m.Note
		}
	}
	return j, nil
}

// actor gives who acted and why what they did does not count, empty when it does. A ghost counts.
func (j *ItemJudge) actor(a *facts.Actor) (facts.PersonID, facts.Reason) {
	if a.Identity == 0 {
		return 0, facts.Counts
	}
	p := j.person(a.Identity)
	if a.Kind == facts.ActorBot {
		return p.ID, facts.LeftBot
	}
	return p.ID, j.rules.leaves(p)
}

// item decides what a pull request and a ticket have in common.
func (j *ItemJudge) item(number int, gone string, author facts.Reason) (facts.Reason, string) {
	note, marked := j.marked[number]
	switch {
	case gone != "":
		return facts.LeftGone, gone
	case author != facts.Counts:
		return author, ""
	case marked:
		return facts.LeftMarked, note
	case j.repo.GoneAt != 0:
		return facts.LeftRepoDeleted, ""
	}
	return facts.Counts, ""
}

// goneWhere says in words what became of an item that is not where it was, empty while it is.
func goneWhere(at int64, why facts.GoneReason, to string) string {
	switch {
	case at == 0:
		return ""
	case why == facts.GoneTransferred && to != "":
		return "transferred to " + to
	case why == facts.GoneTransferred:
		return "transferred to another repo"
	case why == facts.GoneConverted:
		return "a pull request now"
	case why == facts.GoneReplaced:
		return "lost by the server, which has given its number " + to + " to another one since, as after the restoring of an older backup"
	}
	return "deleted, or out of the account's sight"
}

// act decides about one act. Only what nobody is known to have done on the work of nobody known is left out for that:
// the two may be one.
func (j *ItemJudge) act(kind facts.ActKind, at int64, by *facts.Actor, author facts.PersonID) facts.Act {
	a := facts.Act{Kind: kind, At: at}
	a.Person, a.Left = j.actor(by)
	if a.Person == 0 && author == 0 && kind != facts.ActOpened {
		a.Left = facts.LeftGhosts
	}
	return a
}

// says takes over what a text amounts to, and leaves the act out when a rule says so.
func (j *ItemJudge) says(a *facts.Act, text facts.Text) {
	a.Words, a.Suggestion = text.Words, text.Suggestion
	for _, rule := range j.comments {
		if a.Left == facts.Counts && rule.MatchString(text.Excerpt) {
			a.Left = facts.LeftComment
		}
	}
}

// itemEvents are the events that are acts.
var itemEvents = map[facts.EventKind]facts.ActKind{
	facts.EventClosed: facts.ActClosed, facts.EventReopened: facts.ActReopened, facts.EventReadyForReview: facts.ActReady,
	facts.EventConvertedToDraft: facts.ActDrafted, facts.EventAssigned: facts.ActAssigned, facts.EventUnassigned: facts.ActUnassigned,
	facts.EventLabeled: facts.ActLabeled, facts.EventUnlabeled: facts.ActUnlabeled, facts.EventMilestoned: facts.ActMilestoned,
	facts.EventDemilestoned: facts.ActDemilestoned,
}
