package history

import (
	"weir/internal/facts"
	"weir/internal/git"
)

// Bounds against trees that are made to be endless: how many are read, and how deep they may lie.
const (
	mostTrees = 100_000
	mostDepth = 1_000
)

// treeDiff finds the paths in which two trees differ.
type treeDiff struct {
	objects *git.Reader
	most    int
	trees   int
	pairs   []FilePair
}

func (t *treeDiff) commits(from, to git.Hash) error {
	a, err := readCommit(t.objects, from)
	if err != nil {
		return err
	}
	b, err := readCommit(t.objects, to)
	if err != nil {
		return err
	}
	return t.dirs("", a.Tree, b.Tree, 0)
}

// dirs compares two directories; the zero Hash is one that is not there.
func (t *treeDiff) dirs(prefix string, old, now git.Hash, depth int) error {
	if old == now {
		return nil
	}
	if depth > mostDepth {
		return ErrTooLarge
	}
	a, err := t.read(old)
	if err != nil {
		return err
	}
	b, err := t.read(now)
	if err != nil {
		return err
	}
	for i, k := 0, 0; i < a.len() || k < b.len(); {
		order := -1
		switch {
		case i == a.len():
			order = 1
		case k < b.len():
			order = compareEntries(a.entry(i), b.entry(k))
		}
		var was, is entry
		if order <= 0 {
			was = a.entry(i)
			i++
		}
		if order >= 0 {
			is = b.entry(k)
			k++
		}
		if err := t.entry(prefix, was, is, depth); err != nil {
			return err
		}
	}
	return nil
}

func (t *treeDiff) read(h git.Hash) (*dir, error) {
	if h.IsZero() {
		return &dir{}, nil
	}
	if t.trees++; t.trees > mostTrees {
		return nil, ErrTooLarge
	}
	obj, err := t.objects.Read(h)
	if err != nil {
		return nil, err
	}
	if obj.Large {
		return nil, ErrTooLarge
	}
	if obj.Kind != git.KindTree {
		return nil, &git.CorruptError{Hash: h, Why: "not a tree"}
	}
	d, _, _, err := newDir(h, obj.Data, nil)
	if err != nil {
		return nil, &git.CorruptError{Hash: h, Why: err.Error()}
	}
	return d, nil
}

// entry compares what one name leads to; mode 0 is nothing.
func (t *treeDiff) entry(prefix string, was, is entry, depth int) error {
	if was.mode != 0 && is.mode != 0 && was.same(is) {
		return nil
	}
	name := is.name
	if is.mode == 0 {
		name = was.name
	}
	path := prefix + string(name)
	if was.isDir() || is.isDir() {
		return t.dirs(path+"/", git.HashOf(was.hash), git.HashOf(is.hash), depth+1)
	}
	if len(t.pairs) == t.most {
		return ErrTooLarge
	}
	p := FilePair{Path: path, Status: facts.FileModified, oldMode: was.mode, newMode: is.mode, old: git.HashOf(was.hash), new: git.HashOf(is.hash)}
	switch {
	case was.mode == 0:
		p.Status = facts.FileAdded
	case is.mode == 0:
		p.Status = facts.FileDeleted
	case !sameType(was.mode, is.mode):
		p.Status = facts.FileTypeChanged
	}
	t.pairs = append(t.pairs, p)
	return nil
}
