package github

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
)

// ItemPage is one page of whole pull requests or tickets, the latest changed first.
type ItemPage struct {
	// Repo is the server's id of the repo that answered: a name can have passed to another one.
	Repo         int64
	PullRequests []facts.PullRequest
	Tickets      []facts.Ticket
	// Total is how many the server says there are.
	Total int
	// Next is where the next page begins, empty at the end.
	Next string
	// Raw are the server's answers that the items were read from; ReadPullRequests and ReadTickets read them again.
	Raw [][]byte
	Budget
}

// Stub says when an item changed last.
type Stub struct {
	ID        string
	Number    int
	UpdatedAt int64
}

// StubPage is one page of stubs, the latest changed first.
type StubPage struct {
	Repo  int64
	Items []Stub
	Total int
	Next  string
	Budget
}

// What a number of a repo is.
const (
	WhatPullRequest = "pull_request"
	WhatTicket      = "ticket"
	WhatAbsent      = "absent"
	// WhatMoved is a ticket that was transferred: the server answers with the one that it became.
	WhatMoved = "moved"
)

// Numbered is what the server says a number is; an absent one was explicitly not found.
type Numbered struct {
	Stub
	What string
	// To is where a moved one is now, as OWNER/NAME#NUMBER.
	To string
}

// connection is a page of a list within an answer.
type connection[T any] struct {
	Total    int      `json:"totalCount"`
	PageInfo pageInfo `json:"pageInfo"`
	Nodes    []*T     `json:"nodes"`
}

type pageInfo struct {
	HasNext bool   `json:"hasNextPage"`
	End     string `json:"endCursor"`
}

func (p pageInfo) next() string {
	if !p.HasNext {
		return ""
	}
	return p.End
}

// some gives the nodes that are there: a node can be null.
func (c *connection[T]) some() []*T {
	var all []*T
	for _, n := range c.Nodes {
		if n != nil {
			all = append(all, n)
		}
	}
	return all
}

// limitState is the rateLimit of an answer; a server that does not limit gives null.
type limitState struct {
	Limit     int     `json:"limit"`
	Remaining int     `json:"remaining"`
	ResetAt   instant `json:"resetAt"`
}

func (l *limitState) budget() Budget {
	if l == nil || l.Limit == 0 {
		return Budget{}
	}
	return Budget{Limit: l.Limit, Remaining: l.Remaining, ResetAt: time.Unix(int64(l.ResetAt), 0).UTC()}
}

const askLimit = ` rateLimit { limit remaining resetAt }`

// once asks GraphQL a single time: whoever pages decides whether to ask for less. What an item may lack is no error.
func (c *Client) once(ctx context.Context, op, query string, variables map[string]any, into any) (answered, error) {
	at, err := c.withTries(1).query(ctx, op, query, variables, into)
	return at, spare(err)
}

// withTries is the client with another number of tries.
func (c *Client) withTries(n int) *Client {
	o := c.options
	o.Tries = n
	return &Client{transport: c.transport, options: o}
}

const pullStubsQuery = `query WeirPullRequestTimes($owner: String!, $name: String!, $size: Int!, $after: String) {
	repository(owner: $owner, name: $name) { databaseId
		items: pullRequests(first: $size, after: $after, orderBy: {field: UPDATED_AT, direction: DESC}) {
			totalCount pageInfo { hasNextPage endCursor } nodes { id number updatedAt }
		}
	}` + askLimit + `
}`

const ticketStubsQuery = `query WeirIssueTimes($owner: String!, $name: String!, $size: Int!, $after: String) {
	repository(owner: $owner, name: $name) { databaseId
		items: issues(first: $size, after: $after, orderBy: {field: UPDATED_AT, direction: DESC}) {
			totalCount pageInfo { hasNextPage endCursor } nodes { id number updatedAt }
		}
	}` + askLimit + `
}`

const pullNumbersQuery = `query WeirPullRequestNumbers($owner: String!, $name: String!, $size: Int!, $after: String) {
	repository(owner: $owner, name: $name) { databaseId
		items: pullRequests(first: $size, after: $after, orderBy: {field: CREATED_AT, direction: ASC}) {
			totalCount pageInfo { hasNextPage endCursor } nodes { id number updatedAt }
		}
	}` + askLimit + `
}`

