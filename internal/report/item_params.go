package report

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// ItemParams are what an address asks of reports on pull requests and tickets.
type ItemParams struct {
	// At says what must lie in the period: see AtOptions. Empty is open.
	At string
	// Act is a kind of act that must lie in the period, by the chosen people if there are any: see ActOptions.
	Act string
	// Reviewers narrows to pull requests that one of them reviewed or commented on.
	Reviewers []facts.PersonID
	// State narrows to what is open, merged, closed or not reviewed now.
	State string
	// Metric is the id of the metric whose rows are listed.
	Metric string
	// Number is that of the pull request or ticket of a detail page; its repo is the only one in Repos.
	Number int
	// Working counts hours from Monday to Friday, 9 to 17 in the workspace's zone, and not all that elapse.
	Working bool
	// Start is what a time to merge begins with.
	Start metrics.Start
	// Show is what the numbers of the Work log count: see ShowOptions. Empty is everything.
	Show string
}

// Choice is one that an address can name.
type Choice struct{ Name, Title string }

// What must lie in the period.
const (
	atOpen    = ""
	atMerged  = "merged"
	atCreated = "created"
	atClosed  = "closed"
	atActed   = "acted"
)

// AtOptions lists what may have to lie in the period of a list of pull requests or tickets.
func AtOptions(tickets bool) []Choice {
	all := []Choice{{atOpen, "Open in the period"}, {atCreated, "Opened in the period"}, {atMerged, "Merged in the period"}, {atClosed, "Closed in the period"},
		{atActed, "Worked on in the period"}}
	return slices.DeleteFunc(all, func(c Choice) bool { return tickets && c.Name == atMerged })
}

// ActOptions lists the kinds of acts that a list can be narrowed to.
func ActOptions(tickets bool) []Choice {
	if tickets {
		return []Choice{{"", "Any act"}, {"opened", "Opened"}, {"commented", "Commented"}, {"closed", "Closed"}, {actMoved, "Opened, closed or reopened"}}
	}
	return []Choice{{"", "Any act"}, {"opened", "Opened"}, {"reviewed", "Reviewed"}, {"commented", "Commented"}, {"committed", "Committed to"},
		{"merged", "Merged"}, {"closed", "Closed"}, {actMoved, "Opened, merged, closed or reopened"}}
}

// actKinds are the kinds of acts behind each word.
var actKinds = map[string][]facts.ActKind{
	"opened": {facts.ActOpened}, "reviewed": {facts.ActApproved, facts.ActChangesRequested, facts.ActReviewed}, "commented": {facts.ActComment},
	"committed": {facts.ActCommit}, "merged": {facts.ActMerged}, "closed": {facts.ActClosed},
	actMoved: {facts.ActOpened, facts.ActMerged, facts.ActClosed, facts.ActReopened},
}

const actMoved = "opened_or_ended"

// StateOptions lists the states that a list can be narrowed to.
func StateOptions(tickets bool) []Choice {
	if tickets {
		return []Choice{{"", "Any state"}, {"open", "Open"}, {"closed", "Closed"}}
	}
	return []Choice{{"", "Any state"}, {"open", "Open"}, {"merged", "Merged"}, {"closed", "Closed"}, {stateUnreviewed, "Not reviewed"}}
}

// stateUnreviewed is what nobody but the author has reviewed or commented on, in whatever state.
const stateUnreviewed = "unreviewed"

// ShowOptions lists what the numbers of the Work log can count.
func ShowOptions() []Choice {
	return []Choice{{"", "Everything"}, {"commits", "Commits"}, {"pull_requests", "Pull requests"}, {"reviews", "Reviews"}, {"comments", "Comments"}, {"tickets", "Tickets"}}
}

// HoursOptions and StartOptions list how durations can be counted.
func HoursOptions() []Choice {
	return []Choice{{"", "Elapsed hours"}, {"working", "Working hours"}}
}

// StartOptions lists what a time to merge can begin with.
func StartOptions() []Choice {
	return []Choice{{"", "Merge time from ready"}, {string(metrics.StartCreated), "Merge time from opening"}, {string(metrics.StartFirstComment), "Merge time from first comment"}}
}

