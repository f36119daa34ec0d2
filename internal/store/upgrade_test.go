package store_test

import (
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"weir/internal/store"
	"weir/internal/store/storetest"
)

// filled are tables in an order in which their rows can be inserted.
var filled = strings.Fields("integrations organizations repos people identities accounts commits commit_files refs daily pull_requests pull_request_heads " +
	"pull_request_commits reviews review_threads comments tickets events webhooks deliveries sync_cursors completeness number_gaps")

// TestAnOlderDatabaseIsUpgraded: a database of each older schema, with rows, keeps every value when a newer Weir opens it, and what
// is new of them is as it must be.
func TestAnOlderDatabaseIsUpgraded(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"0001", "0004", "0005", "0006", "0007", "0009"} {
		t.Run("sqlite "+version, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			upgrade(t, version, store.SQLite, "sqlite", filepath.Join(dir, store.DatabaseFile), store.Options{Dir: dir})
		})
		t.Run("postgres "+version, func(t *testing.T) {
			t.Parallel()
			url := storetest.EmptyURL(t)
			upgrade(t, version, store.Postgres, "pgx", url.Reveal(), store.Options{URL: url})
		})
	}
}

func upgrade(t *testing.T, version string, dialect store.Dialect, driver, source string, o store.Options) {
	t.Helper()
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	migrateTo(t, db, dialect, version)
	before := map[string][]string{}
	columns := map[string][]string{}
	for _, table := range filled {
		names, types := columnsOf(t, db, dialect, table)
		if len(names) == 0 {
			continue // not in this version
		}
		columns[table] = names
		for n := 1; n <= 3; n++ {
			insert(t, db, table, names, types, n)
		}
		before[table] = rowsOf(t, db, table, names)
	}
	if _, err := db.ExecContext(t.Context(), `DELETE FROM commits WHERE repo_id = 3`); err != nil {
		t.Fatal(err)
	}
	before["commits"] = rowsOf(t, db, "commits", columns["commits"])
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s := bare(t, o)
	after := map[string][]string{}
	for table := range before {
		after[table] = rowsOf(t, s.DB(), table, columns[table])
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("what was held (-before +after):\n%s", diff)
	}
	if version < "0011" { // the messages of all commits are to be read once more
		if diff := cmp.Diff([]string{"[1 1]", "[2 2]", "[3 0]"}, rowsOf(t, s.DB(), "repos", []string{"id", "co_authors_due"})); diff != "" {
			t.Errorf("co-authors due (-want +got):\n%s", diff)
		}
	}
	if version >= "0005" && version < "0009" {
		if diff := cmp.Diff([]string{"[1  ]", "[2  ]", "[3  ]"}, rowsOf(t, s.DB(), "pull_requests", []string{"repo_id", "gone_reason", "gone_to"})); diff != "" {
			t.Errorf("why gone (-want +got):\n%s", diff)
		}
	}
}

// migrateTo applies the migrations up to a version, as the Weir of that time did.
func migrateTo(t *testing.T, db *sql.DB, dialect store.Dialect, version string) {
	t.Helper()
	dir := os.DirFS("migrations/" + string(dialect))
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, entry := range entries {
		if entry.Name()[:4] > version {
			continue
		}
		data, err := fs.ReadFile(dir, entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name()] = &fstest.MapFile{Data: data}
	}
	kind := map[store.Dialect]goose.Dialect{store.SQLite: goose.DialectSQLite3, store.Postgres: goose.DialectPostgres}[dialect]
	provider, err := goose.NewProvider(kind, db, files, goose.WithDisableGlobalRegistry(true), goose.WithTableName("schema_versions"))
	if err == nil {
		_, err = provider.Up(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func columnsOf(t *testing.T, db *sql.DB, dialect store.Dialect, table string) (names, types []string) {
	t.Helper()
	query := `SELECT name || ' ' || lower(type) FROM pragma_table_info($1) ORDER BY cid`
	if dialect == store.Postgres {
		query = `SELECT column_name || ' ' || data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position`
	}
	for _, text := range texts(t, db, query, table) {
		name, kind, _ := strings.Cut(text, " ")
		names, types = append(names, name), append(types, kind)
	}
	return names, types
}

// insert puts a row whose values all follow from a number into a table; its references are to the rows of that number.
func insert(t *testing.T, db *sql.DB, table string, names, types []string, n int) {
	t.Helper()
	values, marks := make([]any, len(names)), make([]string, len(names))
	for i, kind := range types {
		marks[i] = fmt.Sprintf("$%d", i+1)
		switch {
		case kind == "blob" || kind == "bytea":
			values[i] = []byte{byte(n), byte(n)}
		case kind == "text":
			values[i] = fmt.Sprintf("%s %d", names[i], n)
		case kind == "boolean":
			values[i] = n%2 == 1
		case names[i] == "deleted_at":
			values[i] = 0
		default:
			values[i] = n
		}
	}
	query := `INSERT INTO ` + table + ` (` + strings.Join(names, ", ") + `) VALUES (` + strings.Join(marks, ", ") + `)`
	if table == "repos" || table == "integrations" || table == "organizations" || table == "people" || table == "identities" {
		query = strings.Replace(query, " VALUES", overriding[strings.HasPrefix(fmt.Sprintf("%T", db.Driver()), "*stdlib")]+" VALUES", 1)
	}
	if _, err := db.ExecContext(t.Context(), query, values...); err != nil {
		t.Fatalf("%s: %v", table, err)
	}
}

// overriding lets a row bring its own number where PostgreSQL gives them.
var overriding = map[bool]string{true: " OVERRIDING SYSTEM VALUE"}

func rowsOf(t *testing.T, db *sql.DB, table string, names []string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT `+strings.Join(names, ", ")+` FROM `+table+` ORDER BY 1, 2`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		values := make([]any, len(names))
		into := make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprint(values))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
