package history

import (
	"encoding/binary"
	"fmt"
	"slices"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history/linediff"
)

// A commit's record is
//
//	number - first parent's number, or 0 | author | author time (zigzag)
//	[name, e-mail of the author when it is a new one]
//	how many new paths, each as: bytes shared with the one before, length, the rest
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
	blobs    map[versionID]git.Hash
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
	snapshotSteps = 32
	snapshotMost  = 256
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

// end completes the record: the commit counts as done.
func (s *state) end(info commitInfo, newAuthor bool, changes []*change) error {
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

// index takes the record at data[from:to] of the next commit.
func (s *state) index(from, to int) error {
	p := parser{data: s.data[:to], at: from}
	n := facts.CommitNumber(len(s.commits) + 1)
	info := commitInfo{first: s.next}
	if back := p.number(); back != 0 {
		info.parent = n - facts.CommitNumber(back)
	}
	info.author, info.when = uint32(p.number()), p.signed()
	if int(info.author) == len(s.authors) {
		s.authorIndex(authorName{p.text(), p.text()})
	}
	last := ""
	for range p.number() {
		shared := p.number()
		if shared > uint64(len(last)) || p.bad {
			p.bad = true
			break
		}
		last = last[:shared] + p.text()
		s.paths = append(s.paths, last)
	}
	s.next += versionID(p.number())
	size := p.number()
	info.changes = uint32(p.at)
	info.versions = info.changes + uint32(size)
	if p.bad || info.parent < 0 || int(info.author) >= len(s.authors) || size > uint64(to-p.at) {
		return fmt.Errorf("%w: the record of commit %d makes no sense", errState, n)
	}
	s.commits = append(s.commits, info)
	return nil
}

// changesOf calls each for the changed paths of commit i, counted from 0.
func (s *state) changesOf(i int, each func(path uint32, id versionID)) error {
	c := s.heldCommits[i]
	p := parser{data: s.data[:c.versions], at: int(c.changes)}
	made := c.first
	path := int64(0)
	for p.at < len(p.data) {
		path += p.signed()
		var id versionID
		switch ref := p.number(); ref {
		case 0:
		case 1:
			id = made
			made++
		default:
			id = c.first - versionID(ref-1)
		}
		if p.bad || path < 0 || path >= int64(len(s.heldPaths)) {
			return fmt.Errorf("%w: the changes of commit %d make no sense", errState, i+1)
		}
		each(uint32(path), id)
	}
	return nil
}

// readVersion works out one version.
func (s *state) readVersion(id versionID, depth int) (*loaded, error) {
	i := s.maker(id)
	if i < 0 || id >= s.held {
		return nil, fmt.Errorf("%w: version %d is not held", errState, id)
	}
	p, err := s.seek(i, id)
	if err != nil {
		return nil, err
	}
	l := &loaded{by: facts.CommitNumber(i + 1)}
	head := p.byte()
	origins := int(head >> recordShift)
	switch head & recordKind {
	case recordBinary:
		l.kind = facts.KindBinary
		err = s.readBinary(p, l, id, origins)
	case recordLarge:
		l.kind, l.owners = facts.KindTooLarge, wholly(int(p.number()), facts.Unattributed)
	case recordNone:
		l.kind, l.owners = facts.KindUnreadable, owners{}
	default:
		lines := int(p.number())
		if head&recordWhole != 0 {
			err = readWhole(p, l)
		} else {
			err = s.readSteps(p, l, id, origins, lines, depth)
		}
		if err == nil && l.owners.lines() != lines {
			p.bad = true
		}
	}
	if err == nil && p.bad {
		err = fmt.Errorf("%w: version %d makes no sense", errState, id)
	}
	return l, err
}

func (s *state) readBinary(p *parser, l *loaded, id versionID, origins int) error {
	for range origins {
		back := versionID(p.number())
		l.from = append(l.from, &version{id: id - back, stored: true, blob: git.HashOf(p.bytes(s.files.hashSize))})
		if p.bad || back == 0 || back > id {
			return fmt.Errorf("%w: version %d makes no sense", errState, id)
		}
	}
	return nil
}

func readWhole(p *parser, l *loaded) error {
	n := int(p.number())
	if n > len(p.data)-p.at {
		p.bad = true
		return nil
	}
	l.owners = make(owners, 0, n)
	for range n {
		lines, back := int(p.number()), facts.CommitNumber(p.number())
		if back > l.by || lines <= 0 || lines > 1<<31 {
			p.bad = true
			return nil
		}
		l.owners = l.owners.add(lines, l.by-back)
	}
	return nil
}

func (s *state) readSteps(p *parser, l *loaded, id versionID, origins, lines, depth int) error {
	start := p.at
	sofar := wholly(lines, open)
	for range origins {
		back := versionID(p.number())
		if p.bad || back == 0 || back > id {
			return fmt.Errorf("%w: version %d makes no sense", errState, id)
		}
		old, err := s.version(id-back, depth+1)
		if err != nil {
			return err
		}
		step, ok := p.step(old.owners.lines(), lines)
		if !ok {
			return fmt.Errorf("%w: version %d does not fit version %d", errState, id, id-back)
		}
		sofar = fill(sofar, inherit(old.owners, step.changes, step.rest))
		l.steps, l.weight = max(l.steps, old.steps+1), l.weight+old.weight
	}
	l.weight += p.at - start
	l.owners, _ = sofar.close(l.by)
	return nil
}

// seek gives a parser at a version of commit i.
func (s *state) seek(i int, id versionID) (*parser, error) {
	offs, known := s.where[i]
	if !known {
		next := s.held
		if i+1 < len(s.heldCommits) {
			next = s.heldCommits[i+1].first
		}
		p := parser{data: s.data, at: int(s.heldCommits[i].versions)}
		for range next - s.heldCommits[i].first {
			offs = append(offs, uint32(p.at))
			p.skipVersion(s.files.hashSize)
		}
		if p.bad {
			return nil, fmt.Errorf("%w: the versions of commit %d make no sense", errState, i+1)
		}
		s.where[i] = offs
	}
	k := int(id - s.heldCommits[i].first)
	if k >= len(offs) {
		return nil, fmt.Errorf("%w: version %d is not held", errState, id)
	}
	return &parser{data: s.data, at: int(offs[k])}, nil
}

// parser reads the parts of a record. After bad everything reads as zero.
type parser struct {
	data []byte
	at   int
	bad  bool
}

func (p *parser) number() uint64 {
	n, size := binary.Uvarint(p.data[min(p.at, len(p.data)):])
	if size <= 0 || p.bad {
		p.bad = true
		return 0
	}
	p.at += size
	return n
}

func (p *parser) signed() int64 {
	n := p.number()
	return int64(n>>1) ^ -int64(n&1)
}

func (p *parser) bytes(n int) []byte {
	if p.bad || n < 0 || n > len(p.data)-p.at {
		p.bad = true
		return nil
	}
	p.at += n
	return p.data[p.at-n : p.at]
}

func (p *parser) byte() byte {
	if b := p.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (p *parser) text() string {
	n := p.number()
	if n > uint64(len(p.data)) {
		p.bad = true
		return ""
	}
	return string(p.bytes(int(n)))
}

// step reads the changes from a version of old lines to one of now lines; ok is false when they do not fit.
func (p *parser) step(old, now int) (s step, ok bool) {
	n := p.number()
	s.rest = open
	if n&1 != 0 {
		s.rest = facts.Unattributed
	}
	at, shift := 0, 0
	for range n >> 1 {
		var c linediff.Change
		c.AStart = at + int(p.number())
		c.ALines, c.BLines = p.sizes()
		c.BStart = c.AStart + shift
		at, shift = c.AStart+c.ALines, shift+c.BLines-c.ALines
		if p.bad || c.AStart < 0 || c.ALines < 0 || c.BLines < 0 || at > old || at < c.AStart {
			return s, false
		}
		s.changes = append(s.changes, c)
	}
	return s, !p.bad && old+shift == now
}

func (p *parser) sizes() (deleted, added int) {
	both := p.byte()
	deleted, added = int(both>>4), int(both&15)
	if deleted == 15 {
		deleted += int(p.number())
	}
	if added == 15 {
		added += int(p.number())
	}
	return deleted, added
}

func (p *parser) skipVersion(hashSize int) {
	head := p.byte()
	origins := int(head >> recordShift)
	switch head & recordKind {
	case recordBinary:
		for range origins {
			p.number()
			p.bytes(hashSize)
		}
	case recordLarge:
		p.number()
	case recordText:
		p.number()
		if head&recordWhole != 0 {
			for range p.number() {
				p.number()
				if p.number(); p.bad {
					return
				}
			}
			return
		}
		for range origins {
			p.number()
			for range p.number() >> 1 {
				p.number()
				if p.sizes(); p.bad {
					return
				}
			}
		}
	}
}
