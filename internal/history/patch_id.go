package history

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strings"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history/linediff"
)

// patchID computes what `git patch-id --stable` says of the commit's patch (diff-tree -p --full-index --no-renames):
// a hash of each file's patch without white space and line numbers, added up. Renames are left out of the patch so
// that the id does not depend on how similar two files are found to be.
type patchID struct {
	hash  hash.Hash
	sum   []byte
	raw   []byte // of the hash
	buf   []byte
	empty bool
	// full says that a file with hunks ended: it goes into the sum when the next file begins, or at the end. git does
	// not end a file without hunks, whose header is hashed together with the next file, and ends a binary file at
	// once, so that one at the end of a patch is followed by the hash of nothing.
	full bool
	// binaryBefore says that the file before was binary: git then passes over the first line of the next one.
	binaryBefore bool
}

func newPatchID(hashSize int) *patchID {
	p := &patchID{hash: sha1.New(), sum: make([]byte, hashSize), empty: true}
	if hashSize == 32 {
		p.hash = sha256.New()
	}
	return p
}

// reset starts the next commit.
func (p *patchID) reset() {
	p.hash.Reset()
	clear(p.sum)
	p.empty, p.full, p.binaryBefore = true, false, false
}

// finish gives the id in hex, "" for a commit without a patch.
func (p *patchID) finish() string {
	if p.empty {
		return ""
	}
	p.flush()
	return hex.EncodeToString(p.sum)
}

// flush adds the hash of what was written to the sum, byte by byte with carry.
func (p *patchID) flush() {
	p.raw = p.hash.Sum(p.raw[:0])
	carry := 0
	for i, b := range p.raw {
		carry += int(b) + int(p.sum[i])
		p.sum[i] = byte(carry)
		carry >>= 8
	}
	p.hash.Reset()
	p.full = false
}

// lines writes lines from to to of a text without their white space, each with a prefix unless that is a space. git
// stops at a NUL.
func (p *patchID) lines(prefix byte, t *linediff.Text, from, to int) {
	for from < to {
		next := min(to, from+linesAtOnce)
		p.some(prefix, t, from, next)
		from = next
		if len(p.buf) > 32<<10 {
			p.write()
		}
	}
}

// linesAtOnce bounds what is buffered, together with the length of a line.
const linesAtOnce = 64

func (p *patchID) some(prefix byte, t *linediff.Text, from, to int) {
	block := t.Block(from, to)
	p.buf = slices.Grow(p.buf, len(block)+to-from)
	n := len(p.buf)
	buf := p.buf[:n+len(block)+to-from]
	if bytes.IndexByte(block, 0) < 0 {
		n += strip(buf[n:], block, prefix)
	} else {
		for i := from; i < to; i++ {
			line, _, _ := bytes.Cut(t.Line(i), []byte{0})
			n += strip(buf[n:], line, prefix)
		}
	}
	p.buf = buf[:n]
}

// strip copies lines without their white space to dst, each with a prefix unless that is a space, and gives what that
// takes. dst has room for all of it and for the prefixes.
func strip(dst, lines []byte, prefix byte) int {
	if prefix == ' ' {
		return translate(dst, lines, &unmarked)
	}
	// What ends a line makes the prefix of the next one.
	dst[0] = prefix
	table := &added
	if prefix == '-' {
		table = &deleted
	}
	n := 1 + translate(dst[1:], lines, table)
	if len(lines) > 0 && lines[len(lines)-1] == '\n' {
		n--
	}
	return n
}

// translate writes to dst what table makes of each byte, and gives how much that is.
func translate(dst, lines []byte, table *[256]uint32) int {
	n := uint32(0)
	for _, c := range lines {
		v := table[c]
		dst[n] = byte(v)
		n += v >> 8
	}
	return int(n)
}

// What is written of a byte, and above its eight bits how many bytes that is: none of white space, one of everything
// else. Narrower tables make the loop above slower.
var (
	unmarked = written(0)
	added    = written('+')
	deleted  = written('-')
)

// written makes the table for lines with a prefix, 0 for none.
func written(prefix byte) (table [256]uint32) {
	for c := range table {
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			table[c] = 1<<8 | uint32(c)
		}
	}
	if prefix != 0 {
		table['\n'] = 1<<8 | uint32(prefix)
	}
	return table
}

func (p *patchID) write() {
	if len(p.buf) == 0 {
		return
	}
	p.hash.Write(p.buf)
	p.buf = p.buf[:0]
	p.empty = false
}

// words writes text without its white space.
func (p *patchID) words(text string) {
	for i := range len(text) {
		if unmarked[text[i]] != 0 {
			p.buf = append(p.buf, text[i])
		}
	}
}

// name writes a path as it stands in the header, with the letter of its side.
func (p *patchID) name(side, path string) {
	if plain(path) {
		p.words(side)
		p.words(path)
		return
	}
	p.words(quote(side + path))
}

// mode writes words and a mode.
func (p *patchID) mode(words string, mode uint32) {
	p.words(words)
	for shift := 15; shift >= 0; shift -= 3 {
		p.buf = append(p.buf, '0'+byte(mode>>shift&7))
	}
}

