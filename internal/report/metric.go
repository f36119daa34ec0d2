package report

import "weir/internal/metrics"

// What a page holds of metrics, under names that the doors can use without knowing metrics.
type (
	// Definition explains a metric: see metrics.Definition.
	Definition = metrics.Definition
	// Trend is a straight line through weekly values: see metrics.Trend.
	Trend = metrics.Trend
	// Terms show how the impact of a commit comes about: see metrics.Terms.
	Terms = metrics.Terms
)
