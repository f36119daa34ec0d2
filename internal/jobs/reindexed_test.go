package jobs_test

import (
	"testing"

	"weir/internal/jobs"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// TestReindexedIndexesAreThere: the queue warns each night of those that are not.
func TestReindexedIndexesAreThere(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		query := `SELECT COUNT(*) FROM pg_indexes WHERE indexname = $1`
		if s.Dialect() == store.SQLite {
			query = `SELECT COUNT(*) FROM sqlite_master WHERE type = 'index' AND name = $1`
		}
		names := jobs.Reindexed(s.Dialect())
		if len(names) < 3 {
			t.Errorf("only %q are made anew", names)
		}
		for _, name := range names {
			var n int
			if err := s.DB().QueryRowContext(t.Context(), query, name).Scan(&n); err != nil || n != 1 {
				t.Errorf("there are %d indexes %s, %v", n, name, err)
			}
		}
	})
}
