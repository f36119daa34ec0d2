package history

import (
	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history/linediff"
)

// version is one content of one file as one commit made it. Commits that leave the file alone share it, and so do
// a file renamed without an edit and a merge that took a parent's file.
//
// The tree stage makes it, the read stage fills in what its content is, the attribution stage its owners.
type version struct {
	blob git.Hash
	// id names it in the checkpoint; 0 until its commit was recorded.
	id versionID
	// by is the commit that made it.
	by facts.CommitNumber
	// stored says that it was recorded by an earlier run and not read from there yet: of the rest only blob and id
	// are known, and of the id only where to look it up while root is set. That is for the tree stage alone.
	stored bool
	root   *storedRoot

	// read, and then kind, size and lines, are set by the read stage.
	read  bool
	kind  facts.FileKind
	size  int64
	lines int
	// verdict says whether the content looks generated at the path judgedAt; "" when nobody asked.
	verdict  bool
	judgedAt string

	// owners is nil until it is attributed, and stays so for a binary version that nobody asks about.
	owners owners
	// from are the versions that it was made of, kept for a binary one only.
	from []*version
	// steps counts the versions back to one whose owners the checkpoint holds whole, weight their bytes there.
	steps, weight int
}

// change is what a commit did to one path, on its way through the stages.
type change struct {
	path, oldPath    string
	status           facts.FileStatus
	oldMode, newMode uint32
	oldID, newID     git.Hash
	// slot is where the commit's directories hold new.
	slot *kid
	// old and new are nil where the path held nothing or a submodule.
	old, new *version
	// shared says that new was made by another commit, so that nothing is to be attributed.
	shared bool
	// origins are the versions to follow lines to, one for each parent that has one, without repeats.
	origins []*version
	// seek lists, per parent without the path, what that parent held and the merge removed.
	seek []sought
	// moved says that a file was renamed away from this deleted path.
	moved bool
	// lost says that looking for the origin was given up.
	lost bool
	// hidden says that a parent's directory on the way to the path could not be read: what differs from the version that
	// stands in for the parent's may be the work of commits before this one.
	hidden bool

	// The read stage adds what the attribution needs; texts are nil where there is no text.
	generated bool
	text      *linediff.Text
	oldText   *linediff.Text
	from      []*linediff.Text // of the origins
	contents  []*content       // what the texts belong to
	held      int64            // bytes to give back to the budget
	// room is the first memory of from and contents.
	room struct {
		from     [1]*linediff.Text
		contents [3]*content
	}

	// The diff stage adds the difference to the only origin, when it compared the two: nothing when costly.
	compared, costly bool
	diff             []linediff.Change
}

// share takes over a version that another commit made.
func (c *change) share(v *version) {
	c.new, c.shared, c.origins, c.seek = v, true, nil, nil
	c.slot.file = v
}

// isFile tells whether a mode is that of something with lines.
func isFile(mode uint32) bool { return mode != 0 && mode != modeSubmodule && mode != modeDir }

// sought is a parent in which the origin of an added path is yet to be found.
type sought struct {
	// at is the place among origins that the parent's would have.
	at      int
	removed *removed
}
