package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
)

// Where GraphQL is refused, as it is to a password, REST tells the same with more requests: lists of a
// whole repo wherever there are such, so that only reviews cost a request per pull request.

// RESTPage is one page of a list of a repo.
type RESTPage struct {
	// PullRequests are without what belongs to them; SyncedAt is up to when it will be known when it is read next.
	PullRequests []facts.PullRequest
	Tickets      []facts.Ticket
	Comments     []facts.Comment
	Events       []facts.Event
	// Numbers are what RESTNumbers lists.
	Numbers []Numbered
	// Next is where the next page begins, empty at the end.
	Next string
	// ETag names this state of the page; Unchanged says that it is the one that was handed in.
	ETag      string
	Unchanged bool
	// Oldest and Newest are the times of change of the page's items, of events their time.
	Oldest, Newest int64
	// Odd counts items that could not be read.
	Odd int
	// Raw is the answer.
	Raw []byte
}

// RESTList is a list of a repo.
type RESTList string

// The lists. Pull requests, tickets and events have the latest first, comments and numbers the oldest. Numbers are those of pull
// requests and tickets alike.
const (
	RESTPulls    RESTList = "pulls?state=all&sort=updated&direction=desc"
	RESTTickets  RESTList = "issues?state=all&sort=updated&direction=desc"
	RESTRemarks  RESTList = "pulls/comments?sort=updated&direction=asc"
	RESTComments RESTList = "issues/comments?sort=updated&direction=asc"
	RESTEvents   RESTList = "issues/events?"
	RESTNumbers  RESTList = "issues?state=all&sort=created&direction=asc"
)

// REST asks for a page of a list: the first, or the one that a page's Next named. since narrows comments to
// those changed at or after an instant; etag is the first page's as it was before, or empty.
func (c *Client) REST(ctx context.Context, repo facts.Repo, list RESTList, after string, since int64, etag string) (RESTPage, error) {
	path := after
	if path == "" {
		path = withPageSize(fmt.Sprintf("/api/v3/repositories/%d/%s", repo.ServerID, list), c.options.PerPage)
		if since > 0 {
			path += "&since=" + time.Unix(since, 0).UTC().Format(time.RFC3339)
		}
		path = strings.Replace(path, "?&", "?", 1)
	}
	name, _, _ := strings.Cut(string(list), "?")
	op := "list " + name + " of " + repo.FullName
	answer, err := c.getIfChanged(ctx, op, path, etag)
	if err != nil {
		return RESTPage{}, err
	}
	if answer.Status == http.StatusNotModified {
		return RESTPage{Unchanged: true, ETag: etag}, nil
	}
	page := RESTPage{Next: c.transport.NextPage(answer), ETag: answer.Header.Get("ETag"), Raw: answer.Body}
	if page.Next == path {
		page.Next = "" // a server that points back to the page itself would keep us for ever
	}
	var items []json.RawMessage
	if err := answer.Decode(&items); err != nil {
		return page, c.unreadable(op, answer, "its JSON is not what was asked for", err)
	}
	for _, raw := range items {
		if err := page.add(list, raw); err != nil {
			page.Odd++
		}
	}
	at := answeredAt(answer)
	for i := range page.PullRequests {
		page.PullRequests[i].SyncedAt = at.synced(page.PullRequests[i].UpdatedAt)
	}
	return page, nil
}

// getIfChanged asks for a path unless it is still what the etag names.
func (c *Client) getIfChanged(ctx context.Context, op, path, etag string) (*connect.Answer, error) {
	if etag == "" {
		return c.ask(ctx, op, func() (*connect.Answer, error) { return c.transport.Get(ctx, path) })
	}
	answer, err := c.transport.Get(ctx, path, "If-None-Match", etag)
	if err == nil && answer.Status == http.StatusNotModified {
		return answer, nil
	}
	return c.ask(ctx, op, func() (*connect.Answer, error) {
		if first := answer; first != nil || err != nil { // what has just come is the first try
			was := err
			answer, err = nil, nil
			return first, was
		}
		return c.transport.Get(ctx, path)
	})
}

