package history

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
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

// inflate appends the records of a frame.
func inflate(all, packed []byte) ([]byte, error) {
	size, n := binary.Uvarint(packed)
	if n <= 0 || size > maxFrame {
		return all, fmt.Errorf("%w: a frame makes no sense", errState)
	}
	buf := bytes.NewBuffer(all)
	// What the frame says of its size is not believed before it is seen.
	got, err := io.Copy(buf, io.LimitReader(flate.NewReader(bytes.NewReader(packed[n:])), int64(size)+1))
	if err != nil || uint64(got) != size {
		return all, errors.Join(fmt.Errorf("%w: a frame makes no sense", errState), err)
	}
	return buf.Bytes(), nil
}
