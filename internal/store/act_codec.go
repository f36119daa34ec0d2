package store

import (
	"encoding/binary"

	"weir/internal/facts"
)

// The blobs of verdicts on items are lists of varints behind one byte of version, as those of commit_files are.
const (
	actsV1    = 1
	threadsV1 = 1
)

// The bits of an act.
const (
	bitSuggestion = 1 << iota
	bitFollowOn
	bitMerge
	bitDismissed // how long after the act follows its words
)

// leftCodes are the reasons for which an act may be left out; their places are stored, add at the end.
var leftCodes = []facts.Reason{facts.Counts, facts.LeftBot, facts.LeftExcluded, facts.LeftHidden, facts.LeftComment, facts.LeftGhosts}

func leftCode(r facts.Reason) byte {
	for i, known := range leftCodes {
		if known == r {
			return byte(i)
		}
	}
	return 0
}

// packActs writes each act's time relative to the one before.
func packActs(acts []facts.Act) []byte {
	if len(acts) == 0 {
		return []byte{}
	}
	b := binary.AppendUvarint([]byte{actsV1}, uint64(len(acts)))
	before := int64(0)
	for i := range acts {
		a := &acts[i]
		b = binary.AppendVarint(b, a.At-before)
		b = append(b, byte(a.Kind), leftCode(a.Left), actBits(a))
		b = binary.AppendVarint(b, int64(a.Person))
		b = binary.AppendVarint(b, int64(a.Words))
		if a.DismissedAt != 0 {
			b = binary.AppendVarint(b, a.DismissedAt-a.At)
		}
		before = a.At
	}
	return b
}

func actBits(a *facts.Act) byte {
	bits := byte(0)
	if a.Suggestion {
		bits |= bitSuggestion
	}
	if a.FollowOn {
		bits |= bitFollowOn
	}
	if a.Merge {
		bits |= bitMerge
	}
	if a.DismissedAt != 0 {
		bits |= bitDismissed
	}
	return bits
}

func unpackActs(blob []byte) ([]facts.Act, error) {
	r := unpacker{rest: blob}
	n := r.start(actsV1, 6)
	if n == 0 {
		return nil, r.err
	}
	acts := make([]facts.Act, n)
	before := int64(0)
	for i := range acts {
		a := &acts[i]
		before += r.int()
		a.At, a.Kind = before, facts.ActKind(r.byte())
		if code := int(r.byte()); code < len(leftCodes) {
			a.Left = leftCodes[code]
		} else {
			r.err = errBlob
		}
		bits := r.byte()
		a.Suggestion, a.FollowOn, a.Merge = bits&bitSuggestion != 0, bits&bitFollowOn != 0, bits&bitMerge != 0
		a.Person, a.Words = facts.PersonID(r.int()), int(r.int())
		if bits&bitDismissed != 0 {
			a.DismissedAt = a.At + r.int()
		}
	}
	return acts, r.end()
}

func packThreads(threads []facts.ThreadVerdict) []byte {
	if len(threads) == 0 {
		return []byte{}
	}
	b := binary.AppendUvarint([]byte{threadsV1}, uint64(len(threads)))
	for _, t := range threads {
		b = binary.AppendVarint(b, t.At)
		b = binary.AppendVarint(b, int64(t.Person))
		addressed := byte(0)
		if t.Addressed {
			addressed = 1
		}
		b = append(b, addressed)
	}
	return b
}

func unpackThreads(blob []byte) ([]facts.ThreadVerdict, error) {
	r := unpacker{rest: blob}
	n := r.start(threadsV1, 3)
	if n == 0 {
		return nil, r.err
	}
	threads := make([]facts.ThreadVerdict, n)
	for i := range threads {
		threads[i] = facts.ThreadVerdict{At: r.int(), Person: facts.PersonID(r.int()), Addressed: r.byte() == 1}
	}
	return threads, r.end()
}
