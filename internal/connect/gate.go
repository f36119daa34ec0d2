package connect

import (
	"context"
	"slices"
	"sync"
	"time"
)

// defaultConcurrency is how many requests one server gets at a time. A GitHub Enterprise Server is one
// machine that people work on, and its own limits are off by default.
const defaultConcurrency = 4

// Servers shares between all transports that use it one cap on concurrent requests per server, and how long a server wants no
// requests with a credential. The program has one, made at its start.
type Servers struct {
	limit   int
	mu      sync.Mutex
	gates   map[string]*gate
	limited map[limitKey]*limits
}

// NewServers allows each server that many requests at a time.
func NewServers(perServer int) *Servers {
	return &Servers{limit: max(perServer, 1), gates: map[string]*gate{}, limited: map[limitKey]*limits{}}
}

func (s *Servers) gate(base string) *gate {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.gates[base]
	if g == nil {
		g = &gate{ceiling: float64(s.limit), limit: float64(s.limit)}
		s.gates[base] = g
	}
	return g
}

// How a gate reacts to what it sees.
const (
	// slowAnswer is a time to the first byte beyond which a server counts as strained.
	slowAnswer = 5 * time.Second
	// longestPause bounds the rest given to a strained server between two requests.
	longestPause = 30 * time.Second
)

// gate admits requests to one server. Its limit falls by half with each sign of strain and rises by
// one per round of good answers; at its lowest it also rests between requests as long as the last
// one took.
type gate struct {
	mu      sync.Mutex
	ceiling float64
	limit   float64
	inUse   int
	waiting []chan struct{}
	pause   time.Duration
}

// enter waits for a place and answers how long to rest before using it. Each enter that returns no
// error is followed by one leave.
func (g *gate) enter(ctx context.Context) (time.Duration, error) {
	g.mu.Lock()
	if len(g.waiting) == 0 && g.inUse < int(g.limit) {
		g.inUse++
		defer g.mu.Unlock()
		return g.pause, nil
	}
	place := make(chan struct{})
	g.waiting = append(g.waiting, place)
	g.mu.Unlock()
	select {
	case <-place:
		g.mu.Lock()
		defer g.mu.Unlock()
		return g.pause, nil
	case <-ctx.Done():
		g.giveUp(place)
		return 0, ctx.Err()
	}
}

// giveUp takes a waiter out, or passes its place on if it was called up meanwhile.
func (g *gate) giveUp(place chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if i := slices.Index(g.waiting, place); i >= 0 {
		g.waiting = slices.Delete(g.waiting, i, i+1)
		return
	}
	g.inUse--
	g.callUp()
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inUse--
	g.callUp()
}

func (g *gate) callUp() {
	for len(g.waiting) > 0 && g.inUse < int(g.limit) {
		g.inUse++
		close(g.waiting[0])
		g.waiting = g.waiting[1:]
	}
}

// saw learns from an answer: how long its first byte took, and whether the server showed strain.
func (g *gate) saw(took time.Duration, strained bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !strained && took < slowAnswer {
		g.limit = min(g.ceiling, g.limit+1/g.limit)
		g.pause = 0
		g.callUp()
		return
	}
	g.limit = max(1, g.limit/2)
	if g.limit == 1 {
		g.pause = min(max(took, time.Second), longestPause)
	}
}
