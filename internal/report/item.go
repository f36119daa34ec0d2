package report

import (
	"context"
	"fmt"
	"slices"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// Item is the head of the page of one pull request or ticket.
type Item struct {
	Repo   facts.RepoID `json:"repo"`
	Number int          `json:"number"`
	Ticket bool         `json:"ticket,omitempty"`
	Title  string       `json:"title"`
	Name   string       `json:"repo_name"`
	Author string       `json:"author"`
	State  string       `json:"state"`
	// Counts says in words whether it counts, and Left that it does not; Detail is what the reason refers to.
	Counts string `json:"counts"`
	Left   bool   `json:"-"`
	Detail string `json:"detail,omitempty"`
	Opened Value  `json:"opened"`
	// Facts are what else is known of it.
	Facts []Fact `json:"facts,omitempty"`
	// People are those who did something on it.
	People []facts.PersonID `json:"-"`
}

// PullRequest shows one pull request: what was done on it in order of time, its stages, and what it adds to each number. It is
// the one that Params.Items.Number and the only repo of Params.Repos name.
func PullRequest(ctx context.Context, src PullRequestSource, p Params) (*Page, error) {
	ip, err := itemPlacesOf(ctx, src, p, facts.SyncPullRequests)
	if err != nil {
		return nil, err
	}
	repo, err := onlyRepo(p, ip, "pull request")
	if err != nil {
		return nil, err
	}
	pr, err := src.JudgedPullRequest(ctx, repo, p.Items.Number)
	if err != nil {
		return nil, err
	}
	if err := ip.readSizes(ctx, src); err != nil {
		return nil, err
	}
	page := &Page{
		Name: NamePullRequest, Title: itemTitle(pr.Number, pr.Title), Question: "What was done on this pull request, by whom and when, and what does it count for?", Params: p, Charts: []Chart{},
		Item: &Item{Repo: repo, Number: pr.Number, Title: pr.Title, Name: ip.repoName(repo), Author: ip.who(pr.Person), State: stateOf(&pr), Counts: leftTitle(&pr), Left: pr.Reason != facts.Counts, Detail: pr.Detail,
			Opened: ip.instant(pr.CreatedAt, ""), People: involved(pr.Person, pr.Acts)},
		Definitions: reviewDefinitions(),
	}
	page.Health, page.Notes = ip.health()
	page.Notes = append(page.Notes, ip.goneNote(p, "pull request", repo, pr.GoneAt, pr.Detail, "")...)
	if pr.Untold > 0 {
		page.Notes = append(page.Notes, untoldNote(pr.Untold))
	}
	if page.Item.Facts, err = pullRequestFacts(ctx, src, &pr.PullRequest, ip); err != nil {
		return nil, err
	}
	whole, err := src.PullRequest(ctx, repo, p.Items.Number)
	if err != nil {
		return nil, err
	}
	page.Tiles = pullRequestTiles(&pr, p, ip)
	page.Tables = []Table{actTable(pr.Acts, ip, func(a *facts.Act) string { return sideOf(&pr, a) }), headTable(&whole, ip), lineCommentTable(&whole, ip), addsTable(&pr, p, ip)}
	if pr.Merged() {
		page.Tables = append([]Table{stageTable(&pr, p, ip)}, page.Tables...)
	}
	page.passedOver()
	return page, nil
}

// involved gives the author and everybody who acted, each once.
func involved(author facts.PersonID, acts []facts.Act) []facts.PersonID {
	people := []facts.PersonID{author}
	for i := range acts {
		if !slices.Contains(people, acts[i].Person) {
			people = append(people, acts[i].Person)
		}
	}
	return people
}

func onlyRepo(p Params, ip *itemPlaces, what string) (facts.RepoID, error) {
	if len(p.Repos) != 1 || p.Items.Number == 0 {
		return 0, fmt.Errorf("show a %s: the address names no repo and number: %w", what, facts.ErrNotFound)
	}
	if _, ok := ip.repos[p.Repos[0]]; !ok {
		return 0, fmt.Errorf("show a %s of repo=%d: %w", what, p.Repos[0], facts.ErrNotFound)
	}
	return p.Repos[0], nil
}

func pullRequestTiles(pr *facts.JudgedPullRequest, p Params, ip *itemPlaces) []Tile {
	lens := p.lens(ip.zone)
	n := countActs(pr)
	tile := func(d metrics.Definition, v Value) Tile {
		return Tile{Metric: d.ID, Title: d.Title, Unit: d.Unit, Value: v}
	}
	return []Tile{
		tile(metrics.TimeToFirstCommentDefinition, addedHours(metrics.TimeToFirstCommentDefinition.ID, pr, lens)),
		tile(metrics.TimeToMergeDefinition, addedHours(metrics.TimeToMergeDefinition.ID, pr, lens)),
		tile(metrics.FollowOnCommitsDefinition, Count(n.followOn)),
		{Title: "Reviews", Unit: "reviews", Value: Count(n.reviews)}, {Title: "Comments", Unit: "comments", Value: Count(n.comments)},
		tile(metrics.PRSizeDefinition, sizeValue(pr)), {Metric: complexityBands[2], Title: "Complexity", Value: ip.bandValue(pr)},
		tile(metrics.ReviewCoverageDefinition, coverageValue(pr)),
		{Title: "Lines added", Unit: "lines", Value: told(pr.Additions)}, {Title: "Lines deleted", Unit: "lines", Value: told(pr.Deletions)},
		{Title: "Files", Unit: "files", Value: told(pr.ChangedFiles)},
	}
}

// stageTable shows how the time from the first commit to the merge is made up.
func stageTable(pr *facts.JudgedPullRequest, p Params, ip *itemPlaces) Table {
	t := Table{Name: "stages", Title: "Stages", Rows: []Row{}, Columns: []Column{
		{Name: "stage", Title: "Stage", Format: FormatText}, {Name: "hours", Title: "Hours", Format: FormatHours}, {Name: "begins", Title: "Begins with", Format: FormatText}}}
	s := metrics.StagesOf(pr, p.lens(ip.zone).Clock)
	begins := [4]string{"the first commit", "being ready for review", "the first act of a reviewer", "the last approval"}
	total := 0.0
	for i, name := range metrics.StageNames {
		said := begins[i]
		if s.Untold[i] {
			said = "there is no such moment (" + begins[i] + "): it is taken for the next one"
		}
		total += s.Hours[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Value: Text(name)}, {Value: Value{Format: FormatHours, Number: s.Hours[i]}}, {Value: Text(said)}}})
	}
	sum := Row{Cells: []Cell{{Value: Text("All")}, {Value: Value{Format: FormatHours, Number: total}}, {Value: Text("ends with the merge")}}}
	t.Total = &sum
	return t
}

