package report

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"weir/internal/facts"
)

// ParamError says which parameter of an address cannot be followed; its text is fit to be shown.
type ParamError struct{ text string }

// Error gives the text.
func (e *ParamError) Error() string { return e.text }

// Unwrap lets what an address names in vain count as not found.
func (e *ParamError) Unwrap() error { return facts.ErrNotFound }

// parameters are all that an address of a report may hold; table chooses what a CSV holds.
var parameters = []string{"period", "from", "to", "compare", "person", "repo", "count", "reason", "q", "complexity", "order",
	"sort", "limit", "offset", "commit", "table", "at", "act", "reviewer", "state", "metric", "number", "hours", "start", "show"}

// checkNames refuses parameters that are not known, given twice, or exclude each other.
func checkNames(q url.Values) error {
	for _, name := range keysOf(q) {
		if !slices.Contains(parameters, name) {
			return fmt.Errorf("parameter %q is not known; known are %s", name, strings.Join(parameters, ", "))
		}
		if len(q[name]) > 1 && name != "person" && name != "repo" && name != "reviewer" {
			return fmt.Errorf("parameter %s is given %d times; give it once", name, len(q[name]))
		}
	}
	if q.Get("period") != "" && (q.Get("from") != "" || q.Get("to") != "") {
		return fmt.Errorf("parameter period excludes from and to; choose From - to as the period, or leave both days empty")
	}
	if c := q.Get("compare"); c != "" && c != "none" {
		return fmt.Errorf("parameter compare: %q is not none", c)
	}
	if c := q.Get("commit"); c != "" && !objectID(c) {
		return fmt.Errorf("parameter commit: %q is not the whole id of a commit, 40 or 64 hexadecimal digits", c)
	}
	return nil
}

func keysOf(q url.Values) []string {
	var keys []string
	for key := range q {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func objectID(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

// known refuses people and repos that there are none of.
func (pl *places) known(p Params) error {
	for _, id := range p.People {
		if _, ok := pl.people[id]; !ok {
			return &ParamError{fmt.Sprintf("parameter person: there is nobody with the id %d", id)}
		}
	}
	for _, id := range p.Items.Reviewers {
		if _, ok := pl.people[id]; !ok {
			return &ParamError{fmt.Sprintf("parameter reviewer: there is nobody with the id %d", id)}
		}
	}
	for _, id := range p.Repos {
		if _, ok := pl.repos[id]; !ok {
			return &ParamError{fmt.Sprintf("parameter repo: no imported repo has the id %d", id)}
		}
	}
	return nil
}

// passedOver notes what an address asks and this report does not look at.
func (p *Page) passedOver() {
	note := func(text string) { p.Notes = append(p.Notes, Note{Level: LevelWarning, Text: text}) }
	sortable := func(t Table) bool {
		return slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Name == strings.TrimPrefix(p.Params.Sort, "-") })
	}
	if p.Params.Sort != "" && (p.Name == NameCommits || !slices.ContainsFunc(p.Tables, sortable)) {
		note(fmt.Sprintf("Parameter sort: this report cannot be sorted by %q, and is not.", p.Params.Sort))
	}
	if p.Params.Commit != "" {
		note("Parameter commit is not looked at here: the numbers are not those of one commit.")
	}
	f := p.Params.Filter
	if p.Name == NamePullRequests || p.Name == NameTickets {
		f.Count, f.Reason, f.Search = "", "", ""
	}
	if p.Name != NameCommits && f != (facts.CommitFilter{}) {
		note("Parameters count, reason, q, complexity and order narrow the report Commits; they are not looked at here.")
	}
	if left := p.Params.Items.without(lookedAt[p.Name]); left != "" {
		note("Parameter " + left + " is not looked at by this report.")
	}
}
