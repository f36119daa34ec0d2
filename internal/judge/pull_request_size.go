package judge

import "weir/internal/facts"

// Size decides what of the diff of a pull request counts: the files that count in commits too, and of their hunks those are
// covered at which a comment of a reviewer stands that counts.
func (j *ItemJudge) Size(p *facts.PullRequest, author facts.PersonID, s facts.PullRequestSize, files *Files) facts.SizeVerdict {
	v := facts.SizeVerdict{State: s.State}
	if s.State != facts.SizeKnown {
		return v
	}
	counts := make([]bool, len(s.Files))
	for i, f := range s.Files {
		if files.Reason(&facts.FileChange{Path: f.Path, Kind: f.Kind, Generated: f.Generated}) != facts.Counts {
			continue
		}
		if f.Kind == facts.KindTooLarge {
			return facts.SizeVerdict{State: facts.SizeTooLarge}
		}
		counts[i] = true
		v.Files++
		v.Lines += f.Lines
		v.Hunks += f.Hunks
	}
	v.Covered = j.covered(p, author, s, counts)
	return v
}

// covered counts hunks of files that count.
func (j *ItemJudge) covered(p *facts.PullRequest, author facts.PersonID, s facts.PullRequestSize, counts []bool) int {
	places := make(map[int64]facts.CommentPlace, len(s.Places))
	for _, place := range s.Places {
		places[place.ServerID] = place
	}
	type hunk struct{ file, at int }
	covered := map[hunk]bool{}
	for i := range p.Comments {
		c := &p.Comments[i]
		place, placed := places[c.ServerID]
		if c.Kind != facts.CommentLine || !placed || place.File >= 0 && !counts[place.File] {
			continue
		}
		a := j.act(facts.ActComment, c.CreatedAt, &c.Author, author)
		if j.says(&a, c.Text); a.Left != facts.Counts || a.Person == author {
			continue
		}
		if place.File < 0 {
			return facts.Untold
		}
		for at := range place.Hunks {
			covered[hunk{place.File, place.First + at}] = true
		}
	}
	return len(covered)
}
