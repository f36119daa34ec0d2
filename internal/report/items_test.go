package report_test

import (
	"cmp"
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"weir/internal/facts"
	"weir/internal/report"
)

type maker func(context.Context, *fakeSource, report.Params) (*report.Page, error)

func makerOf(name string) maker {
	return func(ctx context.Context, s *fakeSource, p report.Params) (*report.Page, error) {
		switch name {
		case report.NameReviews:
			return report.Reviews(ctx, s, p)
		case report.NameReviewWorkflow:
			return report.ReviewWorkflow(ctx, s, p)
		case report.NamePullRequests:
			return report.PullRequests(ctx, s, p)
		case report.NamePullRequest:
			return report.PullRequest(ctx, s, p)
		case report.NameTickets:
			return report.Tickets(ctx, s, p)
		case report.NameWorkLog:
			return report.WorkLog(ctx, s, p)
		}
		return report.Ticket(ctx, s, p)
	}
}

func TestItemPages(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ report, query string }{
		"reviews":              {report.NameReviews, "from=1970-01-08&to=1970-01-21"},
		"reviews-of-one":       {report.NameReviews, "period=all&person=2&hours=working&start=created"},
		"workflow":             {report.NameReviewWorkflow, "from=1970-01-12&to=1970-01-21"},
		"pull-requests":        {report.NamePullRequests, "from=1970-01-05&to=1970-01-21&limit=3"},
		"pull-requests-metric": {report.NamePullRequests, "from=1970-01-05&to=1970-01-21&at=merged&metric=time_to_first_comment"},
		"pull-requests-size":   {report.NamePullRequests, "from=1970-01-05&to=1970-01-21&at=merged&metric=review_coverage"},
		"pull-request":         {report.NamePullRequest, "repo=1&number=12"},
		"tickets":              {report.NameTickets, "from=1970-01-05&to=1970-01-21"},
		"ticket":               {report.NameTicket, "repo=1&number=8"},
		"worklog-day":          {report.NameWorkLog, "from=1970-01-13&to=1970-01-13&show=reviews"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page, err := makerOf(c.report)(t.Context(), world(), params(t, c.query))
			if err != nil {
				t.Fatal(err)
			}
			consistent(t, page)
			page.Definitions = nil
			golden(t, name+".json", asJSON(t, page))
			golden(t, name+".csv", asCSV(t, page))
		})
	}
}

// A list that is written row by row has the rows of its page, in whatever order.
func TestListsAreWrittenRowByRow(t *testing.T) {
	t.Parallel()
	src := world()
	for _, query := range []string{"period=all", "from=1970-01-05&to=1970-01-21&limit=1&offset=1", "period=all&sort=comments", "period=all&sort=-subject"} {
		for name, write := range map[string]func(context.Context, report.Params, io.Writer) error{
			report.NamePullRequests: func(ctx context.Context, p report.Params, w io.Writer) error {
				return report.WritePullRequestsCSV(ctx, src, p, w)
			},
			report.NameTickets: func(ctx context.Context, p report.Params, w io.Writer) error {
				return report.WriteTicketsCSV(ctx, src, p, w)
			},
		} {
			var got, want strings.Builder
			p := params(t, query)
			if err := write(t.Context(), p, &got); err != nil {
				t.Fatal(err)
			}
			p.Page = facts.Page{}
			page, err := makerOf(name)(t.Context(), src, p)
			if err != nil {
				t.Fatal(err)
			}
			if err := page.Tables[0].WriteCSV(&want); err != nil {
				t.Fatal(err)
			}
			if got.String() != want.String() || strings.Count(want.String(), "\n") < 2 {
				t.Errorf("%s?%s: got\n%s\nwant\n%s", name, query, &got, &want)
			}
		}
	}
}

// A ticket that adds nothing to a number says why, in words about itself.
func TestTicketSaysWhyItHasNoHours(t *testing.T) {
	t.Parallel()
	opened := facts.Act{At: clockAt(5, 8), Kind: facts.ActOpened, Person: 1}
	for name, c := range map[string]struct {
		ticket       facts.JudgedTicket
		cycle, queue string
	}{
		"open":           {facts.JudgedTicket{}, "it is not closed", "nobody did anything about it"},
		"closed":         {facts.JudgedTicket{Ticket: facts.Ticket{ClosedAt: clockAt(6, 8)}}, "never assigned, and no pull request closes it", "nobody did anything about it"},
		"does not count": {facts.JudgedTicket{TicketVerdict: facts.TicketVerdict{Reason: facts.LeftGone}}, "it does not count", "it does not count"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src := world()
			c.ticket.Repo, c.ticket.Number, c.ticket.CreatedAt, c.ticket.Acts = 1, 77, clockAt(5, 8), []facts.Act{opened}
			src.tickets = append(src.tickets, c.ticket)
			page, err := report.Ticket(t.Context(), src, params(t, "repo=1&number=77"))
			if err != nil {
				t.Fatal(err)
			}
			if cycle, queue := page.Tiles[0].Value.Missing, page.Tiles[1].Value.Missing; cycle != c.cycle || queue != c.queue {
				t.Errorf("cycle time %q, queue time %q", cycle, queue)
			}
		})
	}
}

