package linediff_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weir/internal/history/linediff"
)

// TestBothEqualsEach compares the two diffs at once with the two one by one, mostly on texts with a long equal tail.
func TestBothEqualsEach(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 12))
	var d linediff.Differ
	for n := range 20000 {
		p := randomPair(r)
		if n%4 != 0 {
			tail := join(r, randomLines(r))
			tail = bytes.Repeat(append(tail, '\n'), 1+1024/(len(tail)+1))
			if n%3 == 0 {
				tail = append(bytes.Clone(p.a), tail...)
			}
			p.a, p.b = append(bytes.Clone(p.a), tail...), append(bytes.Clone(p.b), tail...)
		}
		a, b := linediff.Split(p.a), linediff.Split(p.b)
		cut, kept, err := d.DiffBoth(nil, nil, a, b, linediff.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, each := range []struct {
			got  []linediff.Change
			tail bool
		}{{cut, false}, {kept, true}} {
			want, err := linediff.Diff(a, b, linediff.Options{KeepTail: each.tail})
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(append([]linediff.Change{}, want...), append([]linediff.Change{}, each.got...)); d != "" {
				t.Fatalf("keep tail %v, pair %d (-one +both)\n%s\n%q\n%q", each.tail, n, d, p.a, p.b)
			}
		}
	}
}
