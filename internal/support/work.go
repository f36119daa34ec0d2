package support

import (
	"bytes"
	"context"
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"weir/internal/facts"
	"weir/internal/store"
)

// syncState is how far one repo is, by its number.
type syncState struct {
	Repo       facts.RepoID   `json:"repo"`
	Kind       facts.SyncKind `json:"kind"`
	Phase      facts.Phase    `json:"phase"`
	Code       string         `json:"code"`
	Cause      string         `json:"cause"`
	Attempts   int            `json:"attempts"`
	Done       int64          `json:"done"`
	Total      int64          `json:"total"`
	Held       int64          `json:"held"`
	Server     int64          `json:"server"`
	Problems   int64          `json:"problems"`
	UpdatedAt  *time.Time     `json:"updated_at"`
	FinishedAt *time.Time     `json:"finished_at"`
}

var kinds = []facts.SyncKind{facts.SyncCommits, facts.SyncPullRequests, facts.SyncTickets}

func (g *gatherer) syncs(ctx context.Context) error {
	rows := []syncState{}
	for _, kind := range kinds {
		states, err := g.Store.SyncStates(ctx, kind)
		if err != nil {
			return err
		}
		for _, s := range states {
			rows = append(rows, syncState{s.Repo, s.Kind, s.Phase, s.Code, g.hide.names(s.Cause), s.Attempts, s.Done, s.Total,
				s.Held, s.Server, s.Problems, moment(s.UpdatedAt), moment(s.FinishedAt)})
		}
	}
	return g.addJSON("syncs.json", "How far the import of each repo is, and why where it failed. Repos by their number.", rows)
}

func (g *gatherer) problems(ctx context.Context) error {
	counts, err := g.Store.ProblemCounts(ctx)
	if err != nil {
		return err
	}
	rows := []map[string]any{}
	for _, c := range counts {
		rows = append(rows, map[string]any{"repo": c.Repo, "kind": c.Kind, "code": c.Code, "count": c.Count})
	}
	return g.addJSON("problems.json", "How many items could not be read, by repo and reason; not which.", rows)
}

// ledgerRows bounds the excerpt of the ledger.
const ledgerRows = 500

func (g *gatherer) ledger(ctx context.Context) error {
	if err := g.Store.Flush(ctx); err != nil {
		return err
	}
	var text bytes.Buffer
	out := csv.NewWriter(&text)
	_ = out.Write([]string{"at", "integration", "kind", "method", "path", "status", "bytes", "took_ms", "refused"})
	for r, err := range g.Store.Requests(ctx, store.RequestFilter{}, facts.Page{Limit: ledgerRows}) {
		if err != nil {
			return err
		}
		_ = out.Write([]string{time.Unix(r.At, 0).UTC().Format(time.RFC3339), strconv.FormatInt(int64(r.Integration), 10), r.Kind, r.Method,
			g.hide.path(r.Path), strconv.Itoa(r.Status), strconv.FormatInt(r.Bytes, 10), strconv.FormatInt(r.TookMS, 10), strconv.FormatBool(r.Refused)})
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	g.add("ledger.csv", "The latest "+strconv.Itoa(ledgerRows)+" requests to servers: kind, path without the values of parameters, answer, time taken.", text.Bytes())
	return nil
}

func (g *gatherer) log(context.Context) error {
	lines := g.Recent.Lines()
	for i, line := range lines {
		lines[i] = g.hide.names(line)
	}
	g.add("log.txt", "The latest warnings and errors of this process.", []byte(strings.Join(lines, "")))
	return nil
}
