package facts

import "slices"

// Reason says why a commit, a file of one, a pull request, a ticket or an act is left out. The empty reason means that it counts.
// Reasons are stable words: they appear in JSON, CSV and addresses.
type Reason string

// Reasons for commits, in the order in which they are tried: the first that holds is given.
const (
	Counts          Reason = ""
	LeftMerge       Reason = "merge"
	LeftUnreachable Reason = "unreachable"
	LeftSuperseded  Reason = "superseded"
	LeftDuplicate   Reason = "duplicate"
	LeftBot         Reason = "bot"
	LeftExcluded    Reason = "excluded_person"
	LeftHidden      Reason = "hidden_person"
	LeftOutlier     Reason = "outlier"
	LeftMarked      Reason = "marked"
	LeftRepoDeleted Reason = "repo_deleted"
	LeftUnreadable  Reason = "unreadable"
)

// Reasons for pull requests and tickets, beside those for the people behind them.
const (
	LeftNotMerged Reason = "not_merged"
	LeftGone      Reason = "gone"
)

// Reasons for acts on them, beside those for the people behind them.
const (
	LeftComment Reason = "comment_rule"
	LeftGhosts  Reason = "ghosts" // the accounts of author and actor are both gone
)

// Reasons for files.
const (
	LeftGenerated Reason = "generated"
	LeftVendored  Reason = "vendored"
	LeftLock      Reason = "lock"
	LeftBinary    Reason = "binary"
	LeftGlob      Reason = "glob"
	LeftSubmodule Reason = "submodule"
)

// WorkTypes counts lines by what was touched; their sum is HALOC.
type WorkTypes struct {
	NewWork        int `json:"new_work"`
	LegacyRefactor int `json:"legacy_refactor"`
	HelpOthers     int `json:"help_others"`
	Rework         int `json:"rework"`
	Unattributed   int `json:"unattributed"`
}

// HALOC is the sum of the types.
func (w WorkTypes) HALOC() int {
	return w.NewWork + w.LegacyRefactor + w.HelpOthers + w.Rework + w.Unattributed
}

// Add gives the sum, type by type.
func (w WorkTypes) Add(o WorkTypes) WorkTypes {
	w.NewWork += o.NewWork
	w.LegacyRefactor += o.LegacyRefactor
	w.HelpOthers += o.HelpOthers
	w.Rework += o.Rework
	w.Unattributed += o.Unattributed
	return w
}

// LineCounts counts added and deleted lines as git does.
type LineCounts struct {
	Added, Deleted int
}

// Complexity is the band of a commit's complexity among those of its repo.
type Complexity uint8

// The bands of commit complexity; none while there is no baseline to compare with.
const (
	ComplexityNone Complexity = iota
	ComplexityLow
	ComplexityMedium
	ComplexityHigh
)

// Verdict is what was decided about a commit. It is derived: it can be made again from stored facts.
type Verdict struct {
	// Reason is empty when the commit counts.
	Reason Reason
	// Detail names what the reason refers to: the commit that counts instead, the rule, the threshold.
	Detail string
	// Person is the author after alias merging.
	Person PersonID
	// Seen counts all text lines of the commit, left-out files included; 0 for merges.
	Seen LineCounts
	// Lines, Added, Deleted, Hunks and Files cover the files that count only.
	Lines WorkTypes
	LineCounts
	Hunks, Files int
	// Ignored counts lines of left-out files (by HALOC), MergeLines the lines that a merge itself wrote.
	Ignored, MergeLines int
	// Trivial says that no line counts: a pure rename, a mode change, only left-out files.
	Trivial bool
	// Impact and Complexity are against the repo's baseline of the commit's month.
	Impact     float64
	Complexity Complexity
}

// JudgedCommit is a commit with what was decided about it.
type JudgedCommit struct {
	Commit
	Verdict
	// Shares says what each of several people is credited with, the author first; nil when it is the author alone.
	Shares []Share
	// Split says that the shares add up to the commit; else each is all of it.
	Split bool
}

// Credited gives the lines and impact that some people have of the commit: all of it, unless the commit is split and some
// of those behind it are others. Nobody asks for all.
func (c *JudgedCommit) Credited(people []PersonID) Share {
	whole := Share{Person: c.Person, Lines: c.Lines, LineCounts: c.Verdict.LineCounts, Impact: c.Impact}
	if !c.Split || len(people) == 0 {
		return whole
	}
	sum := Share{Person: c.Person}
	for _, s := range c.Shares {
		if slices.Contains(people, s.Person) {
			sum.Lines = sum.Lines.Add(s.Lines)
			sum.Added += s.Added
			sum.Deleted += s.Deleted
			sum.Impact += s.Impact
		}
	}
	return sum
}

// Daily is the roll-up of a person's commits in a repo on one day. An answer may hold several for one of each.
type Daily struct {
	Day    Day
	Person PersonID
	Repo   RepoID
	// Commits counts those that count; Merges and LeftOut those that do not (a merge is not in LeftOut).
	Commits, Merges, LeftOut int
	Lines                    WorkTypes
	LineCounts
	Impact float64
	// Repeats counts those of Commits that another roll-up of the same answer holds too: a commit of several people.
	// RepeatsLines says that its lines and impact are in the other one as well. See Once.
	Repeats      int
	RepeatsLines bool
}
