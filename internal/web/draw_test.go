package web

import (
	"strings"
	"testing"

	"weir/internal/report"
)

// A week between two without a value is drawn as a dot.
func TestSparkDrawsLonePoints(t *testing.T) {
	t.Parallel()
	none := report.Value{Format: report.FormatCount, Missing: "no commits"}
	if got := string(spark([]report.Value{none, report.Count(3), none})); strings.Count(got, "h0") != 1 {
		t.Errorf("a lone point: %s", got)
	}
	if got := string(spark([]report.Value{report.Count(1), report.Count(3), none, report.Count(2)})); strings.Count(got, "h0") != 1 {
		t.Errorf("a line and a point: %s", got)
	}
}

// One of something is written in the singular.
func TestOneIsSingular(t *testing.T) {
	t.Parallel()
	if got := unitOf(report.Count(1), "commits"); got != "commit" {
		t.Errorf("the unit of 1 is %q", got)
	}
	v := report.Value{Format: report.FormatPercent, Sample: 1, SampleOf: "coding days"}
	if got := v.SampleText(); got != "1 coding day" {
		t.Errorf("a sample of 1 is %q", got)
	}
}
