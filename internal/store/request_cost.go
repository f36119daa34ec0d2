package store

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

// RequestCost is what was sent to a server in one hour.
type RequestCost struct {
	// Hour is its beginning. Failed are answers of 400 and more, and none at all; that a server has no limits, which it says
	// by a 404, is a good answer.
	Hour                    int64
	Requests, Failed, Bytes int64
}

// RequestCosts adds up the ledger of an integration by hour from an instant on, the earliest first. An hour
// without a request is not listed.
func (q *queries) RequestCosts(ctx context.Context, id facts.IntegrationID, since int64) ([]RequestCost, error) {
	return list(ctx, q, fmt.Sprintf("add up the ledger of integration=%d", id), func(row scanner) (c RequestCost, err error) {
		err = row.Scan(&c.Hour, into(&c.Requests), into(&c.Failed), into(&c.Bytes))
		return c, err
	}, `SELECT at / 3600 * 3600 AS hour, COUNT(*), SUM(CASE WHEN status < 0 OR status >= 400 AND NOT (status = 404 AND path = '/api/v3/rate_limit') THEN 1 ELSE 0 END), SUM(bytes)
		FROM requests WHERE integration_id = $1 AND at >= $2 AND refused = $3 GROUP BY at / 3600 ORDER BY hour`, id, since, false)
}
