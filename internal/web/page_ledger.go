package web

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"weir/internal/facts"
	"weir/internal/report"
	"weir/internal/store"
)

const requestsPerPage = 100

type ledgerView struct {
	Filter      filterView
	Rows        []facts.Request
	Total       int
	First, Last int
	Previous    string
	Next        string
	CSV, JSON   string
}

// GET /settings/ledger
func (s *Server) ledgerPage(v *visit) error {
	q := v.R.URL.Query()
	f, page, err := s.readLedgerFilter(q)
	if err != nil {
		return err
	}
	if err := s.store.Flush(v.ctx()); err != nil {
		return err
	}
	switch v.Format {
	case formatCSV:
		return s.ledgerCSV(v, f)
	case formatJSON:
		return s.ledgerJSON(v, f)
	}
	view := ledgerView{First: (page-1)*requestsPerPage + 1}
	if view.Total, err = s.store.CountRequests(v.ctx(), f); err != nil {
		return err
	}
	for r, err := range s.store.Requests(v.ctx(), f, facts.Page{Limit: requestsPerPage, Offset: (page - 1) * requestsPerPage}) {
		if err != nil {
			return err
		}
		view.Rows = append(view.Rows, r)
	}
	view.Last = view.First + len(view.Rows) - 1
	if view.Filter, err = s.ledgerFilter(v, q); err != nil {
		return err
	}
	view.addresses(q, page)
	v.Section, v.Side = "settings", "ledger"
	return v.render("ledger", "Request ledger", view)
}

func (v *ledgerView) addresses(q url.Values, page int) {
	at := func(suffix string, page int) string {
		with := url.Values{}
		for key, values := range q {
			if values[0] != "" && key != "page" {
				with[key] = values
			}
		}
		if page > 1 {
			with.Set("page", strconv.Itoa(page))
		}
		return withQuery("/settings/ledger"+suffix, with)
	}
	v.CSV, v.JSON = at(".csv", 0), at(".json", 0)
	if page > 1 {
		v.Previous = at("", page-1)
	}
	if v.Last < v.Total {
		v.Next = at("", page+1)
	}
}

var ledgerColumns = []string{"id", "integration", "at", "kind", "method", "path", "status", "bytes", "took_ms", "why", "refused"}

// ledgerCSV streams every row that the filter lets through, however many.
func (s *Server) ledgerCSV(v *visit, f store.RequestFilter) error {
	attach(v.W, "text/csv; charset=utf-8", "request-ledger.csv")
	out := csv.NewWriter(v.W)
	out.UseCRLF = true
	_ = out.Write(ledgerColumns)
	for r, err := range s.store.Requests(v.ctx(), f, facts.Page{}) {
		if err != nil {
			return s.cut(v, err)
		}
		_ = out.Write([]string{
			strconv.FormatInt(r.ID, 10), strconv.FormatInt(int64(r.Integration), 10), time.Unix(r.At, 0).UTC().Format(time.RFC3339),
			r.Kind, r.Method, report.Neutral(r.Path), strconv.Itoa(r.Status), strconv.FormatInt(r.Bytes, 10),
			strconv.FormatInt(r.TookMS, 10), report.Neutral(r.Why), strconv.FormatBool(r.Refused),
		})
	}
	out.Flush()
	return nil
}

type ledgerRow struct {
	ID          int64     `json:"id"`
	Integration int64     `json:"integration"`
	At          time.Time `json:"at"`
	Kind        string    `json:"kind"`
	Method      string    `json:"method"`
	Path        string    `json:"path"`
	Status      int       `json:"status"`
	Bytes       int64     `json:"bytes"`
	TookMS      int64     `json:"took_ms"`
	Why         string    `json:"why"`
	Refused     bool      `json:"refused"`
}

// ledgerJSON streams one object per line, so that a reader need not hold a year of requests at once.
func (s *Server) ledgerJSON(v *visit, f store.RequestFilter) error {
	attach(v.W, "application/jsonl; charset=utf-8", "request-ledger.jsonl")
	out := json.NewEncoder(v.W)
	for r, err := range s.store.Requests(v.ctx(), f, facts.Page{}) {
		if err != nil {
			return s.cut(v, err)
		}
		row := ledgerRow{r.ID, int64(r.Integration), time.Unix(r.At, 0).UTC(), r.Kind, r.Method, r.Path, r.Status, r.Bytes, r.TookMS, r.Why, r.Refused}
		if err := out.Encode(row); err != nil {
			return s.cut(v, err)
		}
	}
	return nil
}

func attach(w http.ResponseWriter, kind, name string) {
	head := w.Header()
	head.Set("Content-Type", kind)
	head.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	head.Set("Cache-Control", "no-store")
}

// cut ends an answer whose beginning has left: the connection is broken off, so that nobody takes a part for the whole.
func (s *Server) cut(v *visit, err error) error {
	s.log.Error("answer cut short", "request", v.id, "path", v.R.URL.Path, "error", err)
	panic(http.ErrAbortHandler)
}
