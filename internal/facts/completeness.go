package facts

// Completeness is what the server says exists of one kind in a repo beside what is held.
type Completeness struct {
	Repo RepoID
	Kind SyncKind
	// Server is the server's own count, Held ours, both at CheckedAt.
	Server, Held, CheckedAt int64
	// FullAt is when every number up to the highest was last accounted for, 0 when never.
	FullAt int64
	// Missing counts numbers that are not accounted for or cannot be read, Repaired those that were found missing and fetched, ever.
	Missing, Repaired int64
	// Note says in one sentence what is odd, such as a server that was restored from an older backup; empty for nothing.
	Note string
}

// Short is how many fewer are held than the server has.
func (c *Completeness) Short() int64 { return max(c.Server-c.Held, 0) }

// Complete tells whether nothing is known to be missing.
func (c *Completeness) Complete() bool {
	return c.CheckedAt != 0 && c.Short() == 0 && c.Missing == 0
}