// addOddPulls adds one of Bob's that Ann merged without a word, and one of somebody whose account is gone that Bob reviewed.
func (s *fakeSource) addOddPulls() {
	for i, p := range []facts.JudgedPullRequest{{}, {}} {
		p.Repo, p.Number, p.State, p.CreatedAt, p.ReadyAt = 1, 20+i, facts.PullRequestMerged, clockAt(12, 8), clockAt(12, 8)
		p.MergedAt, p.ClosedAt, p.UpdatedAt = clockAt(13, 8), clockAt(13, 8), clockAt(13, 8)
		s.pulls = append(s.pulls, p)
	}
	merged, gone := &s.pulls[len(s.pulls)-2], &s.pulls[len(s.pulls)-1]
	merged.Person = 2
	merged.Acts = []facts.Act{{At: clockAt(12, 8), Kind: facts.ActOpened, Person: 2}, {At: clockAt(13, 8), Kind: facts.ActMerged, Person: 1}}
	gone.Acts = []facts.Act{{At: clockAt(12, 8), Kind: facts.ActOpened}, {At: clockAt(12, 9), Kind: facts.ActApproved, Person: 2}}
}

// Every number of Review collaboration is that of the list which its link leads to.
func TestReviewNumbersLeadToTheirRows(t *testing.T) {
	t.Parallel()
	src := world()
	src.addOddPulls()
	follow := func(what string, link report.Link, want report.Value) {
		t.Helper()
		if !link.Valid() || link.Report != report.NamePullRequests {
			t.Errorf("%s leads to %q", what, link)
			return
		}
		p, err := report.ParseParams(link.Query, now)
		if err != nil {
			t.Fatal(err)
		}
		list, err := report.PullRequests(t.Context(), src, p)
		if err != nil {
			t.Fatal(err)
		}
		if got := list.Tiles[0].Value; math.Abs(got.Number-want.Number) > 1e-9 || (got.Missing == "") != (want.Missing == "") {
			t.Errorf("%s is %v; its rows give %v (%s)", what, want, got, link)
		}
	}
	for _, query := range []string{"from=1970-01-08&to=1970-01-21", "from=1970-01-08&to=1970-01-21&repo=1&hours=working", "period=all",
		"from=1970-01-08&to=1970-01-21&person=1", "from=1970-01-08&to=1970-01-21&person=1&person=2"} {
		page, err := report.Reviews(t.Context(), src, params(t, query))
		if err != nil {
			t.Fatal(err)
		}
		for _, tile := range page.Tiles {
			if compares := tile.Metric == "involvement" || tile.Metric == "sharing_index"; !compares || !strings.Contains(query, "person") {
				follow(query+" "+tile.Metric, tile.Link, tile.Value)
			}
		}
		people := page.Table("people")
		for _, row := range people.Rows {
			if row.Cells[0].Value.Text == "Account gone" { // they cannot be asked for
				continue
			}
			for i, cell := range row.Cells[1:] {
				if column := people.Columns[i+1].Name; column != "involvement" { // the list narrows to the person's reviews
					follow(row.Cells[0].Value.Text+" "+column, cell.Link, cell.Value)
				}
			}
		}
		matrix := page.Table("matrix")
		for _, row := range matrix.Rows {
			for i, cell := range row.Cells[1:] {
				if matrix.Columns[i+1].Name == "person_0" { // nobody can be asked for who is gone
					if cell.Link.Valid() {
						t.Errorf("the cell of an account that is gone leads to %s", cell.Link)
					}
				} else if cell.Value.Number > 0 {
					follow(query+" matrix "+row.Cells[0].Value.Text+" "+matrix.Columns[i+1].Title, cell.Link, cell.Value)
				}
			}
		}
	}
}

