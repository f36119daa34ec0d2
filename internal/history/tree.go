package history

import (
	"bytes"
	"fmt"
	"sort"

	"weir/internal/git"
)

// dir is a directory at a commit, as git's tree object has it, with what is known of each entry. It is immutable
// once built and shared between commits; the versions that it leads to get their owners later.
type dir struct {
	hash     git.Hash
	hashSize int
	raw      []byte
	offs     []uint32 // where each entry begins, and the end of raw
	kids     []kid
	// stored is set for a directory of a commit of an earlier run, which is read when it is needed.
	stored *storedRoot
	prefix string
	// damaged says that the tree could not be read, and that this is what stands in for it.
	damaged bool
}

// kid is what an entry leads to: a directory, a version, or nothing for a submodule.
type kid struct {
	dir  *dir
	file *version
}

// The modes of tree entries, without the permission bits that git ignores.
const (
	modeDir       = 0o040000
	modeFile      = 0o100644
	modeRun       = 0o100755
	modeSymlink   = 0o120000
	modeSubmodule = 0o160000
	modeType      = 0o170000
)

// entry is one line of a directory. Its name is only valid while the directory's bytes are.
type entry struct {
	mode uint32
	name []byte
	hash []byte
}

func (e entry) isDir() bool       { return e.mode == modeDir }
func (e entry) isSubmodule() bool { return e.mode == modeSubmodule }

// same tells whether two entries of one name are the same for git.
func (e entry) same(o entry) bool { return e.mode == o.mode && bytes.Equal(e.hash, o.hash) }

// sameType tells whether content can be followed from one entry to the other.
func sameType(a, b uint32) bool { return a&modeType == b&modeType }

// canonical reduces a mode to the ones that git tells apart. Old trees hold 100664.
func canonical(mode uint32) uint32 {
	switch mode & modeType {
	case modeType & modeFile:
		if mode&0o100 != 0 {
			return modeRun
		}
		return modeFile
	case modeDir, modeSymlink:
		return mode & modeType
	}
	return modeSubmodule
}

func (d *dir) len() int { return max(len(d.offs)-1, 0) }

// entry reads entry i.
func (d *dir) entry(i int) entry {
	raw := d.raw[d.offs[i]:d.offs[i+1]]
	var mode uint32
	at := 0
	for raw[at] != ' ' {
		mode = mode<<3 | uint32(raw[at]-'0')
		at++
	}
	end := len(raw) - d.hashSize
	return entry{mode: canonical(mode), name: raw[at+1 : end-1], hash: raw[end:]}
}

// parseEntries appends where each entry of raw[from:to] begins. The last one must end at to.
func parseEntries(offs []uint32, raw []byte, from, to, hashSize int) ([]uint32, error) {
	for from < to {
		start := from
		for from < to && raw[from] >= '0' && raw[from] <= '7' {
			from++
		}
		if from == start || from-start > 7 || from == to || raw[from] != ' ' {
			return nil, fmt.Errorf("no mode at byte %d", start)
		}
		name := bytes.IndexByte(raw[from+1:to], 0)
		if name <= 0 || bytes.IndexByte(raw[from+1:from+1+name], '/') >= 0 {
			return nil, fmt.Errorf("no file name at byte %d", from)
		}
		offs = append(offs, uint32(start))
		from += 2 + name + hashSize
	}
	if from != to {
		return nil, fmt.Errorf("an entry goes beyond byte %d", to)
	}
	return offs, nil
}

// newDir parses a tree object that resembles base; base may be nil. Entries at the head and the tail that are the
// same bytes as in base are taken over: keepHead and keepTail say how many.
func newDir(hash git.Hash, raw []byte, base *dir) (d *dir, keepHead, keepTail int, err error) {
	d = &dir{hash: hash, hashSize: hash.Size(), raw: raw}
	if base != nil && base.len() > 0 {
		keepHead, keepTail = commonEntries(base, raw)
		if d.parseMiddle(base, keepHead, keepTail) {
			return d, keepHead, keepTail, nil
		}
	}
	d.offs, err = parseEntries(make([]uint32, 0, len(raw)/32+1), raw, 0, len(raw), d.hashSize)
	d.offs = append(d.offs, uint32(len(raw)))
	d.kids = make([]kid, d.len())
	return d, 0, 0, err
}

