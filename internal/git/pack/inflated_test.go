package pack

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

// TestInflated holds the ring against all that was ever put: what it gives is what was put last under that ref, and
// the latest delta is always there.
func TestInflated(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		k := inflated{size: 64*inflatedPart + rapid.IntRange(0, 100).Draw(t, "more")}
		put := map[Ref][]byte{}
		for i := range 200 {
			ref := Ref(rapid.IntRange(0, 40).Draw(t, "ref"))
			delta := bytes.Repeat([]byte{byte(i)}, rapid.IntRange(40, 70).Draw(t, "size"))
			k.put(ref, delta)
			if fits := len(delta) <= k.size/inflatedPart; fits {
				put[ref] = delta
				if _, kept := k.get(nil, ref, len(delta)); !kept {
					t.Fatal("the latest delta is gone")
				}
			}
			for ask, want := range put {
				got, kept := k.get([]byte("head"), ask, len(want))
				if kept && !bytes.Equal(got, append([]byte("head"), want...)) {
					t.Fatalf("ref %d: got %v, want %v behind the head", ask, got, want)
				}
				if _, kept := k.get(nil, ask, len(want)+1); kept {
					t.Fatal("a delta of another size is given")
				}
			}
		}
	})
}
