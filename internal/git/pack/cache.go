package pack

// cache keeps objects of one reader that may be the base of others, up to a number of bytes. The
// one that was not used for the longest time goes first.
//
// The number begins small, and grows to most by each object that is wanted again when it has gone. A short history wants few,
// and memory that is used again and again stays in the processor's caches.
type cache struct {
	most, limit, bytes int64
	slots              []int32 // by object: index of its entry, 0 for none, or gone
	entries            []entry // entries[0] is the ring's head
	free               []int32
}

type entry struct {
	ref          Ref
	object       *Object
	older, newer int32
}

const (
	firstLimit = 8 << 20
	gone       = -1
)

func newCache(most int64, objects Ref) *cache {
	return &cache{most: most, limit: min(most, firstLimit), slots: make([]int32, objects), entries: make([]entry, 1, 256)}
}

// get returns an object without retaining it, or nil.
func (c *cache) get(r Ref) *Object {
	if int(r) >= len(c.slots) {
		return nil
	}
	i := c.slots[r]
	if i <= 0 {
		return nil
	}
	if c.entries[0].older != i {
		c.unlink(i)
		c.link(i)
	}
	return c.entries[i].object
}

// put adds an object, which is retained while it stays.
func (c *cache) put(r Ref, o *Object) {
	if int(r) >= len(c.slots) || c.slots[r] > 0 || int64(o.Footprint()) > c.most/4 {
		return
	}
	if c.slots[r] == gone {
		c.limit = min(c.limit+int64(o.Footprint()), c.most)
	}
	c.bytes += int64(o.Footprint())
	for c.bytes > c.limit && c.entries[0].newer != 0 {
		c.drop(c.entries[c.entries[0].newer].ref)
	}
	var i int32
	if n := len(c.free); n > 0 {
		i, c.free = c.free[n-1], c.free[:n-1]
	} else {
		i = int32(len(c.entries))
		c.entries = append(c.entries, entry{})
	}
	c.entries[i].ref, c.entries[i].object = r, o.Retain()
	c.slots[r] = i
	c.link(i)
}

// drop removes an object if it is there.
func (c *cache) drop(r Ref) {
	if int(r) >= len(c.slots) || c.slots[r] <= 0 {
		return
	}
	i := c.slots[r]
	c.slots[r] = gone
	c.unlink(i)
	o := c.entries[i].object
	c.entries[i] = entry{}
	c.free = append(c.free, i)
	c.bytes -= int64(o.Footprint())
	o.Release()
}

// clear removes all objects.
func (c *cache) clear() {
	for c.entries[0].older != 0 {
		c.drop(c.entries[c.entries[0].older].ref)
	}
}

// link makes an entry the newest: the one that the head calls older, as it closes the ring.
func (c *cache) link(i int32) {
	newest := c.entries[0].older
	c.entries[i].older, c.entries[i].newer = newest, 0
	c.entries[newest].newer = i
	c.entries[0].older = i
}

func (c *cache) unlink(i int32) {
	older, newer := c.entries[i].older, c.entries[i].newer
	c.entries[older].newer = newer
	c.entries[newer].older = older
}
