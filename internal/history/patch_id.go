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
	var raw [32]byte
	carry := 0
	for i, b := range p.hash.Sum(raw[:0]) {
		carry += int(b) + int(p.sum[i])
		p.sum[i] = byte(carry)
		carry >>= 8
	}
	p.hash.Reset()
	p.full = false
}

// line writes a line without its white space. git stops at a NUL.
func (p *patchID) line(prefix byte, line []byte) {
	if nul := bytes.IndexByte(line, 0); nul >= 0 {
		line = line[:nul]
	}
	p.buf = slices.Grow(p.buf, len(line)+1)
	n := len(p.buf)
	buf := p.buf[:n+len(line)+1]
	if prefix != ' ' {
		buf[n] = prefix
		n++
	}
	n += strip(buf[n:], line)
	p.buf = buf[:n]
	if n > 32<<10 {
		p.write()
	}
}

// strip copies a line without its white space to dst, which has room for all of it, and gives what that takes.
func strip(dst, line []byte) int {
	n := 0
	for _, c := range line {
		dst[n] = c
		n += int(shown[c])
	}
	return n
}

// shown is 0 for white space and 1 for everything else.
var shown = func() (table [256]uint8) {
	for c := range table {
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			table[c] = 1
		}
	}
	return table
}()

func (p *patchID) write() {
	if len(p.buf) == 0 {
		return
	}
	p.hash.Write(p.buf)
	p.buf = p.buf[:0]
	p.empty = false
}

func (p *patchID) header(format string, args ...any) {
	p.line(' ', fmt.Appendf(nil, format, args...))
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
	a, b := quote("a/"+path), quote("b/"+path)
	if !p.binaryBefore {
		p.header("diff --git %s %s", a, b)
	}
	p.binaryBefore = false
	switch {
	case old.mode == 0:
		p.header("new file mode %06o", now.mode)
		a = "/dev/null"
	case now.mode == 0:
		p.header("deleted file mode %06o", old.mode)
		b = "/dev/null"
	case old.mode != now.mode:
		p.header("old mode %06o", old.mode)
		p.header("new mode %06o", now.mode)
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
	p.line('-', []byte("-- "+a))
	p.line('+', []byte("++ "+b))
	p.hunks(d, oldText, newText, changes, exact)
	p.write()
	p.full = true
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
		p.kept(a, max(shown, ch.AStart-contextLines), ch.AStart)
		for i := range ch.ALines {
			p.line('-', a.Line(ch.AStart+i))
		}
		for i := range ch.BLines {
			p.line('+', b.Line(ch.BStart+i))
		}
		next := a.Lines()
		if i+1 < len(changes) {
			next = changes[i+1].AStart
		}
		end := ch.AStart + ch.ALines
		shown = min(end+contextLines, next)
		p.kept(a, end, shown)
	}
}

// kept adds unchanged lines.
func (p *patchID) kept(a *linediff.Text, from, to int) {
	for i := from; i < to; i++ {
		p.line(' ', a.Line(i))
	}
}

// quote writes a path as git does in a patch header.
func quote(path string) string {
	plain := true
	for i := range len(path) {
		if c := path[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			plain = false
		}
	}
	if plain {
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
