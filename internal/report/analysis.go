package report

import (
	"cmp"
	"slices"
	"strings"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// AnalysisSchema is the version of the JSON that `weir analyze` writes. Fields may be added under the same
// number; none is renamed, removed or given another meaning.
const AnalysisSchema = 1

// AnalysisOptions is what an analysis knows besides its commits.
type AnalysisOptions struct {
	Refs  []AnalysisRef
	Rules facts.Rules
	// Person gives who stands behind a PersonID; it is asked in Finish.
	Person func(facts.PersonID) facts.Person
	// Moved says that moved lines were looked for.
	Moved bool
}

// AnalysisRef is a ref whose history was read.
type AnalysisRef struct {
	Name string `json:"name"`
	Hash string `json:"hash"`
}

// AnalyzedCommit is a judged commit as an analysis takes it.
type AnalyzedCommit struct {
	Hash         string
	AuthorName   string // as committed
	AuthorEmail  string // as committed
	AuthoredAt   int64
	AuthorOffset int
	Day          facts.Day
	Merge        bool
	facts.Verdict
	// Group is what several people are credited with, nil when it is the author alone.
	Group *facts.GroupCommit
	// Moved is zero when nobody looked.
	Moved facts.MovedLines
}

// Analysis is the result of `weir analyze`; its JSON is schema 1.
type Analysis struct {
	Schema int             `json:"schema"`
	Refs   []AnalysisRef   `json:"refs"`
	Rules  AnalysisRules   `json:"rules"`
	Totals AnalysisTotals  `json:"totals"`
	People []AnalysisGroup `json:"people"`
	Months []AnalysisGroup `json:"months"`
	// Problems are items that could not be read; ProblemCount counts all, also those that are not listed.
	Problems     []AnalysisProblem `json:"problems"`
	ProblemCount int               `json:"problem_count"`
}

// AnalysisRules are the rules that the numbers follow.
type AnalysisRules struct {
	WindowDays   int `json:"window_days"`
	OutlierHALOC int `json:"outlier_haloc"`
	// GroupWork is full, split or author: what co-authors are credited with.
	GroupWork facts.GroupWork `json:"group_work"`
}

// AnalysisTotals adds up the whole history. Counted.Commits and the numbers of LeftOut add up to
// Seen.Commits; the lines of Counted, LeftOutLines and LeftOutFiles add up to those of Seen.
type AnalysisTotals struct {
	Seen    AnalysisSeen         `json:"seen"`
	Counted AnalysisCounts       `json:"counted"`
	LeftOut map[facts.Reason]int `json:"left_out"`
	// LeftOutLines holds the lines of the commits that do not count, in all their files.
	LeftOutLines map[facts.Reason]AnalysisLines `json:"left_out_lines"`
	// LeftOutFiles holds the files that do not count in commits that do.
	LeftOutFiles map[facts.Reason]AnalysisFiles `json:"left_out_files"`
	// MergeLines are lines that merges wrote themselves; they are in no other number.
	MergeLines int `json:"merge_lines"`
	// Moved is absent unless it was asked for.
	Moved *AnalysisMoved `json:"moved,omitempty"`
}

// AnalysisMoved counts the lines that all commits seen moved or copied, in files that count and in those that do not. They are
// among the lines added and, if moved, deleted, and change no other number.
type AnalysisMoved struct {
	WithinFiles  int `json:"within_files"`
	BetweenFiles int `json:"between_files"`
	Copied       int `json:"copied"`
	// Commits counts those that moved or copied lines, NotLookedAt those too large to look.
	Commits     int `json:"commits"`
	NotLookedAt int `json:"not_looked_at"`
}

// AnalysisSeen counts everything; Commits includes Merges, lines are those of commits that are no merges.
type AnalysisSeen struct {
	Commits int `json:"commits"`
	Merges  int `json:"merges"`
	Added   int `json:"added"`
	Deleted int `json:"deleted"`
}

// AnalysisLines counts added and deleted lines.
type AnalysisLines struct {
	Added   int `json:"added"`
	Deleted int `json:"deleted"`
}

// AnalysisFiles counts changes of files with their lines.
type AnalysisFiles struct {
	Files int `json:"files"`
	AnalysisLines
}

// AnalysisCounts is what counts. A number that has no value is null.
type AnalysisCounts struct {
	Commits        int `json:"commits"`
	Trivial        int `json:"trivial"`
	CodingDays     int `json:"coding_days"`
	NewWork        int `json:"new_work"`
	LegacyRefactor int `json:"legacy_refactor"`
	HelpOthers     int `json:"help_others"`
	Rework         int `json:"rework"`
	Unattributed   int `json:"unattributed"`
	HALOC          int `json:"haloc"`
	Added          int `json:"added"`
	Deleted        int `json:"deleted"`
	Files          int `json:"files"`
	Hunks          int `json:"hunks"`
	// Efficiency and ReworkShare are 0 to 100; CommitsPerCodingDay, and TT100 in hours, as in docs/METRICS.md.
	Efficiency           *float64 `json:"efficiency"`
	ReworkShare          *float64 `json:"rework_share"`
	CommitsPerCodingDay  *float64 `json:"commits_per_coding_day"`
	ThroughputProductive int      `json:"throughput_productive"`
	TT100Raw             *float64 `json:"tt100_raw"`
	TT100Productive      *float64 `json:"tt100_productive"`
	Impact               float64  `json:"impact"`
}

// AnalysisGroup is the part of one person or of one month.
type AnalysisGroup struct {
	// Month is the author's calendar month as 2006-01, empty for a person.
	Month string `json:"month,omitempty"`
	// People stand by name, months by time.
	*AnalysisPerson
	// Merges counts merge commits, LeftOut the other commits that do not count.
	Merges  int `json:"merges"`
	LeftOut int `json:"left_out"`
	AnalysisCounts
}

// AnalysisPerson is who a group is about; nil for a month. Name and Email are those after .mailmap, either may be empty.
type AnalysisPerson struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	Bot   bool   `json:"bot"`
}

