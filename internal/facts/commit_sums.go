package facts

// CommitSums adds up judged commits, those that count and those that do not.
type CommitSums struct {
	Counted, LeftOut int
	Lines            WorkTypes
	// LineCounts, Ignored, MergeLines, Files, Hunks and Impact are sums of the fields of Verdict.
	LineCounts
	Ignored, MergeLines int
	Files, Hunks        int
	Impact              float64
}

// Add takes one commit, or the part of it that some people have.
func (s *CommitSums) Add(c *JudgedCommit, people ...PersonID) {
	part := c.Credited(people)
	if c.Reason == Counts {
		s.Counted++
	} else {
		s.LeftOut++
	}
	s.Lines = s.Lines.Add(part.Lines)
	s.Added += part.Added
	s.Deleted += part.Deleted
	s.Ignored += c.Ignored
	s.MergeLines += c.Verdict.MergeLines
	s.Files += c.Verdict.Files
	s.Hunks += c.Hunks
	s.Impact += part.Impact
}

// Leave takes away what others have of the commits.
func (s *CommitSums) Leave(others Share) {
	s.Lines.NewWork -= others.Lines.NewWork
	s.Lines.LegacyRefactor -= others.Lines.LegacyRefactor
	s.Lines.HelpOthers -= others.Lines.HelpOthers
	s.Lines.Rework -= others.Lines.Rework
	s.Lines.Unattributed -= others.Lines.Unattributed
	s.Added -= others.Added
	s.Deleted -= others.Deleted
	s.Impact -= others.Impact
}

// Listed is how many commits were added.
func (s *CommitSums) Listed() int { return s.Counted + s.LeftOut }
