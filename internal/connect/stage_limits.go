package connect

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// checkLimits asks how many requests the server allows. A GitHub Enterprise Server has no limits unless
// an administrator switched them on, and says so by 404.
func (d *diagnosis) checkLimits(ctx context.Context) outcome {
	answer, err := d.signed.Get(ctx, "/api/v3/rate_limit")
	if err != nil {
		return bad(fault(LimitsUnknown, d.values().with("reason", FaultOf(err, d.address).Cause)).because(err))
	}
	if answer.Status == http.StatusNotFound {
		return fine("The server does not limit requests. Weir sends at most four at a time and slows down when answers do.")
	}
	var reply struct {
		Resources struct {
			Core struct {
				Limit     int64 `json:"limit"`
				Remaining int64 `json:"remaining"`
				Reset     int64 `json:"reset"`
			} `json:"core"`
		} `json:"resources"`
	}
	if answer.Status != http.StatusOK || answer.Decode(&reply) != nil || reply.Resources.Core.Limit <= 0 {
		return bad(fault(LimitsUnknown, d.values().with("reason", fmt.Sprintf("it answers HTTP %d.", answer.Status))))
	}
	core := reply.Resources.Core
	v := d.values().with("limit", fmt.Sprint(core.Limit), "remaining", fmt.Sprint(core.Remaining),
		"reset", time.Unix(core.Reset, 0).UTC().Format("15:04 MST"))
	switch {
	case core.Remaining <= 0:
		return bad(fault(LimitsExhausted, v))
	case core.Remaining*10 < core.Limit:
		return bad(fault(LimitsLow, v))
	}
	return fine(fmt.Sprintf("%d requests per hour, %d left.", core.Limit, core.Remaining))
}
