package history

import (
	"encoding/binary"

	"weir/internal/facts"
	"weir/internal/history/linediff"
)

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

// maxLines is more than a file can have.
const maxLines = 1<<31 - 1

// lines reads a number of lines.
func (p *parser) lines() int {
	n := p.number()
	if n > maxLines {
		p.bad = true
		return 0
	}
	return int(n)
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
		c.AStart = at + p.lines()
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
		deleted += p.lines()
	}
	if added == 15 {
		added += p.lines()
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