// AnalysisProblem is one item that could not be read while the rest was.
type AnalysisProblem struct {
	Commit string `json:"commit"`
	Path   string `json:"path,omitempty"`
	Code   string `json:"code"`
	Cause  string `json:"cause"`
}

// Analyzer folds judged commits into an Analysis.
type Analyzer struct {
	options AnalysisOptions
	totals  AnalysisTotals
	total   *analysisFold
	people  map[facts.PersonID]*analysisFold
	months  map[facts.Day]*analysisFold
}

// NewAnalyzer starts an analysis.
func NewAnalyzer(o AnalysisOptions) *Analyzer {
	a := &Analyzer{
		options: o, total: newAnalysisFold(), people: map[facts.PersonID]*analysisFold{}, months: map[facts.Day]*analysisFold{},
		totals: AnalysisTotals{
			LeftOut: map[facts.Reason]int{}, LeftOutLines: map[facts.Reason]AnalysisLines{}, LeftOutFiles: map[facts.Reason]AnalysisFiles{},
		},
	}
	if o.Moved {
		a.totals.Moved = &AnalysisMoved{}
	}
	return a
}

// Add takes a commit.
func (a *Analyzer) Add(c *AnalyzedCommit) {
	a.see(c)
	month := c.Day.Month()
	if a.people[c.Person] == nil {
		a.people[c.Person] = newAnalysisFold()
	}
	if a.months[month] == nil {
		a.months[month] = newAnalysisFold()
	}
	if c.Group != nil && c.Group.Counted {
		a.addGroup(c, a.months[month])
		return
	}
	for _, f := range []*analysisFold{a.total, a.people[c.Person], a.months[month]} {
		f.add(c)
	}
}

// addGroup gives each of several people what they are credited with; the sums have the commit once, and a coding day of each.
func (a *Analyzer) addGroup(c *AnalyzedCommit, month *analysisFold) {
	for i, s := range c.Group.Shares {
		if a.people[s.Person] == nil {
			a.people[s.Person] = newAnalysisFold()
		}
		part := *c
		part.Person, part.Lines, part.LineCounts, part.Impact = s.Person, s.Lines, s.LineCounts, s.Impact
		a.people[s.Person].add(&part)
		for _, f := range []*analysisFold{a.total, month} {
			if i == 0 {
				f.add(c)
			} else {
				f.fold(&facts.Daily{Day: c.Day, Person: s.Person, Repeats: 1})
			}
		}
	}
}

func (a *Analyzer) see(c *AnalyzedCommit) {
	t := &a.totals
	t.Seen.Commits++
	t.Seen.Added += c.Seen.Added
	t.Seen.Deleted += c.Seen.Deleted
	t.MergeLines += c.MergeLines
	if t.Moved != nil {
		t.Moved.add(c.Moved)
	}
	if c.Merge {
		t.Seen.Merges++
	}
	if c.Reason == facts.Counts {
		return
	}
	t.LeftOut[c.Reason]++
	if !c.Merge {
		lines := t.LeftOutLines[c.Reason]
		lines.Added += c.Seen.Added
		lines.Deleted += c.Seen.Deleted
		t.LeftOutLines[c.Reason] = lines
	}
}

func (m *AnalysisMoved) add(c facts.MovedLines) {
	m.WithinFiles += c.Within
	m.BetweenFiles += c.Between
	m.Copied += c.Copied
	if c.Within+c.Between+c.Copied > 0 {
		m.Commits++
	}
	if c.Unknown {
		m.NotLookedAt++
	}
}

