package history

import (
	"errors"
	"fmt"

	"weir/internal/facts"
	"weir/internal/git"
)

// treeReader reads tree objects. The data it gives is the caller's.
type treeReader interface {
	Tree(hash git.Hash) ([]byte, error)
}

// builder makes the directories of a commit from those of its first parent and lists what changed.
type builder struct {
	trees   treeReader
	by      facts.CommitNumber
	changes []*change
	// damaged is told of a directory that cannot be read.
	damaged func(path string, err error)
	// beside are the directories of a merge's other parents that are at the same path as the one in work. What they
	// hold need not be read again.
	beside []*dir
	// hidden says that the directories in work lie in one of which the base could not be read.
	hidden bool
}

// build gives the directory of a tree object. What is the same as in base is shared with it, and each difference
// becomes a change, in the order of git's trees. base is nil where there was no directory.
func (b *builder) build(hash git.Hash, base *dir, prefix string) (*dir, error) {
	if base != nil {
		if base.hash == hash {
			return base, nil
		}
		if err := b.load(base); err != nil {
			return nil, err
		}
		defer b.behind(base)()
	}
	for _, other := range b.beside {
		if other.hash == hash && other.stored == nil && !other.damaged {
			d, head, tail := other.like(base)
			return d, b.join(d, base, head, tail, prefix)
		}
	}
	raw, err := b.trees.Tree(hash)
	if err != nil {
		return b.unreadable(hash, base, prefix, err)
	}
	d, head, tail, err := newDir(hash, raw, base)
	if err != nil {
		return b.unreadable(hash, base, prefix, &git.CorruptError{Hash: hash, Why: err.Error()})
	}
	return d, b.join(d, base, head, tail, prefix)
}

// behind notes whether a directory of the base is one that could not be read, until back is called.
func (b *builder) behind(base *dir) (back func()) {
	before := b.hidden
	b.hidden = before || base.damaged
	return func() { b.hidden = before }
}

// below builds the directory of an entry, with those beside it that have the same name.
func (b *builder) below(e entry, base *dir, prefix string) (*dir, error) {
	beside := b.beside
	defer func() { b.beside = beside }()
	b.beside = nil
	for _, other := range beside {
		if i := other.find(string(e.name), true); i >= 0 {
			b.beside = append(b.beside, other.kids[i].dir)
		}
	}
	return b.build(git.HashOf(e.hash), base, prefix+string(e.name)+"/")
}

// unreadable takes a directory that cannot be read for unchanged, so that its files are not seen to vanish.
func (b *builder) unreadable(hash git.Hash, base *dir, prefix string, err error) (*dir, error) {
	if !git.Unreadable(err) {
		return nil, fmt.Errorf("read directory %s: %w", prefix, err)
	}
	b.damaged(prefix, err)
	if base == nil {
		return &dir{hash: hash, hashSize: hash.Size(), offs: []uint32{0}, damaged: true}, nil
	}
	same := *base
	same.hash, same.damaged = hash, true
	return &same, nil
}

