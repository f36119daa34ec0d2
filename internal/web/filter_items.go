package web

import (
	"strconv"

	"weir/internal/facts"
	"weir/internal/report"
)

// addFor offers what a report can be narrowed by beside period, people and repos, and keeps what it does not offer.
func (v *filterView) addFor(page *report.Page) {
	p := page.Params
	switch page.Name {
	case report.NameCommits:
		v.addCommitFilter(p)
	case report.NameWorkLog:
		v.Comparison = false
		v.offer("show", "What the numbers count", p.Items.Show, report.ShowOptions())
	case report.NameReviews:
		v.offer("hours", "Hours", hoursName(p), report.HoursOptions())
		v.offer("start", "Begin of the time to merge", string(p.Items.Start), report.StartOptions())
	case report.NameReviewWorkflow:
		v.Comparison = false
		v.offer("state", "State", p.Items.State, report.StateOptions(false))
	case report.NamePullRequests:
		v.Comparison = false
		v.addItemFilter(p, false)
		v.offer("metric", "Number", p.Items.Metric, metricOptions())
		v.keep("start", string(p.Items.Start))
	case report.NameTickets:
		v.addItemFilter(p, true)
	}
}

// addItemFilter offers what narrows a list of pull requests or tickets.
func (v *filterView) addItemFilter(p report.Params, tickets bool) {
	v.Searchable, v.Search = "Search titles", p.Filter.Search
	v.offer("at", "What lies in the period", p.Items.At, report.AtOptions(tickets))
	v.offer("state", "State", p.Items.State, report.StateOptions(tickets))
	v.Selects = append(v.Selects, choose("count", "Counts or not", string(p.Filter.Count), []optionPair{
		{"", "Counted and left out"}, {string(facts.CommitsCounted), "Counted"}, {string(facts.CommitsLeftOut), "Left out"}}))
	v.offer("act", "Acts in the period", p.Items.Act, report.ActOptions(tickets))
	v.keep("reason", string(p.Filter.Reason))
	v.keep("hours", hoursName(p))
	for _, id := range p.Items.Reviewers {
		v.keep("reviewer", strconv.FormatInt(int64(id), 10))
	}
}

func (v *filterView) offer(name, title, chosen string, options []report.Choice) {
	one := selectView{Name: name, Title: title}
	for _, o := range options {
		one.Options = append(one.Options, optionView{Value: o.Name, Title: o.Title, On: o.Name == chosen})
	}
	v.Selects = append(v.Selects, one)
}

func (v *filterView) keep(name, value string) {
	if value != "" {
		v.Keep = append(v.Keep, optionPair{name, value})
	}
}

func hoursName(p report.Params) string {
	if p.Items.Working {
		return "working"
	}
	return ""
}

// metricOptions are the numbers whose rows a list can show.
func metricOptions() []report.Choice {
	return append([]report.Choice{{Name: "", Title: "Any metric"}}, report.ReviewNumbers()...)
}
