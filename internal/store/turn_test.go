package store

import (
	"testing"
	"testing/synctest"
	"time"
)

// A bulk transaction ends its piece early when somebody urgent waits, and not before it got somewhere.
func TestBulkPiecesAreShorterWhenSomebodyWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &Store{turns: &turns{}}
		if err := s.turns.enter(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		alone, endless := s.newTurn(), endlessTurn()
		<-time.After(writeTurn - time.Millisecond)
		if alone.over() {
			t.Error("it is over although nobody waits")
		}
		urgent := make(chan error)
		go func() { urgent <- s.turns.enter(t.Context(), true) }()
		synctest.Wait()
		pressed := s.newTurn()
		if !alone.over() || pressed.over() {
			t.Errorf("somebody urgent waits: over is %v after 19 ms and %v at once", alone.over(), pressed.over())
		}
		<-time.After(hurriedTurn + time.Millisecond)
		if !pressed.over() || endless.over() {
			t.Errorf("somebody urgent waits: over is %v after 6 ms, %v for one without end", pressed.over(), endless.over())
		}
		s.turns.leave()
		if err := <-urgent; err != nil {
			t.Fatal(err)
		}
		if pressed.over() {
			t.Error("it is over although nobody waits any more")
		}
		<-time.After(writeTurn)
		if !pressed.over() {
			t.Error("it is never over")
		}
	})
}
