package metrics

import "weir/internal/facts"

// SplitWork deals the lines of a commit out among n people, round and round like cards, beginning with the one numbered first:
// type after type, then the added and the deleted lines. No two people's HALOC differ by more than one line, and the shares add up to the commit.
// Impact is divided; the last has what rounding leaves. Person of the shares is not set.
func SplitWork(lines facts.WorkTypes, counts facts.LineCounts, impact float64, n, first int) []facts.Share {
	shares := make([]facts.Share, n)
	at := dealer{n: n, next: first % n}
	at.deal(lines.NewWork, func(i, got int) { shares[i].Lines.NewWork = got })
	at.deal(lines.LegacyRefactor, func(i, got int) { shares[i].Lines.LegacyRefactor = got })
	at.deal(lines.HelpOthers, func(i, got int) { shares[i].Lines.HelpOthers = got })
	at.deal(lines.Rework, func(i, got int) { shares[i].Lines.Rework = got })
	at.deal(lines.Unattributed, func(i, got int) { shares[i].Lines.Unattributed = got })
	at.deal(counts.Added, func(i, got int) { shares[i].Added = got })
	at.deal(counts.Deleted, func(i, got int) { shares[i].Deleted = got })
	rest := impact
	for i := range n - 1 {
		shares[i].Impact = impact / float64(n)
		rest -= shares[i].Impact
	}
	shares[n-1].Impact = rest
	return shares
}

// dealer gives out things one by one, and goes on where it stopped.
type dealer struct{ n, next int }

func (d *dealer) deal(things int, give func(i, got int)) {
	for i := range d.n {
		turn := (i - d.next + d.n) % d.n // how many come before this one
		give(i, (things-turn+d.n-1)/d.n)
	}
	d.next = (d.next + things) % d.n
}
