package web

import (
	"testing"

	"weir/internal/connect"
)

// What was not tried after a failure is counted, not listed.
func TestStagesNotTriedAreOneLine(t *testing.T) {
	t.Parallel()
	r := &connect.Report{Result: connect.ResultCouldNotConnect, Stages: []connect.Stage{
		{Stage: connect.StageAddress, Status: connect.StatusOK}, {Stage: connect.StageDNS, Status: connect.StatusFail, Code: "dns_not_found"},
		{Stage: connect.StageTCP, Status: connect.StatusSkipped}, {Stage: connect.StageTLS, Status: connect.StatusSkipped},
	}}
	if v := viewOutcome(r); len(v.Stages) != 2 || v.Untried != 2 || v.Passed != 1 {
		t.Errorf("%d stages listed, %d not tried, %d passed; want 2, 2, 1", len(v.Stages), v.Untried, v.Passed)
	}
}
