package report

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"weir/internal/facts"
)

// A history may hold a commit whose clock stood at 1970. Since the whole history is divided by its days, such
// strays would ruin every number per week. Days are strays when no more than one commit in strayShare (one at
// least) lies on them, and more than strayGap days pass before the next commit.
const (
	strayShare = 100
	strayGap   = 5 * 365
)

// strayRule is the rule in the words of a note.
var strayRule = fmt.Sprintf(" The whole history begins after days that hold no more than one commit in %d and are followed by %d years without any: "+
	"a wrong clock would else stretch every number per week.", strayShare, strayGap/365)

// clip bounds a period by today, and the whole history by its first day that is no stray; the notes say which
// commits lie outside of every period.
func clip(ctx context.Context, src DailySource, p Params) (Params, []Note, error) {
	if p.Period == PeriodFuture {
		return p, nil, &ParamError{"parameter period: " + PeriodFuture + " lists commits; it is for the report Commits alone"}
	}
	p.To = min(p.To, p.Today)
	after, err := countedDays(ctx, src, p, p.Today+1, latestDay)
	if err != nil {
		return p, nil, err
	}
	till := firstDay - 1
	if p.Period == periodAll {
		till = p.To
	}
	before, err := countedDays(ctx, src, p, earliestDay, till)
	if err != nil {
		return p, nil, err
	}
	if p.Period == periodAll {
		p.From, p.cut = beginning(before, p.To)
	}
	earlier := 0
	for day, n := range before {
		if day < p.From && (p.cut || day < firstDay) {
			earlier += n
		}
	}
	later := 0
	for _, n := range after {
		later += n
	}
	return p, outsideNotes(p, facts.CommitFilter{Count: facts.CommitsCounted}, earlier, later), nil
}

// countedDays gives how many commits count on each day of a range.
func countedDays(ctx context.Context, src DailySource, p Params, from, to facts.Day) (map[facts.Day]int, error) {
	q := p.Query()
	q.From, q.To = from, to
	days := map[facts.Day]int{}
	for d, err := range src.Daily(ctx, q) {
		if err != nil {
			return nil, err
		}
		days[d.Day] += d.Commits - d.Repeats
	}
	return days, nil
}

// beginning gives the first day that the whole history is taken to have, and whether strays lie before it.
func beginning(days map[facts.Day]int, to facts.Day) (first facts.Day, cut bool) {
	var sorted []facts.Day
	total := 0
	for _, day := range slices.Sorted(maps.Keys(days)) {
		if day <= to && days[day] > 0 {
			sorted = append(sorted, day)
			total += days[day]
		}
	}
	if len(sorted) == 0 {
		return to, false
	}
	first = sorted[0]
	passed := 0
	for i, day := range sorted[:len(sorted)-1] {
		if passed += days[day]; passed > max(1, total/strayShare) {
			break
		}
		if sorted[i+1]-day > strayGap {
			first, cut = sorted[i+1], true
		}
	}
	return first, cut
}

// outsideNotes says which commits the period of a report does not hold, with the way to their rows.
func outsideNotes(p Params, f facts.CommitFilter, before, after int) []Note {
	var notes []Note
	p.Filter = f
	p.Sort = ""
	if before > 0 {
		bound, why := firstDay, ""
		if p.cut {
			bound, why = p.From, strayRule
		}
		note := outside(before, "before "+bound.String(), p.On(earliestDay, bound-1))
		note.Text += why
		notes = append(notes, note)
	}
	if after > 0 {
		p.Period, p.From, p.To, p.cut = PeriodFuture, p.Today+1, latestDay, false
		notes = append(notes, outside(after, "after today", p))
	}
	return notes
}

func outside(n int, when string, p Params) Note {
	are := "are"
	if n == 1 {
		are = "is"
	}
	return Note{Level: LevelInfo, Text: fmt.Sprintf("%s %s dated %s and not among these.", counted(n, "commit", "commits"), are, when), Link: p.Link(NameCommits)}
}

// outsideOf gives the notes for a list of commits: what lies before 1970, unless the period reaches there, and
// after today.
func outsideOf(ctx context.Context, src CommitSource, p Params) ([]Note, error) {
	if p.Period == PeriodFuture {
		return nil, nil
	}
	count := func(from, to facts.Day) (int, error) {
		q := p.Query()
		q.From, q.To = from, to
		return src.CountJudgedCommits(ctx, q, facts.CommitFilter{})
	}
	after, err := count(p.Today+1, latestDay)
	if err != nil {
		return nil, err
	}
	before := 0
	if p.From >= firstDay {
		before, err = count(earliestDay, firstDay-1)
	}
	return outsideNotes(p, facts.CommitFilter{}, before, after), err
}