func parseItems(q url.Values) (ItemParams, error) {
	i := ItemParams{At: q.Get("at"), Act: q.Get("act"), State: q.Get("state"), Metric: q.Get("metric"), Working: q.Get("hours") == "working",
		Start: metrics.Start(q.Get("start")), Show: q.Get("show")}
	for _, c := range []struct {
		name    string
		options []Choice
	}{{"at", AtOptions(false)}, {"act", ActOptions(false)}, {"state", StateOptions(false)}, {"hours", HoursOptions()}, {"start", StartOptions()}, {"show", ShowOptions()}} {
		if err := oneOf(c.name, q.Get(c.name), c.options); err != nil {
			return i, err
		}
	}
	if _, ok := metrics.FindReview(i.Metric); i.Metric != "" && !ok {
		if _, ok = metrics.FindTicket(i.Metric); !ok {
			return i, fmt.Errorf("parameter metric: %q is no metric of pull requests or tickets", i.Metric)
		}
	}
	if s := q.Get("number"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n == 0 {
			return i, fmt.Errorf("parameter number: %q is not the number of a pull request or ticket", s)
		}
		i.Number = n
	}
	var err error
	i.Reviewers, err = parseIDs[facts.PersonID](q, "reviewer")
	return i, err
}

func oneOf(name, value string, options []Choice) error {
	var names []string
	for _, o := range options {
		if o.Name == value {
			return nil
		}
		if o.Name != "" {
			names = append(names, o.Name)
		}
	}
	return fmt.Errorf("parameter %s: %q is none of %s", name, value, strings.Join(names, ", "))
}

func (i ItemParams) set(q url.Values) {
	for key, value := range i.named() {
		set(q, key, value)
	}
	for _, id := range i.Reviewers {
		q.Add("reviewer", strconv.FormatInt(int64(id), 10))
	}
}

func (i ItemParams) named() map[string]string {
	named := map[string]string{"at": i.At, "act": i.Act, "state": i.State, "metric": i.Metric, "start": string(i.Start), "show": i.Show}
	if i.Number != 0 {
		named["number"] = strconv.Itoa(i.Number)
	}
	if i.Working {
		named["hours"] = "working"
	}
	return named
}

// lookedAt are the parameters that each report follows.
var lookedAt = map[string][]string{
	NameWorkLog: {"show"}, NameReviewWorkflow: {"state"}, NameReviews: {"hours", "start"},
	NamePullRequests: {"at", "act", "state", "metric", "hours", "start", "reviewer"}, NamePullRequest: {"number", "hours", "start"},
	NameTickets: {"at", "act", "state", "metric", "hours"}, NameTicket: {"number"},
}

// without names a parameter that is given and not among those that are known, empty when there is none.
func (i ItemParams) without(known []string) string {
	given := i.named()
	if len(i.Reviewers) > 0 {
		given["reviewer"] = "given"
	}
	for _, name := range []string{"at", "act", "reviewer", "state", "metric", "number", "hours", "start", "show"} {
		if given[name] != "" && !slices.Contains(known, name) {
			return name
		}
	}
	return ""
}

// lens gives how a page looks at pull requests. zone is the workspace's.
func (p Params) lens(zone *time.Location) metrics.Lens {
	l := metrics.Lens{Start: p.Items.Start}
	if p.Items.Working {
		l.Clock.Working = zone
	}
	if len(p.People) > 0 {
		l.People = metrics.People{}
		for _, id := range p.People {
			l.People[id] = true
		}
		l.Team = l.People
	}
	return l
}

// list gives the parameters of a list of items behind a number of this page.
func (p Params) list(at string) Params {
	p.Items = ItemParams{At: at, Working: p.Items.Working, Start: p.Items.Start}
	p.Filter, p.Sort = facts.CommitFilter{}, ""
	return p
}

// ReviewNumbers lists the metrics of pull requests whose rows a list can show.
func ReviewNumbers() []Choice {
	var all []Choice
	for _, m := range metrics.OfReviews() {
		all = append(all, Choice{m.ID, m.Title})
	}
	return all
}