// The numbers of Review workflow are those of the lists which their links lead to, also where the page is narrowed.
func TestWorkflowNumbersLeadToTheirRows(t *testing.T) {
	t.Parallel()
	const period = "from=1970-01-02&to=1970-01-21"
	for query, links := range map[string]int{period: 5, period + "&q=Speed": 5, period + "&state=merged": 2, period + "&state=unreviewed": 2, period + "&person=1": 5, "period=all": 5} {
		page, err := report.ReviewWorkflow(t.Context(), world(), params(t, query))
		if err != nil {
			t.Fatal(err)
		}
		led := 0
		for _, tile := range page.Tiles {
			if !tile.Link.Valid() {
				continue
			}
			led++
			p, err := report.ParseParams(tile.Link.Query, now)
			if err != nil {
				t.Fatal(err)
			}
			list, err := report.PullRequests(t.Context(), world(), p)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(list.Tables[0].Rows); n != int(tile.Value.Number) {
				t.Errorf("%s: %s is %v and leads to %d rows (%s)", query, tile.Title, tile.Value, n, tile.Link)
			}
		}
		if led != links {
			t.Errorf("%s: %d numbers lead to rows, want %d", query, led, links)
		}
	}
}

// What is missing is said: the service is off, items are not read, not judged, or there are fewer than the server counts.
func TestItemHealth(t *testing.T) {
	t.Parallel()
	ask := func(change func(*fakeSource)) *report.Page {
		t.Helper()
		src := world()
		change(src)
		page, err := report.Reviews(t.Context(), src, params(t, ""))
		if err != nil {
			t.Fatal(err)
		}
		return page
	}
	if h := ask(func(*fakeSource) {}).Health; h.State != report.HealthComplete || h.Text != "5 of 5 pull requests" || h.CheckedAt != 80 {
		t.Errorf("complete: %+v", h)
	}
	for name, c := range map[string]struct {
		change func(*fakeSource)
		state  report.HealthState
		says   string
	}{
		"off":        {func(s *fakeSource) { s.integrations[0].On = []facts.Service{facts.ServiceRepos} }, report.HealthPartial, "switched off for Main"},
		"not judged": {func(s *fakeSource) { s.unjudged = 3 }, report.HealthSyncing, "3 items are held and not judged yet"},
		"missing":    {func(s *fakeSource) { s.complete[0].Server = 9 }, report.HealthPartial, "5 of 9 pull requests are still missing"},
		"first read": {func(s *fakeSource) { s.states[1].FinishedAt, s.states[1].Phase = 0, facts.PhaseFetching }, report.HealthPartial, "its pull requests are missing or incomplete"},
		"failed": {func(s *fakeSource) {
			s.states[1].Phase, s.states[1].Cause = facts.PhaseFailed, "The token has expired."
		}, report.HealthPartial,
			"The token has expired."},
		"nothing imported": {func(s *fakeSource) { s.repos = nil }, report.HealthEmpty, "no repo has been imported"},
	} {
		page := ask(c.change)
		said := ""
		for _, n := range page.Notes {
			said += n.Text + "\n"
		}
		if page.Health.State != c.state || !strings.Contains(said, c.says) {
			t.Errorf("%s: %+v, notes:\n%s", name, page.Health, said)
		}
	}
}

// Lists narrow by inclusion, people, reviewers, acts and state.
func TestPullRequestFilters(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"": "12 11 10 9 7", "at=merged": "12 11 10", "at=merged&count=counted": "12 11", "reason=bot": "10", "count=left_out": "10 9 7", "person=2": "11 7",
		"reviewer=2": "12", "reviewer=1": "", "state=open": "9", "state=unreviewed": "11 10 9 7", "at=acted&act=merged&person=1": "12 10", "at=acted&act=reviewed": "12", "at=closed": "12 11 10 7",
		"at=acted&act=opened_or_ended&person=2": "11 7", "q=Speed": "11", "repo=2": "7", "at=created&sort=added": "7 9 10 11 12", "limit=2&offset=1": "11 10",
	} {
		page, err := report.PullRequests(t.Context(), world(), params(t, "from=1970-01-02&to=1970-01-21&"+query))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, row := range page.Tables[0].Rows {
			number, _, _ := strings.Cut(strings.TrimPrefix(row.Cells[1].Value.Text, "#"), " ")
			got = append(got, number)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %s, want %s", query, got, want)
		}
	}
}

func TestItemsThatAreNotThere(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{{report.NamePullRequest, "repo=1&number=99"}, {report.NamePullRequest, "number=12"}, {report.NamePullRequest, "repo=1"}, {report.NameTicket, "repo=1&number=99"}, {report.NameTicket, "repo=9&number=8"}} {
		if _, err := makerOf(c[0])(t.Context(), world(), params(t, c[1])); !errors.Is(err, facts.ErrNotFound) {
			t.Errorf("%s %s: %v, want not found", c[0], c[1], err)
		}
	}
}

