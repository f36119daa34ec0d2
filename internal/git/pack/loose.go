package pack

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// loose lists objects that have a file each.
type loose struct {
	hashSize int
	entries  []looseEntry // sorted by name
}

type looseEntry struct {
	name string // the bytes of the object's name
	dir  string // the object store that has it
}

// add lists the loose objects of one store.
func (l *loose) add(dir string, hashSize int) error {
	l.hashSize = hashSize
	for b := range 256 {
		prefix := hex.EncodeToString([]byte{byte(b)})
		entries, err := os.ReadDir(filepath.Join(dir, prefix))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		for _, e := range entries {
			name, err := hex.DecodeString(prefix + e.Name())
			if err == nil && len(name) == hashSize {
				l.entries = append(l.entries, looseEntry{string(name), dir})
			}
		}
	}
	slices.SortStableFunc(l.entries, func(a, b looseEntry) int { return bytes.Compare([]byte(a.name), []byte(b.name)) })
	return nil
}

func (l *loose) count() int { return len(l.entries) }

func (l *loose) name(i int) []byte { return []byte(l.entries[i].name) }

func (l *loose) find(id []byte) (int, bool) {
	return slices.BinarySearchFunc(l.entries, string(id), func(e looseEntry, id string) int {
		return bytes.Compare([]byte(e.name), []byte(id))
	})
}

// open reads the header of a loose object and returns a reader of its content.
func (l *loose) open(i int) (kind Kind, size int64, content io.ReadCloser, err error) {
	name := hex.EncodeToString(l.name(i))
	f, err := os.Open(filepath.Join(l.entries[i].dir, name[:2], name[2:]))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, 0, nil, ErrMissing // packed or pruned since the store was opened
	}
	if err != nil {
		return 0, 0, nil, err
	}
	z, err := zlib.NewReader(f)
	if err == nil {
		kind, size, err = looseHeader(z)
	}
	if err != nil {
		return 0, 0, nil, errors.Join(fmt.Errorf("%w: %w", ErrCorrupt, err), f.Close())
	}
	return kind, size, struct {
		io.Reader
		io.Closer
	}{z, f}, nil
}

var looseKinds = map[string]Kind{"commit": Commit, "tree": Tree, "blob": Blob, "tag": Tag}

// looseHeader reads "<kind> <size>" and a NUL.
func looseHeader(r io.Reader) (Kind, int64, error) {
	var line [32]byte
	for i := range line {
		if _, err := io.ReadFull(r, line[i:i+1]); err != nil {
			return 0, 0, err
		}
		if line[i] != 0 {
			continue
		}
		kind, digits, _ := bytes.Cut(line[:i], []byte{' '})
		size, err := strconv.ParseUint(string(digits), 10, 62)
		if k := looseKinds[string(kind)]; k != 0 && err == nil {
			return k, int64(size), nil
		}
		break
	}
	return 0, 0, fmt.Errorf("header %q", line)
}
