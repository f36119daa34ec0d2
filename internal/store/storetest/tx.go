package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
)

var txBehaviour = []behaviour{
	{"a transaction that fails leaves nothing", rollsBack},
	{"a transaction that panics leaves nothing and frees the writer", rollsBackOnPanic},
	{"a transaction sees what it wrote and others do not yet", isolates},
	{"the job queue can write into the transaction", sharesTransaction},
	{"a context that ended stops a query", honoursContext},
	{"many writers at once all get their turn", takesTurns},
	{"a stream left early lets go of its connection", leavesStreams},
}

func rollsBack(t *testing.T, s *store.Store) {
	broken := errors.New("broken")
	err := s.InTx(t.Context(), func(tx *store.Tx) error {
		check(tx.SaveSetting(t.Context(), "x", 1))
		return broken
	})
	wantError(t, "InTx", err, broken)
	wantError(t, "setting", s.Setting(t.Context(), "x", new(int)), facts.ErrNotFound)
}

func rollsBackOnPanic(t *testing.T, s *store.Store) {
	func() {
		defer func() { _ = recover() }()
		_ = s.InTx(t.Context(), func(tx *store.Tx) error {
			check(tx.SaveSetting(t.Context(), "x", 1))
			panic("on purpose")
		})
	}()
	wantError(t, "setting", s.Setting(t.Context(), "x", new(int)), facts.ErrNotFound)
	check(s.SaveSetting(t.Context(), "y", 2))
}

func isolates(t *testing.T, s *store.Store) {
	check(s.InTx(t.Context(), func(tx *store.Tx) error {
		var v int
		check(tx.SaveSetting(t.Context(), "x", 7))
		check(tx.Setting(t.Context(), "x", &v))
		equal(t, "within", v, 7)
		wantError(t, "outside", s.Setting(t.Context(), "x", &v), facts.ErrNotFound)
		return nil
	}))
}

func sharesTransaction(t *testing.T, s *store.Store) {
	check(s.InTx(t.Context(), func(tx *store.Tx) error {
		_, err := tx.SQL().ExecContext(t.Context(), `INSERT INTO settings (name, value, updated_at) VALUES ('job', '1', 0)`)
		return err
	}))
	var v int
	check(s.Setting(t.Context(), "job", &v))
	equal(t, "value", v, 1)
}

func honoursContext(t *testing.T, s *store.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.People(ctx)
	wantError(t, "reading", err, context.Canceled)
	wantError(t, "writing", s.SaveSetting(ctx, "x", 1), context.Canceled)
	wantError(t, "recording", ignoreNil(s.Flush(ctx), context.Canceled), context.Canceled)
}

// ignoreNil gives instead for nil: whether a flush or the end of its context comes first is open.
func ignoreNil(err, instead error) error {
	if err == nil {
		return instead
	}
	return err
}

func takesTurns(t *testing.T, s *store.Store) {
	var wg sync.WaitGroup
	errs := make(chan error, 20)
	for i := range 20 {
		wg.Go(func() {
			_, err := s.EnsureIdentity(t.Context(), "Same", "same@example.com")
			errs <- errors.Join(err, s.SaveSetting(t.Context(), "x", i))
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		check(err)
	}
	equal(t, "identities", len(must(s.Identities(t.Context()))), 1)
	equal(t, "people", len(must(s.People(t.Context()))), 1)
}

func leavesStreams(t *testing.T, s *store.Store) {
	for i := range 10 {
		check(s.Record(t.Context(), facts.Request{At: int64(i)}))
	}
	check(s.Flush(t.Context()))
	for range 100 { // more than there are connections
		for _, err := range s.Requests(t.Context(), store.RequestFilter{}, facts.Page{}) {
			check(err)
			break
		}
	}
}
