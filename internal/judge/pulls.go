package judge

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"weir/internal/facts"
	"weir/internal/store"
)

// Pull is what judging commits needs to know of a pull request.
type Pull struct {
	Number int
	// Head is its present head, Former are those that it had before.
	Head   string
	Former []string
	// By says what counts instead of its own commits: the one that a squash or a rebase made. Empty when they count.
	By string
}

// applyPulls decides which commits of pull requests are superseded: those of one that was merged by squash or
// rebase, and those of a head that was pushed over. live are the commits on branches and gone those that count
// although their branch is no more; both stay as they are.
func (j *Judge) applyPulls(pulls []Pull, live, gone []bool) map[facts.CommitNumber]string {
	superseded := map[facts.CommitNumber]string{}
	for _, p := range pulls {
		for _, head := range append([]string{p.Head}, p.Former...) {
			by := p.By
			if by == "" && head != p.Head {
				by = fmt.Sprintf("a force-push to pull request #%d left it behind", p.Number)
			}
			if by == "" {
				continue
			}
			j.graph.own(j.number(head), func(n facts.CommitNumber) bool { return live[n] }, func(n facts.CommitNumber) {
				if _, named := superseded[n]; !named && (p.By != "" || !gone[n]) {
					superseded[n] = by
				}
			})
		}
	}
	return superseded
}

// own visits what a head reaches and a set does not hold; it never goes through what the set holds.
func (g *Graph) own(head facts.CommitNumber, held func(facts.CommitNumber) bool, visit func(facts.CommitNumber)) {
	seen := map[facts.CommitNumber]bool{}
	todo := []facts.CommitNumber{head}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if n <= 0 || int(n) >= len(g.first) || seen[n] || held(n) {
			continue
		}
		seen[n] = true
		visit(n)
		for i := 0; ; i++ {
			p := g.parent(n, i, false)
			if p == 0 {
				break
			}
			todo = append(todo, p)
		}
	}
}

// pullsOf reads the pull requests of a repo, ties commits to those that no answer named any of, and tells of
// each merged one how it was merged.
func pullsOf(ctx context.Context, s *store.Store, j *Judge, repo facts.RepoID, held []store.PullRequestHeads, subjects map[string]string) ([]Pull, error) {
	if len(held) == 0 {
		return nil, nil
	}
	t := tying{judge: j, subjects: subjects}
	pulls := make([]Pull, 0, len(held))
	for some := range slices.Chunk(held, itemsAtOnce) {
		t.methods, t.commits = map[int]facts.MergeMethod{}, map[int][]facts.PullRequestCommit{}
		for _, h := range some {
			pulls = append(pulls, t.pull(h))
		}
		if err := t.save(ctx, s, repo); err != nil {
			return nil, err
		}
	}
	return pulls, nil
}

// subjectsWanted names the commits whose subject tells how a pull request was merged.
func subjectsWanted(held []store.PullRequestHeads) map[string]string {
	wanted := map[string]string{}
	for _, h := range held {
		if h.MergedAt != 0 && h.Method == facts.MergeUnknown {
			wanted[h.MergeHash], wanted[h.Head] = "", ""
		}
	}
	return wanted
}

// tying looks up the commits of pull requests in what git holds.
type tying struct {
	judge    *Judge
	subjects map[string]string
	methods  map[int]facts.MergeMethod
	commits  map[int][]facts.PullRequestCommit
}

// save keeps what was found out.
func (t *tying) save(ctx context.Context, s *store.Store, repo facts.RepoID) error {
	if len(t.commits) == 0 && len(t.methods) == 0 {
		return nil
	}
	return s.InTx(ctx, func(tx *store.Tx) error {
		for number, commits := range t.commits {
			if err := tx.SavePullRequestCommits(ctx, repo, number, commits); err != nil {
				return err
			}
		}
		return tx.SetMergeMethods(ctx, repo, t.methods)
	})
}

func (t *tying) pull(h store.PullRequestHeads) Pull {
	p := Pull{Number: h.Number, Head: h.Head, Former: h.Former}
	if h.Commits == 0 || h.Last != h.Head { // no answer named them, or the head has moved since
		t.tie(&h)
	}
	if h.MergedAt == 0 {
		return p
	}
	method := h.Method
	if method == facts.MergeUnknown {
		method = t.method(h)
		if method != facts.MergeUnknown {
			t.methods[h.Number] = method
		}
	}
	if method == facts.MergeSquash || method == facts.MergeRebase {
		p.By = fmt.Sprintf("pull request #%d was merged by %s as %s", h.Number, method, h.MergeHash)
	}
	return p
}

// tie finds the commits of a pull request: what its head reaches and its base does not.
func (t *tying) tie(h *store.PullRequestHeads) {
	h.Commits, h.Last, h.Pushed = 0, "", false
	head, base := t.judge.find(h.Head), t.judge.find(h.Base)
	if head == nil || base == nil {
		return
	}
	graph := &t.judge.graph
	below := func(n facts.CommitNumber) bool { return n == base.number || graph.IsAncestor(n, base.number) }
	var own []facts.CommitNumber
	graph.own(head.number, below, func(n facts.CommitNumber) { own = append(own, n) })
	slices.Sort(own)
	for _, n := range own {
		r := t.judge.numbered(n)
		if r == nil {
			continue
		}
		t.commits[h.Number] = append(t.commits[h.Number], facts.PullRequestCommit{Hash: r.hash, Position: h.Commits, AddedAt: h.CreatedAt, Current: true})
		h.Commits++
		h.Last, h.Pushed = r.hash, h.Pushed || r.hash == h.MergeHash
	}
}

var pullNumber = regexp.MustCompile(`\(#(\d+)\)\s*$`)

// method tells how a pull request was merged, which the server does not: a merge has two parents, a rebase makes
// every change once more, a squash makes one commit of all.
func (t *tying) method(h store.PullRequestHeads) facts.MergeMethod {
	merge := t.judge.find(h.MergeHash)
	if merge == nil || h.Commits == 0 {
		return facts.MergeUnknown
	}
	last := t.judge.find(h.Last)
	named := pullNumber.FindStringSubmatch(t.subjects[h.MergeHash])
	switch {
	case merge.merge(), h.Pushed: // the latter were pushed to the base as they are
		return facts.MergeCommit
	case last == nil:
		return facts.MergeUnknown
	case h.Commits > 1 && merge.patch == last.patch && merge.patch != (patchID{}):
		return facts.MergeRebase
	case h.Commits == 1 && named == nil && strings.TrimSpace(t.subjects[h.MergeHash]) == strings.TrimSpace(t.subjects[last.hash]):
		return facts.MergeRebase
	}
	return facts.MergeSquash
}