// join goes through the entries of both directories that are not common, side by side.
func (b *builder) join(d, base *dir, head, tail int, prefix string) error {
	i, end := head, d.len()-tail
	j, oldEnd := 0, 0
	if base != nil {
		j, oldEnd = head, base.len()-tail
	}
	for i < end || j < oldEnd {
		var order int
		switch {
		case i == end:
			order = 1
		case j == oldEnd:
			order = -1
		default:
			order = compareEntries(d.entry(i), base.entry(j))
		}
		var err error
		switch {
		case order < 0:
			err = b.added(d, i, prefix)
			i++
		case order > 0:
			err = b.removed(base, j, prefix)
			j++
		default:
			err = b.both(d, i, base, j, prefix)
			i, j = i+1, j+1
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// added handles an entry that the base does not have.
func (b *builder) added(d *dir, i int, prefix string) error {
	e := d.entry(i)
	if e.isDir() {
		sub, err := b.below(e, nil, prefix)
		d.kids[i].dir = sub
		return err
	}
	c := &change{path: prefix + string(e.name), status: facts.FileAdded}
	b.make(c, e, &d.kids[i])
	return nil
}

// make puts a fresh version into a change; a submodule has none.
func (b *builder) make(c *change, e entry, slot *kid) {
	c.newMode, c.newID, c.slot, c.hidden = e.mode, git.HashOf(e.hash), slot, b.hidden
	if !e.isSubmodule() {
		c.new = &version{blob: c.newID, by: b.by}
	}
	slot.file = c.new
	b.changes = append(b.changes, c)
}

// removed handles an entry that only the base has: every file under it is gone.
func (b *builder) removed(base *dir, j int, prefix string) error {
	e := base.entry(j)
	path := prefix + string(e.name)
	if !e.isDir() {
		if err := base.kids[j].file.resolve(path); err != nil {
			return err
		}
		b.changes = append(b.changes, &change{
			path: path, status: facts.FileDeleted, oldMode: e.mode, oldID: git.HashOf(e.hash), old: base.kids[j].file,
			hidden: b.hidden,
		})
		return nil
	}
	sub := base.kids[j].dir
	if err := b.load(sub); err != nil {
		return err
	}
	defer b.behind(sub)()
	for k := range sub.len() {
		if err := b.removed(sub, k, path+"/"); err != nil {
			return err
		}
	}
	return nil
}

// both handles an entry that both have under one name; both are directories or neither is.
func (b *builder) both(d *dir, i int, base *dir, j int, prefix string) error {
	e, old := d.entry(i), base.entry(j)
	kid := base.kids[j]
	if e.same(old) {
		d.kids[i] = kid
		return nil
	}
	if e.isDir() {
		sub, err := b.below(e, kid.dir, prefix)
		d.kids[i].dir = sub
		return err
	}
	path := prefix + string(e.name)
	if err := kid.file.resolve(path); err != nil {
		return err
	}
	c := &change{
		path: path, status: facts.FileModified,
		oldMode: old.mode, oldID: git.HashOf(old.hash), old: kid.file,
	}
	if !sameType(e.mode, old.mode) {
		c.status = facts.FileTypeChanged
	}
	b.make(c, e, &d.kids[i])
	if c.status == facts.FileModified && c.new != nil && c.newID == c.oldID {
		c.share(kid.file) // only the permission changed
	}
	return nil
}

// load reads a directory of an earlier run's commit. One that cannot be read counts as empty.
func (b *builder) load(d *dir) error {
	if d.stored == nil {
		return nil
	}
	err := d.load(b.trees)
	if err == nil || !git.Unreadable(err) {
		return err
	}
	b.damaged(d.prefix, err)
	d.stored, d.offs, d.damaged = nil, []uint32{0}, true
	return nil
}

// load reads a stored directory. Its versions are looked up in the checkpoint when they are needed: see resolve.
func (d *dir) load(trees treeReader) error {
	raw, err := trees.Tree(d.hash)
	if err != nil {
		return err
	}
	full, _, _, err := newDir(d.hash, raw, nil)
	if err != nil {
		return &git.CorruptError{Hash: d.hash, Why: err.Error()}
	}
	for i := range full.len() {
		e := full.entry(i)
		switch {
		case e.isDir():
			full.kids[i].dir = &dir{
				hash: git.HashOf(e.hash), hashSize: d.hashSize, stored: d.stored, prefix: d.prefix + string(e.name) + "/",
			}
		case !e.isSubmodule():
			full.kids[i].file = &version{blob: git.HashOf(e.hash), stored: true, root: d.stored}
		}
	}
	d.raw, d.offs, d.kids, d.stored = full.raw, full.offs, full.kids, nil
	return nil
}

// errState says that the checkpoint contradicts itself or the repository, so that it has to be made again.
var errState = errors.New("the checkpoint cannot be used")
