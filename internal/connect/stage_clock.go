package connect

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// tolerableSkew is how far two clocks may be apart: GitHub Apps fail beyond a minute.
const tolerableSkew = time.Minute

// checkClock compares this machine's clock with the server's, as of its last answer.
func (d *diagnosis) checkClock(context.Context) outcome {
	server, err := http.ParseTime(d.meta.Header.Get("Date"))
	if err != nil {
		return bad(fault(ClockUnknown, nil))
	}
	// The server read its clock somewhere between our sending and receiving, and cut off the fraction.
	skew := d.meta.At.Add(-d.meta.Took / 2).Sub(server.Add(500 * time.Millisecond)).Round(time.Second)
	if skew.Abs() <= tolerableSkew {
		return fine("The clocks differ by " + inWords(skew.Abs()) + ".")
	}
	return bad(fault(ClockSkew, d.values().with("skew", inWords(skew.Abs()))).
		saw("the server says %s, this machine %s", instant(server), instant(d.meta.At)))
}

func inWords(d time.Duration) string {
	switch {
	case d == time.Second:
		return "1 second"
	case d < 2*time.Minute:
		return fmt.Sprintf("%d seconds", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d hours", int(d.Hours()))
	default:
		return fmt.Sprintf("%d days", int(d.Hours()/24))
	}
}
