package web

import (
	"slices"
	"strconv"

	"weir/internal/facts"
	"weir/internal/report"
)

// filterView is the bar on top of a report; its state is the page's address.
type filterView struct {
	Action string
	// Keep holds what the bar does not show and must not lose.
	Keep []optionPair

	Period, Custom bool
	Periods        []optionView
	From, To       string

	Comparison, Compare bool
	Picks               []pickView
	Selects             []selectView
	// Searchable is the search field's placeholder, empty where there is none.
	Searchable, Search string
	Reset              bool
}

type optionPair struct{ Name, Value string }

type optionView struct {
	Value, Title string
	On           bool
}

type selectView struct {
	Name, Title string
	Options     []optionView
}

// pickView is a list to tick several entries of.
type pickView struct {
	Name, Title, Said string
	Options           []optionView
	// Cut is how many are listed when there are more, else 0.
	Cut int
}

// maxPicks bounds a list of ticks; a longer one would weigh more than the page.
const maxPicks = 500

// choices are the people and repos that a filter offers.
type choices struct {
	People []facts.Person
	Repos  []facts.Repo
}

func viewFilter(action string, p report.Params, c choices) filterView {
	v := filterView{Action: action, Period: true, Custom: p.Period == "", Comparison: true, Compare: p.Compare,
		Reset: len(p.Values()) > 0}
	for _, period := range report.Periods() {
		if period.Name == report.PeriodFuture && p.Period != period.Name {
			continue // a note leads there when there is something
		}
		v.Periods = append(v.Periods, optionView{period.Name, period.Title, period.Name == p.Period})
	}
	if v.Custom {
		v.From, v.To = p.From.String(), p.To.String()
	}
	if p.Sort != "" {
		v.Keep = append(v.Keep, optionPair{"sort", p.Sort})
	}
	if c.People != nil {
		v.Picks = append(v.Picks, pickPeople(c.People, p.People))
	}
	v.Picks = append(v.Picks, pickRepos(c.Repos, p.Repos))
	return v
}

func pickPeople(people []facts.Person, chosen []facts.PersonID) pickView {
	v := pickView{Name: "person", Title: "People"}
	for _, person := range people {
		on := slices.Contains(chosen, person.ID)
		if person.Hidden && !on {
			continue
		}
		name := person.Name
		if person.Bot {
			name += " (bot)"
		}
		v.Options = append(v.Options, optionView{strconv.FormatInt(int64(person.ID), 10), name, on})
	}
	v.finish("Everybody", "people")
	return v
}

func pickRepos(repos []facts.Repo, chosen []facts.RepoID) pickView {
	v := pickView{Name: "repo", Title: "Repos"}
	for _, repo := range repos {
		on := slices.Contains(chosen, repo.ID)
		v.Options = append(v.Options, optionView{strconv.FormatInt(int64(repo.ID), 10), repo.FullName, on})
	}
	v.finish("All repos", "repos")
	return v
}

// finish puts the chosen first, cuts the list and says on the closed list what is chosen.
func (v *pickView) finish(none, many string) {
	slices.SortStableFunc(v.Options, func(a, b optionView) int {
		switch {
		case a.On == b.On:
			return 0
		case a.On:
			return -1
		}
		return 1
	})
	var on []string
	for _, o := range v.Options {
		if o.On {
			on = append(on, o.Title)
		}
	}
	switch len(on) {
	case 0:
		v.Said = none
	case 1:
		v.Said = visible(on[0])
	default:
		v.Said = number(len(on)) + " " + many
	}
	if len(v.Options) > maxPicks {
		v.Options, v.Cut = v.Options[:max(maxPicks, len(on))], maxPicks
	}
}

// addCommitFilter offers what narrows and orders a list of commits.
func (v *filterView) addCommitFilter(p report.Params) {
	v.Comparison = false
	v.Searchable, v.Search = "Search messages and hashes", p.Filter.Search
	v.Selects = append(v.Selects,
		choose("count", "Counts or not", string(p.Filter.Count), []optionPair{
			{"", "Counted and left out"}, {string(facts.CommitsCounted), "Counted"}, {string(facts.CommitsLeftOut), "Left out"}}),
		choose("reason", "Reason to be left out", string(p.Filter.Reason), reasonOptions()),
		choose("complexity", "Complexity", complexityName(p.Filter.Complexity), []optionPair{
			{"", "Any complexity"}, {"low", "Low complexity"}, {"medium", "Medium complexity"}, {"high", "High complexity"}}),
		choose("order", "Order", string(p.Filter.Order), []optionPair{
			{string(facts.OrderNewest), "Newest first"}, {string(facts.OrderOldest), "Oldest first"},
			{string(facts.OrderLargest), "Most lines first"}, {string(facts.OrderImpact), "Highest impact first"},
			{string(facts.OrderIgnored), "Most ignored lines first"}, {string(facts.OrderMergeOwn), "Most merge lines first"}}),
	)
}

func choose(name, title, chosen string, options []optionPair) selectView {
	v := selectView{Name: name, Title: title}
	for _, o := range options {
		v.Options = append(v.Options, optionView{Value: o.Name, Title: o.Value, On: o.Name == chosen})
	}
	return v
}

// commitReasons are those of facts.Reason that a whole commit can have.
var commitReasons = []facts.Reason{
	facts.LeftMerge, facts.LeftUnreachable, facts.LeftSuperseded, facts.LeftDuplicate, facts.LeftBot, facts.LeftExcluded,
	facts.LeftHidden, facts.LeftOutlier, facts.LeftMarked, facts.LeftRepoDeleted, facts.LeftUnreadable,
}

func reasonOptions() []optionPair {
	options := []optionPair{{"", "Any reason"}}
	for _, r := range commitReasons {
		title, _ := report.ReasonTitle(r)
		options = append(options, optionPair{string(r), title})
	}
	return options
}

func complexityName(c facts.Complexity) string {
	switch c {
	case facts.ComplexityLow:
		return "low"
	case facts.ComplexityMedium:
		return "medium"
	case facts.ComplexityHigh:
		return "high"
	}
	return ""
}
