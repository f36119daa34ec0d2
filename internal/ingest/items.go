package ingest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/github"
	"weir/internal/judge"
	"weir/internal/store"
)

// Pull requests and tickets are items: they are read alike.
//
// The first reading walks all of them, the latest changed first, page by page, and remembers in the store
// where it is: whoever goes on, goes on there. When it has come to the end, everything up to the
// time of the first item of the first page is held: the watermark. From then on a look asks for the times
// of change alone, back to a little before the watermark, and reads in full what differs from what is held.
// All times compared are the server's own, so that no clock of ours matters.

// Items is what the reading of items asks of a server. *github.Client is one.
type Items interface {
	Capabilities(ctx context.Context) (github.Capabilities, error)
	Stubs(ctx context.Context, repo facts.Repo, kind facts.SyncKind, after string, size int) (github.StubPage, error)
	PullRequests(ctx context.Context, can github.Capabilities, repo facts.Repo, after string, size int, few github.Few) (github.ItemPage, error)
	PullRequestsByID(ctx context.Context, can github.Capabilities, ids []string, few github.Few) (github.ItemPage, error)
	Tickets(ctx context.Context, can github.Capabilities, repo facts.Repo, after string, size int, few github.Few) (github.ItemPage, error)
	TicketsByID(ctx context.Context, can github.Capabilities, ids []string, few github.Few) (github.ItemPage, error)
	NumberPage(ctx context.Context, repo facts.Repo, kind facts.SyncKind, after string, size int) (github.StubPage, error)
	Numbers(ctx context.Context, repo facts.Repo, numbers []int) ([]github.Numbered, error)
	TicketFate(ctx context.Context, repo facts.Repo, number int) (why facts.GoneReason, to string, err error)
	Absent(ctx context.Context, ids []string) (map[string]bool, error)
	Sweep(ctx context.Context, can github.Capabilities, ids []string) ([]github.Swept, github.Budget, error)
	Authors(ctx context.Context, repo facts.Repo, hashes []string) (map[string]facts.Actor, error)
	REST(ctx context.Context, repo facts.Repo, list github.RESTList, after string, since int64, etag string) (github.RESTPage, error)
	RESTReviews(ctx context.Context, repo facts.Repo, number int) ([]facts.Review, error)
	RESTParts(ctx context.Context, repo facts.Repo, number int, pull bool) ([]facts.Comment, []facts.Event, error)
	RESTPullRequest(ctx context.Context, repo facts.Repo, number int) (facts.PullRequest, error)
	RESTTicket(ctx context.Context, repo facts.Repo, number int) (facts.Ticket, error)
	RESTCount(ctx context.Context, repo facts.Repo, list github.RESTList) (int, error)
	Close()
}

// SyncPullRequests reads what is new of a repo's pull requests. It answers jobs.ErrAgain when its turn is
// over before it has come to the end.
func (in *Ingest) SyncPullRequests(ctx context.Context, id facts.RepoID) error {
	return in.syncItems(ctx, id, facts.SyncPullRequests)
}

// SyncTickets does so for tickets.
func (in *Ingest) SyncTickets(ctx context.Context, id facts.RepoID) error {
	return in.syncItems(ctx, id, facts.SyncTickets)
}

func (in *Ingest) syncItems(ctx context.Context, id facts.RepoID, kind facts.SyncKind) error {
	w, err := in.admitItems(ctx, id, kind)
	if errors.Is(err, errNotWanted) {
		return nil
	}
	if err != nil {
		return err
	}
	ctx = connect.WithWhy(ctx, "sync of "+kindNames[kind]+" of "+w.repo.FullName)
	owner, _, _ := strings.Cut(w.repo.FullName, "/")
	ctx = connect.WithOwner(ctx, owner) // ids alone do not tell a GitHub App which installation is to ask
	p := in.progressOf(ctx, id, kind)
	return in.itemsEnded(ctx, w, p, in.readItems(ctx, w, p, kind))
}

var kindNames = map[facts.SyncKind]string{facts.SyncPullRequests: "pull requests", facts.SyncTickets: "tickets"}

