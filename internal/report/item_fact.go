package report

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"weir/internal/facts"
)

// Fact is something about an item that is no number.
type Fact struct {
	Title string
	Cell
}

// MarshalJSON writes the title, the value and where it leads.
func (f Fact) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Title string `json:"title"`
		Value Value  `json:"value"`
		Note  string `json:"note,omitempty"`
		Link  Link   `json:"link,omitzero"`
	}{f.Title, f.Value, f.Note, f.Link})
}

// factList gathers facts, those that say nothing left out.
type factList []Fact

func (l *factList) add(title, text string) {
	if text != "" {
		*l = append(*l, Fact{Title: title, Cell: Cell{Value: Text(text)}})
	}
}

// pullRequestFacts tells what a pull request is of, and where it went.
func pullRequestFacts(ctx context.Context, src PullRequestSource, pr *facts.PullRequest, ip *itemPlaces) ([]Fact, error) {
	var l factList
	if pr.HeadRef != "" || pr.BaseRef != "" {
		l.add("Branches", headOf(pr, ip.repos[pr.Repo].FullName)+" into "+pr.BaseRef)
	}
	if pr.MergeHash != "" {
		f := Fact{Title: "Merged as", Cell: Cell{Value: Hash(pr.MergeHash)}}
		if pr.MergeMethod != facts.MergeUnknown {
			f.Note = "by " + string(pr.MergeMethod)
		}
		held, err := src.HoldsCommit(ctx, pr.Repo, pr.MergeHash)
		if err != nil {
			return nil, err
		}
		if held {
			f.Link = commitLink(pr.Repo, pr.MergeHash)
		}
		l = append(l, f)
	}
	if pr.AutoMergeAt != 0 {
		l.add("Merges by itself", "when it may, as "+ip.whoIs(&pr.AutoMergeBy)+" set it")
	}
	l.add("Review asked of", strings.Join(append(ip.names(pr.Reviewers), pr.ReviewerTeams...), ", "))
	l.add("Assigned to", strings.Join(ip.names(pr.Assignees), ", "))
	l.add("Labels", strings.Join(pr.Labels, ", "))
	l.add("Milestone", pr.Milestone)
	return l, nil
}

// headOf names the branch that a pull request comes from, with its repo where that is another one than its own.
func headOf(pr *facts.PullRequest, own string) string {
	switch pr.HeadRepo {
	case own:
		return pr.HeadRef
	case "":
		return pr.HeadRef + " of a deleted repo"
	}
	return pr.HeadRepo + ":" + pr.HeadRef
}

// ticketFacts tells what a ticket is about, and how it was closed.
func ticketFacts(t *facts.Ticket, p Params, ip *itemPlaces) []Fact {
	var l factList
	l.add("Assigned to", strings.Join(ip.names(t.Assignees), ", "))
	l.add("Labels", strings.Join(t.Labels, ", "))
	l.add("Milestone", t.Milestone)
	if t.State == facts.TicketClosed {
		l.add("Closed as", strings.ReplaceAll(t.StateReason, "_", " "))
	}
	for _, by := range t.ClosedBy {
		l = append(l, Fact{Title: "Closed by", Cell: Cell{Value: Text(fmt.Sprintf("%s#%d", ip.repoName(by.Repo), by.Number)), Link: itemLink(p, NamePullRequest, by.Repo, by.Number)}})
	}
	return l
}

func (ip *itemPlaces) names(actors []facts.Actor) []string {
	names := make([]string, len(actors))
	for i := range actors {
		names[i] = ip.whoIs(&actors[i])
	}
	return names
}

// whoIs names whoever stands behind an account.
func (ip *itemPlaces) whoIs(a *facts.Actor) string {
	if a.Person == 0 && a.Login != "" {
		return a.Login
	}
	return ip.who(a.Person)
}

// headTable lists the commits that are, or once were, on a pull request's head.
func headTable(pr *facts.PullRequest, ip *itemPlaces) Table {
	t := Table{Name: "commits", Title: "Commits", Rows: []Row{}, Empty: "No commit of it is known. They are found once the repo's history has been read.", Columns: []Column{
		{Name: "commit", Title: "Commit", Format: FormatHash}, {Name: "author", Title: "Author", Format: FormatText},
		{Name: "committed", Title: "Committed", Format: FormatInstant}, {Name: "state", Title: "State", Format: FormatText}}}
	for _, c := range pr.Commits {
		row := Row{Muted: !c.Current, Cells: []Cell{{Value: Hash(c.Hash)}, {Value: Value{Format: FormatText, Missing: "not read yet"}},
			{Value: Value{Format: FormatInstant, Missing: "not read yet"}}, {Value: Text("on the head")}}}
		if c.Replayed {
			row.Cells[0].Link = commitLink(pr.Repo, c.Hash)
			row.Cells[1].Value, row.Cells[2].Value = Text(ip.who(c.Person)), ip.instant(c.CommittedAt, "")
		}
		switch {
		case !c.Current:
			row.Cells[3].Value = Text("no longer on the head")
		case c.Parents > 1:
			row.Cells[3].Note = "a merge"
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// lineCommentTable lists the comments that were made on lines, by the place that they were made at.
func lineCommentTable(pr *facts.PullRequest, ip *itemPlaces) Table {
	t := Table{Name: "line_comments", Title: "Comments on lines", Rows: []Row{}, Empty: "Nobody commented on a line of it.", Columns: []Column{
		{Name: "at", Title: "When", Format: FormatInstant}, {Name: "person", Title: "Who", Format: FormatText}, {Name: "path", Title: "File", Format: FormatPath},
		{Name: "line", Title: "Line", Format: FormatCount}, {Name: "words", Title: "Words", Format: FormatCount}, {Name: "thread", Title: "Thread", Format: FormatText}}}
	resolved := map[int64]bool{}
	for _, thread := range pr.Threads {
		resolved[thread.RootID] = thread.Resolved
	}
	for i := range pr.Comments {
		c := &pr.Comments[i]
		if c.Path == "" {
			continue
		}
		line := Value{Format: FormatCount, Missing: "it is on the file as a whole, or the line is not told"}
		if c.Line != 0 {
			line = Count(c.Line)
		}
		state := Value{Format: FormatText, Missing: "the server does not tell"}
		switch done, told := resolved[c.RootID]; {
		case c.GoneAt != 0:
			state = Text("deleted")
		case told && done:
			state = Text("resolved")
		case told:
			state = Text("open")
		}
		t.Rows = append(t.Rows, Row{Muted: c.GoneAt != 0, Cells: []Cell{{Value: ip.instant(c.CreatedAt, "")}, {Value: Text(ip.whoIs(&c.Author))}, {Value: Path(c.Path)},
			{Value: line}, {Value: Count(c.Words)}, {Value: state}}})
	}
	return t
}