var actTitles = map[facts.ActKind]string{
	facts.ActOpened: "Opened", facts.ActCommit: "Commit", facts.ActComment: "Comment", facts.ActApproved: "Approval", facts.ActChangesRequested: "Changes requested",
	facts.ActReviewed: "Review", facts.ActMerged: "Merged", facts.ActClosed: "Closed", facts.ActReopened: "Reopened", facts.ActReady: "Ready for review",
	facts.ActDrafted: "Back to draft", facts.ActAssigned: "Assigned", facts.ActUnassigned: "Unassigned", facts.ActLabeled: "Label added",
	facts.ActUnlabeled: "Label taken off", facts.ActMilestoned: "Milestone set", facts.ActDemilestoned: "Milestone taken off",
}

// actTable lists acts in order of time.
func actTable(acts []facts.Act, ip *itemPlaces, side func(*facts.Act) string) Table {
	t := Table{Name: "acts", Title: "In order of time", Rows: []Row{}, Empty: "Nothing is known to have been done on it.", Columns: []Column{
		{Name: "at", Title: "When", Format: FormatInstant}, {Name: "subject", Title: "What", Format: FormatText}, {Name: "person", Title: "Who", Format: FormatText},
		{Name: "side", Title: "As", Format: FormatText}, {Name: "counts", Title: "Counts", Format: FormatText}, {Name: "words", Title: "Words", Format: FormatCount}}}
	for i := range acts {
		a := &acts[i]
		title, _ := ReasonTitle(a.Left)
		what := Cell{Value: Text(actTitles[a.Kind])}
		switch {
		case a.DismissedAt != 0:
			what.Note = "dismissed " + ip.instant(a.DismissedAt, "").String()
		case a.FollowOn:
			what.Note = "follow-on commit"
		case a.Merge:
			what.Note = "a merge"
		case a.Says():
			what.Note = string(metrics.WeightOf(a.Words, a.Suggestion))
			if a.Suggestion {
				what.Note += ", suggests code"
			}
		}
		words := Value{Format: FormatCount, Missing: "it says nothing in words"}
		if a.Says() {
			words = Count(a.Words)
		}
		t.Rows = append(t.Rows, Row{Muted: a.Left != facts.Counts, Cells: []Cell{{Value: ip.instant(a.At, "")}, what, {Value: Text(ip.who(a.Person))},
			{Value: Text(side(a))}, {Value: Text(title)}, {Value: words}}})
	}
	return t
}

func sideOf(pr *facts.JudgedPullRequest, a *facts.Act) string {
	switch {
	case metrics.SubmitterAct(pr, a):
		return "Submitter"
	case metrics.ReviewerAct(pr, a):
		return "Reviewer"
	}
	return ""
}

// addsTable lists what the pull request adds to each number of Review collaboration.
func addsTable(pr *facts.JudgedPullRequest, p Params, ip *itemPlaces) Table {
	t := Table{Name: "adds", Title: "What it counts for", Rows: []Row{}, Columns: []Column{{Name: "metric", Title: "Number", Format: FormatText},
		{Name: "adds", Title: "It adds", Format: FormatText}, {Name: "question", Title: "What the number says", Format: FormatText}}}
	for _, m := range metrics.OfReviews() {
		if m.Of == nil {
			continue
		}
		one := pullRequestList{lens: ip.lens(p), metric: &m}
		cell := one.adds(pr)
		adds := cell.Value.String()
		if cell.Value.Missing != "" {
			adds = "nothing"
		}
		t.Rows = append(t.Rows, Row{Muted: cell.Value.Missing != "", Cells: []Cell{{Value: Text(m.Title), Metric: m.ID}, {Value: Text(adds), Note: cell.Note}, {Value: Text(m.Question)}}})
	}
	return t
}
