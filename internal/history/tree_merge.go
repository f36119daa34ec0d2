package history

import (
	"bytes"
	"strings"

	"weir/internal/facts"
	"weir/internal/git"
)

// removed lists what a parent held at paths that the commit does not have, in the order of git's trees.
type removed struct {
	changes []*change
	sources *sources
}

// origins decides, for each changed path of an ordinary commit, which version its lines are followed to.
func (b *builder) origins() {
	var gone removed
	added := false
	for _, c := range b.changes {
		switch c.status {
		case facts.FileDeleted:
			gone.changes = append(gone.changes, c)
		case facts.FileAdded:
			added = added || c.new != nil
		case facts.FileModified:
			if c.old != nil && c.new != nil && !c.shared {
				c.origins = []*version{c.old}
			}
		}
	}
	if !added || len(gone.changes) == 0 {
		return
	}
	for _, c := range b.changes {
		if c.status != facts.FileAdded || c.new == nil {
			continue
		}
		if from := gone.identical(c); from != nil {
			c.rename(from)
			c.share(from.old)
		} else {
			c.seek = []sought{{removed: &gone}}
		}
	}
}

// rename notes where an added path came from.
func (c *change) rename(from *change) {
	c.status, c.oldPath, c.old, c.oldMode = facts.FileRenamed, from.path, from.old, from.oldMode
	from.moved = true
}

// merge decides the same for a merge: the changes are those against the first parent. A path that a parent has
// identically is that parent's; else each parent with an origin is asked in order. kept lists the changes to which
// the merge contributes.
func (b *builder) merge(root *dir, parents []*dir) error {
	m := merging{builder: b, root: root, parents: parents, gone: make([]*removed, len(parents))}
	for _, c := range b.changes {
		if c.new == nil || c.shared {
			continue
		}
		if err := m.path(c); err != nil {
			return err
		}
	}
	return nil
}

// merging is the work on one merge.
type merging struct {
	*builder
	root    *dir
	parents []*dir // of each parent, the first included
	gone    []*removed
}

// path decides for one path that differs from the first parent.
func (m *merging) path(c *change) error {
	var origins []*version
	absent := []int{}
	for i, parent := range m.parents {
		old, mode := c.old, c.oldMode
		if i > 0 {
			var hidden bool
			var err error
			if old, mode, hidden, err = m.lookup(parent, c.path); err != nil {
				return err
			}
			c.hidden = c.hidden || hidden
		}
		switch {
		case mode == 0:
			absent = append(absent, i)
			origins = append(origins, nil)
		case old == nil || !sameType(mode, c.newMode):
			origins = append(origins, nil)
		case old.blob == c.new.blob:
			c.share(old)
			return nil
		default:
			origins = append(origins, old)
		}
	}
	return m.renamed(c, origins, absent)
}

// renamed looks for the origin in parents that do not have the path.
func (m *merging) renamed(c *change, origins []*version, absent []int) error {
	for _, i := range absent {
		gone, err := m.removedFrom(i)
		if err != nil {
			return err
		}
		if from := gone.identical(c); from != nil {
			c.share(from.old)
			return nil
		}
		if len(gone.changes) > 0 {
			c.seek = append(c.seek, sought{at: i, removed: gone})
		}
	}
	c.origins = origins
	if len(c.seek) == 0 {
		c.settle()
	}
	return nil
}

// settle drops parents without an origin and those whose version has the same content as an earlier one.
func (c *change) settle() {
	kept := c.origins[:0]
	seen := map[git.Hash]bool{}
	for _, v := range c.origins {
		if v != nil && !seen[v.blob] {
			seen[v.blob] = true
			kept = append(kept, v)
		}
	}
	c.origins = kept
}

// lookup gives what a commit holds at a path; mode 0 when that is nothing, or a directory. hidden says that a directory on
// the way could not be read.
func (b *builder) lookup(d *dir, path string) (file *version, mode uint32, hidden bool, err error) {
	whole := path
	for {
		if err := b.load(d); err != nil {
			return nil, 0, hidden, err
		}
		hidden = hidden || d.damaged
		name, rest, deeper := strings.Cut(path, "/")
		i := d.find(name, deeper)
		if i < 0 {
			return nil, 0, hidden, nil
		}
		if !deeper {
			file = d.kids[i].file
			return file, d.entry(i).mode, hidden, file.resolve(whole)
		}
		d, path = d.kids[i].dir, rest
	}
}

// removedFrom lists what parent i held and the merge does not.
func (m *merging) removedFrom(i int) (*removed, error) {
	if m.gone[i] == nil {
		m.gone[i] = &removed{}
		c := comparison{builder: m.builder, gone: m.gone[i]}
		if err := c.dirs(m.parents[i], m.root, ""); err != nil {
			return nil, err
		}
	}
	return m.gone[i], nil
}

// comparison lists removed paths of one directory against another that does not stem from it.
type comparison struct {
	*builder
	gone *removed
}

func (c *comparison) dirs(old, now *dir, prefix string) error {
	if old.hash == now.hash {
		return nil
	}
	if err := c.load(old); err != nil {
		return err
	}
	if err := c.load(now); err != nil {
		return err
	}
	for i := range old.len() {
		e := old.entry(i)
		j := now.find(string(e.name), e.isDir())
		var err error
		switch {
		case j < 0:
			err = c.all(old, i, prefix)
		case e.isDir() && !bytes.Equal(e.hash, now.entry(j).hash):
			err = c.dirs(old.kids[i].dir, now.kids[j].dir, prefix+string(e.name)+"/")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// all notes every file under an entry.
func (c *comparison) all(old *dir, i int, prefix string) error {
	b := builder{trees: c.trees, damaged: c.damaged}
	err := b.removed(old, i, prefix)
	c.gone.changes = append(c.gone.changes, b.changes...)
	return err
}
