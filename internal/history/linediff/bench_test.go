package linediff_test

import (
	"math/rand/v2"
	"testing"

	"weir/internal/history/linediff"
)

func benchmarkText(r *rand.Rand, lines int) []byte { return join(r, blocks(r, lines)) }

func BenchmarkSplit(b *testing.B) {
	data := benchmarkText(rand.New(rand.NewPCG(1, 1)), 2000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		linediff.Split(data)
	}
}

// BenchmarkDerive is a small edit in the middle of a file, the usual case in a history.
func BenchmarkDerive(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	lines := blocks(r, 2000)
	old := linediff.Split(join(r, lines))
	data := join(r, splice(lines, 1000, 1003, []string{"new"}))
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		linediff.Derive(old, data)
	}
}

func BenchmarkDiffSmall(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	lines := blocks(r, 2000)
	benchmarkDiff(b, r, lines, splice(splice(lines, 1000, 1003, []string{"new"}), 700, 705, nil))
}

// BenchmarkDiffHard makes the search give up: two unlike files of few different lines.
func BenchmarkDiffHard(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	benchmarkDiff(b, r, alphabet(r, 8000, 300), alphabet(r, 8000, 300))
}

func benchmarkDiff(b *testing.B, r *rand.Rand, old, now []string) {
	from := linediff.Split(join(r, old))
	to := linediff.Derive(from, join(r, now))
	var d linediff.Differ
	var changes []linediff.Change
	for b.Loop() {
		var err error
		if changes, err = d.Diff(changes[:0], from, to, linediff.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
