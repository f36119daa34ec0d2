package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"weir/internal/facts"
	"weir/internal/github"
	"weir/internal/jobs"
)

// How many items are asked for at once: few at first, for nobody knows what a server can bear, half as many
// whenever it gives up, a few more whenever it answers.
const (
	firstSize = 25
	largest   = 60
	growth    = 5
	// askAtOnce is how many are asked for where only times or kinds are.
	askAtOnce = 100
)

// page asks for one page of whole items, for fewer and fewer of them while the server gives up.
func (s *itemSync) page(ctx context.Context, after string) (github.ItemPage, error) {
	var page github.ItemPage
	err := s.adapt(ctx, func(size int, few github.Few) (err error) {
		if s.kind == facts.SyncTickets {
			page, err = s.client.Tickets(ctx, s.can, s.repo, after, size, few)
		} else {
			page, err = s.client.PullRequests(ctx, s.can, s.repo, after, size, few)
		}
		return err
	})
	if err != nil && s.cursor.Size == 1 && ctx.Err() == nil && shrinks(err) {
		return s.stepOver(ctx, after, err)
	}
	return page, err
}

// triesAlone is how often one item alone is asked for before the rest goes on without it.
const triesAlone = 3

// adapt asks until it succeeds, fails in a way that fewer items do not cure, or has asked for one item alone
// often enough.
func (s *itemSync) adapt(ctx context.Context, ask func(size int, few github.Few) error) error {
	for alone := 0; ; {
		size := min(max(cmp.Or(s.cursor.Size, firstSize), 1), largest)
		few := github.FewUsual
		if size == 1 {
			few = github.FewSmall
		}
		err := ask(size, few)
		switch {
		case err == nil:
			s.cursor.Size = min(size+growth, largest)
			return nil
		case ctx.Err() != nil || !shrinks(err):
			return err
		case size == 1:
			if alone++; alone == triesAlone {
				return err
			}
		}
		s.cursor.Size = max(size/2, 1)
	}
}

// shrinks tells whether asking for fewer items may help: the server gave up, or one of them cannot be read.
func shrinks(err error) bool {
	return github.SmallerMayHelp(err) || errors.Is(err, github.ErrUnreadable) && !github.BadCursor(err)
}

// readAll reads items in full, some at a time, and saves them.
func (s *itemSync) readAll(ctx context.Context, stubs []github.Stub) error {
	done := 0
	for done < len(stubs) {
		var page github.ItemPage
		n := 0
		err := s.adapt(ctx, func(size int, few github.Few) (err error) {
			n = min(size, len(stubs)-done)
			page, err = s.byID(ctx, stubs[done:done+n], few)
			return err
		})
		if err != nil && n == 1 {
			err = s.skip(ctx, stubs[done], err)
		}
		if err != nil {
			return err
		}
		if err := s.save(ctx, page); err != nil {
			return err
		}
		done += n
		if done == len(stubs) {
			return nil
		}
		s.progress.report(ctx, kindNames[s.kind], int64(done), int64(len(stubs)))
		if err := s.pace(page.Budget); err != nil {
			return err
		}
	}
	return nil
}

func (s *itemSync) byID(ctx context.Context, stubs []github.Stub, few github.Few) (github.ItemPage, error) {
	ids := make([]string, len(stubs))
	for i, stub := range stubs {
		ids[i] = stub.ID
	}
	if s.kind == facts.SyncTickets {
		return s.client.TicketsByID(ctx, s.can, ids, few)
	}
	return s.client.PullRequestsByID(ctx, s.can, ids, few)
}

// reserve is the part of an hourly budget that is left to others, by one in so many.
const reserve = 10

// pace ends a turn that has lasted long enough, or that would use up the account's hourly budget.
func (s *itemSync) pace(budget github.Budget) error {
	if budget.Limit > 0 && budget.Remaining < budget.Limit/reserve && budget.ResetAt.After(s.in.Now()) {
		return &jobs.LaterError{After: budget.ResetAt.Sub(s.in.Now()), Err: errBudget}
	}
	if s.turnOver() {
		return errSlice
	}
	return nil
}

var errBudget = errors.New("the rest of the server's hourly budget is left to others")

// capabilityCache keeps what servers can do, so that not every look has to ask first.
type capabilityCache struct {
	asking singleflight.Group

	mu    sync.Mutex
	known map[facts.IntegrationID]knownCapabilities
}

type knownCapabilities struct {
	github.Capabilities
	version, method string
	at              time.Time
}

// capabilitiesFor is how long what a server can do is believed; a new version is asked at once.
const capabilitiesFor = 6 * time.Hour

// of asks once for all who want to know at the same time.
func (c *capabilityCache) of(ctx context.Context, i facts.Integration, client Items, now time.Time) (github.Capabilities, error) {
	c.mu.Lock()
	known, ok := c.known[i.ID]
	c.mu.Unlock()
	if age := now.Sub(known.at); ok && known.version == i.Version && known.method == i.Method && age >= 0 && age < capabilitiesFor {
		return known.Capabilities, nil
	}
	asked := c.asking.DoChan(fmt.Sprint(i.ID, " ", i.Method, " ", i.Version), func() (any, error) {
		can, err := client.Capabilities(context.WithoutCancel(ctx)) // one who gives up leaves the others their answer
		if err == nil {
			c.keep(i, can, now)
		}
		return can, err
	})
	select {
	case answer := <-asked:
		can, _ := answer.Val.(github.Capabilities)
		if answer.Err != nil {
			return can, fmt.Errorf("find out what the server can do: %w", answer.Err)
		}
		return can, nil
	case <-ctx.Done():
		return github.Capabilities{}, context.Cause(ctx)
	}
}

func (c *capabilityCache) keep(i facts.Integration, can github.Capabilities, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil {
		c.known = map[facts.IntegrationID]knownCapabilities{}
	}
	c.known[i.ID] = knownCapabilities{can, i.Version, i.Method, now}
}

// forget lets what a server can do be asked for again: it may have been found out by a credential that was refused.
func (c *capabilityCache) forget(i facts.IntegrationID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.known, i)
}

func chunks(numbers []int, size int) iter.Seq[[]int] { return slices.Chunk(numbers, size) }

func sortedKeys[V any](m map[int]V) []int { return slices.Sorted(maps.Keys(m)) }
