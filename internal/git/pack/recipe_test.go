package pack

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// randomDelta makes instructions for a base of a size, and gives the size of the result.
func randomDelta(r *rand.Rand, base, ops int) (delta []byte, size int) {
	for range ops {
		if base == 0 || r.IntN(3) == 0 {
			n := 1 + r.IntN(20)
			delta = append(delta, byte(n))
			for range n {
				delta = append(delta, byte(r.Uint32()))
			}
			size += n
			continue
		}
		from := r.IntN(base)
		n := 1 + r.IntN(min(base-from, 1<<16-1))
		delta = append(delta, 0x80|0x0f|0x30, byte(from), byte(from>>8), byte(from>>16), byte(from>>24), byte(n), byte(n>>8))
		size += n
	}
	return delta, size
}

// TestRecipe makes objects from several deltas at once and one after the other.
func TestRecipe(t *testing.T) {
	t.Parallel()
	refused := false
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		base := make([]byte, r.IntN(3000))
		for i := range base {
			base[i] = byte(r.Uint32())
		}
		c, object := &recipe{}, base
		for range 1 + r.IntN(10) {
			delta, size := randomDelta(r, len(object), r.IntN(30))
			if seed%20 == 0 {
				delta, size = randomDelta(r, len(object), 3*maxParts)
			}
			if size > 1<<20 {
				break
			}
			next := make([]byte, size)
			if !applyDelta(next, object, delta) {
				t.Fatalf("seed %d: the test's own delta is damaged", seed)
			}
			before := len(c.own)
			c.own = append(c.own, delta...)
			if !c.add(before, len(object), size) {
				refused = true
				made := make([]byte, len(object))
				c.make(made, base)
				if c.links > 0 && !bytes.Equal(made, object) {
					t.Fatalf("seed %d: a refused delta changed the recipe", seed)
				}
				break
			}
			made := make([]byte, size)
			c.make(made, base)
			if object = next; !bytes.Equal(made, object) {
				t.Fatalf("seed %d: %d deltas at once make something else", seed, c.links)
			}
		}
	}
	if !refused {
		t.Error("no recipe grew too long; the test has lost its point")
	}
}

// FuzzRecipe puts two deltas together, the second one of any bytes.
func FuzzRecipe(f *testing.F) {
	f.Add([]byte("abcdefgh"), []byte{0x90, 4, 2, 'x', 'y', 0x91, 4, 4}, []byte{0x90, 10}, 10)
	f.Add([]byte("abcdefgh"), []byte{0x90, 8}, []byte{0x91, 2, 9}, 9)
	f.Add([]byte{}, []byte{1, 'a'}, []byte{0x90, 1, 0x90, 1, 0x90, 1}, 3)
	f.Fuzz(func(t *testing.T, base, first, second []byte, size int) {
		middle, ok := slowDelta(base, first)
		if !ok || size < 0 || size > 1<<16 || len(middle) > 1<<16 {
			return
		}
		c := &recipe{own: bytes.Clone(first)}
		if !c.add(0, len(base), len(middle)) {
			t.Skip("too many parts")
		}
		at := len(c.own)
		c.own = append(c.own, second...)
		want := make([]byte, size)
		valid := applyDelta(want, middle, second)
		if added := c.add(at, len(middle), size); added != valid && len(second) <= maxParts {
			t.Fatalf("put together: %v; applied: %v", added, valid)
		} else if !added {
			return
		}
		made := make([]byte, size)
		if c.make(made, base); !bytes.Equal(made, want) {
			t.Fatalf("%x and not %x", made, want)
		}
	})
}
