package report

import (
	"weir/internal/facts"
	"weir/internal/metrics"
)

// foldSet runs several metrics over the same roll-ups.
type foldSet struct {
	metrics []metrics.Metric
	folds   []metrics.Fold
}

func metricsNamed(ids ...string) []metrics.Metric {
	var all []metrics.Metric
	for _, id := range ids {
		if m, ok := metrics.Find(id); ok {
			all = append(all, m)
		}
	}
	return all
}

func newFoldSet(of []metrics.Metric) *foldSet {
	s := &foldSet{metrics: of}
	for _, m := range of {
		s.folds = append(s.folds, m.New())
	}
	return s
}

func (s *foldSet) add(d *facts.Daily) {
	for _, f := range s.folds {
		f.Add(d)
	}
}

// value gives the result of the i-th metric as a page shows it.
func (s *foldSet) value(i int, scope metrics.Scope) Value {
	return measured(s.metrics[i].Definition, s.folds[i].Result(scope))
}

// measured gives the result of a metric in the form that its unit asks for.
func measured(d metrics.Definition, v metrics.Value) Value {
	return Measured(formatOf(d), v, sampleOf(d))
}

func formatOf(d metrics.Definition) Format {
	switch d.Unit {
	case "%":
		return FormatPercent
	case "hours":
		return FormatHours
	case "index", "commits per comment":
		return FormatRatio
	case "commits", "merges", "days", "lines", "pull requests", "reviews":
		return FormatCount
	}
	return FormatDecimal
}

// sampleOf names what a number rests on; plain counts are their own sample and are never greyed.
func sampleOf(d metrics.Definition) string {
	switch d.ID {
	case metrics.CommitsDefinition.ID, metrics.MergesDefinition.ID, metrics.CodingDaysDefinition.ID:
		return ""
	case metrics.CodingDaysPerWeekDefinition.ID:
		return "coding days"
	}
	return "commits"
}

// columns gives a column for each metric.
func columns(of []metrics.Metric) []Column {
	var all []Column
	for _, m := range of {
		c := Column{Name: m.ID, Title: m.Title, Format: formatOf(m.Definition), Metric: m.ID}
		if c.Format != FormatPercent {
			c.Unit = m.Unit
		}
		for _, t := range metrics.WorkTypes() {
			if m.ID == string(t)+"_share" {
				c.Series = string(t)
			}
		}
		all = append(all, c)
	}
	return all
}

func definitions(of []metrics.Metric) []metrics.Definition {
	var all []metrics.Definition
	seen := map[string]bool{}
	for _, m := range of {
		if !seen[m.ID] {
			all = append(all, m.Definition)
			seen[m.ID] = true
		}
	}
	return all
}
