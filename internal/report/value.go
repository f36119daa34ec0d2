package report

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// Format is how a value is written.
type Format string

// The formats. Percent holds 0 to 100. Day and Instant hold days and seconds since 1970; Hash holds an object id.
const (
	FormatText    Format = "text"
	FormatCount   Format = "count"
	FormatDecimal Format = "decimal"
	FormatRatio   Format = "ratio" // a small number: two decimals
	FormatPercent Format = "percent"
	FormatHours   Format = "hours"
	FormatDay     Format = "day"
	FormatInstant Format = "instant"
	FormatHash    Format = "hash"
	FormatPath    Format = "path"
)

// Numeric tells whether values of the format are numbers, which stand to the right.
func (f Format) Numeric() bool {
	switch f {
	case FormatCount, FormatDecimal, FormatRatio, FormatPercent, FormatHours:
		return true
	}
	return false
}

// Value is one value as a page shows it: a number, a text or a time, or the reason why there is none.
type Value struct {
	Format Format
	Number float64
	Text   string
	// Offset is the time zone of an Instant in seconds east of UTC.
	Offset int
	// Missing says why there is no value; empty when there is one.
	Missing string
	// Sample is how many items the number rests on, counted in SampleOf; SampleOf is empty where it does not apply.
	Sample   int
	SampleOf string
}

// Text gives a value of text.
func Text(s string) Value { return Value{Format: FormatText, Text: s} }

// Path gives a path of a repo; its bytes are made safe to show.
func Path(s string) Value { return Value{Format: FormatPath, Text: strings.ToValidUTF8(s, "\uFFFD")} }

// Hash gives an object id.
func Hash(s string) Value { return Value{Format: FormatHash, Text: s} }

// Count gives a whole number.
func Count(n int) Value { return Value{Format: FormatCount, Number: float64(n)} }

// Date gives a day.
func Date(d facts.Day) Value { return Value{Format: FormatDay, Number: float64(d)} }

// Instant gives a moment at an offset of seconds east of UTC, or the nearest one that the calendar has.
func Instant(unix int64, offset int) Value {
	if offset > facts.MaxOffset || offset < -facts.MaxOffset {
		offset = 0
	}
	return Value{Format: FormatInstant, Number: float64(facts.Calendar(unix)), Offset: offset}
}

// Measured gives the result of a metric, with the sample it rests on.
func Measured(f Format, v metrics.Value, sampleOf string) Value {
	return Value{Format: f, Number: v.Number, Missing: v.Missing, Sample: v.Sample, SampleOf: sampleOf}
}

// Few tells whether the number is to be greyed because it rests on fewer than five items.
func (v Value) Few() bool {
	return v.SampleOf != "" && v.Missing == "" && v.Sample < metrics.FewItems
}

// SampleText says what the number rests on, such as 1 commit or 3 coding days.
func (v Value) SampleText() string {
	return counted(v.Sample, strings.TrimSuffix(v.SampleOf, "s"), v.SampleOf)
}

// Day gives the day of a value of FormatDay.
func (v Value) Day() facts.Day { return facts.Day(v.Number) }

// Time gives the moment of a value of FormatInstant in its own zone.
func (v Value) Time() time.Time {
	return time.Unix(int64(v.Number), 0).In(time.FixedZone("", v.Offset))
}

// String gives the value as a person reads it: 12,345 or 3.4 or 12.5% or 23 Nov 2026. A missing value is a dash.
func (v Value) String() string {
	if v.Missing != "" {
		return "–"
	}
	switch v.Format {
	case FormatCount:
		return thousands(strconv.FormatFloat(v.Number, 'f', 0, 64))
	case FormatDecimal:
		return thousands(decimals(v.Number, 1))
	case FormatRatio:
		return thousands(decimals(v.Number, 2))
	case FormatPercent:
		return decimals(v.Number, 1) + "%"
	case FormatHours:
		return thousands(decimals(v.Number, 1)) + " h"
	case FormatDay:
		return v.Day().Time().Format("2 Jan 2006")
	case FormatInstant:
		return v.Time().Format("2 Jan 2006 15:04 -07:00")
	}
	return v.Text
}

// Raw gives the value as a program reads it: no separators, full precision, days and times in ISO 8601, and
// an empty string when there is none.
func (v Value) Raw() string {
	if v.Missing != "" {
		return ""
	}
	switch v.Format {
	case FormatCount, FormatDecimal, FormatRatio, FormatPercent, FormatHours:
		return strconv.FormatFloat(Round(v.Number), 'f', -1, 64)
	case FormatDay:
		return v.Day().String()
	case FormatInstant:
		return v.Time().Format(time.RFC3339)
	}
	return v.Text
}

// jsonValue is a value as JSON has it.
type jsonValue struct {
	Value  any    `json:"value"`
	Reason string `json:"reason,omitempty"`
	Sample *int   `json:"sample,omitempty"`
	Of     string `json:"sample_of,omitempty"`
	Few    bool   `json:"few,omitempty"`
}

func (v Value) json() jsonValue {
	out := jsonValue{Reason: v.Missing, Of: v.SampleOf, Few: v.Few()}
	if v.SampleOf != "" {
		out.Sample = &v.Sample
	}
	if v.Missing == "" {
		out.Value = v.Raw()
		if v.Format.Numeric() {
			out.Value = Round(v.Number)
		}
	}
	return out
}

// MarshalJSON gives {"value": ...} with a number, a string or null; null comes with its reason, and a
// number that rests on a sample with the sample.
func (v Value) MarshalJSON() ([]byte, error) { return plainJSON(v.json()) }

// plainJSON leaves <, > and & as they are, where the encoder around it does.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Round gives six decimals at most, so that exports do not carry the noise of binary fractions.
func Round(f float64) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return math.Round(f*1e6) / 1e6
}

func decimals(f float64, n int) string { return strconv.FormatFloat(f, 'f', n, 64) }

// thousands puts commas into the whole part of a decimal number.
func thousands(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, fraction, dotted := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if dotted {
		whole += "." + fraction
	}
	return sign + whole
}
