package github

import (
	"net/http"

	"weir/internal/connect"
)

// answered is between which seconds an answer was worked out, by the server's own clock; zero when it does not tell.
type answered struct{ from, to int64 }

func answeredAt(answer *connect.Answer) answered {
	if answer == nil {
		return answered{}
	}
	date, err := http.ParseTime(answer.Header.Get("Date"))
	if err != nil {
		return answered{}
	}
	return answered{date.Add(-answer.Took).Unix(), date.Unix()}
}

// apart is by how many seconds the clocks within one server may differ.
const apart = 1

// synced gives up to when all is known of an item that was read whole. Times of change are whole seconds, so that in the one in
// which the server worked out its answer more may have changed afterwards: that one does not count.
func (a answered) synced(updatedAt int64) int64 {
	if a.to > 0 && updatedAt >= a.from-apart && updatedAt <= a.to+apart {
		return updatedAt - 1
	}
	return updatedAt
}
