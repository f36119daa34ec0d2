package report

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"weir/internal/facts"
)

// DefaultPeriod is what a page shows when nobody asked for a period.
const DefaultPeriod = "90d"

// DefaultLimit and MaxLimit bound how many rows of a list one page shows.
const (
	DefaultLimit = 100
	MaxLimit     = 5000
)

// firstDay is 1 January 1970: trends and small curves begin there at the earliest.
const firstDay = facts.Day(0)

// earliestDay is 1 January 1, the first that an address can name; latestDay is 31 December 9999.
const (
	earliestDay = facts.Day(-719162)
	latestDay   = facts.Day(2932896)
)

// PeriodFuture is the period of what is dated after today; lists of commits alone have it.
const PeriodFuture = "after_today"

// periodAll begins with the first commit.
const periodAll = "all"

// Params is what an address asks of a report. Its zero value is not useful: make it with ParseParams.
type Params struct {
	// Today is the reader's own day; no period reaches beyond it.
	Today facts.Day
	// Period is a relative period (a key of Periods), empty when From and To were given.
	Period   string
	From, To facts.Day
	// Compare shows the previous period of the same length beside each number.
	Compare bool
	People  []facts.PersonID
	Repos   []facts.RepoID
	// Filter narrows and orders lists of commits; lists of pull requests and tickets follow its Count, Reason and Search.
	Filter facts.CommitFilter
	// Items is what reports on pull requests and tickets look at beside it.
	Items ItemParams
	// Sort is the name of the column that a table is sorted by, with a "-" before it for downwards; empty
	// for the table's own order.
	Sort string
	Page facts.Page
	// cut says that the whole history was asked for and stray days before it are left out.
	cut bool
	// Commit is the object id of the commit of a detail page; its repo is the only one in Repos.
	Commit string
}

// Period is a relative period that an address can name.
type Period struct {
	Name, Title string
	from        func(today facts.Day) (from, to facts.Day)
}

// Periods lists the relative periods in the order of the page.
func Periods() []Period {
	last := func(days facts.Day) func(facts.Day) (facts.Day, facts.Day) {
		return func(today facts.Day) (facts.Day, facts.Day) { return today - days + 1, today }
	}
	return []Period{
		{"7d", "Last 7 days", last(7)},
		{"30d", "Last 30 days", last(30)},
		{"90d", "Last 90 days", last(90)},
		{"180d", "Last 180 days", last(180)},
		{"365d", "Last 365 days", last(365)},
		{"week", "This week", func(t facts.Day) (facts.Day, facts.Day) { return t.Monday(), t }},
		{"last_week", "Last week", func(t facts.Day) (facts.Day, facts.Day) { return t.Monday() - 7, t.Monday() - 1 }},
		{"month", "This month", func(t facts.Day) (facts.Day, facts.Day) { return t.Month(), t }},
		{"last_month", "Last month", func(t facts.Day) (facts.Day, facts.Day) { return (t.Month() - 1).Month(), t.Month() - 1 }},
		{periodAll, "Since the beginning", func(t facts.Day) (facts.Day, facts.Day) { return earliestDay, t }},
		{PeriodFuture, "Dated after today", func(t facts.Day) (facts.Day, facts.Day) { return t + 1, latestDay }},
	}
}

// ParseParams reads the query of an address. now gives the reader's day by its own location. The error is
// fit to be shown: it names the parameter, the value and what is expected.
func ParseParams(q url.Values, now time.Time) (Params, error) {
	if err := checkNames(q); err != nil {
		return Params{}, err
	}
	p := Params{Today: facts.DayAt(now), Compare: q.Get("compare") != "none", Sort: q.Get("sort"), Commit: q.Get("commit")}
	if err := p.parsePeriod(q); err != nil {
		return Params{}, err
	}
	var err error
	if p.People, err = parseIDs[facts.PersonID](q, "person"); err != nil {
		return Params{}, err
	}
	if p.Repos, err = parseIDs[facts.RepoID](q, "repo"); err != nil {
		return Params{}, err
	}
	if p.Filter, err = parseFilter(q); err != nil {
		return Params{}, err
	}
	if p.Items, err = parseItems(q); err != nil {
		return Params{}, err
	}
	p.Page, err = parsePage(q)
	return p, err
}

func (p *Params) parsePeriod(q url.Values) error {
	if q.Get("from") == "" && q.Get("to") == "" {
		return p.relative(q.Get("period"))
	}
	p.To = p.Today
	var err error
	if s := q.Get("to"); s != "" {
		if p.To, err = facts.ParseDay(s); err != nil {
			return fmt.Errorf("parameter to: %w", err)
		}
	}
	p.From = max(p.To-89, earliestDay)
	if s := q.Get("from"); s != "" {
		if p.From, err = facts.ParseDay(s); err != nil {
			return fmt.Errorf("parameter from: %w", err)
		}
	}
	if p.From < earliestDay || p.To < earliestDay {
		return fmt.Errorf("the period begins before %s", earliestDay)
	}
	if p.From > p.To {
		return fmt.Errorf("the period ends on %s, before it begins on %s; swap the two", p.To, p.From)
	}
	return nil
}

func (p *Params) relative(name string) error {
	if name == "" {
		name = DefaultPeriod
	}
	var names []string
	for _, period := range Periods() {
		if period.Name == name {
			p.Period = name
			p.From, p.To = period.from(p.Today)
			return nil
		}
		names = append(names, period.Name)
	}
	return fmt.Errorf("parameter period: %q is none of %s", name, strings.Join(names, ", "))
}

