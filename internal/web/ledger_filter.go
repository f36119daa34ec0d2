package web

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"weir/internal/facts"
	"weir/internal/store"
)

// ledgerKinds are the kinds of requests, by the words of the ledger.
var ledgerKinds = []optionPair{{"", "Any kind"}, {"rest", "REST"}, {"graphql", "GraphQL"}, {"web", "Web"}, {"git", "Git"}}

// ledgerAnswers are what a request can be filtered by of its answer, and how.
var ledgerAnswers = []struct {
	value, title string
	narrow       func(*store.RequestFilter)
}{
	{"", "Any answer", func(*store.RequestFilter) {}},
	{"failed", "Failed", func(f *store.RequestFilter) { f.Failed = true }},
	{"refused", "Not sent: refused by Weir", func(f *store.RequestFilter) { f.Refused = true }},
	{"none", "No answer came", func(f *store.RequestFilter) { f.StatusFrom, f.StatusTo = -1, -1 }},
	{"2xx", "200 to 299", func(f *store.RequestFilter) { f.StatusFrom, f.StatusTo = 200, 299 }},
	{"3xx", "300 to 399", func(f *store.RequestFilter) { f.StatusFrom, f.StatusTo = 300, 399 }},
	{"4xx", "400 to 499", func(f *store.RequestFilter) { f.StatusFrom, f.StatusTo = 400, 499 }},
	{"5xx", "500 and more", func(f *store.RequestFilter) { f.StatusFrom, f.StatusTo = 500, 999 }},
}

// ledgerPeriods are the periods up to now; from and to are beside them.
var ledgerPeriods = []struct {
	value, title string
	back         time.Duration
}{
	{"all", "Any time", 0}, {"1h", "Last hour", time.Hour}, {"24h", "Last 24 hours", 24 * time.Hour},
	{"7d", "Last 7 days", 7 * 24 * time.Hour}, {"30d", "Last 30 days", 30 * 24 * time.Hour},
}

func (s *Server) readLedgerFilter(q url.Values) (f store.RequestFilter, page int, err error) {
	integration, err := positive(q, "integration")
	if err != nil {
		return f, 1, err
	}
	asked, err := positive(q, "page")
	if err != nil {
		return f, 1, err
	}
	f.Integration, f.Search = facts.IntegrationID(integration), strings.TrimSpace(q.Get("q"))
	f.Kind = q.Get("kind")
	if !slices.ContainsFunc(ledgerKinds, func(o optionPair) bool { return o.Name == f.Kind }) {
		return f, 1, invalid(fmt.Errorf("parameter kind: %q is no kind of request", f.Kind))
	}
	known := false
	for _, answer := range ledgerAnswers {
		if answer.value == q.Get("answer") {
			answer.narrow(&f)
			known = true
		}
	}
	if !known {
		return f, 1, invalid(fmt.Errorf("parameter answer: %q is not one of its values", q.Get("answer")))
	}
	return f, max(1, int(asked)), s.readLedgerPeriod(q, &f)
}

func (s *Server) readLedgerPeriod(q url.Values, f *store.RequestFilter) error {
	if text := q.Get("period"); text != "" {
		at := -1
		for i, p := range ledgerPeriods {
			if p.value == text {
				at = i
			}
		}
		if at < 0 {
			return invalid(fmt.Errorf("parameter period: %q is not one of its values", text))
		}
		if back := ledgerPeriods[at].back; back > 0 {
			f.Since = s.now().Add(-back).Unix()
		}
		return nil
	}
	for name, into := range map[string]*int64{"from": &f.Since, "to": &f.Until} {
		text := q.Get(name)
		if text == "" {
			continue
		}
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return invalid(fmt.Errorf("parameter %s: %q is not a day such as 2026-11-23", name, text))
		}
		if *into = day.Unix(); name == "to" {
			*into += 24*3600 - 1 // the day itself belongs to it
		}
	}
	return nil
}

func (s *Server) ledgerFilter(v *visit, q url.Values) (filterView, error) {
	all, err := s.store.Integrations(v.ctx())
	if err != nil {
		return filterView{}, err
	}
	integrations := []optionPair{{"", "All integrations"}}
	for _, i := range all {
		integrations = append(integrations, optionPair{idText(i.ID), visible(i.Name)})
	}
	var answers []optionPair
	for _, answer := range ledgerAnswers {
		answers = append(answers, optionPair{answer.value, answer.title})
	}
	view := filterView{Action: "/settings/ledger", Searchable: "Search paths and reasons", Search: q.Get("q"), Reset: len(q) > 0,
		Period: true, From: q.Get("from"), To: q.Get("to"),
		Selects: []selectView{
			choose("integration", "Integration", q.Get("integration"), integrations),
			choose("kind", "Kind", q.Get("kind"), ledgerKinds),
			choose("answer", "Answer", q.Get("answer"), answers),
		}}
	view.Custom = q.Get("period") == "" && view.From+view.To != ""
	for i, p := range ledgerPeriods {
		on := q.Get("period") == p.value || i == 0 && q.Get("period") == "" && !view.Custom
		view.Periods = append(view.Periods, optionView{p.value, p.title, on})
	}
	return view, nil
}
