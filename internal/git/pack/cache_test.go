package pack

import (
	"math/rand/v2"
	"testing"
)

// TestCacheStaysBelowItsLimit puts objects in, drops some and asks for others: the account is that of what is held,
// never above the limit, and what is asked for stays longest.
func TestCacheStaysBelowItsLimit(t *testing.T) {
	t.Parallel()
	const limit, objects = 1 << 20, 500
	c := newCache(limit, objects)
	r := rand.New(rand.NewPCG(1, 1))
	put, most := 0, int64(0)
	for range 20_000 {
		ref := Ref(r.IntN(objects + 5)) // some are of no pack, and not kept
		switch r.IntN(8) {
		case 0:
			c.drop(ref)
		case 1, 2:
			if o := c.get(ref); o != nil && c.entries[c.entries[0].older].object != o {
				t.Fatal("what was asked for last is not the newest")
			}
		default:
			o := newObject(Blob, 1+r.IntN(1<<r.IntN(19)))
			c.put(ref, o)
			o.Release()
			put++
		}
		held := int64(0)
		for i := c.entries[0].older; i != 0; i = c.entries[i].older {
			held += int64(c.entries[i].object.Footprint())
		}
		if held != c.bytes || held > limit {
			t.Fatalf("%d bytes are held, %d by the account, of %d allowed", held, c.bytes, limit)
		}
		most = max(most, held)
	}
	if most < limit/2 || put < 1000 {
		t.Errorf("%d bytes at most after %d objects: the test has lost its point", most, put)
	}
	if c.clear(); c.bytes != 0 || c.get(1) != nil {
		t.Errorf("%d bytes after clear", c.bytes)
	}
}

// TestCacheGrowsByWhatIsWantedAgain goes through more objects than the cache begins with: what is wanted once does not make it
// grow, what is wanted again does until all of it stays.
func TestCacheGrowsByWhatIsWantedAgain(t *testing.T) {
	t.Parallel()
	const size, objects = 1 << 20, 3 * firstLimit >> 20
	c := newCache(8*firstLimit, objects)
	through := func() (held int) {
		for ref := range Ref(objects) {
			if c.get(ref) != nil {
				held++
				continue
			}
			o := newObject(Blob, size)
			c.put(ref, o)
			o.Release()
		}
		return held
	}
	if through(); c.bytes > firstLimit {
		t.Errorf("%d bytes are held of what was wanted once, want %d at most", c.bytes, firstLimit)
	}
	through()
	if held := through(); held != objects {
		t.Errorf("%d of %d are held at the third time", held, objects)
	}
}
