package store

import (
	"context"
	"slices"
	"sync"
)

// turns hands SQLite's one writer from transaction to transaction: the urgent first, then in the order of
// asking. The pool behind it would choose among those who wait by chance, and somebody to whom a server
// gives seconds could wait behind an import for ever so many of its pieces.
type turns struct {
	mu      sync.Mutex
	held    bool
	urgent  []chan struct{}
	waiting []chan struct{}
}

// enter waits for a turn; each one that returns no error is followed by one leave. A nil turns hands out
// as many as are asked for.
func (t *turns) enter(ctx context.Context, urgent bool) error {
	if t == nil {
		return nil
	}
	t.mu.Lock()
	if !t.held {
		t.held = true
		t.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	line := &t.waiting
	if urgent {
		line = &t.urgent
	}
	*line = append(*line, turn)
	t.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		t.giveUp(turn)
		return ctx.Err()
	}
}

// giveUp takes somebody out of the line, or passes the turn on if it was called up meanwhile.
func (t *turns) giveUp(turn chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, line := range []*[]chan struct{}{&t.urgent, &t.waiting} {
		if i := slices.Index(*line, turn); i >= 0 {
			*line = slices.Delete(*line, i, i+1)
			return
		}
	}
	t.next()
}

// pressing tells whether somebody urgent waits for the writer.
func (t *turns) pressing() bool {
	if t == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.urgent) > 0
}

func (t *turns) leave() {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.next()
}

// next calls up who is first; the caller holds the lock.
func (t *turns) next() {
	for _, line := range []*[]chan struct{}{&t.urgent, &t.waiting} {
		if len(*line) > 0 {
			close((*line)[0])
			*line = (*line)[1:]
			return
		}
	}
	t.held = false
}
