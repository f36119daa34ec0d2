package metrics

import (
	"cmp"
	"math"
	"sort"
)

// Number is what percentiles are taken of.
type Number interface {
	~int | ~int32 | ~int64 | ~float32 | ~float64
}

// Quantile gives the q-quantile (0 to 1) of values sorted upwards: with n values it stands at rank
// (n-1) x q, counted from 0, and between two ranks it is interpolated on the straight line between their
// values. The median of an even number is thus the mean of the middle two. Of no values it is 0.
func Quantile[T Number](sorted []T, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	rank := float64(len(sorted)-1) * q
	low := int(math.Floor(rank))
	if low+1 >= len(sorted) {
		return float64(sorted[len(sorted)-1])
	}
	below, above := float64(sorted[low]), float64(sorted[low+1])
	return below + (above-below)*(rank-float64(low))
}

// PercentRank gives where x stands among values sorted upwards, 0 to 100: the share of smaller values plus
// half the share of equal ones, which is the mean rank of the ties. Among no values it is 0.
func PercentRank[T cmp.Ordered](sorted []T, x T) float64 {
	if len(sorted) == 0 {
		return 0
	}
	first := sort.Search(len(sorted), func(i int) bool { return sorted[i] >= x })
	after := sort.Search(len(sorted), func(i int) bool { return sorted[i] > x })
	return 100 * float64(first+after) / 2 / float64(len(sorted))
}
