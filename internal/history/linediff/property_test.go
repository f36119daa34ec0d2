package linediff_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"weir/internal/history/linediff"
)

// apply builds the new text from the old one and the changes, taking only changed lines from b.
func apply(a, b *linediff.Text, changes []linediff.Change) []byte {
	var out []byte
	at := 0
	for _, c := range changes {
		for ; at < c.AStart; at++ {
			out = append(out, a.Line(at)...)
		}
		at += c.ALines
		for i := range c.BLines {
			out = append(out, b.Line(c.BStart+i)...)
		}
	}
	for ; at < a.Lines(); at++ {
		out = append(out, a.Line(at)...)
	}
	return out
}

// checkScript verifies what must hold of any diff.
func checkScript(a, b *linediff.Text, changes []linediff.Change) error {
	if got := apply(a, b, changes); !bytes.Equal(got, b.Bytes()) {
		return fmt.Errorf("the changes give %q, want %q", got, b.Bytes())
	}
	aEnd, bEnd := -1, -1
	for _, c := range changes {
		if c.ALines < 0 || c.BLines < 0 || c.ALines+c.BLines == 0 {
			return fmt.Errorf("change %+v is empty", c)
		}
		if c.AStart <= aEnd || c.BStart <= bEnd {
			return fmt.Errorf("change %+v touches the one before", c)
		}
		if c.AStart-max(aEnd, 0) != c.BStart-max(bEnd, 0) {
			return fmt.Errorf("unequal numbers of unchanged lines before %+v", c)
		}
		aEnd, bEnd = c.AStart+c.ALines, c.BStart+c.BLines
	}
	return nil
}

func TestScriptTurnsOldIntoNew(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := randomPair(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)))
		a, b := linediff.Split(p.a), linediff.Split(p.b)
		for _, o := range []linediff.Options{{}, {KeepTail: true}} {
			changes, err := linediff.Diff(a, b, o)
			if err != nil {
				t.Fatal(err)
			}
			if err := checkScript(a, b, changes); err != nil {
				t.Fatal(err)
			}
		}
		if same, _ := linediff.Diff(a, linediff.Split(bytes.Clone(p.a)), linediff.Options{}); same != nil {
			t.Fatalf("a text differs from itself by %v", same)
		}
	})
}

func TestDeriveEqualsSplit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		p := randomPair(r)
		split := linediff.Split(p.b)
		derived := linediff.Derive(linediff.Split(p.a), p.b)
		if split.Lines() != derived.Lines() {
			t.Fatalf("%d lines, want %d", derived.Lines(), split.Lines())
		}
		for i := range split.Lines() {
			if !bytes.Equal(split.Line(i), derived.Line(i)) {
				t.Fatalf("line %d is %q, want %q", i, derived.Line(i), split.Line(i))
			}
		}
		// equal hashes: any line that was hashed differently would show as a change
		if c, _ := linediff.Diff(split, linediff.Derive(derived, append(bytes.Clone(p.b), "x\n"...)), linediff.Options{}); len(c) > 1 {
			t.Fatalf("adding a line gives %v", c)
		}
	})
}

func TestTooCostly(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	a, b := linediff.Split(join(r, alphabet(r, 20000, 300))), linediff.Split(join(r, alphabet(r, 20000, 300)))
	before := []linediff.Change{{AStart: 1}}
	var d linediff.Differ
	got, err := d.Diff(before, a, b, linediff.Options{MaxCost: 1000})
	if !errors.Is(err, linediff.ErrTooCostly) || len(got) != 1 {
		t.Fatalf("got %d changes and error %v", len(got), err)
	}
	if _, err := d.Diff(nil, a, b, linediff.Options{MaxLines: 30000}); !errors.Is(err, linediff.ErrTooCostly) {
		t.Fatalf("40,000 lines where 30,000 are allowed: %v", err)
	}
	if _, err := d.Diff(nil, a, b, linediff.Options{}); err != nil {
		t.Fatalf("with the default limit: %v", err)
	}
}
