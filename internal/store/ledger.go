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
	store   *Store
	queue   chan facts.Request
	flush   chan chan error
	closing chan struct{} // closed first: no more rows are taken
	stop    chan struct{} // closed when the last row is in the queue
	done    chan struct{} // closed when all is written
	once    sync.Once
	mu      sync.RWMutex // held for reading while a row is being queued
	err     error        // of the last write; belongs to run until done
}

var errLedgerClosed = errors.New("write the ledger: the store is closed")

func startLedger(s *Store) *ledger {
	l := &ledger{store: s, queue: make(chan facts.Request, ledgerQueue), flush: make(chan chan error),
		closing: make(chan struct{}), stop: make(chan struct{}), done: make(chan struct{})}
	go l.run()
	return l
}

// Record takes one row of the ledger; it is written within a moment, with others. It waits when too many
// are waiting already, until the context ends.
func (s *Store) Record(ctx context.Context, r facts.Request) error {
	s.ledger.mu.RLock()
	defer s.ledger.mu.RUnlock()
	select {
	case <-s.ledger.closing:
		return errLedgerClosed
	default:
	}
	select {
	case s.ledger.queue <- r: // there is room: the row is kept even when its context has ended
		return nil
	default:
	}
	select {
	case s.ledger.queue <- r:
		return nil
	case <-s.ledger.closing: // a disk that stays full must not keep the program from ending
		return errLedgerClosed
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
	timer := time.NewTimer(ledgerDelay)
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
			if len(waiting)%ledgerBatch == 0 {
				waiting = l.writeLater(waiting, timer)
			}
		case <-timer.C:
			waiting = l.writeLater(waiting, timer)
		case answer := <-l.flush:
			waiting = l.writeLater(l.drain(waiting), timer)
			answer <- l.err
		case <-l.stop:
			l.write(l.drain(waiting))
			return
		}
	}
}

// writeLater writes rows and sees to it that those that could not be written are tried again.
func (l *ledger) writeLater(rows []facts.Request, timer *time.Timer) []facts.Request {
	rows = l.write(rows)
	if len(rows) > 0 {
		timer.Reset(ledgerRetry)
	}
	return rows
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
		before := l.err
		l.err = l.store.InTx(context.Background(), func(tx *Tx) error { return tx.saveRequests(context.Background(), batch) })
		if l.err != nil {
			if before == nil { // said once, not at every try
				l.store.log.Error("the ledger cannot be written and waits", "rows", len(rows), "error", l.err)
			}
			return rows
		}
		rows = rows[len(batch):]
	}
	l.err = nil
	return nil
}

// close writes what is left and stops. It gives the error of rows that could not be written.
func (l *ledger) close() error {
	l.once.Do(func() {
		close(l.closing)
		l.mu.Lock() // waits for those who are queueing a row
		close(l.stop)
		l.mu.Unlock()
	})
	<-l.done
	return l.err
}
