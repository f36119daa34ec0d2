package ingest

import (
	"context"
	"errors"
	"time"

	"weir/internal/facts"
	"weir/internal/jobs"
)

var errQuiet = errors.New("these are the quiet hours of the integration")

// quietLeft is how much longer an integration's quiet hours last, 0 outside them.
func (in *Ingest) quietLeft(ctx context.Context, id facts.IntegrationID) (time.Duration, error) {
	var hours facts.QuietHours
	err := in.Store.Setting(ctx, facts.QuietHoursSetting(id), &hours)
	if errors.Is(err, facts.ErrNotFound) {
		return 0, nil
	}
	return hours.Left(in.Now()), err
}

// quiet puts work off while an integration's quiet hours last.
func (in *Ingest) quiet(ctx context.Context, w work, p *progress) error {
	left, err := in.quietLeft(ctx, w.integration.ID)
	if err != nil {
		return err
	}
	if left > 0 {
		if p.state.Phase != facts.PhaseReady {
			p.state.Phase, p.state.Code = facts.PhaseQueued, "quiet_hours"
			p.state.Cause, p.state.Next = "These are the quiet hours of the integration.", "It goes on by itself after them; they can be changed on the integration's page."
			p.save(ctx)
		}
		return &jobs.LaterError{After: left, Err: errQuiet}
	}
	return nil
}