func parseIDs[T ~int64](q url.Values, key string) ([]T, error) {
	var ids []T
	for _, s := range q[key] {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n <= 0 {
			return nil, fmt.Errorf("parameter %s: %q is not an id", key, s)
		}
		ids = append(ids, T(n))
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

var complexities = map[string]facts.Complexity{
	"": facts.ComplexityNone, "low": facts.ComplexityLow, "medium": facts.ComplexityMedium, "high": facts.ComplexityHigh,
}

func parseFilter(q url.Values) (facts.CommitFilter, error) {
	f := facts.CommitFilter{
		Count:  facts.CommitCount(q.Get("count")),
		Reason: facts.Reason(q.Get("reason")),
		Search: q.Get("q"),
		Order:  facts.CommitOrder(q.Get("order")),
	}
	switch f.Count {
	case facts.CommitsAll, facts.CommitsCounted, facts.CommitsLeftOut:
	default:
		return f, fmt.Errorf("parameter count: %q is neither counted nor left_out", f.Count)
	}
	if _, known := ReasonTitle(f.Reason); !known {
		return f, fmt.Errorf("parameter reason: %q is not a reason to leave a commit out", f.Reason)
	}
	switch f.Order {
	case facts.OrderNewest, facts.OrderOldest, facts.OrderLargest, facts.OrderImpact, facts.OrderIgnored, facts.OrderMergeOwn:
	default:
		return f, fmt.Errorf("parameter order: %q is none of oldest, largest, impact, ignored, merge_lines", f.Order)
	}
	var known bool
	if f.Complexity, known = complexities[q.Get("complexity")]; !known {
		return f, fmt.Errorf("parameter complexity: %q is none of low, medium, high", q.Get("complexity"))
	}
	return f, nil
}

func parsePage(q url.Values) (facts.Page, error) {
	page := facts.Page{Limit: DefaultLimit}
	for key, into := range map[string]*int{"limit": &page.Limit, "offset": &page.Offset} {
		s := q.Get(key)
		if s == "" {
			continue
		}
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			return page, fmt.Errorf("parameter %s: %q is not a number of rows", key, s)
		}
		*into = n
	}
	if page.Limit == 0 || page.Limit > MaxLimit {
		page.Limit = MaxLimit
	}
	return page, nil
}

// Values gives the shortest query that ParseParams reads back as the same Params.
func (p Params) Values() url.Values {
	q := url.Values{}
	switch {
	case p.Period == "":
		q.Set("from", p.From.String())
		q.Set("to", p.To.String())
	case p.Period != DefaultPeriod:
		q.Set("period", p.Period)
	}
	if !p.Compare {
		q.Set("compare", "none")
	}
	for _, id := range p.People {
		q.Add("person", strconv.FormatInt(int64(id), 10))
	}
	for _, id := range p.Repos {
		q.Add("repo", strconv.FormatInt(int64(id), 10))
	}
	p.setFilter(q)
	p.Items.set(q)
	set(q, "sort", p.Sort)
	set(q, "commit", p.Commit)
	if p.Page.Limit != DefaultLimit {
		q.Set("limit", strconv.Itoa(p.Page.Limit))
	}
	if p.Page.Offset != 0 {
		q.Set("offset", strconv.Itoa(p.Page.Offset))
	}
	return q
}

func (p Params) setFilter(q url.Values) {
	set(q, "count", string(p.Filter.Count))
	set(q, "reason", string(p.Filter.Reason))
	set(q, "q", p.Filter.Search)
	set(q, "order", string(p.Filter.Order))
	for name, band := range complexities {
		if band == p.Filter.Complexity {
			set(q, "complexity", name)
		}
	}
}

func set(q url.Values, key, value string) {
	if value != "" {
		q.Set(key, value)
	}
}

// Query gives the question to the source, clipped to today.
func (p Params) Query() facts.Query {
	return facts.Query{From: p.From, To: min(p.To, p.lastDay()), People: p.People, Repos: p.Repos}
}

// lastDay is the last day that the period may hold: today, unless what is dated later was asked for.
func (p Params) lastDay() facts.Day {
	if p.Period == PeriodFuture {
		return latestDay
	}
	return p.Today
}

// Link leads to a report with these parameters, from its first row.
func (p Params) Link(report string) Link {
	p.Page.Offset = 0
	if p.cut && report == NameCommits {
		p.Period = "" // the days themselves, so that the rows add up to the number
	}
	return Link{Report: report, Query: p.Values()}
}

// On narrows to a range of days.
func (p Params) On(from, to facts.Day) Params {
	p.Period, p.From, p.To = "", from, to
	return p
}

// By narrows to one person, In to one repo.
func (p Params) By(person facts.PersonID) Params {
	p.People = []facts.PersonID{person}
	return p
}

// In narrows to one repo.
func (p Params) In(repo facts.RepoID) Params {
	p.Repos = []facts.RepoID{repo}
	return p
}

// MarshalJSON gives the parameters under the names that they have in the address.
func (p Params) MarshalJSON() ([]byte, error) {
	q := p.Values()
	q.Del("period")
	q.Set("from", p.From.String())
	q.Set("to", p.To.String())
	out := map[string]any{}
	for key, values := range q {
		out[key] = values[0]
		if key == "person" || key == "repo" || key == "reviewer" {
			out[key] = values
		}
	}
	if p.Period != "" {
		out["period"] = p.Period
	}
	return json.Marshal(out)
}
