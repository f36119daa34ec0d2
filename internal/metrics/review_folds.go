package metrics

import (
	"slices"

	"weir/internal/facts"
)

// Spread is what stands beside a mean: where half, three quarters and nine tenths of the values end.
type Spread struct{ Median, P75, P90 Value }

// tooFew is why there are no percentiles.
const tooFew = "fewer than five values"

// SpreadOf gives the spread of values in any order; of fewer than five there is none.
func SpreadOf(values []float64) Spread {
	if len(values) < FewItems {
		none := Value{Missing: tooFew, Sample: len(values)}
		return Spread{none, none, none}
	}
	sorted := slices.Sorted(slices.Values(values))
	at := func(q float64) Value { return Of(Quantile(sorted, q), len(sorted)) }
	return Spread{at(0.5), at(0.75), at(0.9)}
}

// Mean folds the mean of the values that pull requests add.
type Mean struct {
	of     valuesFunc
	lens   Lens
	values []float64
	sum    float64
}

// Add takes a pull request.
func (m *Mean) Add(pr *facts.JudgedPullRequest) {
	for _, v := range m.of(pr, m.lens) {
		m.values = append(m.values, v)
		m.sum += v
	}
}

// Result gives the mean.
func (m *Mean) Result() Value {
	return Ratio(m.sum, float64(len(m.values)), len(m.values), "no pull request of this period has such a value")
}

// Spread gives what stands beside the mean.
func (m *Mean) Spread() Spread { return SpreadOf(m.values) }

// Sum folds the sum of the values that pull requests add; its sample is how many add one.
type Sum struct{ Mean }

// Result gives the sum.
func (s *Sum) Result() Value { return Of(s.sum, len(s.values)) }

// Portion folds a part of a whole, pooled over pull requests.
type Portion struct {
	of          ratioFunc
	lens        Lens
	times       float64
	part, whole int
}

// Add takes a pull request.
func (p *Portion) Add(pr *facts.JudgedPullRequest) {
	part, whole := p.of(pr, p.lens)
	p.part += part
	p.whole += whole
}

// Result divides once.
func (p *Portion) Result() Value {
	return Ratio(p.times*float64(p.part), float64(p.whole), p.whole, "no pull request of this period has anything of the kind")
}
