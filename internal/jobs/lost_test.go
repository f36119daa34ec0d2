package jobs

import (
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"
)

func TestLostJobs(t *testing.T) {
	t.Parallel()
	now := time.Now()
	h := &hands{}
	h.take(1)
	h.take(2)
	h.put(2, now.Add(-lostAfter/2))
	h.take(3)
	h.put(3, now.Add(-2*lostAfter))
	for _, tc := range []struct {
		name  string
		id    int64
		taken time.Time
		want  bool
	}{
		{"worked on for hours", 1, now.Add(-3 * time.Hour), false},
		{"ended, and the end is being written", 2, now.Add(-3 * time.Hour), false},
		{"ended, and the end was never written", 3, now.Add(-3 * time.Hour), true},
		{"taken and about to begin", 4, now.Add(-time.Second), false},
		{"taken and never begun", 5, now.Add(-2 * lostAfter), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := h.lost(&rivertype.JobRow{ID: tc.id, AttemptedAt: &tc.taken}, now); got != tc.want {
				t.Errorf("lost = %v, want %v", got, tc.want)
			}
		})
	}
	h.put(1, now.Add(2*forgetThen))
	if len(h.jobs) != 1 {
		t.Errorf("%d jobs remembered, want the last one", len(h.jobs))
	}
}
