package store

import (
	"context"
	"fmt"
	"slices"

	"weir/internal/facts"
)

// A server that was restored from an older backup gives numbers and ids again that were lost with what came after it. What
// is held under such a number is put aside, under a number that is none of the server's: nothing of two items is ever mixed.

// told is what tells an item from another one of its number.
type told struct {
	number              int
	ticket              bool
	serverID, createdAt int64
	author              facts.IdentityID
	title               string
}

func pullsTold(pulls []facts.PullRequest) []told {
	all := make([]told, len(pulls))
	for i := range pulls {
		p := &pulls[i]
		all[i] = told{p.Number, false, p.ServerID, p.CreatedAt, p.Author.Identity, clean(p.Title)}
	}
	return all
}

func ticketsTold(tickets []facts.Ticket) []told {
	all := make([]told, len(tickets))
	for i := range tickets {
		k := &tickets[i]
		all[i] = told{k.Number, true, k.ServerID, k.CreatedAt, k.Author.Identity, clean(k.Title)}
	}
	return all
}

// moment is by how much two APIs may differ in saying when something was made.
const moment = 60

// other tells whether what is held is another item than what was told of under its number. An id alone proves nothing, for
// a restored server gives those again too; when something was made never changes.
func (held told) other(now told) bool {
	if held.createdAt == 0 || now.createdAt == 0 {
		return false
	}
	apart := max(held.createdAt-now.createdAt, now.createdAt-held.createdAt) > moment
	if held.ticket == now.ticket {
		return apart || held.serverID != 0 && now.serverID != 0 && held.serverID != now.serverID
	}
	// A ticket can be made a pull request: that keeps who wrote it and what it is called.
	return apart && (held.author != now.author || held.title != now.title)
}

