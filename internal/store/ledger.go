package store

import (
	"context"
	"errors"
	"sync"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
)

const (
	ledgerQueue = 4096
	ledgerBatch = 500
	// ledgerDelay is how long a row may wait for company before it is written.
	ledgerDelay = 200 * time.Millisecond
	// ledgerRetry is how long to wait before rows that could not be written are tried again.
	ledgerRetry = time.Second
)

// ledger writes rows in the background, many at a time. Its queue is bounded: when the database cannot
// follow, Record waits, for a row must not be lost.
type ledger struct {
	store  *Store
	queue  chan facts.Request
	flush  chan chan error
	stop   chan struct{}
	done   chan struct{}
	mu     sync.RWMutex // held for reading while a row is being queued
	closed bool
	err    error
}

var errLedgerClosed = errors.New("write the ledger: the store is closed")

func startLedger(s *Store) *ledger {
	l := &ledger{store: s, queue: make(chan facts.Request, ledgerQueue), flush: make(chan chan error),
		stop: make(chan struct{}), done: make(chan struct{})}
	go l.run()
	return l
}

// Record takes one row of the ledger; it is written within a moment, with others. It waits when too many
// are waiting already, until the context ends.
func (s *Store) Record(ctx context.Context, r facts.Request) error {
	s.ledger.mu.RLock()
	defer s.ledger.mu.RUnlock()
	if s.ledger.closed {
		return errLedgerClosed
	}
	select {
	case s.ledger.queue <- r:
		return nil
	default:
	}
	select {
	case s.ledger.queue <- r:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Flush writes what Record has taken so far.
func (s *Store) Flush(ctx context.Context) error {
	answer := make(chan error, 1)
	select {
	case s.ledger.flush <- answer:
	case <-s.ledger.done:
		return errLedgerClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Ledger gives the ledger of one integration to the transport.
func (s *Store) Ledger(id facts.IntegrationID) connect.Ledger { return integrationLedger{s, id} }

type integrationLedger struct {
	store *Store
	id    facts.IntegrationID
}

// Record keeps a row even when the request's own context has ended: a request that was cut short was sent.
func (l integrationLedger) Record(ctx context.Context, sent connect.Sent) {
	err := l.store.Record(context.WithoutCancel(ctx), facts.Request{
		Integration: l.id, At: sent.At.Unix(), Kind: sent.Kind, Method: sent.Method, Path: sent.Path, Status: sent.Status,
		Bytes: sent.Bytes, TookMS: sent.Took.Milliseconds(), Why: sent.Why, Refused: sent.Refused,
	})
	if err != nil {
		l.store.log.Error("ledger row lost", "integration", l.id, "method", sent.Method, "path", sent.Path, "error", err)
	}
}

func (l *ledger) run() {
	defer close(l.done)
	var waiting []facts.Request
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		queue := l.queue
		if len(waiting) >= ledgerQueue {
			queue = nil // let the queue fill and Record wait
		}
		select {
		case r := <-queue:
			if waiting = append(waiting, r); len(waiting) == 1 {
				timer.Reset(ledgerDelay)
			}
			if len(waiting)%ledgerBatch != 0 {
				continue
			}
		case <-timer.C:
		case answer := <-l.flush:
			waiting = l.drain(waiting)
			waiting = l.write(waiting)
			answer <- l.err
			timer.Reset(ledgerRetry)
			continue
		case <-l.stop:
			l.write(l.drain(waiting))
			return
		}
		waiting = l.write(waiting)
		timer.Reset(ledgerRetry)
	}
}

// drain takes what is queued without waiting for more.
func (l *ledger) drain(waiting []facts.Request) []facts.Request {
	for {
		select {
		case r := <-l.queue:
			waiting = append(waiting, r)
		default:
			return waiting
		}
	}
}

// write keeps rows in the database and gives back those that could not be kept.
func (l *ledger) write(rows []facts.Request) []facts.Request {
	for len(rows) > 0 {
		batch := rows[:min(len(rows), ledgerBatch)]
		l.err = l.store.InTx(context.Background(), func(tx *Tx) error { return tx.saveRequests(context.Background(), batch) })
		if l.err != nil {
			l.store.log.Error("ledger waits", "rows", len(rows), "error", l.err)
			return rows
		}
		rows = rows[len(batch):]
	}
	l.err = nil
	return rows[:0]
}

// close writes what is left and stops. It gives the error of rows that could not be written.
func (l *ledger) close() error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil
	}
	l.closed = true
	l.mu.Unlock()
	close(l.stop)
	<-l.done
	return l.err
}
