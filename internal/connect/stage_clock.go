package connect

import (
	"context"
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
		return fine("The clocks differ by " + skew.Abs().String() + ".")
	}
	return bad(fault(ClockSkew, d.values().with("skew", skew.Abs().String())).
		saw("the server says %s, this machine %s", instant(server), instant(d.meta.At)))
}
