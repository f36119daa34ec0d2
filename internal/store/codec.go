package store

import (
	"encoding/binary"
	"errors"

	"weir/internal/facts"
)

// The blobs of commit_files are lists of varints behind one byte of version. An empty blob is an empty list.
const (
	touchedV1 = 1
	hunksV1   = 1
)

var errBlob = errors.New("stored line counts are damaged or were written by a newer Weir")

// packTouched writes lists of (identity, age, lines).
func packTouched(touched []facts.TouchedLines) []byte {
	if len(touched) == 0 {
		return []byte{}
	}
	b := []byte{touchedV1}
	b = binary.AppendUvarint(b, uint64(len(touched)))
	for _, t := range touched {
		b = binary.AppendVarint(b, int64(t.Identity))
		b = append(b, byte(t.Age))
		b = binary.AppendVarint(b, int64(t.Lines))
	}
	return b
}

func unpackTouched(blob []byte) ([]facts.TouchedLines, error) {
	r := unpacker{rest: blob}
	n := r.start(touchedV1, 3)
	if n == 0 {
		return nil, r.err
	}
	touched := make([]facts.TouchedLines, n)
	for i := range touched {
		touched[i] = facts.TouchedLines{Identity: facts.IdentityID(r.int()), Age: facts.AgeBucket(r.byte()), Lines: int(r.int())}
	}
	return touched, r.end()
}

// packHunks writes each hunk relative to the end of the one before and each commit relative to the one
// before: neighbours are alike, so most numbers take one byte.
func packHunks(hunks []facts.Hunk) []byte {
	if len(hunks) == 0 {
		return []byte{}
	}
	b := []byte{hunksV1}
	b = binary.AppendUvarint(b, uint64(len(hunks)))
	var before place
	for _, h := range hunks {
		b = binary.AppendVarint(b, int64(h.OldStart-before.old))
		b = binary.AppendVarint(b, int64(h.OldLines))
		b = binary.AppendVarint(b, int64(h.NewStart-before.new))
		b = binary.AppendVarint(b, int64(h.NewLines))
		b = binary.AppendUvarint(b, uint64(len(h.Touched)))
		for _, run := range h.Touched {
			b = binary.AppendVarint(b, int64(run.Commit)-before.commit)
			b = binary.AppendVarint(b, int64(run.Lines))
			before.commit = int64(run.Commit)
		}
		before.old, before.new = h.OldStart+h.OldLines, h.NewStart+h.NewLines
	}
	return b
}

// place is where the hunk before ended.
type place struct {
	old, new int
	commit   int64
}

func unpackHunks(blob []byte) ([]facts.Hunk, error) {
	r := unpacker{rest: blob}
	n := r.start(hunksV1, 5)
	if n == 0 {
		return nil, r.err
	}
	hunks := make([]facts.Hunk, n)
	var before place
	for i := range hunks {
		h := &hunks[i]
		h.OldStart, h.OldLines = before.old+int(r.int()), int(r.int())
		h.NewStart, h.NewLines = before.new+int(r.int()), int(r.int())
		if runs := r.count(2); runs > 0 {
			h.Touched = make([]facts.Run, runs)
		}
		for j := range h.Touched {
			before.commit += r.int()
			h.Touched[j] = facts.Run{Commit: facts.CommitNumber(before.commit), Lines: int(r.int())}
		}
		before.old, before.new = h.OldStart+h.OldLines, h.NewStart+h.NewLines
	}
	return hunks, r.end()
}

// packNumbers writes the parents of a commit.
func packNumbers(numbers []facts.CommitNumber) []byte {
	b := []byte{}
	for _, n := range numbers {
		b = binary.AppendVarint(b, int64(n))
	}
	return b
}

func unpackNumbers(blob []byte) ([]facts.CommitNumber, error) {
	r := unpacker{rest: blob}
	var numbers []facts.CommitNumber
	for len(r.rest) > 0 && r.err == nil {
		numbers = append(numbers, facts.CommitNumber(r.int()))
	}
	return numbers, r.err
}

// unpacker reads a blob; after the first fault it gives zeros and keeps the error.
type unpacker struct {
	rest []byte
	err  error
}

// start checks the version and gives the length of the list, each entry of which takes at least so many bytes.
func (r *unpacker) start(version byte, least int) int {
	if len(r.rest) == 0 {
		return 0
	}
	if r.byte() != version {
		r.err = errBlob
		return 0
	}
	return r.count(least)
}

// count reads a length and refuses one that the rest of the blob cannot hold.
func (r *unpacker) count(least int) int {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || v > uint64(len(r.rest)/least) {
		r.err = errBlob
		return 0
	}
	r.rest = r.rest[n:]
	return int(v)
}

func (r *unpacker) int() int64 {
	v, n := binary.Varint(r.rest)
	if n <= 0 {
		r.err = errBlob
		r.rest = nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *unpacker) byte() byte {
	if len(r.rest) == 0 {
		r.err = errBlob
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

func (r *unpacker) end() error {
	if r.err == nil && len(r.rest) > 0 {
		r.err = errBlob
	}
	return r.err
}
