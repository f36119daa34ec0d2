package store

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"
)

func TestUrgentTurnsComeFirst(t *testing.T) {
	t.Parallel()
	turns := &turns{}
	if err := turns.enter(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var order []string
	var all sync.WaitGroup
	line := func(urgent bool) int {
		turns.mu.Lock()
		defer turns.mu.Unlock()
		if urgent {
			return len(turns.urgent)
		}
		return len(turns.waiting)
	}
	for n, who := range []string{"first", "second", "urgent"} {
		urgent := who == "urgent"
		all.Go(func() {
			if err := turns.enter(t.Context(), urgent); err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			order = append(order, who)
			mu.Unlock()
			turns.leave()
		})
		for want := min(n+1, 2); line(false) < want || urgent && line(true) == 0; {
			<-time.After(time.Millisecond)
		}
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := turns.enter(ended, true); !errors.Is(err, context.Canceled) || line(true) != 1 {
		t.Errorf("gave up with %v and left %d urgent ones in the line", err, line(true))
	}
	turns.leave()
	all.Wait()
	if !slices.Equal(order, []string{"urgent", "first", "second"}) || turns.held {
		t.Errorf("order %v, held %v", order, turns.held)
	}
}
