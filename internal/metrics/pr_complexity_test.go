package metrics_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// Five pull requests of 1, 2, 2, 3 and 10 lines: the median stands at rank 2 and is 2; 85 % end at rank 3.4, between 3 and 10:
// 3 + 0.4 x 7 = 5.8. Low is below 2, medium from 2, high from 5.8 on.
func TestSizeBounds(t *testing.T) {
	t.Parallel()
	b := metrics.SizeBoundsOf([]facts.SizeCount{{Lines: 1, PullRequests: 1}, {Lines: 2, PullRequests: 2}, {Lines: 3, PullRequests: 1}, {Lines: 10, PullRequests: 1}})
	if b.Medium != 2 || math.Abs(b.High-5.8) > 1e-9 || b.PullRequests != 5 {
		t.Errorf("bounds: %+v", b)
	}
	for lines, want := range map[int]facts.Complexity{0: facts.ComplexityLow, 1: facts.ComplexityLow, 2: facts.ComplexityMedium, 5: facts.ComplexityMedium, 6: facts.ComplexityHigh} {
		if got := b.Band(facts.SizeVerdict{State: facts.SizeKnown, Lines: lines}); got != want {
			t.Errorf("%d lines: band %d, want %d", lines, got, want)
		}
	}
	for _, s := range []facts.SizeState{facts.SizeUnread, facts.SizeMissing, facts.SizeTooLarge} {
		if got := b.Band(facts.SizeVerdict{State: s}); got != facts.ComplexityNone {
			t.Errorf("%q: band %d", s, got)
		}
	}
	few := metrics.SizeBoundsOf([]facts.SizeCount{{Lines: 1, PullRequests: 4}})
	if got := few.Band(facts.SizeVerdict{State: facts.SizeKnown, Lines: 1}); got != facts.ComplexityNone {
		t.Errorf("of four: band %d", got)
	}
}

func TestSizeBoundsAreQuantiles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		lines := rapid.SliceOfN(rapid.IntRange(0, 40), 5, 60).Draw(r, "lines")
		slices.Sort(lines)
		var counts []facts.SizeCount
		for _, n := range lines {
			if last := len(counts) - 1; last >= 0 && counts[last].Lines == n {
				counts[last].PullRequests++
			} else {
				counts = append(counts, facts.SizeCount{Lines: n, PullRequests: 1})
			}
		}
		b := metrics.SizeBoundsOf(counts)
		if math.Abs(b.Medium-metrics.Quantile(lines, 0.5)) > 1e-9 || math.Abs(b.High-metrics.Quantile(lines, 0.85)) > 1e-9 {
			r.Fatalf("%v: %+v", lines, b)
		}
	})
}

// What has no size adds to no number of sizes: it is no pull request of 0 lines.
func TestUnknownSizesAreNotCounted(t *testing.T) {
	t.Parallel()
	lens := metrics.Lens{Sizes: metrics.SizeBounds{Medium: 30, High: 100, PullRequests: 9}}
	for _, s := range []facts.SizeState{facts.SizeUnread, facts.SizeMissing, facts.SizeTooLarge} {
		pr := pullRequests()[0]
		pr.Size = facts.SizeVerdict{State: s}
		for _, id := range []string{"pr_size", "pr_files", "review_coverage", "pr_complexity_low", "pr_complexity_medium", "pr_complexity_high"} {
			m, _ := metrics.FindReview(id)
			if found := m.Of(&pr, lens); !found.Empty() {
				t.Errorf("%s of one that is %q: %+v", id, s, found)
			}
		}
	}
}
