package ingest

import (
	"context"
	"errors"
	"fmt"

	"weir/internal/facts"
	"weir/internal/jobs"
)

var errQuiet = errors.New("these are the quiet hours of the integration")

// quiet puts work off while an integration's quiet hours last.
func (in *Ingest) quiet(ctx context.Context, w work) error {
	var hours facts.QuietHours
	err := in.Store.Setting(ctx, QuietHoursSetting(w.integration.ID), &hours)
	if errors.Is(err, facts.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if left := hours.Left(in.Now()); left > 0 {
		return &jobs.LaterError{After: left, Err: errQuiet}
	}
	return nil
}

// QuietHoursSetting is where the quiet hours of an integration are kept.
func QuietHoursSetting(id facts.IntegrationID) string { return fmt.Sprintf("quiet_hours/%d", id) }