func (in *Ingest) readItems(ctx context.Context, w work, p *progress, kind facts.SyncKind) error {
	client, err := in.ItemsFunc(ctx, w.integration)
	if err != nil {
		return err
	}
	defer client.Close()
	s := &itemSync{in: in, work: w, client: client, kind: kind, progress: p, until: time.Now().Add(in.ItemSlice)}
	if s.can, err = in.capabilities.of(ctx, w.integration, client, in.Now()); err != nil {
		return err
	}
	if err := in.Store.SyncCursor(ctx, w.repo.ID, kind, &s.cursor); err != nil && !errors.Is(err, facts.ErrNotFound) {
		return err
	}
	s.cursor.by(!s.can.GraphQL)
	if len(s.cursor.Odd) == 0 && p.state.Problems > 0 { // of the other API, or of a Weir that did not note them in the cursor
		if err := in.Store.ClearProblems(ctx, w.repo.ID, kind); err != nil {
			return err
		}
	}
	p.state.Problems = int64(len(s.cursor.Odd))
	p.enter(ctx, facts.PhaseFetching, kindNames[kind])
	return s.run(ctx)
}

// itemCursor is how far the reading of items has come.
type itemCursor struct {
	// Watermark: every item that the server changed up to then is held as it was then; 0 before the first reading has ended.
	Watermark int64 `json:"watermark,omitempty"`
	// REST tells by which API the places in lists below were given: the other one does not know them.
	REST bool `json:"rest,omitempty"`
	// Walk is the reading of all items that is under way, nil when none is.
	Walk *itemWalk `json:"walk,omitempty"`
	// Size is how many items the server could give at once last.
	Size int `json:"size,omitempty"`
	// SweptAt is when open pull requests were looked at last, SweepFrom the number to go on from.
	SweptAt   int64 `json:"swept_at,omitempty"`
	SweepFrom int   `json:"sweep_from,omitempty"`
	// AskFrom is the held number to go on from in asking whether what is held still exists.
	AskFrom int `json:"ask_from,omitempty"`
	// ComparedAt is when all numbers were compared last, Compare the comparing that is under way, nil when none is.
	ComparedAt int64        `json:"compared_at,omitempty"`
	Compare    *itemCompare `json:"compare,omitempty"`
	// TiedUpTo is the last commit whose author was tied to an account, if the server knows one; TyingUpTo is where the tying
	// that is under way will have come to, and TiedFrom the author to go on from.
	TiedUpTo  facts.CommitNumber `json:"tied_up_to,omitempty"`
	TyingUpTo facts.CommitNumber `json:"tying_up_to,omitempty"`
	TiedFrom  facts.IdentityID   `json:"tied_from,omitempty"`
	// ETags are those of first pages of REST; Again is when all was listed anew because something was missing.
	ETags map[string]string `json:"etags,omitempty"`
	Again int64             `json:"again,omitempty"`
	// Odd are the items that the server cannot give, by number.
	Odd map[int]oddItem `json:"odd,omitempty"`
	// Repaired counts those that were missing and have been read, and are not in the ledger yet.
	Repaired int64 `json:"repaired,omitempty"`
}

// by begins anew what was begun by the other API: after another credential, or a setting of the server. What REST has read
// GraphQL reads once more, all of it: it tells more, and REST keeps an item before its parts.
func (c *itemCursor) by(rest bool) {
	if c.REST == rest {
		return
	}
	c.REST, c.Walk, c.Compare, c.Odd = rest, nil, nil, nil
	if !rest {
		c.Walk = &itemWalk{}
	}
}

// itemWalk is a reading of all items, or of all that changed lately.
type itemWalk struct {
	// DownTo is the time of change below which nothing needs to be read, 0 when everything does.
	DownTo int64 `json:"down_to,omitempty"`
	// Step is which list is being read, where there are several; After is where its next page begins.
	Step  int    `json:"step,omitempty"`
	After string `json:"after,omitempty"`
	// Since is how far a list that is sorted by time has been read.
	Since int64 `json:"since,omitempty"`
	// Top is the time of the first item of the first page: the watermark to be.
	Top int64 `json:"top,omitempty"`
	// Read counts the items that were read.
	Read int64 `json:"read,omitempty"`
}

// itemSync is one reading of items under way.
type itemSync struct {
	in *Ingest
	work
	client   Items
	can      github.Capabilities
	kind     facts.SyncKind
	cursor   itemCursor
	progress *progress
	until    time.Time
	// newest and total are what the server said in this reading; walked tells that it was in reading all.
	newest int64
	total  int
	walked bool
	// lacking are the numbers that were found missing and are to be read.
	lacking map[int]bool
	// due are the items that were due when this reading began, with how often each was noted.
	due map[int]int64
	// unsettled are the items that this reading has read in the second in which they changed, with that second.
	unsettled map[int]int64
	// off tells that the server says that tickets are switched off in the repo.
	off bool
	// oddInRow counts the new odd items since something was read.
	oddInRow int
	// changed tells whether anything was saved that judging looks at.
	changed bool
}

