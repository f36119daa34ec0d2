package store

import (
	"encoding/binary"

	"weir/internal/facts"
)

// The blobs of sizes are lists of varints and texts behind one byte of version, as those of verdicts are.
const (
	sizedFilesV1 = 1
	placesV1     = 1
)

const bitGenerated = 1

func packSizedFiles(files []facts.SizedFile) []byte {
	if len(files) == 0 {
		return []byte{}
	}
	b := binary.AppendUvarint([]byte{sizedFilesV1}, uint64(len(files)))
	for _, f := range files {
		b = binary.AppendUvarint(b, uint64(len(f.Path)))
		b = append(b, f.Path...)
		bits := byte(0)
		if f.Generated {
			bits = bitGenerated
		}
		b = append(b, byte(f.Kind), bits)
		b = binary.AppendVarint(b, int64(f.Lines))
		b = binary.AppendVarint(b, int64(f.Hunks))
	}
	return b
}

func unpackSizedFiles(blob []byte) ([]facts.SizedFile, error) {
	r := unpacker{rest: blob}
	n := r.start(sizedFilesV1, 5)
	if n == 0 {
		return nil, r.err
	}
	files := make([]facts.SizedFile, n)
	for i := range files {
		f := &files[i]
		f.Path = r.text()
		f.Kind, f.Generated = facts.FileKind(r.byte()), r.byte()&bitGenerated != 0
		f.Lines, f.Hunks = int(r.int()), int(r.int())
	}
	return files, r.end()
}

// text reads a length and so many bytes.
func (r *unpacker) text() string {
	n := r.count(1)
	s := string(r.rest[:n])
	r.rest = r.rest[n:]
	return s
}

func packPlaces(places []facts.CommentPlace) []byte {
	if len(places) == 0 {
		return []byte{}
	}
	b := binary.AppendUvarint([]byte{placesV1}, uint64(len(places)))
	for _, p := range places {
		b = binary.AppendVarint(b, p.ServerID)
		b = binary.AppendVarint(b, int64(p.File))
		b = binary.AppendVarint(b, int64(p.First))
		b = binary.AppendVarint(b, int64(p.Hunks))
	}
	return b
}

func unpackPlaces(blob []byte) ([]facts.CommentPlace, error) {
	r := unpacker{rest: blob}
	n := r.start(placesV1, 4)
	if n == 0 {
		return nil, r.err
	}
	places := make([]facts.CommentPlace, n)
	for i := range places {
		places[i] = facts.CommentPlace{ServerID: r.int(), File: int(r.int()), First: int(r.int()), Hunks: int(r.int())}
	}
	return places, r.end()
}
