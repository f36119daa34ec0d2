package metrics_test

import (
	"math"
	"testing"

	"weir/internal/facts"
	"weir/internal/metrics"
)

func TestQuantile(t *testing.T) {
	t.Parallel()
	cases := []struct {
		sorted []int
		q      float64
		want   float64
	}{
		{nil, 0.5, 0},
		{[]int{7}, 0.99, 7},
		{[]int{1, 2, 3, 10}, 0.5, 2.5}, // rank 1.5, half way from 2 to 3
		{[]int{1, 2, 3}, 0.5, 2},
		{[]int{0, 100}, 0.99, 99},
		{[]int{1, 2, 3, 4, 5}, 0.25, 2}, // rank 1
		{[]int{1, 2, 3, 4, 5}, 1, 5},
		{[]int{1, 2, 3, 4, 5}, 0, 1},
	}
	for _, c := range cases {
		if got := metrics.Quantile(c.sorted, c.q); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("quantile %v of %v = %v, want %v", c.q, c.sorted, got, c.want)
		}
	}
}

func TestPercentRank(t *testing.T) {
	t.Parallel()
	sorted := []int{1, 2, 2, 2, 9}
	// Below 2 stands one of five, three are equal: 100 x (1 + 1.5) / 5 = 50.
	for x, want := range map[int]float64{0: 0, 1: 10, 2: 50, 3: 80, 9: 90, 10: 100} {
		if got := metrics.PercentRank(sorted, x); math.Abs(got-want) > 1e-9 {
			t.Errorf("rank of %d = %v, want %v", x, got, want)
		}
	}
}

// The baseline has three commits:
//
//	    new help+rework legacy hunks files dirs
//	A    10           0      0     1     1    1
//	B     0          10      0     2     1    1
//	C     0           0     10     3     4    2
//
// Caps at p99, three values each, rank 1.98: new, help, legacy 0 + (10-0) x 0.98 = 9.8; hunks 2 + 0.98 = 2.98;
// files 1 + 3 x 0.98 = 3.94.
// s(A) = 9.8 + 2 x 1 + 4 x 1 = 15.8; s(B) = 1.5 x 9.8 + 2 x 2 + 4 = 22.7; s(C) = 2 x 9.8 + 2 x 2.98 + 4 x 3.94 = 41.32.
// The median is 22.7, so impact(B) = 10, impact(A) = 158 / 22.7, and a commit of anything beyond the caps has
// at most 9.8 + 14.7 + 19.6 + 5.96 + 15.76 = 65.82 -> 658.2 / 22.7.
func TestImpact(t *testing.T) {
	t.Parallel()
	a := metrics.ShapeOf(facts.WorkTypes{NewWork: 10}, 1, 1, 1)
	b := metrics.ShapeOf(facts.WorkTypes{HelpOthers: 4, Rework: 6}, 2, 1, 1)
	c := metrics.ShapeOf(facts.WorkTypes{LegacyRefactor: 10}, 3, 4, 2)
	huge := metrics.ShapeOf(facts.WorkTypes{NewWork: 1e6, HelpOthers: 1e6, LegacyRefactor: 1e6, Unattributed: 1e6}, 1e6, 1e6, 1e6)
	base := metrics.NewBaseline([]metrics.Shape{a, b, c})
	for name, want := range map[string]struct {
		shape metrics.Shape
		want  float64
	}{"a": {a, 158 / 22.7}, "b": {b, 10}, "c": {c, 413.2 / 22.7}, "huge": {huge, 658.2 / 22.7}, "nothing": {metrics.Shape{}, 0}} {
		if got := base.Impact(want.shape); math.Abs(got-want.want) > 1e-9 {
			t.Errorf("impact of %s = %v, want %v", name, got, want.want)
		}
		if terms := base.Terms(want.shape); math.Abs(terms.Impact-want.want) > 1e-9 || len(terms.Terms) != 5 {
			t.Errorf("terms of %s = %+v", name, terms)
		}
	}
}

// Ranks in the baseline above. For B: files 1 of {1,1,4} 33.3; dirs 1 of {1,1,2} 33.3; hunks 2 of {1,2,3} 50; old
// share 0 of {0,0,1} 33.3; the mean is 37.5, low. For C: 83.3 four times, medium. Beyond all of them: 100, high.
func TestComplexity(t *testing.T) {
	t.Parallel()
	a := metrics.ShapeOf(facts.WorkTypes{NewWork: 10}, 1, 1, 1)
	b := metrics.ShapeOf(facts.WorkTypes{Rework: 10}, 2, 1, 1)
	c := metrics.ShapeOf(facts.WorkTypes{LegacyRefactor: 10}, 3, 4, 2)
	base := metrics.NewBaseline([]metrics.Shape{a, b, c})
	if got := base.ComplexityRank(b); math.Abs(got-37.5) > 1e-9 {
		t.Errorf("rank of b = %v, want 37.5", got)
	}
	if got := base.Complexity(b); got != facts.ComplexityLow {
		t.Errorf("b is %v, want low", got)
	}
	if got := base.Complexity(c); got != facts.ComplexityMedium {
		t.Errorf("c is %v, want medium", got)
	}
	beyond := c
	beyond.Files, beyond.Dirs, beyond.Hunks = 5, 3, 4
	if got := base.Complexity(beyond); got != facts.ComplexityHigh {
		t.Errorf("a commit beyond all is %v (rank %v), want high", got, base.ComplexityRank(beyond))
	}
	if got := metrics.NewBaseline(nil).Complexity(a); got != facts.ComplexityNone {
		t.Errorf("without a baseline: %v, want none", got)
	}
}

// A median below 1 divides by 1: five empty commits and one line in one file.
func TestImpactOfEmptyBaseline(t *testing.T) {
	t.Parallel()
	base := metrics.NewBaseline(make([]metrics.Shape, 5))
	if got := base.Impact(metrics.ShapeOf(facts.WorkTypes{NewWork: 1}, 1, 1, 1)); got != 0 {
		t.Errorf("impact = %v; all caps are 0, want 0", got)
	}
}