// overlap is how far before the watermark a look goes back: items of one second, and those that a server
// commits a little late, are seen twice rather than never.
const overlap = 5 * 60

func (s *itemSync) run(ctx context.Context) error {
	if !s.can.GraphQL {
		return s.runREST(ctx)
	}
	for _, step := range []func(context.Context) error{s.readDue, s.retryOdd, s.walk, s.look, s.sweep, s.account, s.tieAuthors} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return s.finish(ctx)
}

// finish ends a reading well.
func (s *itemSync) finish(ctx context.Context) error {
	// Also when nothing was saved: who is who may be known better now.
	if err := judge.Items(ctx, s.in.Store, s.repo.ID); err != nil {
		return err
	}
	if s.changed && s.kind == facts.SyncPullRequests && s.integration.Has(facts.ServiceRepos) {
		// What a merge by squash supersedes is known now.
		if err := s.in.judgeAgain(ctx, s.repo.ID); err != nil {
			return err
		}
	}
	s.progress.ready(ctx)
	return nil
}

// turnOver tells that others are to have their turn.
func (s *itemSync) turnOver() bool { return !time.Now().Before(s.until) }

// readDue reads the items that are due whatever their time of change says. Those of a page are noted as read with the page, so
// that a turn that ends in the middle leaves fewer to the next.
func (s *itemSync) readDue(ctx context.Context) (err error) {
	if s.due, err = s.in.Store.ItemsDue(ctx, s.repo.ID, s.kind); err != nil {
		return err
	}
	for numbers := range chunks(sortedKeys(s.due), askAtOnce) {
		found, err := s.client.Numbers(ctx, s.repo, numbers)
		if err != nil {
			return err
		}
		wanted, err := s.sort(ctx, found)
		if err != nil {
			return err
		}
		if err := s.readAll(ctx, wanted); err != nil {
			return err
		}
		asked := make([]int, len(found))
		for i, n := range found {
			asked[i] = n.Number
		}
		if err := s.in.Store.InTx(ctx, func(tx *store.Tx) error { return s.noLongerDue(ctx, tx, asked) }); err != nil {
			return err
		}
	}
	return nil
}

// noLongerDue notes that items that were due have been read since.
func (s *itemSync) noLongerDue(ctx context.Context, tx *store.Tx, numbers []int) error {
	for _, n := range numbers {
		noted, due := s.due[n]
		if !due {
			continue
		}
		if err := tx.ItemsRead(ctx, s.repo.ID, s.kind, n, noted); err != nil {
			return err
		}
	}
	return nil
}

// walk reads all items, page by page, the first time, and later those that changed lately when they are many.
func (s *itemSync) walk(ctx context.Context) error {
	if s.cursor.Walk == nil {
		if s.cursor.Watermark != 0 {
			return nil
		}
		s.cursor.Walk = &itemWalk{}
	}
	for {
		page, err := s.page(ctx, s.cursor.Walk.After)
		if github.BadCursor(err) && s.cursor.Walk.After != "" {
			s.cursor.Walk = &itemWalk{DownTo: s.cursor.Walk.DownTo} // the server knows the place no more: from the start, which costs only requests
			continue
		}
		if err != nil {
			return err
		}
		if err := s.ours(page.Repo); err != nil {
			return err
		}
		first, last := timesOf(page)
		s.note(page.Total, first)
		s.cursor.Walk.Top = max(s.cursor.Walk.Top, s.newest)
		s.cursor.Walk.After = page.Next
		s.cursor.Walk.Read += int64(len(page.PullRequests) + len(page.Tickets))
		downTo := s.cursor.Walk.DownTo
		ended := page.Next == "" || last > 0 && last < downTo
		if ended {
			s.walked = downTo == 0
			s.newest = max(s.newest, s.cursor.Walk.Top) // an earlier turn has read the first page
			s.cursor.Watermark, s.cursor.Walk = max(s.cursor.Walk.Top, 1), nil
		}
		if err := s.save(ctx, page); err != nil {
			return err
		}
		if ended {
			return nil
		}
		of := int64(page.Total)
		if downTo > 0 {
			of = 0 // nobody knows how many have changed
		}
		s.progress.report(ctx, kindNames[s.kind], s.cursor.Walk.Read, of)
		if err := s.pace(page.Budget); err != nil {
			return err
		}
	}
}

// note keeps what the server said of the whole.
func (s *itemSync) note(total int, newest int64) {
	s.total, s.newest = total, max(s.newest, newest)
}

