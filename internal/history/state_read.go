package history

import (
	"fmt"

	"weir/internal/facts"
	"weir/internal/git"
)

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
	p.holes(s.holes, s.files.hashSize)
	made := p.number()
	s.next += versionID(made)
	size := p.number()
	info.changes = uint32(p.at)
	info.versions = info.changes + uint32(size)
	if p.bad || info.parent < 0 || info.parent >= n || int(info.author) >= len(s.authors) ||
		size > uint64(to-p.at) || made > uint64(to-p.at)-size || s.next < info.first {
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
		l.kind, l.owners = facts.KindTooLarge, wholly(p.lines(), facts.Unattributed)
	case recordNone:
		l.kind, l.owners = facts.KindUnreadable, owners{}
	default:
		lines := p.lines()
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
	if n < 0 || n > len(p.data)-p.at {
		p.bad = true
		return nil
	}
	l.owners = make(owners, 0, n)
	sum := 0
	for range n {
		lines, back := p.lines(), p.number()
		if sum += lines; back > uint64(l.by) || lines == 0 || sum > maxLines {
			p.bad = true
			return nil
		}
		l.owners = l.owners.add(lines, l.by-facts.CommitNumber(back))
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
