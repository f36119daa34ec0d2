package history

import (
	"bytes"
	"sync/atomic"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history/linediff"
	"weir/internal/history/similarity"
)

// blobReader reads blobs. Data of a blob above its bound is not given (see git.Object).
type blobReader interface {
	Read(hash git.Hash) (git.Object, error)
	// Size tells the size of a blob without reading it; ok is false when it cannot be told so.
	Size(hash git.Hash) (size int64, ok bool)
}

// content is what a blob turned out to be. text is set for text, data for what is binary. Whoever gets one shares it
// and either releases it, so that its memory serves another blob when the last share is given back, or leaves it to
// the garbage collector.
type content struct {
	kind   facts.FileKind
	size   int64
	lines  int
	text   *linediff.Text
	data   []byte
	err    error // why it is unreadable
	object git.Object
	shares atomic.Int32

	// In the cache: under which id, how much it counts for, and its neighbours in the order of use.
	id           git.Hash
	counted      int64
	newer, older *content
}

// share makes one more release necessary.
func (c *content) share() *content {
	c.shares.Add(1)
	return c
}

// release gives one share back. Nothing of the content may be used afterwards.
func (c *content) release() {
	if c.shares.Add(-1) != 0 {
		return
	}
	if c.text != nil {
		c.text.Release()
	}
	c.text, c.data = nil, nil
	c.object.Release()
}

// footprint is what it holds in memory.
func (c *content) footprint() int64 {
	n := int64(len(c.data)) + 200
	if c.text != nil {
		n += int64(c.text.Footprint())
	}
	return n
}

// contents reads blobs and keeps the ones used last, up to a number of bytes. It is for one goroutine.
//
// The number, limit, begins small and grows to room by each blob that is wanted again when it has gone, as that of pack's cache
// does and for the same reason.
type contents struct {
	blobs       blobReader
	limit, room int64
	most        int64 // size above which a blob is not compared
	held        int64
	gone        goneKeys
	byID        map[git.Hash]*content
	used        content // closes the ring: the one used last is its older one
	signs       map[git.Hash]*similarity.Signature
	rules       similarity.Rules
	// holes are the blobs that could not be read, until they are taken.
	holes []hole
}

const firstLimit = 4 << 20

func newContents(blobs blobReader, room, most int64, rules similarity.Rules) *contents {
	c := &contents{
		blobs: blobs, limit: min(room, firstLimit), room: room, most: most, rules: rules, gone: make(goneKeys, 1<<14),
		byID: map[git.Hash]*content{}, signs: map[git.Hash]*similarity.Signature{},
	}
	c.used.newer, c.used.older = &c.used, &c.used
	return c
}

// get reads a blob; like is a text that it is likely to resemble, or nil. The content is shared with the caller. An
// error concerns more than this blob.
func (c *contents) get(id git.Hash, like *linediff.Text) (*content, error) {
	if got := c.byID[id]; got != nil {
		c.unlink(got)
		c.link(got)
		return got.share(), nil
	}
	got, err := c.read(id, like)
	if err != nil {
		return nil, err
	}
	got.shares.Store(2) // the cache's and the caller's
	got.id, got.counted = id, got.footprint()
	if c.gone.take(id) {
		c.limit = min(c.limit+got.counted, c.room)
	}
	c.byID[id] = got
	c.link(got)
	c.held += got.counted
	for c.held > c.limit && c.used.newer != got {
		last := c.used.newer
		c.held -= last.counted
		c.unlink(last)
		delete(c.byID, last.id)
		c.gone.add(last.id)
		last.release()
	}
	return got, nil
}

// goneKeys remembers some of the blobs that a cache let go of: each has one place, which it shares with others.
type goneKeys []uint64

func (g goneKeys) add(id git.Hash) {
	key := hashKey(id)
	g[key%uint64(len(g))] = key
}

