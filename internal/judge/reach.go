package judge

import (
	"slices"

	"weir/internal/facts"
)

// applyReach decides which commits are on no branch, and which of those were overwritten.
func (j *Judge) applyReach(w World, res *Result) {
	if len(w.Branches) == 0 || j.parentless {
		return
	}
	live := j.graph.Reach(j.numbers(w.Branches...))
	goneHeads := slices.Clone(w.Gone)
	for _, p := range w.Pulls {
		if p.By == "" { // a pull request's head counts as a branch does that is no more
			goneHeads = append(goneHeads, p.Head)
		}
	}
	gone := j.graph.Reach(j.numbers(goneHeads...))
	superseded := j.applyPulls(w.Pulls, live, gone)
	overwritten := map[facts.CommitNumber]string{}
	for _, o := range w.Overwritten {
		known := func(n facts.CommitNumber) bool { return live[n] || overwritten[n] != "" }
		j.graph.own(j.number(o.Hash), known, func(n facts.CommitNumber) {
			if !gone[n] {
				overwritten[n] = o.Branch
			}
		})
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
		if by, ok := superseded[r.number]; ok {
			decide(v, facts.LeftSuperseded, by)
		} else if branch := overwritten[r.number]; branch != "" {
			decide(v, facts.LeftSuperseded, "a force-push to "+branch+" left it behind")
		} else if !gone[r.number] {
			decide(v, facts.LeftUnreachable, "")
		}
	}
}
