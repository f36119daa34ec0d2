package connect

import "context"

// Diagnose finds out whether a target can be used, stage by stage.
func Diagnose(ctx context.Context, target Target, o Options) *Report {
	return &Report{}
}