const ticketNumbersQuery = `query WeirIssueNumbers($owner: String!, $name: String!, $size: Int!, $after: String) {
	repository(owner: $owner, name: $name) { databaseId
		items: issues(first: $size, after: $after, orderBy: {field: CREATED_AT, direction: ASC}) {
			totalCount pageInfo { hasNextPage endCursor } nodes { id number updatedAt }
		}
	}` + askLimit + `
}`

// NumberPage is Stubs in the order in which they were made, which does not change while somebody reads it.
func (c *Client) NumberPage(ctx context.Context, repo facts.Repo, kind facts.SyncKind, after string, size int) (StubPage, error) {
	if kind == facts.SyncTickets {
		return c.stubPage(ctx, "list the numbers of tickets of "+repo.FullName, ticketNumbersQuery, repo, after, size)
	}
	return c.stubPage(ctx, "list the numbers of pull requests of "+repo.FullName, pullNumbersQuery, repo, after, size)
}

// Stubs asks when pull requests or tickets changed last, a hundred at a time.
func (c *Client) Stubs(ctx context.Context, repo facts.Repo, kind facts.SyncKind, after string, size int) (StubPage, error) {
	if kind == facts.SyncTickets {
		return c.stubPage(ctx, "ask when tickets of "+repo.FullName+" changed", ticketStubsQuery, repo, after, size)
	}
	return c.stubPage(ctx, "ask when pull requests of "+repo.FullName+" changed", pullStubsQuery, repo, after, size)
}

func (c *Client) stubPage(ctx context.Context, op, query string, repo facts.Repo, after string, size int) (StubPage, error) {
	var reply struct {
		Repository *struct {
			ID    int64                     `json:"databaseId"`
			Items connection[stubOfGraphQL] `json:"items"`
		} `json:"repository"`
		Limit *limitState `json:"rateLimit"`
	}
	if _, err := c.once(ctx, op, query, c.pageOf(repo, after, size), &reply); err != nil {
		return StubPage{}, err
	}
	if reply.Repository == nil {
		return StubPage{}, noRepository(op)
	}
	page := StubPage{Repo: reply.Repository.ID, Total: reply.Repository.Items.Total, Next: reply.Repository.Items.PageInfo.next(), Budget: reply.Limit.budget()}
	for _, s := range reply.Repository.Items.some() {
		page.Items = append(page.Items, s.stub())
	}
	return page, nil
}

type stubOfGraphQL struct {
	ID        string  `json:"id"`
	Number    int     `json:"number"`
	UpdatedAt instant `json:"updatedAt"`
}

func (s *stubOfGraphQL) stub() Stub { return Stub{s.ID, s.Number, int64(s.UpdatedAt)} }

func (c *Client) pageOf(repo facts.Repo, after string, size int) map[string]any {
	owner, name, _ := strings.Cut(repo.FullName, "/")
	variables := map[string]any{"owner": owner, "name": name, "size": size}
	if after != "" {
		variables["after"] = after
	}
	return variables
}

// noRepository is an answer that says nothing of the repo: it is not shown.
func noRepository(op string) *Error {
	info := connect.APINotFound.Info()
	return &Error{Kind: ErrNotFound, Op: op, Code: info.Code, Cause: info.Cause, Next: info.Next}
}

// numbersQuery asks what each number is, each under its own name.
func numbersQuery(numbers []int) string {
	var q strings.Builder
	q.WriteString("query WeirNumbers($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { databaseId")
	for _, n := range numbers {
		fmt.Fprintf(&q, " n%d: issueOrPullRequest(number: %d) { __typename ... on PullRequest { id number updatedAt repository { databaseId nameWithOwner } } ... on Issue { id number updatedAt repository { databaseId nameWithOwner } } }", n, n)
	}
	return q.String() + " } }"
}