// timesOf are when the first and the last item of a page changed, 0 for an empty page.
func timesOf(page github.ItemPage) (first, last int64) {
	switch pulls, tickets := page.PullRequests, page.Tickets; {
	case len(pulls) > 0:
		return pulls[0].UpdatedAt, pulls[len(pulls)-1].UpdatedAt
	case len(tickets) > 0:
		return tickets[0].UpdatedAt, tickets[len(tickets)-1].UpdatedAt
	}
	return 0, 0
}

// manyChanges is how many are walked rather than listed: where a list is in the middle of a turn is not remembered.
const manyChanges = 1_000

// look finds what changed since the watermark, and reads it in full.
func (s *itemSync) look(ctx context.Context) error {
	if s.walked {
		return nil
	}
	stubs, err := s.recent(ctx)
	if err != nil {
		return err
	}
	if len(stubs) > manyChanges {
		s.cursor.Walk = &itemWalk{DownTo: s.cursor.Watermark - overlap}
		if err := s.walk(ctx); err != nil {
			return err
		}
		return s.look(ctx) // what has changed since the walk began
	}
	if err := s.readAll(ctx, stubs); err != nil {
		return err
	}
	s.cursor.Watermark = max(s.cursor.Watermark, s.newest)
	return s.in.Store.InTx(ctx, func(tx *store.Tx) error { return tx.SaveSyncCursor(ctx, s.repo.ID, s.kind, s.cursor) })
}

// recent lists what changed since a little before the watermark and is not held as it is now, the oldest first:
// when a turn ends in the middle, what was not read is found again. Of more than manyChanges it lists the latest alone.
func (s *itemSync) recent(ctx context.Context) ([]github.Stub, error) {
	var changed []github.Stub
	after := ""
	for {
		page, err := s.client.Stubs(ctx, s.repo, s.kind, after, askAtOnce)
		if err != nil {
			return nil, err
		}
		if err := s.ours(page.Repo); err != nil {
			return nil, err
		}
		if after == "" {
			s.total = page.Total
			if len(page.Items) > 0 {
				s.newest = page.Items[0].UpdatedAt
			}
		}
		fresh, old, err := s.unheld(ctx, page.Items)
		if err != nil {
			return nil, err
		}
		changed = append(fresh, changed...)
		if after = page.Next; after == "" || old || len(changed) > manyChanges {
			return changed, nil
		}
	}
}

// unheld gives the stubs that differ from what is held, the oldest first, and tells whether the page reaches far enough back.
func (s *itemSync) unheld(ctx context.Context, stubs []github.Stub) (fresh []github.Stub, old bool, err error) {
	if len(stubs) == 0 {
		return nil, true, nil
	}
	numbers := make([]int, len(stubs))
	for i, stub := range stubs {
		numbers[i] = stub.Number
	}
	held, err := s.held(ctx, numbers...)
	if err != nil {
		return nil, false, err
	}
	for i := len(stubs) - 1; i >= 0; i-- {
		stub := stubs[i]
		if s.resting(stub) {
			continue
		}
		was, known := held[stub.Number]
		if !known {
			s.lack(stub)
		}
		// An older time than ours is a server that was restored from a backup: what is held stays.
		changed := stub.UpdatedAt > was.SyncedAt && stub.UpdatedAt != s.unsettled[stub.Number]
		if !known || was.GoneAt != 0 || changed || stub.ID != "" && was.NodeID != "" && stub.ID != was.NodeID {
			fresh = append(fresh, stub)
		}
	}
	return fresh, stubs[len(stubs)-1].UpdatedAt < s.cursor.Watermark-overlap, nil
}

func (s *itemSync) held(ctx context.Context, numbers ...int) (map[int]store.HeldTime, error) {
	if s.kind == facts.SyncTickets {
		return s.in.Store.TicketTimes(ctx, s.repo.ID, numbers...)
	}
	return s.in.Store.PullRequestTimes(ctx, s.repo.ID, numbers...)
}

// ours refuses the answer of another repo that has taken over the name.
func (s *itemSync) ours(serverID int64) error {
	if serverID != s.repo.ServerID {
		return fmt.Errorf("sync %s repo=%d: %s is now another repo: %w", s.kind, s.repo.ID, s.repo.FullName, github.ErrNotFound)
	}
	return nil
}

// host is the server's name as it stands in private addresses.
func (w work) host() string {
	u, err := url.Parse(w.integration.Address)
	if err != nil {
		return w.integration.Address
	}
	return u.Hostname()
}