func (t *Tx) putAside(ctx context.Context, repo facts.RepoID, items []told) error {
	byNumber := make(map[int]told, len(items))
	numbers := make([]int, 0, len(items))
	for _, item := range items {
		byNumber[item.number] = item
		numbers = append(numbers, item.number)
	}
	if len(numbers) == 0 {
		return nil
	}
	held, err := t.toldOf(ctx, repo, numbers)
	if err != nil {
		return err
	}
	for _, h := range held {
		if now := byNumber[h.number]; h.other(now) {
			if err := t.moveAside(ctx, repo, h, now.createdAt); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Tx) toldOf(ctx context.Context, repo facts.RepoID, numbers []int) ([]told, error) {
	s := itemStatement("h", repo, numbers)
	return list(ctx, &t.queries, fmt.Sprintf("list who has numbers of repo=%d", repo), func(row scanner) (h told, err error) {
		var ticket int
		err = row.Scan(&h.number, &ticket, &h.serverID, &h.createdAt, &h.author, &h.title)
		h.ticket = ticket == 1
		return h, err
	}, `SELECT h.number, h.ticket, h.server_id, h.created_at, h.author_id, h.title FROM (
			SELECT repo_id, number, 0 AS ticket, server_id, created_at, author_id, title FROM pull_requests
			UNION ALL SELECT repo_id, number, 1 AS ticket, server_id, created_at, author_id, title FROM tickets) h`+s.clause(), s.args...)
}

// moveAside gives an item that is held a number of ours, with all of it that was made before the item that has its number now.
func (t *Tx) moveAside(ctx context.Context, repo facts.RepoID, h told, before int64) error {
	doing := fmt.Sprintf("put %d of repo=%d aside", h.number, repo)
	to, err := t.asideNumber(ctx, doing, repo, h.number)
	if err != nil {
		return err
	}
	item, verdict := "pull_requests", "pull_request_verdicts"
	if h.ticket {
		item, verdict = "tickets", "ticket_verdicts"
	}
	_, err = t.exec(ctx, doing, `UPDATE `+item+` SET number = $1, gone_at = CASE WHEN gone_at = 0 THEN $2 ELSE gone_at END, gone_reason = $3, gone_to = $4,
		changes = changes + 1 WHERE repo_id = $5 AND number = $6`, to, t.unix(), facts.GoneReplaced, fmt.Sprintf("#%d", h.number), repo, h.number)
	if err != nil {
		return err
	}
	if err := t.partsAside(ctx, doing, repo, h, to, before); err != nil {
		return err
	}
	tables := []string{verdict}
	if !h.ticket {
		tables = append(tables, "pull_request_sizes", "pull_request_heads", "pull_request_commits", "ticket_links")
	}
	for _, table := range tables {
		if _, err := t.exec(ctx, doing, `UPDATE `+table+` SET number = $1 WHERE repo_id = $2 AND number = $3`, to, repo, h.number); err != nil {
			return err
		}
	}
	return nil
}

// partsAside gives what belongs to an item its new number, and an id of ours to what has one: the server gives ids again too.
func (t *Tx) partsAside(ctx context.Context, doing string, repo facts.RepoID, h told, to int, before int64) error {
	off, err := t.asideOffset(ctx, doing, repo)
	if err != nil {
		return err
	}
	// What was put aside on its own, before it was known that all of the item is lost, belongs to it again.
	const ours = `number = $1, gone_at = CASE WHEN server_id < 0 THEN 0 ELSE gone_at END, server_id = CASE WHEN server_id < 0 THEN server_id ELSE -server_id - $2 END`
	_, err = t.exec(ctx, doing, `UPDATE comments SET `+ours+`, root_id = CASE WHEN root_id <= 0 THEN root_id ELSE -root_id - $2 END,
		review_id = CASE WHEN review_id <= 0 THEN review_id ELSE -review_id - $2 END WHERE repo_id = $3 AND number = $4 AND created_at < $5`, to, off, repo, h.number, before)
	if err != nil {
		return err
	}
	if _, err = t.exec(ctx, doing, `UPDATE events SET number = $1 WHERE repo_id = $2 AND number = $3 AND at < $4`, to, repo, h.number, before); err != nil || h.ticket {
		return err
	}
	_, err = t.exec(ctx, doing, `UPDATE reviews SET `+ours+` WHERE repo_id = $3 AND number = $4 AND submitted_at < $5`,
		to, off, repo, h.number, before)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, doing, `UPDATE review_threads SET number = $1, root_id = -root_id - $2 WHERE repo_id = $3 AND number = $4`, to, off, repo, h.number)
	return err
}

// asideNumber finds a number that nothing is put aside under yet.
func (t *Tx) asideNumber(ctx context.Context, doing string, repo facts.RepoID, number int) (int, error) {
	for nth := 0; ; nth++ {
		aside := facts.AsideNumber(number, nth)
		taken, err := one(ctx, &t.queries, doing, scanOne[int], `SELECT (SELECT COUNT(*) FROM pull_requests WHERE repo_id = $1 AND number = $2)
			+ (SELECT COUNT(*) FROM tickets WHERE repo_id = $1 AND number = $2)`, repo, aside)
		if err != nil || taken == 0 {
			return aside, err
		}
	}
}

// asideOffset is what to take off the negative of an id, so that the outcome is lower than any that was put aside before.
func (t *Tx) asideOffset(ctx context.Context, doing string, repo facts.RepoID) (int64, error) {
	lowest, err := one(ctx, &t.queries, doing, scanOne[int64], `SELECT COALESCE(MIN(id), 0) FROM (
		SELECT MIN(server_id) AS id FROM comments WHERE repo_id = $1 UNION ALL SELECT MIN(server_id) AS id FROM reviews WHERE repo_id = $1) lowest`, repo)
	return -min(lowest, 0), err
}

// partTold is what tells a comment or a review from another one of its id.
type partTold struct {
	id, at int64
	number int
	author facts.IdentityID
}

// other tells whether what is held is another part than what was told of under its id. An account that took over what
// somebody else was shown for changes nothing of when it was written. Of comments on lines APIs may tell when they were drafted
// or when they were sent, so that one by the same author is the same.
func (held partTold) other(now partTold, kind facts.CommentKind) bool {
	apart := max(held.at-now.at, now.at-held.at) > moment
	return held.number != now.number || apart && (kind != facts.CommentLine || held.author == 0 || held.author != now.author)
}

// putPartsAside gives parts that are held an id of ours where the server has given theirs to another part: it has lost them.
// A review's kind is empty.
func (t *Tx) putPartsAside(ctx context.Context, repo facts.RepoID, kind facts.CommentKind, parts []partTold) error {
	table, at := "reviews", "submitted_at"
	if kind != "" {
		table, at = "comments", "created_at"
	}
	doing := fmt.Sprintf("put %s of repo=%d aside", table, repo)
	for some := range slices.Chunk(parts, itemsAtOnce) {
		byID := make(map[int64]partTold, len(some))
		ids := make([]int64, len(some))
		for i, p := range some {
			byID[p.id], ids[i] = p, p.id
		}
		s := &statement{}
		s.where("repo_id = ?", repo)
		if kind != "" {
			s.where("kind = ?", string(kind))
		}
		whereIn(s, "server_id", ids)
		held, err := list(ctx, &t.queries, doing, func(row scanner) (p partTold, err error) {
			err = row.Scan(&p.id, &p.at, &p.number, &p.author)
			return p, err
		}, `SELECT server_id, `+at+`, number, author_id FROM `+table+s.clause(), s.args...)
		if err != nil {
			return err
		}
		for _, h := range held {
			if !h.other(byID[h.id], kind) {
				continue
			}
			if err := t.movePartAside(ctx, doing, repo, table, kind, h); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Tx) movePartAside(ctx context.Context, doing string, repo facts.RepoID, table string, kind facts.CommentKind, h partTold) error {
	off, err := t.asideOffset(ctx, doing, repo)
	if err != nil {
		return err
	}
	s := &statement{}
	set := `UPDATE ` + table + ` SET server_id = ` + s.arg(-h.id-off) + `, gone_at = CASE WHEN gone_at = 0 THEN ` + s.arg(t.unix()) + ` ELSE gone_at END`
	if kind != "" {
		set += `, root_id = CASE WHEN root_id = server_id THEN ` + s.arg(-h.id-off) + ` ELSE root_id END`
	}
	s.where("repo_id = ?", repo)
	s.where("server_id = ?", h.id)
	if kind != "" {
		s.where("kind = ?", string(kind))
	}
	if _, err := t.exec(ctx, doing, set+s.clause(), s.args...); err != nil {
		return err
	}
	return t.changed(ctx, repo, []int{h.number}, "pull_requests", "tickets")
}
