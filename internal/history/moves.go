package history

import (
	"errors"

	"weir/internal/facts"
	"weir/internal/history/linediff"
	"weir/internal/history/moved"
)

// moves gathers what one commit deleted and added, and the texts it changed, to find what moved. It reads nothing that
// the attribution does not have in hand, and changes nothing of it.
type moves struct {
	deleted, added, texts []moved.Run
	lines, hunks          int
}

// note takes a file that was compared line by line.
func (m *moves) note(c *change, f *facts.FileChange) {
	if f.Kind != facts.KindText || m.lines > moved.MaxLines {
		return
	}
	old, path := c.oldText, c.path
	if len(c.from) == 1 && c.from[0] != nil {
		old = c.from[0]
	}
	if c.oldPath != "" {
		path = c.oldPath
	}
	if old != nil {
		m.texts = m.run(m.texts, moved.Run{Path: path, First: 1}, old, old.Lines(), moved.Source)
	}
	for _, h := range f.Hunks {
		m.hunks++
		m.deleted = m.run(m.deleted, moved.Run{Path: path, First: h.OldStart, Hunk: m.hunks}, old, h.OldLines, moved.Source)
		m.added = m.run(m.added, moved.Run{Path: c.path, First: h.NewStart, Hunk: m.hunks}, c.text, h.NewLines, moved.Added)
	}
}

// run appends a run of so many lines of a text, unless that is too many.
func (m *moves) run(runs []moved.Run, r moved.Run, t *linediff.Text, lines int, line func([]byte) moved.Line) []moved.Run {
	if m.lines += lines; lines == 0 || t == nil || m.lines > moved.MaxLines {
		return runs
	}
	r.Lines = make([]moved.Line, lines)
	for i := range lines {
		r.Lines[i] = line(t.Line(r.First - 1 + i))
	}
	return append(runs, r)
}

// finish gives the commit's blocks and begins the next one. tooMany says that they were not looked for.
func (m *moves) finish() (blocks []facts.MovedBlock, tooMany bool, err error) {
	if tooMany = m.lines > moved.MaxLines; !tooMany {
		blocks, err = moved.Find(m.deleted, m.added, m.texts)
	}
	*m = moves{deleted: m.deleted[:0], added: m.added[:0], texts: m.texts[:0]}
	if errors.Is(err, moved.ErrTooMany) {
		return nil, true, nil
	}
	return blocks, tooMany, err
}
