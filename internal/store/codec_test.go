package store

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"weir/internal/facts"
)

func drawTouched(t *rapid.T) facts.TouchedLines {
	return facts.TouchedLines{Identity: facts.IdentityID(rapid.Int64().Draw(t, "identity")),
		Age: facts.AgeBucket(rapid.Byte().Draw(t, "age")), Lines: rapid.Int().Draw(t, "lines")}
}

func drawHunk(t *rapid.T) facts.Hunk {
	number := rapid.IntRange(0, 1<<40)
	return facts.Hunk{OldStart: number.Draw(t, "old start"), OldLines: number.Draw(t, "old lines"), NewStart: number.Draw(t, "new start"),
		NewLines: number.Draw(t, "new lines"), Touched: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) facts.Run {
			return facts.Run{Commit: facts.CommitNumber(rapid.Int32().Draw(t, "commit")), Lines: number.Draw(t, "lines")}
		}), 0, 5).Draw(t, "runs")}
}

func TestBlobsComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		touched := rapid.SliceOf(rapid.Custom(drawTouched)).Draw(t, "touched")
		hunks := rapid.SliceOf(rapid.Custom(drawHunk)).Draw(t, "hunks")
		parents := rapid.SliceOf(rapid.Map(rapid.Int32(), func(n int32) facts.CommitNumber { return facts.CommitNumber(n) })).Draw(t, "parents")
		gotTouched, err1 := unpackTouched(packTouched(touched))
		gotHunks, err2 := unpackHunks(packHunks(hunks))
		gotParents, err3 := unpackNumbers(packNumbers(parents))
		if err1 != nil || err2 != nil || err3 != nil {
			t.Fatal(err1, err2, err3)
		}
		for _, pair := range [][2]any{{touched, gotTouched}, {hunks, gotHunks}, {parents, gotParents}} {
			if diff := cmp.Diff(pair[0], pair[1], cmpopts.EquateEmpty()); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

func TestBlobsAreSmall(t *testing.T) {
	t.Parallel()
	var hunks []facts.Hunk
	for n := range 100 {
		hunks = append(hunks, facts.Hunk{OldStart: 40 * n, OldLines: 3, NewStart: 41 * n, NewLines: 4,
			Touched: []facts.Run{{Commit: facts.CommitNumber(90_000 + n%7), Lines: 3}}})
	}
	if size := len(packHunks(hunks)); size > 100*9 {
		t.Errorf("100 ordinary hunks take %d bytes", size)
	}
	if len(packHunks(nil)) != 0 || len(packTouched(nil)) != 0 {
		t.Error("an empty list takes room")
	}
}

// FuzzUnpack feeds damaged blobs: they must give an error or a list, never a panic or a huge allocation.
func FuzzUnpack(f *testing.F) {
	f.Add([]byte{})
	f.Add(packTouched([]facts.TouchedLines{{Identity: 7, Age: 1, Lines: 9}}))
	f.Add(packHunks([]facts.Hunk{{OldStart: 1, OldLines: 2, NewStart: 3, NewLines: 4, Touched: []facts.Run{{Commit: 5, Lines: 2}}}}))
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, blob []byte) {
		before := bytes.Clone(blob)
		if touched, err := unpackTouched(blob); err == nil {
			again, err := unpackTouched(packTouched(touched))
			if diff := cmp.Diff(touched, again, cmpopts.EquateEmpty()); err != nil || diff != "" {
				t.Error(err, diff)
			}
		}
		if hunks, err := unpackHunks(blob); err == nil {
			again, err := unpackHunks(packHunks(hunks))
			if diff := cmp.Diff(hunks, again, cmpopts.EquateEmpty()); err != nil || diff != "" {
				t.Error(err, diff)
			}
		}
		_, _ = unpackNumbers(blob)
		if !bytes.Equal(before, blob) {
			t.Error("reading changed the blob")
		}
	})
}
