package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"weir/internal/facts"
	"weir/internal/store"
)

// importFilter is what the address of the repo import page asks for.
type importFilter struct {
	store.RepoFilter
	// asked holds the parameters as given, by name.
	asked map[string]string
	Page  int
	// Open are the organizations whose repos are to be shown at once.
	Open []facts.OrganizationID
}

// importChoices are the filters with a fixed list of values: what each value does, and what it is called.
var importChoices = []importChoice{
	{name: "state", title: "State", any: "Any state", values: []importValue{
		{"not_imported", "Not imported", func(f *store.RepoFilter) { f.Imported, f.Excluded = new(bool), new(bool) }},
		{"imported", "Imported", func(f *store.RepoFilter) { f.Imported = yes() }},
		{"busy", "Under way", func(f *store.RepoFilter) { working(f, busyPhases...) }},
		{"ready", "Ready", func(f *store.RepoFilter) { working(f, facts.PhaseReady) }},
		{"failed", "Failed", func(f *store.RepoFilter) { working(f, facts.PhaseFailed) }},
		{"paused", "Paused", func(f *store.RepoFilter) { f.Imported, f.Paused = yes(), yes() }},
		{"excluded", "Left out by a rule", func(f *store.RepoFilter) { f.Imported, f.Excluded = new(bool), yes() }},
		{"asked", "Imported, though a rule matches", func(f *store.RepoFilter) { f.Asked = true }},
		{"gone", "Gone from the server", func(f *store.RepoFilter) { f.GoneOnly = true }},
	}},
	{name: "visibility", title: "Visibility", any: "Any visibility", values: []importValue{
		{"public", "Public", func(f *store.RepoFilter) { f.Visibility = "public" }},
		{"private", "Private", func(f *store.RepoFilter) { f.Visibility = "private" }},
		{"internal", "Internal", func(f *store.RepoFilter) { f.Visibility = "internal" }},
	}},
	{name: "archived", title: "Archived", any: "Archived or not", values: []importValue{
		{"no", "Not archived", func(f *store.RepoFilter) { f.Archived = new(bool) }},
		{"yes", "Archived", func(f *store.RepoFilter) { f.Archived = yes() }},
	}},
	{name: "fork", title: "Forks", any: "Forks or not", values: []importValue{
		{"no", "No forks", func(f *store.RepoFilter) { f.Fork = new(bool) }},
		{"yes", "Forks", func(f *store.RepoFilter) { f.Fork = yes() }},
	}},
	{name: "language", title: "Language", any: "Any language", values: []importValue{
		{"none", "Without a language", func(f *store.RepoFilter) { f.NoLanguage = true }},
	}},
}

type importChoice struct {
	name, title, any string
	values           []importValue
}

type importValue struct {
	value, title string
	narrow       func(*store.RepoFilter)
}

var busyPhases = []facts.Phase{facts.PhaseQueued, facts.PhaseFetching, facts.PhaseReplaying, facts.PhaseJudging}

func working(f *store.RepoFilter, phases ...facts.Phase) {
	f.Imported, f.Paused, f.Phases = yes(), new(bool), phases
}

func yes() *bool {
	on := true
	return &on
}

func readImportFilter(id facts.IntegrationID, q url.Values) (importFilter, error) {
	f := importFilter{RepoFilter: store.RepoFilter{Integration: id, Search: strings.TrimSpace(q.Get("q"))}, Page: 1, asked: map[string]string{}}
	for _, name := range []string{"org", "rule", "page"} {
		n, err := positive(q, name)
		if err != nil {
			return f, err
		}
		switch {
		case n == 0:
			continue
		case name == "org":
			f.Organization = facts.OrganizationID(n)
		case name == "rule":
			f.Exclusion = facts.ExclusionID(n)
		default:
			f.Page = int(n)
			continue
		}
		f.asked[name] = q.Get(name)
	}
	if f.Search != "" {
		f.asked["q"] = f.Search
	}
	for _, text := range q["open"] {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			f.Open = append(f.Open, facts.OrganizationID(n))
		}
	}
	return f, f.narrow(q)
}

// positive reads a number from 1; 0 stands for none given.
func positive(q url.Values, name string) (int64, error) {
	text := q.Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n <= 0 {
		return 0, invalid(fmt.Errorf("parameter %s: %q is not a number from 1", name, text))
	}
	return n, nil
}

func (f *importFilter) narrow(q url.Values) error {
	for _, choice := range importChoices {
		text := q.Get(choice.name)
		if text == "" {
			continue
		}
		at := slices.IndexFunc(choice.values, func(v importValue) bool { return v.value == text })
		if at < 0 {
			return invalid(fmt.Errorf("parameter %s: %q is not one of its values", choice.name, text))
		}
		choice.values[at].narrow(&f.RepoFilter)
		f.asked[choice.name] = text
	}
	return nil
}

// values gives the address back, without the page.
func (f importFilter) values() url.Values {
	q := url.Values{}
	for name, value := range f.asked {
		q.Set(name, value)
	}
	return q
}

// at is the address of a part of the import page with this filter and some more parameters.
func (f importFilter) at(part string, pairs ...string) string {
	q := f.values()
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return withQuery(integrationAddress(f.Integration)+"/repos"+part, q)
}

func importFilterView(f importFilter, sums []store.OrganizationSummary) filterView {
	orgs := []optionPair{{"", "All organizations"}}
	for _, o := range sums {
		orgs = append(orgs, optionPair{idText(o.ID), fmt.Sprintf("%s (%s)", visible(o.Login), number(o.Repos))})
	}
	v := filterView{Action: integrationAddress(f.Integration) + "/repos", Searchable: "Search owner/name", Search: f.Search,
		Reset: len(f.asked) > 0, Selects: []selectView{choose("org", "Organization", f.asked["org"], orgs)}}
	if rule := f.asked["rule"]; rule != "" {
		v.Keep = append(v.Keep, optionPair{"rule", rule})
	}
	for _, choice := range importChoices {
		options := []optionPair{{"", choice.any}}
		for _, value := range choice.values {
			options = append(options, optionPair{value.value, value.title})
		}
		v.Selects = append(v.Selects, choose(choice.name, choice.title, f.asked[choice.name], options))
	}
	return v
}

func idText[T ~int64](id T) string { return strconv.FormatInt(int64(id), 10) }
