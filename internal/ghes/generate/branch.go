package generate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// branch is a pull request in the making: the commits of one person and what they changed.
type branch struct {
	author, reviewer Person
	kind             kind
	title, name      string
	pull             *pull
	base, tip        int // marks: where it left main, and its last commit
	planned          int // commits that the author has still in mind
	reviewed         bool
	mergeAt          time.Time
	edits            map[string]*file
	commits          []branchCommit
}

// branchCommit is kept so that a rebase can write it again.
type branchCommit struct {
	author  signature
	message string
	files   map[string]*file
}

// ref is where the commits are kept from the start: the branch itself mostly goes in the end.
func (b *branch) ref() string { return fmt.Sprintf("refs/pull/%d/head", b.pull.Number) }

func (s *story) openBranch(m moment) *branch {
	k := pick(s.dice, kinds)
	title := newWords(s.dice).fill(pick(s.dice, titles[k]))
	s.number += 1 + s.dice.IntN(2) // issues take numbers too
	b := &branch{
		author: m.who, kind: k, title: title, base: s.tip, tip: s.tip,
		name:     fmt.Sprintf("%s/%s-%d", m.who.Login, slug(title), s.number),
		planned:  1 + s.dice.IntN(4) + s.dice.IntN(2)*s.dice.IntN(6),
		reviewer: s.reviewerOf(m.who),
		edits:    map[string]*file{},
		pull: &pull{PullRequest: PullRequest{
			Number: s.number, Title: title, Author: m.who.Login,
		}},
	}
	b.pull.Branch, b.pull.Reviewer = b.name, b.reviewer.Login
	s.branches = append(s.branches, b)
	return b
}

// reviewerOf is somebody else of the team.
func (s *story) reviewerOf(author Person) Person {
	var others []Person
	for _, p := range s.org.People {
		if s.plan.team[p.Login] > 0 && p.Login != author.Login {
			others = append(others, p)
		}
	}
	return pick(s.dice, others)
}

// continueBranch adds a commit, and asks for review after the last one.
func (s *story) continueBranch(b *branch, m moment) {
	if len(b.commits) > 2 && s.dice.IntN(15) == 0 {
		s.catchUp(b, m)
		return
	}
	b.planned--
	message := s.message(b.kind)
	if b.reviewed {
		message = pick(s.dice, []string{"Address review comments\n", "Rename as suggested in review\n",
			"Fix what the review found\n"})
	}
	if files := s.edit(m, b.kind, b); len(files) > 0 {
		s.commitBranch(b, s.sign(m), message, files)
	}
	if b.planned == 0 {
		s.review(b, m.at)
	}
}

func (s *story) commitBranch(b *branch, by signature, message string, files map[string]*file) {
	b.tip = s.out.commit(commit{
		ref: b.ref(), author: by, committer: by, message: message, from: b.tip,
		changes: s.changes(files),
	})
	for p, f := range files {
		b.edits[p] = f
		if f != nil {
			f.branch = b
		}
		if old := s.main[p]; old != nil {
			old.branch = b
		}
	}
	b.commits = append(b.commits, branchCommit{by, message, files})
	b.pull.add(b.tip, by.at)
	if b.pull.OpenedAt.IsZero() {
		b.pull.OpenedAt = by.at
	}
	s.note(by.at)
}

// catchUp merges main into the branch.
func (s *story) catchUp(b *branch, m moment) {
	if b.base == s.tip {
		return
	}
	view := s.view(b)
	by := s.sign(m)
	b.tip = s.out.commit(commit{
		ref: b.ref(), author: by, committer: by, from: b.tip, merge: []int{s.tip},
		message: "Merge branch 'main' into " + b.name + "\n", changes: s.changes(view), whole: true,
	})
	b.base = s.tip
	b.pull.add(b.tip, by.at)
	s.note(m.at)
}

// review sets when the branch is merged; a third of the authors have to commit again before.
func (s *story) review(b *branch, at time.Time) {
	if len(b.commits) == 0 {
		s.drop(b)
		return
	}
	hours := 1 + s.dice.ExpFloat64()*20
	b.mergeAt = s.calendar.nextOffice(s.dice, b.reviewer, at.Add(time.Duration(hours*float64(time.Hour))))
	if !b.reviewed && s.dice.IntN(3) == 0 {
		b.reviewed, b.pull.FollowOn, b.pull.FirstRound = true, true, len(b.pull.commits)
		b.planned = 1 + s.dice.IntN(2)
	}
}

