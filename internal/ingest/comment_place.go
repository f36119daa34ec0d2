package ingest

import (
	"errors"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history"
)

// comments finds the hunks that line comments stand at. A comment is looked up in the diff of the commit that it was made on;
// the hunk there stands for those of the pull request that hold the same lines of the base.
func (m *measured) comments(p *facts.PullRequest) error {
	commented := map[string]*commented{}
	for i := range p.Comments {
		c := &p.Comments[i]
		if c.Kind != facts.CommentLine || c.Path == "" || c.Line <= 0 {
			continue
		}
		at := commented[c.CommitHash]
		if at == nil {
			var err error
			if at, err = m.at(c.CommitHash); err != nil {
				return err
			}
			commented[c.CommitHash] = at
		}
		place, found, err := m.place(at, c)
		if err != nil {
			return err
		}
		if found {
			m.size.Places = append(m.size.Places, place)
		}
	}
	return nil
}

// commented is the diff of a commit that was commented on.
type commented struct {
	unknown bool
	pairs   []history.FilePair
	hunks   map[int][]history.ContextHunk // by the place in pairs, as far as they were asked for
}

// at gives the diff of a commit. One that is not there, or too large, is unknown.
func (m *measured) at(commit string) (*commented, error) {
	h, err := git.ParseHash(commit)
	if err != nil {
		return &commented{unknown: true}, nil //nolint:nilerr // the server did not tell the commit
	}
	at := &commented{hunks: map[int][]history.ContextHunk{}}
	if h == m.head {
		at.pairs = m.pairs
		for i := range m.hunks {
			at.hunks[i] = m.hunks[i]
		}
		return at, nil
	}
	from, err := m.git.MergeBase(m.base, h)
	if err == nil && !from.IsZero() {
		at.pairs, err = m.git.Pairs(from, h)
	}
	return at, m.unknown(at, err)
}

// unknown notes that a diff cannot be told, and passes on what is an error of more than that.
func (m *measured) unknown(at *commented, err error) error {
	var missing *git.MissingError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &missing):
		m.size.Lacking = missing.Hash.String()
	case !git.Unreadable(err) && !errors.Is(err, history.ErrTooLarge):
		return err
	}
	at.unknown = true
	return nil
}

// place finds where one comment stands; found is false for one that stands at no hunk.
func (m *measured) place(at *commented, c *facts.Comment) (place facts.CommentPlace, found bool, err error) {
	i := fileOf(at.pairs, c)
	if !at.unknown && i >= 0 && at.hunks[i] == nil {
		var d history.FileDiff
		d, err = m.git.Diff(at.pairs[i])
		at.hunks[i] = d.Hunks
		if err = m.unknown(at, err); err != nil {
			return place, false, err
		}
	}
	nowhere := facts.CommentPlace{ServerID: c.ServerID, File: -1}
	if at.unknown {
		return nowhere, true, nil
	}
	if i < 0 {
		return place, false, nil
	}
	file, hunks := m.counterpart(&at.pairs[i]), inRange(at.hunks[i], c)
	if file < 0 || len(hunks) == 0 {
		return place, false, nil
	}
	if hunks, err = m.git.Follow(hunks, at.pairs[i], m.pairs[file]); err != nil {
		return nowhere, true, m.unknown(at, err)
	}
	place = facts.CommentPlace{ServerID: c.ServerID, File: file}
	for k, h := range m.hunks[file] {
		if !meetsAny(h, hunks) {
			continue
		}
		if place.Hunks == 0 {
			place.First = k
		}
		place.Hunks = k - place.First + 1
	}
	return place, place.Hunks > 0, nil
}

// fileOf finds the file of a comment, -1 when the diff has none such.
func fileOf(pairs []history.FilePair, c *facts.Comment) int {
	former := -1
	for i := range pairs {
		if pairs[i].Path == c.Path {
			return i
		}
		if c.OldSide && pairs[i].From() == c.Path {
			former = i
		}
	}
	return former
}

// counterpart finds a file of an earlier diff in that of the pull request, -1 when it differs no more.
func (m *measured) counterpart(p *history.FilePair) int {
	if i, found := m.files[p.Path]; found {
		return i
	}
	for i := range m.pairs {
		if from := p.From(); from != "" && m.pairs[i].From() == from {
			return i
		}
	}
	return -1
}

// inRange gives the hunks in whose range, context included, the lines of a comment lie.
func inRange(hunks []history.ContextHunk, c *facts.Comment) []history.ContextHunk {
	from, to := c.Line-1, c.Line
	if c.StartLine > 0 && c.StartLine < c.Line {
		from = c.StartLine - 1
	}
	var found []history.ContextHunk
	for _, h := range hunks {
		first, last := h.NewFrom, h.NewTo
		if c.OldSide {
			first, last = h.OldFrom, h.OldTo
		}
		if from < last && first < to {
			found = append(found, h)
		}
	}
	return found
}

// meetsAny tells whether a hunk holds lines of the base that one of the others holds. One without any, of a new file, meets
// those at the same place.
func meetsAny(h history.ContextHunk, others []history.ContextHunk) bool {
	for _, o := range others {
		if h.OldFrom < max(o.OldTo, o.OldFrom+1) && o.OldFrom < max(h.OldTo, h.OldFrom+1) {
			return true
		}
	}
	return false
}