// Numbers asks what some numbers of a repo are, at most a hundred. Each is in the answer once, unless the
// server gave no clear one; whoever asks must not take that for absence.
func (c *Client) Numbers(ctx context.Context, repo facts.Repo, numbers []int) ([]Numbered, error) {
	var reply struct {
		Repository map[string]json.RawMessage `json:"repository"`
	}
	owner, name, _ := strings.Cut(repo.FullName, "/")
	op := "ask what numbers of " + repo.FullName + " are"
	err := c.withTries(1).Query(ctx, op, numbersQuery(numbers), map[string]any{"owner": owner, "name": name}, &reply)
	absent, err := notFound(err, "repository.n")
	if err != nil {
		return nil, err
	}
	if reply.Repository == nil {
		return nil, noRepository(op)
	}
	var id int64
	if err := json.Unmarshal(reply.Repository["databaseId"], &id); err != nil || id != repo.ServerID {
		return nil, noRepository(op) // the name has passed to another repo: it must not speak for ours
	}
	var found []Numbered
	for _, n := range numbers {
		key := fmt.Sprintf("n%d", n)
		if absent[key] {
			found = append(found, Numbered{Stub: Stub{Number: n}, What: WhatAbsent})
			continue
		}
		var item numberedItem
		if json.Unmarshal(reply.Repository[key], &item) != nil || item.ID == "" || item.Repository == nil {
			continue
		}
		if is, clear := item.of(repo, n); clear {
			found = append(found, is)
		}
	}
	return found, nil
}

// numberedItem is what an answer says a number is.
type numberedItem struct {
	stubOfGraphQL
	Typename   string `json:"__typename"`
	Repository *struct {
		fullNamed
		ID anyID `json:"databaseId"`
	} `json:"repository"`
}

// of tells what the number of a repo is. Another one than was asked for is a ticket that was transferred; of a pull request,
// which cannot be, it says nothing.
func (i *numberedItem) of(repo facts.Repo, number int) (Numbered, bool) {
	is := Numbered{Stub: i.stub(), What: WhatTicket}
	if i.Typename == "PullRequest" {
		is.What = WhatPullRequest
	}
	if i.Number == number && int64(i.Repository.ID) == repo.ServerID {
		return is, true
	}
	moved := Numbered{Stub: Stub{Number: number}, What: WhatMoved, To: fmt.Sprintf("%s#%d", i.Repository.FullName, i.Number)}
	return moved, is.What == WhatTicket
}

// notFound takes out of an error what was explicitly not found right below a path, and what an item may lack, and gives what is left.
func notFound(err error, prefix string) (map[string]bool, error) {
	absent := map[string]bool{}
	var rest QueryErrors
	for _, c := range Complaints(err) {
		below, found := strings.CutPrefix(c.Path, prefix)
		if c.Type != "NOT_FOUND" || !found || strings.Contains(below, ".") {
			rest = append(rest, c)
			continue
		}
		absent[c.Path[strings.LastIndex(c.Path, ".")+1:]] = true
	}
	if len(absent) > 0 && rest.spared() {
		return absent, nil
	}
	return absent, spare(err)
}

// absentQuery asks for some nodes, each under its own name.
func absentQuery(n int) string {
	var q strings.Builder
	q.WriteString("query WeirNodes(")
	for i := range n {
		fmt.Fprintf(&q, "$i%d: ID! ", i)
	}
	q.WriteString(") {")
	for i := range n {
		fmt.Fprintf(&q, " n%d: node(id: $i%d) { id }", i, i)
	}
	return q.String() + " }"
}

// Absent asks which of some nodes do not exist, at most a hundred: those of which the server says so explicitly.
func (c *Client) Absent(ctx context.Context, ids []string) (map[string]bool, error) {
	variables := map[string]any{}
	for i, id := range ids {
		variables[fmt.Sprintf("i%d", i)] = id
	}
	var reply map[string]json.RawMessage
	missing, err := notFound(c.withTries(1).Query(ctx, "ask whether parts still exist", absentQuery(len(ids)), variables, &reply), "n")
	if err != nil {
		return nil, err
	}
	gone := map[string]bool{}
	for i, id := range ids {
		gone[id] = missing[fmt.Sprintf("n%d", i)]
	}
	return gone, nil
}

// BadCursor tells whether a page was refused because its beginning means nothing to the server any more.
func BadCursor(err error) bool {
	for _, c := range Complaints(err) {
		if c.Type == "INVALID_CURSOR_ARGUMENTS" || strings.Contains(c.Message, "valid cursor") {
			return true
		}
	}
	return false
}

// notWhole is an answer that does not lead to the end of an item's parts.
func notWhole(op, reason string) *Error {
	info := connect.APIUnreadable.Info()
	return &Error{Kind: ErrUnreadable, Op: op, Code: info.Code, Cause: strings.ReplaceAll(info.Cause, "{reason}", reason), Next: info.Next}
}

const (
	noItem = "it holds no such item"
	noPage = "it promises a further page and does not give it"
)
