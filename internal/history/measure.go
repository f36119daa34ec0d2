package history

import (
	"cmp"
	"slices"

	"weir/internal/facts"
	"weir/internal/history/linediff"
)

// measure counts the changes of one file. Its lists grow in the attributor's memory and hold until the commit ends.
type measure struct {
	*attributor
	file      *facts.FileChange
	by        int64 // author time of the commit
	firstHunk int
	touched   []facts.TouchedLines
}

// edits counts the hunks of a diff against the owners of the old version.
func (m *measure) edits(old owners, changes []linediff.Change) {
	c := cursor{of: old}
	for _, ch := range changes {
		c.skip(ch.AStart)
		m.hunk(ch, &c)
	}
}

// hunk counts one: each deleted line is typed by its writer, the added ones beyond them are new.
func (m *measure) hunk(ch linediff.Change, old *cursor) {
	first := len(m.runs)
	old.to(ch.AStart+ch.ALines, func(n int, by facts.CommitNumber) {
		m.run(first, n, by)
		m.touch(n, by)
	})
	m.file.New += max(0, ch.BLines-ch.ALines)
	m.place(ch, m.runs[first:len(m.runs):len(m.runs)])
}

// run appends to the runs of the present hunk, which begin at first.
func (m *measure) run(first, n int, by facts.CommitNumber) {
	if last := len(m.runs) - 1; last >= first && m.runs[last].Commit == by {
		m.runs[last].Lines += n
		return
	}
	m.runs = append(m.runs, facts.Run{Commit: by, Lines: n})
}

// place notes the position of a hunk and its sums.
func (m *measure) place(ch linediff.Change, touched []facts.Run) {
	h := facts.Hunk{
		OldStart: ch.AStart, OldLines: ch.ALines, NewStart: ch.BStart, NewLines: ch.BLines, Touched: touched,
	}
	if h.OldLines > 0 {
		h.OldStart++
	}
	if h.NewLines > 0 {
		h.NewStart++
	}
	m.file.Added += h.NewLines
	m.file.Deleted += h.OldLines
	m.hunks = append(m.hunks, h)
}

// touch counts lines that were written by one commit.
func (m *measure) touch(n int, by facts.CommitNumber) {
	if by == facts.Unattributed {
		m.file.Unattributed += n
		return
	}
	who, when, err := m.state.author(by)
	if err != nil {
		m.failed = err
	}
	age := facts.AgeOf(when, m.by)
	for i := range m.touched {
		if t := &m.touched[i]; t.Identity == who && t.Age == age {
			t.Lines += n
			return
		}
	}
	m.touched = append(m.touched, facts.TouchedLines{Identity: who, Age: age, Lines: n})
}

// added counts a file that is new as a whole.
func (m *measure) added(lines int) {
	if lines > 0 {
		m.hunk(linediff.Change{BLines: lines}, &cursor{})
	}
}

// deleted counts a file that is gone as a whole.
func (m *measure) deleted(old owners) {
	if n := old.lines(); n > 0 {
		m.hunk(linediff.Change{ALines: n}, &cursor{of: old})
	}
}

// unknown counts a change of which nobody can say whose lines it touches.
func (m *measure) unknown(ch linediff.Change) {
	if ch.ALines == 0 && ch.BLines == 0 {
		return
	}
	first := len(m.runs)
	if ch.ALines > 0 {
		m.run(first, ch.ALines, facts.Unattributed)
	}
	m.file.Unattributed += max(ch.ALines, ch.BLines)
	m.place(ch, m.runs[first:len(m.runs):len(m.runs)])
}

// blind counts a change of which only the numbers of lines are known: the least change that explains them.
func (m *measure) blind(old, now int) {
	same := min(old, now)
	m.unknown(linediff.Change{AStart: same, ALines: old - same, BStart: same, BLines: now - same})
}

// finish puts the lists into the file.
func (m *measure) finish() {
	if n := len(m.hunks); n > m.firstHunk {
		m.file.Hunks = m.hunks[m.firstHunk:n:n]
	}
	if len(m.touched) == 0 {
		return
	}
	slices.SortFunc(m.touched, func(a, b facts.TouchedLines) int {
		return cmp.Or(cmp.Compare(a.Identity, b.Identity), cmp.Compare(a.Age, b.Age))
	})
	m.file.Touched = m.touched
}