func (p *RESTPage) add(list RESTList, raw json.RawMessage) error {
	var at int64
	switch list {
	case RESTPulls:
		var pull restPull
		if err := json.Unmarshal(raw, &pull); err != nil || pull.Number == 0 {
			return errOddItem
		}
		p.PullRequests, at = append(p.PullRequests, pull.fact()), int64(pull.UpdatedAt)
	case RESTTickets:
		var issue restIssue
		if err := json.Unmarshal(raw, &issue); err != nil || issue.Number == 0 {
			return errOddItem
		}
		at = int64(issue.UpdatedAt)
		if issue.PullRequest == nil {
			p.Tickets = append(p.Tickets, issue.fact())
		}
	case RESTNumbers:
		var issue restIssue
		if err := json.Unmarshal(raw, &issue); err != nil || issue.Number == 0 {
			return errOddItem
		}
		n := Numbered{Stub: Stub{Number: issue.Number, UpdatedAt: int64(issue.UpdatedAt)}, What: WhatTicket}
		if issue.PullRequest != nil {
			n.What = WhatPullRequest
		}
		p.Numbers, at = append(p.Numbers, n), int64(issue.UpdatedAt)
	case RESTRemarks, RESTComments:
		var comment restComment
		if err := json.Unmarshal(raw, &comment); err != nil || comment.ID == 0 || comment.number() == 0 {
			return errOddItem
		}
		p.Comments, at = append(p.Comments, comment.fact()), int64(comment.UpdatedAt)
	case RESTEvents:
		var event restEvent
		if err := json.Unmarshal(raw, &event); err != nil || event.Issue == nil {
			return errOddItem
		}
		at = int64(event.CreatedAt)
		if e, kept := event.fact(); kept {
			p.Events = append(p.Events, e)
		}
	}
	if p.Newest == 0 || at > p.Newest {
		p.Newest = at
	}
	if p.Oldest == 0 || at < p.Oldest {
		p.Oldest = at
	}
	return nil
}

// RESTReviews gives all reviews of a pull request.
func (c *Client) RESTReviews(ctx context.Context, repo facts.Repo, number int) ([]facts.Review, error) {
	var all []facts.Review
	for r, err := range pages[restReview](ctx, c, fmt.Sprintf("list reviews of pull request %d", number), fmt.Sprintf("/api/v3/repositories/%d/pulls/%d/reviews", repo.ServerID, number)) {
		if err != nil {
			return nil, err
		}
		if r.State != "PENDING" && r.SubmittedAt != 0 {
			all = append(all, r.fact(number))
		}
	}
	return all, nil
}

// RESTParts gives the comments and events of one pull request or ticket, from the first on: lists of a whole repo tell only of
// those that changed lately.
func (c *Client) RESTParts(ctx context.Context, repo facts.Repo, number int, pull bool) ([]facts.Comment, []facts.Event, error) {
	var comments []facts.Comment
	lists := []string{"issues"}
	if pull {
		lists = append(lists, "pulls")
	}
	for _, list := range lists {
		path := fmt.Sprintf("/api/v3/repositories/%d/%s/%d/comments", repo.ServerID, list, number)
		for comment, err := range pages[restComment](ctx, c, fmt.Sprintf("list comments of number %d", number), path) {
			if err != nil {
				return nil, nil, err
			}
			if comment.ID != 0 && comment.number() == number {
				comments = append(comments, comment.fact())
			}
		}
	}
	var events []facts.Event
	path := fmt.Sprintf("/api/v3/repositories/%d/issues/%d/events", repo.ServerID, number)
	for event, err := range pages[restEvent](ctx, c, fmt.Sprintf("list events of number %d", number), path) {
		if err != nil {
			return nil, nil, err
		}
		event.Issue = &restEventIssue{Number: number}
		if e, kept := event.fact(); kept {
			events = append(events, e)
		}
	}
	return comments, events, nil
}

// RESTPullRequest gives one pull request by its number, without what belongs to it, as RESTPage does.
func (c *Client) RESTPullRequest(ctx context.Context, repo facts.Repo, number int) (facts.PullRequest, error) {
	var pull restPull
	answer, err := c.get(ctx, fmt.Sprintf("read pull request %d", number), fmt.Sprintf("/api/v3/repositories/%d/pulls/%d", repo.ServerID, number), &pull)
	p := pull.fact()
	p.SyncedAt = answeredAt(answer).synced(p.UpdatedAt)
	return p, err
}

