package ingest

import (
	"context"
	"errors"

	"weir/internal/facts"
	"weir/internal/jobs"
)

var errQuiet = errors.New("these are the quiet hours of the integration")

// quiet puts work off while an integration's quiet hours last.
func (in *Ingest) quiet(ctx context.Context, w work, p *progress) error {
	var hours facts.QuietHours
	err := in.Store.Setting(ctx, facts.QuietHoursSetting(w.integration.ID), &hours)
	if errors.Is(err, facts.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if left := hours.Left(in.Now()); left > 0 {
		if p.state.Phase != facts.PhaseReady {
			p.state.Phase, p.state.Code = facts.PhaseQueued, "quiet_hours"
			p.state.Cause, p.state.Next = "These are the quiet hours of the integration.", "It goes on by itself after them; they can be changed on the integration's page."
			p.save(ctx)
		}
		return &jobs.LaterError{After: left, Err: errQuiet}
	}
	return nil
}
