package judge

import "weir/internal/facts"

// threads gives the conversations about lines that a reviewer began whose first comment counts.
func (j *ItemJudge) threads(p *facts.PullRequest, author facts.PersonID, touches func(hash, path string) bool) []facts.ThreadVerdict {
	resolved := map[int64]bool{}
	for i := range p.Threads {
		t := &p.Threads[i]
		resolved[t.RootID] = t.Resolved || t.ResolvedAt != 0
	}
	var all []facts.ThreadVerdict
	for i := range p.Comments {
		root := &p.Comments[i]
		if root.Kind != facts.CommentLine || root.RootID != root.ServerID {
			continue
		}
		a := j.act(facts.ActComment, root.CreatedAt, &root.Author, author)
		if j.says(&a, root.Text); a.Left != facts.Counts || a.Person == author {
			continue
		}
		all = append(all, facts.ThreadVerdict{Person: a.Person, At: a.At,
			Addressed: resolved[root.RootID] || j.answered(p, root, author) || touchedLater(p, root, touches)})
	}
	return all
}

// answered tells whether the author of the pull request wrote in the thread after its first comment.
func (j *ItemJudge) answered(p *facts.PullRequest, root *facts.Comment, author facts.PersonID) bool {
	for i := range p.Comments {
		c := &p.Comments[i]
		if c.RootID != root.RootID || c.ServerID == root.ServerID || c.Kind != facts.CommentLine {
			continue
		}
		if person, left := j.actor(&c.Author); person == author && left == facts.Counts {
			return true
		}
	}
	return false
}

func touchedLater(p *facts.PullRequest, root *facts.Comment, touches func(hash, path string) bool) bool {
	for i := range p.Commits {
		if c := &p.Commits[i]; c.AddedAt > root.CreatedAt && touches(c.Hash, root.Path) {
			return true
		}
	}
	return false
}
