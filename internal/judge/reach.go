package judge

import "weir/internal/facts"

// applyReach decides which commits are on no branch, and which of those were overwritten.
func (j *Judge) applyReach(w World, res *Result) {
	if len(w.Branches) == 0 || j.parentless {
		return
	}
	live := j.graph.Reach(j.numbers(w.Branches...))
	gone := j.graph.Reach(j.numbers(w.Gone...))
	overwritten := map[facts.CommitNumber]string{}
	for _, o := range w.Overwritten {
		for n, reached := range j.graph.Reach(j.numbers(o.Hash)) {
			if _, named := overwritten[facts.CommitNumber(n)]; reached && !named && !live[n] && !gone[n] {
				overwritten[facts.CommitNumber(n)] = o.Branch
			}
		}
	}
	for i := range j.rows {
		r, v := &j.rows[i], &res.outcomes[i]
		if r.merge() || live[r.number] {
			continue
		}
		if w.Superseded != nil {
			if by, ok := w.Superseded(r.hash); ok {
				decide(v, facts.LeftSuperseded, by)
				continue
			}
		}
		if branch, ok := overwritten[r.number]; ok {
			decide(v, facts.LeftSuperseded, "a force-push to "+branch+" left it behind")
		} else if !gone[r.number] {
			decide(v, facts.LeftUnreachable, "")
		}
	}
}