// like gives the same directory as a successor of another base, as newDir does: what it leads to beyond the base is
// yet to be found.
func (d *dir) like(base *dir) (same *dir, keepHead, keepTail int) {
	same = &dir{hash: d.hash, hashSize: d.hashSize, raw: d.raw, offs: d.offs, kids: make([]kid, d.len())}
	if base != nil && base.len() > 0 {
		keepHead, keepTail = commonEntries(base, d.raw)
		if tail := d.len() - keepTail; keepTail > 0 && len(d.raw)-int(d.offs[tail]) != len(base.raw)-int(base.offs[base.len()-keepTail]) {
			keepTail = 0 // bytes that look like a whole entry of the base are the end of a longer one
		}
		copy(same.kids, base.kids[:keepHead])
		copy(same.kids[d.len()-keepTail:], base.kids[base.len()-keepTail:])
	}
	return same, keepHead, keepTail
}

// commonEntries counts the entries of base that raw also begins and ends with. They do not overlap in either.
func commonEntries(base *dir, raw []byte) (head, tail int) {
	limit := min(len(base.raw), len(raw))
	n := commonPrefix(base.raw[:limit], raw[:limit])
	head = sort.Search(base.len(), func(i int) bool { return int(base.offs[i+1]) > n })
	rest := limit - int(base.offs[head])
	n = commonSuffix(base.raw[len(base.raw)-rest:], raw[len(raw)-rest:])
	first := sort.Search(base.len(), func(i int) bool { return int(base.offs[i]) >= len(base.raw)-n })
	return head, base.len() - max(first, head)
}

// parseMiddle parses what lies between the common entries. It gives up when that does not end where the common tail
// begins: bytes that look like a whole entry may be the end of a longer one.
func (d *dir) parseMiddle(base *dir, head, tail int) bool {
	shift := len(d.raw) - len(base.raw)
	first := base.len() - tail
	offs := append(make([]uint32, 0, base.len()+4), base.offs[:head]...)
	offs, err := parseEntries(offs, d.raw, int(base.offs[head]), int(base.offs[first])+shift, d.hashSize)
	if err != nil {
		return false
	}
	middle := len(offs)
	for _, off := range base.offs[first:] {
		offs = append(offs, uint32(int(off)+shift))
	}
	d.offs = offs
	d.kids = make([]kid, d.len())
	copy(d.kids, base.kids[:head])
	copy(d.kids[middle:], base.kids[first:])
	return true
}

// commonPrefix counts equal bytes at the head of two slices of one length.
func commonPrefix(a, b []byte) int {
	const step = 256
	n := 0
	for n+step <= len(a) && bytes.Equal(a[n:n+step], b[n:n+step]) {
		n += step
	}
	for n < len(a) && a[n] == b[n] {
		n++
	}
	return n
}

// commonSuffix counts equal bytes at the tail of two slices of one length.
func commonSuffix(a, b []byte) int {
	const step = 256
	n := len(a)
	for n >= step && bytes.Equal(a[n-step:n], b[n-step:n]) {
		n -= step
	}
	for n > 0 && a[n-1] == b[n-1] {
		n--
	}
	return len(a) - n
}

// compareEntries orders as git orders trees: a directory as if its name ended in a slash.
func compareEntries(a, b entry) int {
	n := min(len(a.name), len(b.name))
	if c := bytes.Compare(a.name[:n], b.name[:n]); c != 0 {
		return c
	}
	return int(after(a, n)) - int(after(b, n))
}

// after is the byte that follows the first n of a name for the purpose of order.
func after(e entry, n int) byte {
	switch {
	case n < len(e.name):
		return e.name[n]
	case e.isDir():
		return '/'
	}
	return 0
}

// find gives the position of a name as a file (or submodule), or as a directory; -1 when it is not there.
func (d *dir) find(name string, asDir bool) int {
	want := entry{mode: modeFile, name: []byte(name)}
	if asDir {
		want.mode = modeDir
	}
	i := sort.Search(d.len(), func(i int) bool { return compareEntries(d.entry(i), want) >= 0 })
	if i < d.len() && compareEntries(d.entry(i), want) == 0 && d.entry(i).isDir() == asDir {
		return i
	}
	return -1
}
