package judge

import (
	"cmp"
	"slices"

	"weir/internal/facts"
)

// Ticket decides about one ticket that has all that belongs to it. firstCommitAt is when the earliest commit was written of a
// pull request that closes it, 0 for none.
func (j *ItemJudge) Ticket(t *facts.Ticket, firstCommitAt int64) facts.TicketVerdict {
	author, left := j.actor(&t.Author)
	v := facts.TicketVerdict{Person: author, StartedAt: firstCommitAt}
	v.Reason, v.Detail = j.item(t.Number, goneWhere(t.GoneAt, t.GoneReason, t.GoneTo), left)
	v.Acts = append(v.Acts, j.act(facts.ActOpened, t.CreatedAt, &t.Author, author))
	for i := range t.Events {
		e := &t.Events[i]
		kind, known := itemEvents[e.Kind]
		if !known {
			continue
		}
		a := j.act(kind, e.At, &e.Actor, author)
		v.Acts = append(v.Acts, a)
		if kind == facts.ActAssigned && (v.StartedAt == 0 || e.At < v.StartedAt) {
			v.StartedAt = e.At
		}
	}
	for i := range t.Comments {
		c := &t.Comments[i]
		a := j.act(facts.ActComment, c.CreatedAt, &c.Author, author)
		j.says(&a, c.Text)
		v.Acts = append(v.Acts, a)
	}
	slices.SortStableFunc(v.Acts, func(a, b facts.Act) int { return cmp.Compare(a.At, b.At) })
	return v
}
