package store

import (
	"context"
	"fmt"
	"slices"

	"weir/internal/facts"
)

// DueItem is a pull request or a ticket that is to be judged, with the state that it is in.
type DueItem struct {
	Number  int
	Changes int64
}

func scanDueItem(row scanner) (d DueItem, err error) {
	err = row.Scan(&d.Number, &d.Changes)
	return d, err
}

// DuePullRequests lists those of a repo that were never judged, have changed since, were judged by other rules, or waited
// for commits of which some have been read from git since.
func (q *queries) DuePullRequests(ctx context.Context, repo facts.RepoID, ruledBy string) ([]DueItem, error) {
	const from = ` FROM pull_requests p LEFT JOIN pull_request_verdicts v ON v.repo_id = p.repo_id AND v.number = p.number
		WHERE p.repo_id = $1 AND `
	due, err := list(ctx, q, fmt.Sprintf("list pull requests to judge of repo=%d", repo), scanDueItem,
		`SELECT p.number, p.changes`+from+`(v.number IS NULL OR v.changes <> p.changes OR v.ruled_by <> $2)`, repo, ruledBy)
	if err != nil {
		return nil, err
	}
	untold := map[int]int{}
	waiting, err := list(ctx, q, fmt.Sprintf("list pull requests of repo=%d that wait for commits", repo), func(row scanner) (d DueItem, err error) {
		var n int
		err = row.Scan(&d.Number, &d.Changes, &n)
		untold[d.Number] = n
		return d, err
	}, `SELECT p.number, p.changes, v.untold`+from+`v.changes = p.changes AND v.ruled_by = $2 AND v.untold > 0`, repo, ruledBy)
	if err != nil {
		return nil, err
	}
	// Commits that a force-push took away may never be read: those that wait for them alone must not be judged for ever.
	for some := range slices.Chunk(waiting, itemsAtOnce) {
		unread, err := q.unreadCommits(ctx, repo, some)
		if err != nil {
			return nil, err
		}
		due = append(due, slices.DeleteFunc(some, func(d DueItem) bool { return unread[d.Number] == untold[d.Number] })...)
	}
	slices.SortFunc(due, func(a, b DueItem) int { return a.Number - b.Number })
	return due, nil
}

// unreadCommits counts the commits of pull requests that are not read from git, by number.
func (q *queries) unreadCommits(ctx context.Context, repo facts.RepoID, some []DueItem) (map[int]int, error) {
	numbers, pulls := numbersOf(some, func(d *DueItem) int { return d.Number }), map[int]*facts.PullRequest{}
	for _, n := range numbers {
		pulls[n] = &facts.PullRequest{}
	}
	if err := q.addPullRequestCommits(ctx, repo, numbers, pulls); err != nil {
		return nil, err
	}
	unread := map[int]int{}
	for n, p := range pulls {
		for i := range p.Commits {
			if !p.Commits[i].Replayed {
				unread[n]++
			}
		}
	}
	return unread, nil
}

// closersOf joins a ticket t with the verdicts pv on the pull requests of its integration that say they close it.
const closersOf = `repos r JOIN ticket_links l ON l.ticket_repo = r.server_id AND l.ticket_number = t.number
	JOIN repos other ON other.id = l.repo_id AND other.integration_id = r.integration_id
	JOIN pull_request_verdicts pv ON pv.repo_id = l.repo_id AND pv.number = l.number AND pv.first_commit_at > 0`

// DueTickets lists those of a repo that were never judged, have changed since, were judged by other rules, or are closed by a
// pull request that was begun earlier than was known.
func (q *queries) DueTickets(ctx context.Context, repo facts.RepoID, ruledBy string) ([]DueItem, error) {
	return list(ctx, q, fmt.Sprintf("list tickets to judge of repo=%d", repo), scanDueItem,
		`SELECT t.number, t.changes FROM tickets t LEFT JOIN ticket_verdicts v ON v.repo_id = t.repo_id AND v.number = t.number
		WHERE t.repo_id = $1 AND (v.number IS NULL OR v.changes <> t.changes OR v.ruled_by <> $2 OR EXISTS (SELECT 1 FROM `+closersOf+`
			WHERE r.id = t.repo_id AND (v.started_at = 0 OR pv.first_commit_at < v.started_at)))
		ORDER BY t.number`, repo, ruledBy)
}

// FirstCommits gives, for tickets of a repo, when the earliest commit was written of a pull request that says it closes it.
// Tickets without any are left out.
func (q *queries) FirstCommits(ctx context.Context, repo facts.RepoID, numbers []int) (map[int]int64, error) {
	s := itemStatement("t", repo, numbers)
	s.conds = append(s.conds, "r.id = t.repo_id")
	first := map[int]int64{}
	_, err := list(ctx, q, fmt.Sprintf("list first commits for tickets of repo=%d", repo), func(row scanner) (n int, err error) {
		var at int64
		err = row.Scan(&n, &at)
		first[n] = at
		return n, err
	}, `SELECT t.number, MIN(pv.first_commit_at) FROM tickets t CROSS JOIN `+closersOf+s.clause()+` GROUP BY t.number`, s.args...)
	return first, err
}

// CountUnjudged tells how many pull requests or tickets of imported repos wait to be judged for the first time.
func (q *queries) CountUnjudged(ctx context.Context, kind facts.SyncKind, repos ...facts.RepoID) (int, error) {
	items, verdicts := "pull_requests", "pull_request_verdicts"
	if kind == facts.SyncTickets {
		items, verdicts = "tickets", "ticket_verdicts"
	}
	s := &statement{}
	s.conds = append(s.conds, "i.repo_id IN ("+liveRepos+")", "i.gone_at = 0", "v.number IS NULL")
	whereIn(s, "i.repo_id", repos)
	return one(ctx, q, "count "+items+" to judge", scanOne[int], `SELECT COUNT(*) FROM `+items+` i LEFT JOIN `+verdicts+
		` v ON v.repo_id = i.repo_id AND v.number = i.number`+s.clause(), s.args...)
}
