package history

import (
	"encoding/binary"
	"slices"

	"weir/internal/facts"
)

// A commit's record is
//
//	number - first parent's number, or 0 | author | author time (zigzag)
//	[name, e-mail of the author when it is a new one]
//	how many new paths, each as: bytes shared with the one before, length, the rest
//	how many holes were met, each as its kind and its id
//	how many versions it made | length of the changes | changes | versions
//
// A change is the path (zigzag of the difference to the one before) and 0 for "gone", 1 for the next version that the
// commit made, or 2 more than the distance back from the first of those to the version. All numbers are varints.
//
// A version begins with a byte: its kind, whether its owners follow as a whole, and the number of origins.
//   - binary: per origin the distance back to its id, and its blob
//   - owners as a whole: lines, number of stretches, each as length and number of the commit - number of the writer
//   - else: lines, then per origin the distance back to its id, twice the number of changes (plus one when the added
//     lines belong to nobody), and per change: kept lines before it, and deleted and added lines, in one byte where
//     both are below 15.

// recorder builds the record of the present commit.
type recorder struct {
	made     int
	number   facts.CommitNumber
	versions []byte
	changes  []byte
	newPaths []byte
	record   []byte
	lastNew  string
}

const (
	recordKind  = 3      // kinds below
	recordWhole = 1 << 2 // owners as a whole
	recordShift = 3      // number of origins

	recordText   = 0
	recordBinary = 1
	recordLarge  = 2
	recordNone   = 3
)

// The snapshot rule: after so many steps, once these are as long as half a snapshot, or at the latest.
const (
	snapshotSteps = 80
	snapshotMost  = 224
)

// begin starts the record of a commit.
func (s *state) begin(n facts.CommitNumber) {
	r := &s.record
	r.number, r.made = n, 0
	r.versions, r.changes, r.newPaths, r.lastNew = r.versions[:0], r.changes[:0], r.newPaths[:0], ""
}

// addVersion gives a version its id and records where its lines come from. steps go with origins.
func (s *state) addVersion(v *version, origins []*version, steps []step) {
	v.id = s.next
	s.next++
	s.record.made++
	if !s.keeps() {
		return
	}
	b := s.record.versions
	switch v.kind {
	case facts.KindText:
		b = s.textVersion(b, v, origins, steps)
	case facts.KindBinary:
		b = append(b, recordBinary|byte(min(len(origins), 31))<<recordShift)
		for _, o := range origins[:min(len(origins), 31)] {
			b = binary.AppendUvarint(b, uint64(v.id-o.id))
			b = o.blob.AppendRaw(b)
		}
	case facts.KindTooLarge:
		b = binary.AppendUvarint(append(b, recordLarge), uint64(v.lines))
	default:
		b = append(b, recordNone)
	}
	s.record.versions = b
}

// textVersion appends a text, by its steps or, now and then, as a whole.
func (s *state) textVersion(b []byte, v *version, origins []*version, steps []step) []byte {
	start := len(b)
	v.steps, v.weight = 0, 0
	// The owners of a binary origin are not held, so what stems from one is.
	binaryOrigin := slices.ContainsFunc(origins, func(o *version) bool { return o.kind == facts.KindBinary })
	if len(origins) < 32 && len(steps) == len(origins) && !binaryOrigin {
		b = binary.AppendUvarint(append(b, recordText|byte(len(origins))<<recordShift), uint64(v.lines))
		for i, o := range origins {
			b = appendStep(binary.AppendUvarint(b, uint64(v.id-o.id)), steps[i])
			v.steps, v.weight = max(v.steps, o.steps+1), v.weight+o.weight
		}
		v.weight += len(b) - start
		if !v.wantsSnapshot(len(b)-start, len(origins)) {
			return b
		}
	}
	b, v.steps, v.weight = b[:start], 0, 0
	b = binary.AppendUvarint(append(b, recordText|recordWhole), uint64(v.lines))
	b = binary.AppendUvarint(b, uint64(len(v.owners)))
	line := uint32(0)
	for _, o := range v.owners {
		b = binary.AppendUvarint(b, uint64(o.end-line))
		b = binary.AppendUvarint(b, uint64(s.record.number-o.by))
		line = o.end
	}
	return b
}

// wantsSnapshot decides by what a snapshot would cost against the steps that it saves.
func (v *version) wantsSnapshot(own, origins int) bool {
	whole := 3*len(v.owners) + 4
	switch {
	case origins == 0:
		return false
	case whole <= own || v.steps >= snapshotMost:
		return true
	}
	return v.steps >= snapshotSteps && 2*v.weight >= whole
}

func appendStep(b []byte, s step) []byte {
	n := uint64(len(s.changes)) << 1
	if s.rest == facts.Unattributed {
		n |= 1
	}
	b = binary.AppendUvarint(b, n)
	at := 0
	for _, c := range s.changes {
		b = binary.AppendUvarint(b, uint64(c.AStart-at))
		b = append(b, byte(min(c.ALines, 15))<<4|byte(min(c.BLines, 15)))
		if c.ALines >= 15 {
			b = binary.AppendUvarint(b, uint64(c.ALines-15))
		}
		if c.BLines >= 15 {
			b = binary.AppendUvarint(b, uint64(c.BLines-15))
		}
		at = c.AStart + c.ALines
	}
	return b
}

// end completes the record: the commit counts as done. met are the holes that it was replayed with.
func (s *state) end(info commitInfo, newAuthor bool, changes []*change, met []hole) error {
	met = s.addHoles(met)
	info.first = s.next - versionID(s.record.made)
	s.commits = append(s.commits, info)
	s.done++
	if !s.keeps() {
		return nil
	}
	r := &s.record
	count, before := uint64(0), uint32(0)
	for _, c := range changes {
		path, isNew := s.pathIndex(c.path)
		if isNew {
			r.addPath(c.path)
			count++
		}
		r.changes = binary.AppendVarint(r.changes, int64(path)-int64(before))
		before = path
		r.changes = binary.AppendUvarint(r.changes, changeRef(c, info.first))
	}
	b := r.record[:0]
	parent := uint64(0)
	if info.parent != 0 {
		parent = uint64(r.number - info.parent)
	}
	b = binary.AppendUvarint(b, parent)
	b = binary.AppendUvarint(b, uint64(info.author))
	b = binary.AppendVarint(b, info.when)
	if newAuthor {
		a := s.authors[info.author]
		b = appendText(appendText(b, a.name), a.email)
	}
	b = append(binary.AppendUvarint(b, count), r.newPaths...)
	b = appendHoles(b, met)
	b = binary.AppendUvarint(b, uint64(r.made))
	b = append(binary.AppendUvarint(b, uint64(len(r.changes))), r.changes...)
	r.record = append(b, r.versions...)
	return s.files.append(r.record)
}

func changeRef(c *change, first versionID) uint64 {
	switch {
	case c.new == nil:
		return 0
	case c.new.id >= first:
		return 1
	}
	return uint64(first-c.new.id) + 1
}

func (r *recorder) addPath(path string) {
	shared := 0
	for shared < min(len(path), len(r.lastNew)) && path[shared] == r.lastNew[shared] {
		shared++
	}
	r.newPaths = binary.AppendUvarint(r.newPaths, uint64(shared))
	r.newPaths = appendText(r.newPaths, path[shared:])
	r.lastNew = path
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
