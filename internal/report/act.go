package report

import (
	"slices"

	"weir/internal/facts"
)

// eachWork calls each for the acts that count as work on an item, of the people that were asked for, in a span. Commits are counted
// as commits, and nobody is known to be whose account is gone.
func (p Params) eachWork(acts []facts.Act, span facts.Span, each func(*facts.Act)) {
	for i := range acts {
		a := &acts[i]
		switch {
		case a.Left != facts.Counts || a.Person == 0 || a.At < span.From || a.At >= span.To:
		case len(p.People) > 0 && !slices.Contains(p.People, a.Person):
		case a.Kind == facts.ActCommit || a.Kind == facts.ActReady || a.Kind == facts.ActDrafted:
		default:
			each(a)
		}
	}
}

// actCount adds up what the Work log counts of the acts that a list is narrowed to.
type actCount struct{ n int }

func (c *actCount) add(p Params, span facts.Span, acts []facts.Act) {
	kinds := actKinds[p.Items.Act]
	p.eachWork(acts, span, func(a *facts.Act) {
		if kinds == nil || slices.Contains(kinds, a.Kind) {
			c.n++
		}
	})
}

// tiles gives the number in a list that is one of acts, so that whoever came from it finds it again; else none.
func (c *actCount) tiles(p Params) []Tile {
	if p.Items.At != atActed || p.Items.Act == "committed" {
		return []Tile{}
	}
	unit := map[string]string{"reviewed": "reviews", "commented": "comments"}[p.Items.Act]
	if unit == "" {
		unit = "acts"
	}
	return []Tile{{Title: "Work log: " + unit + " on these", Unit: unit, Value: Count(c.n)}}
}
