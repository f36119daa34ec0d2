package history

import (
	"errors"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history/linediff"
)

// FileDiff is how a file differs between two commits.
type FileDiff struct {
	Kind      facts.FileKind
	Generated bool
	// Lines sums, over the hunks without context, the larger of added and deleted lines.
	Lines int
	// Hunks are those that git shows with three lines of context, in the order of the lines. Of what is no text, or is too
	// large to compare, there are none.
	Hunks []ContextHunk
}

// ContextHunk is a hunk with its context: lines from OldFrom to OldTo of the earlier file stand against lines from NewFrom to
// NewTo of the later one. Lines count from 0 and the last is excluded.
type ContextHunk struct {
	OldFrom, OldTo, NewFrom, NewTo int
}

// Diff compares the two files of a pair. The errors are those of Pairs.
func (c *Comparer) Diff(p FilePair) (FileDiff, error) {
	if p.oldMode == modeSubmodule || p.newMode == modeSubmodule {
		return c.submodule(p)
	}
	old, err := c.side(p.oldMode, p.old, nil)
	if err != nil {
		return FileDiff{}, err
	}
	defer old.release()
	now, err := c.side(p.newMode, p.new, old.text)
	if err != nil {
		return FileDiff{}, err
	}
	defer now.release()
	of, mode := now, p.newMode
	if p.newMode == 0 {
		of, mode = old, p.oldMode
	}
	d := FileDiff{Kind: kindAt(of.kind, mode), Generated: generated(p.Path, of)}
	switch {
	case old.kind == facts.KindTooLarge || now.kind == facts.KindTooLarge:
		d.Kind = facts.KindTooLarge
	case p.Status == facts.FileTypeChanged:
		d.wholly(old.lines, 0)
		d.wholly(0, now.lines)
	case old.kind == facts.KindText && now.kind == facts.KindText:
		err = c.lines(&d, old.text, now.text)
	}
	return d, err
}

// submodule is a submodule that came, went or moved. One that took the place of a file leaves the file's lines.
func (c *Comparer) submodule(p FilePair) (FileDiff, error) {
	d := FileDiff{Kind: facts.KindSubmodule}
	if p.Status != facts.FileTypeChanged {
		return d, nil
	}
	if p.newMode == modeSubmodule {
		old, err := c.side(p.oldMode, p.old, nil)
		if err != nil {
			return d, err
		}
		defer old.release()
		d.wholly(old.lines, 0)
		return d, nil
	}
	now, err := c.side(p.newMode, p.new, nil)
	if err != nil {
		return d, err
	}
	defer now.release()
	d.Kind = kindAt(now.kind, p.newMode)
	d.wholly(0, now.lines)
	return d, nil
}

func kindAt(kind facts.FileKind, mode uint32) facts.FileKind {
	if kind == facts.KindText && mode == modeSymlink {
		return facts.KindSymlink
	}
	return kind
}

// side reads one side of a pair; a file that is not there is an empty text.
func (c *Comparer) side(mode uint32, id git.Hash, like *linediff.Text) (*content, error) {
	if mode == 0 {
		empty := &content{kind: facts.KindText, text: linediff.Split(nil)}
		return empty.share(), nil
	}
	got, err := c.contents.get(id, like)
	if err != nil {
		return nil, err
	}
	if got.err != nil {
		defer got.release()
		return nil, got.err
	}
	return got, nil
}

// wholly adds a hunk of a file that came or went as a whole.
func (d *FileDiff) wholly(old, now int) {
	if old == 0 && now == 0 {
		return
	}
	d.Lines += max(old, now)
	d.Hunks = append(d.Hunks, ContextHunk{OldTo: old, NewTo: now})
}

// lines compares two texts.
func (c *Comparer) lines(d *FileDiff, old, now *linediff.Text) error {
	cut, shown, err := c.differ.DiffBoth(nil, nil, old, now, linediff.Options{MaxCost: c.limits.Cost})
	if errors.Is(err, linediff.ErrTooCostly) {
		d.Kind = facts.KindTooLarge
		return nil
	}
	for _, ch := range cut {
		d.Lines += max(ch.ALines, ch.BLines)
	}
	d.Hunks = withContext(shown, old.Lines())
	return err
}

// withContext puts changes into hunks: those with at most twice the context between them share one.
func withContext(changes []linediff.Change, lines int) []ContextHunk {
	var hunks []ContextHunk
	for i := 0; i < len(changes); {
		first, last := changes[i], changes[i]
		for i++; i < len(changes) && changes[i].AStart-(last.AStart+last.ALines) <= 2*contextLines; i++ {
			last = changes[i]
		}
		before := min(contextLines, first.AStart)
		after := min(contextLines, lines-(last.AStart+last.ALines))
		hunks = append(hunks, ContextHunk{
			OldFrom: first.AStart - before, OldTo: last.AStart + last.ALines + after,
			NewFrom: first.BStart - before, NewTo: last.BStart + last.BLines + after,
		})
	}
	return hunks
}

// Follow moves the earlier lines of hunks of one pair to where these lines stand in the earlier file of another: it is for two
// comparisons of one path that begin at different commits. The errors are those of Pairs.
func (c *Comparer) Follow(hunks []ContextHunk, from, to FilePair) ([]ContextHunk, error) {
	if from.old == to.old {
		return hunks, nil
	}
	if from.oldMode == 0 || to.oldMode == 0 {
		return nil, nil // a new file here, an edited one there
	}
	old, err := c.side(from.oldMode, from.old, nil)
	if err != nil {
		return nil, err
	}
	defer old.release()
	now, err := c.side(to.oldMode, to.old, old.text)
	if err != nil {
		return nil, err
	}
	defer now.release()
	if old.kind != facts.KindText || now.kind != facts.KindText {
		return nil, nil
	}
	changes, err := c.differ.Diff(nil, old.text, now.text, linediff.Options{MaxCost: c.limits.Cost})
	if errors.Is(err, linediff.ErrTooCostly) {
		return nil, nil
	}
	moved := make([]ContextHunk, len(hunks))
	for i, h := range hunks {
		moved[i] = ContextHunk{OldFrom: carried(h.OldFrom, changes, false), OldTo: carried(h.OldTo, changes, true), NewFrom: h.NewFrom, NewTo: h.NewTo}
	}
	return moved, err
}

// carried gives where the place before a line stands after changes; a place inside a change goes to its end or its beginning.
func carried(line int, changes []linediff.Change, end bool) int {
	shift := 0
	for _, ch := range changes {
		if line <= ch.AStart {
			break
		}
		if line < ch.AStart+ch.ALines {
			if end {
				return ch.BStart + ch.BLines
			}
			return ch.BStart
		}
		shift = ch.BStart + ch.BLines - ch.AStart - ch.ALines
	}
	return line + shift
}
