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

// Add takes one commit.
func (s *CommitSums) Add(c *JudgedCommit) {
	if c.Reason == Counts {
		s.Counted++
	} else {
		s.LeftOut++
	}
	s.Lines = s.Lines.Add(c.Lines)
	s.Added += c.LineCounts.Added
	s.Deleted += c.LineCounts.Deleted
	s.Ignored += c.Ignored
	s.MergeLines += c.Verdict.MergeLines
	s.Files += c.Verdict.Files
	s.Hunks += c.Hunks
	s.Impact += c.Impact
}

// Listed is how many commits were added.
func (s *CommitSums) Listed() int { return s.Counted + s.LeftOut }
