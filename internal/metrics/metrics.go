// Package metrics turns facts into numbers.
//
// A metric is a pure fold: Add takes one fact after the other, Result gives the number. It does no I/O and
// reads no clock, so that millions of rows stream through it and the same fold runs in a test on ten
// literals. Each metric has a file of its own, with its Definition beside its code; the pages' "How is this
// calculated?" and docs/METRICS.md are both made from that Definition.
package metrics

// FewItems is the sample size below which a number is shown greyed, with its count.
const FewItems = 5

// Value is a number, or the reason why there is none.
type Value struct {
	Number float64
	// Missing is a sentence that says why there is no number; empty when there is one.
	Missing string
	// Sample is how many items (of the metric's own kind) the number rests on.
	Sample int
}

// Has tells whether there is a number.
func (v Value) Has() bool { return v.Missing == "" }

// Few tells whether the number rests on too few items to lean on.
func (v Value) Few() bool { return v.Sample < FewItems }

// Of gives a value that rests on sample items.
func Of(number float64, sample int) Value { return Value{Number: number, Sample: sample} }

// None gives the absence of a value with its reason.
func None(reason string) Value { return Value{Missing: reason} }

// Ratio divides pooled sums once. Nothing divided by nothing, like anything divided by nothing, has no value.
func Ratio(numerator, denominator float64, sample int, reason string) Value {
	if denominator == 0 {
		return Value{Missing: reason, Sample: sample}
	}
	return Of(numerator/denominator, sample)
}

// Definition explains a metric to the people who are measured by it.
type Definition struct {
	// ID is a stable word: it appears in JSON, CSV and addresses.
	ID string `json:"id"`
	// Title is what a tile or a column is called, Question what the metric answers.
	Title    string `json:"title"`
	Question string `json:"question"`
	// Formula is in words and signs that a reader can recompute.
	Formula string `json:"formula"`
	Unit    string `json:"unit"`
	// LeftOut says what does not count, Window which period the number covers, TimeZone whose day it is.
	LeftOut  string `json:"left_out"`
	Window   string `json:"window"`
	TimeZone string `json:"time_zone"`
	// Bias says where the number is known to mislead.
	Bias string `json:"known_bias"`
}
