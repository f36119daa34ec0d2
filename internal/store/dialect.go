package store

// Dialect is a kind of database.
type Dialect string

// The databases that Weir runs on.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)
