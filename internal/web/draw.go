package web

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"weir/internal/report"
)

// tones are the classes of the colours that follow a series' stable word.
var tones = map[string]string{
	"new_work": "new", "legacy_refactor": "legacy", "help_others": "help", "rework": "rework", "unattributed": "unattributed",
}

// tone gives the class of a series' colour, empty when it has none of its own.
func tone(series string) string {
	if t, ok := tones[series]; ok {
		return "t-" + t
	}
	return ""
}

// letter stands beside the colour of a work type, for those who do not see it.
func letter(series string) string {
	switch series {
	case "new_work":
		return "N"
	case "legacy_refactor":
		return "L"
	case "help_others":
		return "H"
	case "rework":
		return "R"
	case "unattributed":
		return "U"
	}
	return ""
}

const sparkWidth, sparkHeight = 120.0, 26.0

// spark draws weekly values as a line; a week without a value is a gap.
func spark(values []report.Value) template.HTML {
	low, high, known := 0.0, 0.0, 0
	for _, v := range values {
		if v.Missing == "" {
			low, high, known = min(low, v.Number), max(high, v.Number), known+1
		}
	}
	if known == 0 || len(values) < 2 {
		return ""
	}
	var path strings.Builder
	step := (sparkWidth - 4) / float64(max(1, len(values)-1))
	pen := "M"
	there := func(i int) bool { return i >= 0 && i < len(values) && values[i].Missing == "" }
	for i, v := range values {
		if v.Missing != "" {
			pen = "M"
			continue
		}
		share := 0.0
		if high > low {
			share = (v.Number - low) / (high - low)
		}
		fmt.Fprintf(&path, "%s%.1f %.1f", pen, 2+float64(i)*step, sparkHeight-3-share*(sparkHeight-6))
		pen = "L"
		if !there(i-1) && !there(i+1) {
			path.WriteString("h0") // a point without neighbours: the round cap draws a dot
		}
	}
	return template.HTML(fmt.Sprintf(`<svg class="spark" viewBox="0 0 %.0f %.0f" preserveAspectRatio="none" aria-hidden="true">`+
		`<path d="%s" fill="none" stroke="currentColor" stroke-width="1.500" stroke-linecap="round" vector-effect="non-scaling-stroke" stroke-linejoin="round"/></svg>`,
		sparkWidth, sparkHeight, path.String()))
}

// drawing is what charts.js reads.
type drawing struct {
	Form        string        `json:"form"`
	Unit        string        `json:"unit"`
	Description string        `json:"description"`
	Whole       bool          `json:"whole"`
	Labels      []string      `json:"labels"`
	Series      []drawnSeries `json:"series"`
	Partial     []bool        `json:"partial,omitempty"`
}

type drawnSeries struct {
	Name   string     `json:"name"`
	Kind   string     `json:"kind,omitempty"`
	Values []*float64 `json:"values"`
	Links  []string   `json:"links,omitempty"`
}

// chartData gives a chart in the form that the script draws. html/template writes it as JSON.
func chartData(c report.Chart) drawing {
	d := drawing{Form: "bar", Unit: c.Unit, Partial: c.Partial, Whole: true,
		Description: fmt.Sprintf("%s. The same numbers stand in the table below.", c.Title)}
	switch c.Kind {
	case report.ChartStackedBars:
		d.Form = "stacked"
	case report.ChartLine:
		d.Form = "line"
	}
	for _, x := range c.X {
		d.Labels = append(d.Labels, x.String())
	}
	for _, s := range c.Series {
		one := drawnSeries{Name: s.Title, Kind: tones[s.Name]}
		for _, v := range s.Values {
			d.Whole = d.Whole && v.Number == math.Trunc(v.Number)
			one.Values = append(one.Values, numberOf(v))
		}
		for _, l := range s.Links {
			one.Links = append(one.Links, addressOf(l))
		}
		d.Series = append(d.Series, one)
	}
	return d
}

func numberOf(v report.Value) *float64 {
	if v.Missing != "" {
		return nil
	}
	n := report.Round(v.Number)
	return &n
}

func addressOf(l report.Link) string {
	if !l.Valid() {
		return ""
	}
	return reportAddress(l)
}

// heat gives the class of a grid's cell: how deep its wash is, from nothing to four.
func heat(v report.Value) string {
	switch n := v.Number; {
	case v.Missing != "" || !v.Format.Numeric() || n <= 0:
		return ""
	case n <= 2:
		return "l1"
	case n <= 5:
		return "l2"
	case n <= 10:
		return "l3"
	default:
		return "l4"
	}
}
