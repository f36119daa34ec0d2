package store

import "time"

const (
	// writeTurn is how long a bulk transaction may hold the writer before others get their turn.
	writeTurn = 20 * time.Millisecond
	// hurriedTurn is how long it may when somebody urgent waits: long enough that an import gets on beside a
	// stream of deliveries, although each piece of it waits for the disk.
	hurriedTurn = 5 * time.Millisecond
)

// turn tells when a bulk transaction has had its time. It measures work, so it asks the real clock.
type turn struct {
	began time.Time
	turns *turns
}

// newTurn begins with the transaction: call it within.
func (s *Store) newTurn() turn { return turn{time.Now(), s.turns} }

func endlessTurn() turn { return turn{} }

func (t turn) over() bool {
	if t.began.IsZero() {
		return false
	}
	had := time.Since(t.began)
	return had > writeTurn || had > hurriedTurn && t.turns.pressing()
}