// mergeDue merges what was approved before a moment.
func (s *story) mergeDue(at time.Time) {
	for {
		i := slices.IndexFunc(s.branches, func(b *branch) bool {
			return b.planned == 0 && !b.mergeAt.After(at)
		})
		if i < 0 {
			return
		}
		for j, b := range s.branches {
			if b.planned == 0 && b.mergeAt.Before(s.branches[i].mergeAt) {
				i = j
			}
		}
		s.finish(s.branches[i])
	}
}

// finish merges a branch in the repository's ways, or closes it.
func (s *story) finish(b *branch) {
	roll := s.dice.Float64()
	switch {
	case s.dice.IntN(14) == 0 && !b.author.Bot:
		b.pull.ClosedAt = b.mergeAt
	case roll < s.plan.squash || b.author.Bot:
		s.squash(b)
	case roll < s.plan.squash+s.plan.rebase:
		s.rebase(b)
	default:
		s.merge(b)
	}
	s.close(b)
}

// merge writes "Merge pull request #N", as the button does.
func (s *story) merge(b *branch) {
	at := b.reviewer.zone.at(b.mergeAt)
	message := fmt.Sprintf("Merge pull request #%d from %s/%s\n\n%s\n", b.pull.Number, s.org.Login, b.name, b.title)
	author := signature{b.reviewer.Aliases[0], at}
	b.pull.merge = s.commitMain(author, web(at), message, b.edits, b.tip)
	s.merged(b, "merge")
}

// squash writes all as one commit of the author.
func (s *story) squash(b *branch) {
	at := b.author.zone.at(b.mergeAt)
	message := fmt.Sprintf("%s (#%d)\n", b.title, b.pull.Number)
	if len(b.commits) > 1 {
		message += "\n"
		for _, c := range b.commits {
			first, _, _ := strings.Cut(c.message, "\n")
			message += "* " + first + "\n\n"
		}
	}
	before := s.snapshot(b.edits)
	b.pull.merge = s.commitMain(signature{b.author.Aliases[0], at}, web(at), message, b.edits)
	s.undo = &undo{b.title + fmt.Sprintf(" (#%d)", b.pull.Number), s.tip, before, b.edits}
	s.merged(b, "squash")
}

// rebase writes each commit again on top of main.
func (s *story) rebase(b *branch) {
	for _, c := range b.commits {
		b.pull.merge = s.commitMain(c.author, web(b.mergeAt), c.message, c.files)
	}
	// A file that was made and deleted again on the way has come and gone as well.
	s.merged(b, "rebase")
}

func (s *story) merged(b *branch, method string) {
	b.pull.Method, b.pull.MergedAt, b.pull.ClosedAt = method, b.mergeAt, b.mergeAt
}

// snapshot is how main has the files that will change.
func (s *story) snapshot(files map[string]*file) map[string]*file {
	before := map[string]*file{}
	for p := range files {
		before[p] = s.main[p]
	}
	return before
}

// close ends the pull request; its head stays, its branch mostly goes.
func (s *story) close(b *branch) {
	keep := s.dice.IntN(12) == 0
	s.keepPull(b)
	if keep {
		s.heads = append(s.heads, head{"refs/heads/" + b.name, b.tip})
	}
	s.drop(b)
}

func (s *story) keepPull(b *branch) {
	b.pull.base, b.pull.head, b.pull.Commits = b.base, b.tip, len(b.commits)
	s.pulls = append(s.pulls, b.pull)
}

// drop forgets a branch and frees its files.
func (s *story) drop(b *branch) {
	s.branches = slices.DeleteFunc(s.branches, func(o *branch) bool { return o == b })
	for _, f := range s.main {
		if f.branch == b {
			f.branch = nil
		}
	}
}

// byNumber orders pull requests.
func byNumber(a, b PullRequest) int { return cmp.Compare(a.Number, b.Number) }
