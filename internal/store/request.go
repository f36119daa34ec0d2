package store

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"weir/internal/facts"
)

// RequestFilter narrows the ledger. Zero fields do not narrow.
type RequestFilter struct {
	Integration facts.IntegrationID
	// Kind is rest, graphql, web or git.
	Kind string
	// Since and Until bound the time; both instants belong to it.
	Since, Until int64
	// Search finds text in the path or in why, in any case.
	Search string
	// Refused narrows to what was not let out, Failed to answers of 400 and more and to none.
	Refused, Failed bool
	// StatusFrom and StatusTo bound the status; both belong to it. Zero for both does not narrow.
	StatusFrom, StatusTo int
}

func (f RequestFilter) statement() *statement {
	s := &statement{}
	if f.Integration != 0 {
		s.where("integration_id = ?", f.Integration)
	}
	if f.Kind != "" {
		s.where("kind = ?", f.Kind)
	}
	if f.Since != 0 {
		s.where("at >= ?", f.Since)
	}
	if f.Until != 0 {
		s.where("at <= ?", f.Until)
	}
	if text := strings.TrimSpace(f.Search); text != "" {
		s.where(`lower(path) LIKE ? ESCAPE '\' OR lower(why) LIKE ? ESCAPE '\'`, like(text), like(text))
	}
	if f.Refused {
		s.where("refused = ?", true)
	}
	if f.StatusFrom != 0 || f.StatusTo != 0 {
		s.where("status >= ? AND status <= ? AND NOT refused", f.StatusFrom, f.StatusTo)
	}
	if f.Failed {
		s.where("status < 0 OR status >= 400 OR (kind = 'git' AND status NOT IN (0, 200))")
	}
	return s
}

// Requests streams one page of the ledger, the latest first. What Record took a moment ago may be missing; see Flush.
func (q *queries) Requests(ctx context.Context, f RequestFilter, page facts.Page) iter.Seq2[facts.Request, error] {
	s := f.statement()
	return stream(ctx, q, "read the ledger", scanRequest,
		`SELECT id, integration_id, at, kind, method, path, status, bytes, took_ms, why, refused FROM requests`+
			s.clause()+` ORDER BY id DESC`+s.page(page), s.args...)
}

// CountRequests tells how many rows of the ledger the filter lets through.
func (q *queries) CountRequests(ctx context.Context, f RequestFilter) (int, error) {
	s := f.statement()
	return one(ctx, q, "count the ledger", scanOne[int], `SELECT COUNT(*) FROM requests`+s.clause(), s.args...)
}

func scanRequest(row scanner) (facts.Request, error) {
	var r facts.Request
	err := row.Scan(&r.ID, &r.Integration, &r.At, &r.Kind, &r.Method, &r.Path, &r.Status, &r.Bytes, &r.TookMS, &r.Why, &r.Refused)
	return r, err
}

func (t *Tx) saveRequests(ctx context.Context, requests []facts.Request) error {
	b := t.bulk("write the ledger", "requests", "integration_id, at, kind, method, path, status, bytes, took_ms, why, refused", "")
	for _, r := range requests {
		err := b.add(ctx, r.Integration, r.At, r.Kind, clean(r.Method), clean(r.Path), r.Status, r.Bytes, r.TookMS, clean(r.Why), r.Refused)
		if err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

// PurgeRequests removes the rows of the ledger from before an instant, in short transactions.
func (s *Store) PurgeRequests(ctx context.Context, before int64) error {
	return s.deleteInChunks(ctx, fmt.Sprintf("purge the ledger before %d", before), "requests", "id", "at < $1", before)
}