// change adds one path. A change of type is a deletion and an addition for git.
func (p *patchID) change(d *linediff.Differ, c *change, changes []linediff.Change, exact bool) {
	side := func(mode uint32, id git.Hash, v *version, text *linediff.Text) patchSide {
		return patchSide{mode: mode, id: id, version: v, text: text}
	}
	old := side(c.oldMode, c.oldID, c.old, c.oldText)
	now := side(c.newMode, c.newID, c.new, c.text)
	none := patchSide{}
	switch c.status {
	case facts.FileRenamed:
		p.file(d, c.path, none, now, nil, false)
	case facts.FileTypeChanged:
		p.file(d, c.path, old, none, nil, false)
		p.file(d, c.path, none, now, nil, false)
	default:
		p.file(d, c.path, old, now, changes, exact)
	}
}

// patchSide is one side of a file's patch; mode 0 is /dev/null.
type patchSide struct {
	mode    uint32
	id      git.Hash
	version *version
	text    *linediff.Text
}

// binary tells whether git shows no lines for the side.
func (s patchSide) binary() bool {
	return s.version != nil && s.version.kind != facts.KindText
}

func (p *patchID) file(
	d *linediff.Differ, path string, old, now patchSide, changes []linediff.Change, exact bool,
) {
	if p.full {
		p.flush()
	}
	if !p.binaryBefore {
		p.words("diff --git ")
		p.name("a/", path)
		p.name("b/", path)
	}
	p.binaryBefore = false
	switch {
	case old.mode == 0:
		p.mode("new file mode ", now.mode)
	case now.mode == 0:
		p.mode("deleted file mode ", old.mode)
	case old.mode != now.mode:
		p.mode("old mode ", old.mode)
		p.mode("new mode ", now.mode)
	}
	defer p.write()
	if old.id == now.id && old.mode != 0 && now.mode != 0 {
		return
	}
	if old.binary() || now.binary() {
		p.binary(old, now)
		return
	}
	oldText, newText := old.lines(), now.lines()
	if oldText.Lines() == 0 && newText.Lines() == 0 {
		return
	}
	p.side("---", old.mode, "a/", path)
	p.side("+++", now.mode, "b/", path)
	p.hunks(d, oldText, newText, changes, exact)
	p.write()
	p.full = true
}

// side writes the line that names one side.
func (p *patchID) side(words string, mode uint32, side, path string) {
	p.words(words)
	if mode == 0 {
		p.words("/dev/null")
		return
	}
	p.name(side, path)
}

// binary adds the ids that stand for the content.
func (p *patchID) binary(old, now patchSide) {
	zero := strings.Repeat("0", 2*len(p.sum))
	for _, s := range []patchSide{old, now} {
		id := zero
		if s.mode != 0 {
			id = s.id.String()
		}
		p.buf = append(p.buf, id...)
	}
	p.write()
	p.flush()
	p.binaryBefore = true
}

// lines gives a side's text: that of a submodule names its commit.
func (s patchSide) lines() *linediff.Text {
	switch {
	case s.mode == modeSubmodule:
		return linediff.Split([]byte("Subproject commit " + s.id.String() + "\n"))
	case s.text == nil:
		return linediff.Split(nil)
	}
	return s.text
}

// contextLines is how many unchanged lines git shows around a change.
const contextLines = 3

// hunks adds the lines of all hunks. changes are used when exact says that they are what git finds when it shows
// context.
func (p *patchID) hunks(d *linediff.Differ, a, b *linediff.Text, changes []linediff.Change, exact bool) {
	if !exact {
		var err error
		if changes, err = d.Diff(nil, a, b, linediff.Options{KeepTail: true}); err != nil {
			changes = []linediff.Change{{ALines: a.Lines(), BLines: b.Lines()}}
		}
	}
	shown := 0 // lines of a that were written
	for i, ch := range changes {
		p.lines(' ', a, max(shown, ch.AStart-contextLines), ch.AStart)
		p.lines('-', a, ch.AStart, ch.AStart+ch.ALines)
		p.lines('+', b, ch.BStart, ch.BStart+ch.BLines)
		next := a.Lines()
		if i+1 < len(changes) {
			next = changes[i+1].AStart
		}
		end := ch.AStart + ch.ALines
		shown = min(end+contextLines, next)
		p.lines(' ', a, end, shown)
	}
}

// plain tells whether git writes a path as it is.
func plain(path string) bool {
	for i := range len(path) {
		if c := path[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// quote writes a path as git does in a patch header.
func quote(path string) string {
	if plain(path) {
		return path
	}
	const short = "abtnvfr"
	out := []byte{'"'}
	for i := range len(path) {
		switch c := path[i]; {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c >= 7 && c <= 13:
			out = append(out, '\\', short[c-7])
		case c < ' ' || c >= 0x7f:
			out = fmt.Appendf(out, "\\%03o", c)
		default:
			out = append(out, c)
		}
	}
	return string(append(out, '"'))
}