// TestAccountsThatAreGoneHaveARow: what they did is in the sum, so it is in a row, which leads nowhere.
func TestAccountsThatAreGoneHaveARow(t *testing.T) {
	t.Parallel()
	src := world()
	src.pulls[0].Acts = append(src.pulls[0].Acts, facts.Act{At: clockAt(13, 13), Kind: facts.ActComment, Words: 30}, facts.Act{At: clockAt(13, 14), Kind: facts.ActReviewed})
	page, err := report.Reviews(t.Context(), src, params(t, "from=1970-01-08&to=1970-01-21"))
	if err != nil {
		t.Fatal(err)
	}
	people := page.Table("people")
	gone := 0
	for _, metric := range []string{"pull_requests_merged", "pull_requests_reviewed"} {
		at, sum := slices.IndexFunc(people.Columns, func(c report.Column) bool { return c.Name == metric }), 0.0
		for _, r := range people.Rows {
			sum += r.Cells[at].Value.Number
			if r.Cells[0].Value.Text == "Account gone" {
				gone++
				if r.Link.Valid() || r.Cells[at].Link.Valid() {
					t.Errorf("%s: the row leads to somebody", metric)
				}
			}
		}
		if all := people.Total.Cells[at].Value.Number; sum != all || all == 0 {
			t.Errorf("%s: the rows have %v, all of them %v", metric, sum, all)
		}
	}
	if gone != 2 {
		t.Errorf("%d rows of who is gone, want one", gone/2)
	}
	narrowed, err := report.Reviews(t.Context(), src, params(t, "from=1970-01-08&to=1970-01-21&person=2"))
	if err != nil || len(narrowed.Table("people").Rows) != 1 {
		t.Errorf("the report on one person has others: %v", err)
	}
}

// TestWorkLogsNumbersAreFoundAgain opens every number of the Work log that leads to a list of pull requests or tickets: the list
// says the number.
func TestWorkLogsNumbersAreFoundAgain(t *testing.T) {
	t.Parallel()
	src := world()
	src.pulls[3].Acts = append(src.pulls[3].Acts, facts.Act{At: clockAt(13, 13), Kind: facts.ActComment, Words: 3, Person: 2}, facts.Act{At: clockAt(13, 14), Kind: facts.ActComment, Words: 3, Person: 2},
		facts.Act{At: clockAt(13, 15), Kind: facts.ActComment, Words: 3}, facts.Act{At: clockAt(13, 16), Kind: facts.ActCommit, Person: 2}, facts.Act{At: clockAt(13, 16), Kind: facts.ActReady, Person: 2},
		facts.Act{At: clockAt(13, 17), Kind: facts.ActApproved, Person: 2, Left: facts.LeftBot})
	src.pulls[3].UpdatedAt = clockAt(13, 17)
	for _, p := range src.pulls { // as the judge leaves them out
		for i := range p.Acts {
			if p.Acts[i].Person == 3 {
				p.Acts[i].Left = facts.LeftBot
			}
		}
	}
	gone := src.pulls[3]
	gone.Number, gone.GoneAt = 6, 1
	src.pulls = append(src.pulls, gone)
	followed := map[string]int{}
	follow := func(what string, cell report.Cell) {
		if cell.Link.Report != report.NamePullRequests && cell.Link.Report != report.NameTickets {
			return
		}
		p, err := report.ParseParams(cell.Link.Query, now)
		if err != nil {
			t.Fatal(err)
		}
		list, err := makerOf(cell.Link.Report)(t.Context(), src, p)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(list.Tiles, func(tile report.Tile) bool { return strings.HasPrefix(tile.Title, "Work log: ") })
		if at < 0 || list.Tiles[at].Value.Number != cell.Value.Number {
			t.Errorf("%s is %v, and its list says otherwise (%v)", what, cell.Value, cell.Link)
		}
		followed[p.Items.Act]++
	}
	for _, query := range []string{"from=1970-01-05&to=1970-01-21", "from=1970-01-13&to=1970-01-13", "from=1970-01-05&to=1970-01-21&person=1&person=2", "from=1970-01-05&to=1970-01-21&repo=1&person=2"} {
		for _, show := range []string{"", "pull_requests", "reviews", "comments", "tickets"} {
			page, err := report.WorkLog(t.Context(), src, params(t, query+"&show="+show))
			if err != nil {
				t.Fatal(err)
			}
			for _, table := range page.Tables {
				for _, row := range append(slices.Clone(table.Rows), *cmp.Or(table.Total, &report.Row{})) {
					for i, cell := range row.Cells {
						follow(query+" "+show+" "+table.Name+" "+table.Columns[i].Name, cell)
					}
				}
			}
		}
	}
	for _, act := range []string{"reviewed", "commented", "opened_or_ended", ""} {
		if followed[act] == 0 {
			t.Errorf("no number of acts %q was followed", act)
		}
	}
}
