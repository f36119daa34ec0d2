package history

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"slices"

	"weir/internal/git/pack/inflate"
)

// deflate gives the bytes of a frame: the length of the records, and these deflated.
func deflate(records []byte) ([]byte, error) {
	var packed bytes.Buffer
	packed.Write(binary.AppendUvarint(nil, uint64(len(records))))
	// Anything better saves little more: records are dense already.
	w, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err == nil {
		_, err = w.Write(records)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("write line history: %w", err)
	}
	return packed.Bytes(), nil
}

// room gives memory for the records of all frames of a log, unless they promise more than records are ever packed.
func room(log []byte) ([]byte, error) {
	sum := 0
	_, err := frames(log, func(_ int, packed []byte) error {
		size, _, err := unpacked(packed)
		sum += size
		return err
	})
	return make([]byte, 0, min(sum, 16*len(log))+inflate.Slop), err
}

// unpacked tells the size of a frame's records, and where they begin.
func unpacked(packed []byte) (size, at int, err error) {
	n, at := binary.Uvarint(packed)
	if at <= 0 || n > maxFrame || n > inflate.MaxRatio*uint64(len(packed)) {
		return 0, 0, fmt.Errorf("%w: a frame makes no sense", errState)
	}
	return int(n), at, nil
}

// unpack appends the records of a frame. The decoder is only its memory.
func unpack(decoder *inflate.Decoder, all, packed []byte) ([]byte, error) {
	size, at, err := unpacked(packed)
	if err != nil {
		return all, err
	}
	from := len(all)
	all = slices.Grow(all, size+inflate.Slop)
	if _, err := decoder.DecodeRaw(all[from:cap(all)], size, packed[at:]); err != nil {
		return all[:from], fmt.Errorf("%w: a frame makes no sense", errState)
	}
	return all[:from+size], nil
}