// take tells whether a blob is remembered, and forgets it.
func (g goneKeys) take(id git.Hash) bool {
	key := hashKey(id)
	place := &g[key%uint64(len(g))]
	if *place != key {
		return false
	}
	*place = 0
	return true
}

// takeHoles gives what could not be read since the last call.
func (c *contents) takeHoles() []hole {
	found := c.holes
	c.holes = nil
	return found
}

// link makes a content the one used last.
func (c *contents) link(got *content) {
	got.newer, got.older = &c.used, c.used.older
	got.older.newer, c.used.older = got, got
}

func (c *contents) unlink(got *content) {
	got.newer.older, got.older.newer = got.older, got.newer
	got.newer, got.older = nil, nil
}

func (c *contents) read(id git.Hash, like *linediff.Text) (*content, error) {
	obj, err := c.blobs.Read(id)
	if err != nil && git.Unreadable(err) {
		c.holes = append(c.holes, hole{git.KindBlob, id})
	}
	if err == nil && obj.Kind != git.KindBlob {
		err = &git.CorruptError{Hash: id, Why: "not a blob"}
	}
	switch {
	case err != nil && git.Unreadable(err):
		return &content{kind: facts.KindUnreadable, size: -1, err: err}, nil
	case err != nil:
		return nil, err
	case obj.Large && obj.Binary:
		return &content{kind: facts.KindBinary, size: -1}, nil
	case obj.Large:
		return &content{kind: facts.KindTooLarge, size: -1, lines: obj.Lines}, nil
	case git.Binary(obj.Data):
		return &content{kind: facts.KindBinary, size: obj.Size, data: obj.Data, object: obj}, nil
	}
	if lines := tooMany(obj.Data); lines > 0 {
		obj.Release()
		return &content{kind: facts.KindTooLarge, size: -1, lines: lines}, nil
	}
	text := linediff.Derive(like, obj.Data)
	return &content{kind: facts.KindText, size: obj.Size, lines: text.Lines(), text: text, object: obj}, nil
}

// mostLines bounds the lines of a text. Each takes eight bytes beside its own, so that a text of nothing but line
// feeds would take nine times its size.
const mostLines = 16 << 20

// tooMany counts the lines of a text that has more than we compare, 0 for others.
func tooMany(data []byte) int {
	if len(data) <= mostLines {
		return 0
	}
	lines := bytes.Count(data, []byte{'\n'})
	if data[len(data)-1] != '\n' {
		lines++
	}
	if lines <= mostLines {
		return 0
	}
	return lines
}

// bytes gives a blob's data, nil when it was not kept.
func (c *content) bytes() []byte {
	if c.text != nil {
		return c.text.Bytes()
	}
	return c.data
}

// of reads the content of a version and notes what it is.
func (c *contents) of(v *version, like *linediff.Text) (*content, error) {
	got, err := c.get(v.blob, like)
	if err == nil && !v.read {
		v.read, v.kind, v.size, v.lines = true, got.kind, got.size, got.lines
	}
	return got, err
}

// Size is for similarity: -1 for what cannot be compared.
func (c *contents) Size(id git.Hash) (int64, error) {
	if c.byID[id] == nil {
		if size, ok := c.blobs.Size(id); ok && size > c.most {
			return -1, nil
		} else if ok {
			return size, nil
		}
	}
	got, err := c.get(id, nil)
	if err != nil {
		return 0, err
	}
	defer got.release()
	return got.size, nil
}

// Signature is for similarity; signatures are kept until forget.
func (c *contents) Signature(id git.Hash) (*similarity.Signature, error) {
	if s, known := c.signs[id]; known {
		return s, nil
	}
	got, err := c.get(id, nil)
	if err != nil {
		return nil, err
	}
	defer got.release()
	if got.size < 0 {
		return nil, nil
	}
	s := similarity.Sign(got.bytes(), c.rules)
	c.signs[id] = s
	return s, nil
}

// forget drops the signatures of a commit.
func (c *contents) forget() { clear(c.signs) }
