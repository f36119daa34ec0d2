package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weir/internal/store"
	"weir/internal/store/storetest"
)

// dimensions are the tables that are not facts: small, and on every machine should PostgreSQL be spread.
var dimensions = strings.Fields("users sessions settings integrations credentials organizations repos people identities accounts requests " +
	"webhooks deliveries diagnoses invitations user_people exclusions leases")

// schema is what a database says of itself, in words that do not depend on its kind.
type schema struct {
	columns map[string][]string   // by table, in order
	keys    map[string][][]string // by table: the columns of each primary key and unique index
}

func texts(t *testing.T, db *sql.DB, query string, args ...any) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// bare opens a new database by store's own migrations, without the tables that the queue has beside it.
func bare(t *testing.T, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func bareSQLite(t *testing.T) *store.Store { return bare(t, store.Options{Dir: t.TempDir()}) }

func barePostgres(t *testing.T) *store.Store {
	return bare(t, store.Options{URL: storetest.EmptyURL(t)})
}

func readSchema(t *testing.T, s *store.Store) schema {
	t.Helper()
	found := schema{map[string][]string{}, map[string][][]string{}}
	tables, columns, indexes, key := sqliteSchema()
	if s.Dialect() == store.Postgres {
		tables, columns, indexes, key = postgresSchema()
	}
	for _, table := range texts(t, s.DB(), tables) {
		if table == "schema_versions" {
			continue
		}
		found.columns[table] = texts(t, s.DB(), columns, table)
		for _, index := range texts(t, s.DB(), indexes, table) {
			found.keys[table] = append(found.keys[table], texts(t, s.DB(), key, index))
		}
	}
	return found
}

func sqliteSchema() (tables, columns, indexes, key string) {
	return `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
		`SELECT name FROM pragma_table_info($1) ORDER BY cid`,
		`SELECT name FROM pragma_index_list($1) WHERE "unique" = 1 ORDER BY name`,
		`SELECT COALESCE(name, 'expression') FROM pragma_index_info($1) ORDER BY seqno`
}

func postgresSchema() (tables, columns, indexes, key string) {
	return `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`,
		`SELECT column_name FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position`,
		`SELECT i.indexrelid::regclass::text FROM pg_index i WHERE i.indrelid = $1::text::regclass AND i.indisunique ORDER BY 1`,
		`SELECT COALESCE(a.attname, 'expression') FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(num, pos)
			LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num WHERE i.indexrelid = $1::text::regclass ORDER BY k.pos`
}

func TestEveryKeyOfAFactHoldsItsRepo(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T) *store.Store{"sqlite": bareSQLite, "postgres": barePostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			everyKeyHoldsItsRepo(t, readSchema(t, open(t)))
		})
	}
}

func everyKeyHoldsItsRepo(t *testing.T, found schema) {
	t.Helper()
	if len(found.columns) < 15 {
		t.Fatalf("read only %d tables", len(found.columns))
	}
	for table, columns := range found.columns {
		if slices.Contains(dimensions, table) {
			continue
		}
		if !slices.Contains(columns, "repo_id") {
			t.Errorf("%s is neither a dimension nor has it a repo_id", table)
		}
		if len(found.keys[table]) == 0 {
			t.Errorf("%s has no key", table)
		}
		for _, key := range found.keys[table] {
			if !slices.Contains(key, "repo_id") {
				t.Errorf("%s: a key of %v has no repo_id", table, key)
			}
		}
	}
}

func TestBothDatabasesHaveOneSchema(t *testing.T) {
	t.Parallel()
	lite, pg := readSchema(t, bareSQLite(t)), readSchema(t, barePostgres(t))
	if diff := cmp.Diff(lite.columns, pg.columns); diff != "" {
		t.Errorf("columns (-sqlite +postgres):\n%s", diff)
	}
}

func TestANewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	dir, url := t.TempDir(), storetest.URL(t)
	for name, o := range map[string]store.Options{"sqlite": {Dir: dir}, "postgres": {URL: url}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.DB().ExecContext(t.Context(), `INSERT INTO schema_versions (version_id, is_applied) VALUES (9999, $1)`, true)
			if err := errors.Join(err, s.Close()); err != nil {
				t.Fatal(err)
			}
			_, err = store.Open(t.Context(), o)
			var fault *store.StorageError
			if !errors.As(err, &fault) || fault.Fault != store.FaultNewer || !strings.Contains(err.Error(), "9999") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestManyProcessesMayMigrateAtOnce(t *testing.T) {
	t.Parallel()
	url := storetest.EmptyURL(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			s, err := store.Open(t.Context(), store.Options{URL: url})
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := s.EnsureIdentity(t.Context(), "Ada", "a"); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestErrorsNameWhatTheyAreAbout(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		_, err := s.Repo(t.Context(), 4711)
		if want := "load repo=4711: not found"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}

func TestABadAddressDoesNotShowItsPassword(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"postgres://weir:hunter2@host:port/x", "postgres://weir:hunter2@127.0.0.1:1/x?connect_timeout=1", "mysql://weir:hunter2@host"} {
		_, err := store.Open(t.Context(), store.Options{URL: secretOf(address)})
		if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, err), "hunter2") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// A sealed column that RotateKey does not know would be lost with the old key.
func TestARotationKnowsEverySealedColumn(t *testing.T) {
	t.Parallel()
	for table, columns := range readSchema(t, bareSQLite(t)).columns {
		for _, column := range columns {
			if strings.Contains(column, "sealed") && table != "credentials" {
				t.Errorf("%s.%s is sealed: let ResealCredentials seal it again", table, column)
			}
		}
	}
}
