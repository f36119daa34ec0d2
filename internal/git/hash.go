package git

import (
	"bytes"
	"encoding/hex"
	"fmt"
)

// Hash is an object id: 20 bytes in a SHA-1 repository, 32 in a SHA-256 one. It is comparable and its zero
// value is no object's id.
type Hash struct {
	raw  [32]byte
	size uint8
}

// HashOf copies a raw object id of 20 or 32 bytes; anything else gives the zero Hash.
func HashOf(raw []byte) Hash {
	var h Hash
	if len(raw) == 20 || len(raw) == 32 {
		h.size = uint8(copy(h.raw[:], raw))
	}
	return h
}

// ParseHash reads a full object id in hex, 40 or 64 digits.
func ParseHash(s string) (Hash, error) {
	var raw [32]byte
	if len(s) != 40 && len(s) != 64 {
		return Hash{}, fmt.Errorf("parse object id %q: not 40 or 64 hex digits", s)
	}
	n, err := hex.Decode(raw[:], []byte(s))
	if err != nil {
		return Hash{}, fmt.Errorf("parse object id %q: %w", s, err)
	}
	return HashOf(raw[:n]), nil
}

// IsZero tells whether h names nothing: never set, or all zeros as git writes for "no object".
func (h Hash) IsZero() bool { return h.raw == [32]byte{} }

// Size is the number of raw bytes: 20, 32, or 0 for the zero value.
func (h Hash) Size() int { return int(h.size) }

// Raw gives the raw bytes. They are h's own copy only while h is addressable; do not change them.
func (h *Hash) Raw() []byte { return h.raw[:h.size] }

// AppendRaw appends the raw bytes to b.
func (h Hash) AppendRaw(b []byte) []byte { return append(b, h.raw[:h.size]...) }

// AppendHex appends the hex form to b.
func (h Hash) AppendHex(b []byte) []byte { return hex.AppendEncode(b, h.raw[:h.size]) }

// Compare orders ids by their bytes.
func (h Hash) Compare(o Hash) int { return bytes.Compare(h.raw[:h.size], o.raw[:o.size]) }

// String gives the hex form, empty for the zero value.
func (h Hash) String() string { return hex.EncodeToString(h.raw[:h.size]) }
