package facts

// GroupWork says what those are credited with who made a commit together: its author and its co-authors.
type GroupWork string

// The choices of a workspace. Whichever it is, each of them has the commit and the coding day, and what is added up over
// several people holds the commit once.
const (
	// GroupFull credits each with all lines.
	GroupFull GroupWork = "full"
	// GroupSplit deals the lines out, so that the shares add up to the commit.
	GroupSplit GroupWork = "split"
	// GroupAuthor credits the author alone.
	GroupAuthor GroupWork = "author"
)

// Share is what one of several people behind a commit is credited with.
type Share struct {
	Person PersonID
	Lines  WorkTypes
	LineCounts
	Impact float64
}

// GroupCommit is a commit with several people who are credited with it. It is derived, as a Verdict is.
type GroupCommit struct {
	Number CommitNumber
	Day    Day
	// Counted says that the commit counts; one that does not is listed under each of its people all the same.
	Counted bool
	// Split says that the shares add up to the commit; else each is all of it.
	Split bool
	// Shares has the author first, and at least two.
	Shares []Share
}

// Once gives what a roll-up adds to a sum over several people, in which a commit that they made together stands once: the
// first of them has it in the answer to a query. The day stays one on which each of them worked.
func (d *Daily) Once() Daily {
	once := *d
	once.Commits -= d.Repeats
	if d.RepeatsLines {
		once.Lines, once.LineCounts, once.Impact = WorkTypes{}, LineCounts{}, 0
	}
	return once
}

// Worked tells whether a commit that counts makes the day a coding day of the person.
func (d *Daily) Worked() bool { return d.Commits > 0 || d.Repeats > 0 }

// Dailies gives the roll-ups of a commit that several people made, one for each of those whom wanted lets through.
func (g *GroupCommit) Dailies(wanted func(PersonID) bool) []Daily {
	var all []Daily
	for _, s := range g.Shares {
		if !wanted(s.Person) {
			continue
		}
		d := Daily{Day: g.Day, Person: s.Person, Commits: 1, Lines: s.Lines, LineCounts: s.LineCounts, Impact: s.Impact}
		if len(all) > 0 {
			d.Repeats, d.RepeatsLines = 1, !g.Split
		}
		all = append(all, d)
	}
	return all
}
