package store

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"sync"
)

// deflaters are kept for reuse: each holds hundreds of kilobytes.
var deflaters = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, flate.BestSpeed) // only a wrong level fails
	return w
}}

// pack compresses text, quickly rather than well.
func pack(text []byte) ([]byte, error) {
	var out bytes.Buffer
	w := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(w)
	w.Reset(&out)
	if _, err := w.Write(text); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	return out.Bytes(), nil
}

// unpack gives what pack took, which was so many bytes long. Nothing unpacks to nothing.
func unpack(packed []byte, size int64) ([]byte, error) {
	if len(packed) == 0 {
		return nil, nil
	}
	text := make([]byte, 0, size)
	out := bytes.NewBuffer(text)
	n, err := io.Copy(out, io.LimitReader(flate.NewReader(bytes.NewReader(packed)), size+1))
	if err == nil && n != size {
		err = errors.New("its length is not what it was")
	}
	if err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	return out.Bytes(), nil
}