// LeaveOutFiles takes the files that one reason leaves out of commits that count.
func (a *Analyzer) LeaveOutFiles(reason facts.Reason, files int, lines facts.LineCounts) {
	a.totals.LeftOutFiles[reason] = AnalysisFiles{Files: files, AnalysisLines: AnalysisLines(lines)}
}

// Finish gives the result. problems are the ones to list, of count in all.
func (a *Analyzer) Finish(problems []AnalysisProblem, count int) *Analysis {
	res := &Analysis{
		Schema: AnalysisSchema, Refs: append([]AnalysisRef{}, a.options.Refs...), Totals: a.totals,
		Rules:  AnalysisRules{WindowDays: a.options.Rules.WindowDays, OutlierHALOC: a.options.Rules.OutlierHALOC, GroupWork: a.options.Rules.GroupWork},
		People: []AnalysisGroup{}, Months: []AnalysisGroup{}, Problems: append([]AnalysisProblem{}, problems...), ProblemCount: count,
	}
	res.Totals.Counted = a.total.counts()
	for id, f := range a.people {
		p := a.options.Person(id)
		res.People = append(res.People, AnalysisGroup{AnalysisPerson: &AnalysisPerson{p.Name, p.Email, p.Bot}, Merges: f.merges, LeftOut: f.leftOut, AnalysisCounts: f.counts()})
	}
	slices.SortFunc(res.People, func(x, y AnalysisGroup) int {
		return cmp.Or(strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name)), strings.Compare(x.Name, y.Name), strings.Compare(x.Email, y.Email))
	})
	for month, f := range a.months {
		res.Months = append(res.Months, AnalysisGroup{Month: month.Time().Format("2006-01"), Merges: f.merges, LeftOut: f.leftOut, AnalysisCounts: f.counts()})
	}
	slices.SortFunc(res.Months, func(x, y AnalysisGroup) int { return strings.Compare(x.Month, y.Month) })
	return res
}

// analysisFold gathers one group with the same folds as the pages.
type analysisFold struct {
	sums            AnalysisCounts
	merges, leftOut int
	days            metrics.CodingDays
	efficiency      metrics.Efficiency
	rework          *metrics.Share
	perDay          metrics.CommitsPerCodingDay
	productive      metrics.ThroughputProductive
	raw100          metrics.TT100Raw
	productive100   metrics.TT100Productive
	haloc           metrics.HALOC
	impact          metrics.Impact
}

func newAnalysisFold() *analysisFold { return &analysisFold{rework: metrics.NewShare(metrics.Rework)} }

func (f *analysisFold) add(c *AnalyzedCommit) {
	switch {
	case c.Merge:
		f.merges++
		return
	case c.Reason != facts.Counts:
		f.leftOut++
		return
	}
	f.fold(&facts.Daily{Day: c.Day, Person: c.Person, Commits: 1, Lines: c.Lines, LineCounts: c.LineCounts, Impact: c.Impact})
	s := &f.sums
	s.Commits++
	s.NewWork += c.Lines.NewWork
	s.LegacyRefactor += c.Lines.LegacyRefactor
	s.HelpOthers += c.Lines.HelpOthers
	s.Rework += c.Lines.Rework
	s.Unattributed += c.Lines.Unattributed
	s.Added += c.Added
	s.Deleted += c.Deleted
	s.Files += c.Files
	s.Hunks += c.Hunks
	if c.Trivial {
		s.Trivial++
	}
}

func (f *analysisFold) fold(d *facts.Daily) {
	for _, fold := range []metrics.Fold{&f.days, &f.efficiency, f.rework, &f.perDay, &f.productive, &f.raw100, &f.productive100, &f.haloc, &f.impact} {
		fold.Add(d)
	}
}

func (f *analysisFold) counts() AnalysisCounts {
	var scope metrics.Scope
	s := f.sums
	s.CodingDays = int(f.days.Result(scope).Number)
	s.HALOC = int(f.haloc.Result(scope).Number)
	s.ThroughputProductive = int(f.productive.Result(scope).Number)
	s.Efficiency = orNull(f.efficiency.Result(scope))
	s.ReworkShare = orNull(f.rework.Result(scope))
	s.CommitsPerCodingDay = orNull(f.perDay.Result(scope))
	s.TT100Raw = orNull(f.raw100.Result(scope))
	s.TT100Productive = orNull(f.productive100.Result(scope))
	s.Impact = Round(f.impact.Result(scope).Number)
	return s
}

func orNull(v metrics.Value) *float64 {
	if !v.Has() {
		return nil
	}
	n := Round(v.Number)
	return &n
}