// RESTTicket gives one ticket by its number. One that was transferred is facts.ErrNotFound: it is elsewhere now.
func (c *Client) RESTTicket(ctx context.Context, repo facts.Repo, number int) (facts.Ticket, error) {
	var issue restIssue
	op := fmt.Sprintf("read ticket %d", number)
	if _, err := c.get(ctx, op, fmt.Sprintf("/api/v3/repositories/%d/issues/%d", repo.ServerID, number), &issue); err != nil {
		return facts.Ticket{}, err
	}
	if issue.Number != number || issue.PullRequest != nil || !strings.HasSuffix(strings.ToLower(issue.RepositoryURL), strings.ToLower("/repos/"+repo.FullName)) {
		return facts.Ticket{}, noRepository(op)
	}
	return issue.fact(), nil
}

// issuesOff tells whether a server says that a repo has its issues switched off. Only the words of the answer tell that from a
// ticket that was deleted.
func issuesOff(err error) bool {
	var answered *Error
	return errors.Is(err, ErrGone) && errors.As(err, &answered) && strings.Contains(strings.ToLower(answered.Cause), "disabled")
}

// TicketFate tells what became of a ticket that is not where it was: empty when it is there after all. A ticket that the
// account may not see any more looks like one that was deleted. Where the repo has its issues switched off the error is
// ErrSwitchedOff.
func (c *Client) TicketFate(ctx context.Context, repo facts.Repo, number int) (why facts.GoneReason, to string, err error) {
	var issue restIssue
	op := fmt.Sprintf("ask what became of ticket %d", number)
	_, err = c.get(ctx, op, fmt.Sprintf("/api/v3/repositories/%d/issues/%d", repo.ServerID, number), &issue)
	switch at := strings.LastIndex(issue.RepositoryURL, "/repos/"); {
	case issuesOff(err):
		return "", "", fmt.Errorf("%s: %w", op, ErrSwitchedOff)
	case errors.Is(err, ErrNotFound), errors.Is(err, ErrGone):
		return facts.GoneDeleted, "", nil
	case err != nil:
		return "", "", err
	case issue.PullRequest != nil && issue.Number == number:
		return facts.GoneConverted, "", nil
	case at < 0 || issue.Number == 0:
		return "", "", &Error{Kind: ErrUnreadable, Op: op, Code: connect.APIUnreadable, Cause: "The answer names no ticket.", Next: "It is asked for again with the next update."}
	default:
		name := issue.RepositoryURL[at+len("/repos/"):]
		if issue.Number == number && strings.EqualFold(name, repo.FullName) {
			return "", "", nil
		}
		return facts.GoneTransferred, fmt.Sprintf("%s#%d", name, issue.Number), nil
	}
}

// RESTCount asks how many pull requests, or pull requests and tickets together, there are: the number of
// the last page of pages of one. Where the server does not say which is the last, they are counted, a hundred per request.
func (c *Client) RESTCount(ctx context.Context, repo facts.Repo, list RESTList) (int, error) {
	var items []json.RawMessage
	name, _, _ := strings.Cut(string(list), "?")
	op := "count " + name + " of " + repo.FullName
	answer, err := c.get(ctx, op, fmt.Sprintf("/api/v3/repositories/%d/%s&per_page=1", repo.ServerID, list), &items)
	if err != nil {
		return 0, err
	}
	if last, told := lastPage(answer.Header.Get("Link")); told {
		return last, nil
	}
	if c.transport.NextPage(answer) == "" {
		return len(items), nil
	}
	// In the order in which they were made nothing moves while they are counted.
	path := strings.Replace(string(list), "sort=updated&direction=desc", "sort=created&direction=asc", 1)
	count := 0
	for _, err := range pages[json.RawMessage](ctx, c, op, fmt.Sprintf("/api/v3/repositories/%d/%s", repo.ServerID, path)) {
		if err != nil {
			return 0, err
		}
		count++
	}
	return count, nil
}

// lastPage reads the number of the last page out of a Link header.
func lastPage(header string) (int, bool) {
	for link := range strings.SplitSeq(header, ",") {
		address, parameters, _ := strings.Cut(link, ">")
		if !strings.Contains(parameters, `rel="last"`) {
			continue
		}
		_, text, _ := strings.Cut(address, "&page=")
		if _, other, found := strings.Cut(address, "?page="); found {
			text = other
		}
		text, _, _ = strings.Cut(text, "&")
		if n, err := strconv.Atoi(text); err == nil {
			return n, true
		}
	}
	return 0, false
}
