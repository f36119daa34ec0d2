package store

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"

	"weir/internal/facts"
)

const pullRequestColumns = `p.repo_id, p.number, p.server_id, p.node_id, p.title, p.state, p.draft, p.author_id, p.head_ref, p.head_repo, p.head_hash,
	p.base_ref, p.base_hash, p.merge_hash, p.merge_method, p.merged_by_id, p.created_at, p.updated_at, p.closed_at, p.merged_at, p.ready_at,
	p.additions, p.deletions, p.changed_files, p.commit_count, p.labels, p.milestone, p.assignees, p.reviewers, p.reviewer_teams,
	p.auto_merge_at, p.auto_merge_method, p.auto_merge_by_id, p.closes, p.synced_at, p.gone_at, p.gone_reason, p.gone_to`

func scanPullRequest(row scanner) (facts.PullRequest, error) {
	var p facts.PullRequest
	var labels, assignees, reviewers, teams, closes string
	err := row.Scan(&p.Repo, &p.Number, &p.ServerID, &p.NodeID, &p.Title, &p.State, &p.Draft, &p.Author.Identity, &p.HeadRef, &p.HeadRepo, &p.HeadHash,
		&p.BaseRef, &p.BaseHash, &p.MergeHash, &p.MergeMethod, &p.MergedBy.Identity, &p.CreatedAt, &p.UpdatedAt, &p.ClosedAt, &p.MergedAt, &p.ReadyAt,
		&p.Additions, &p.Deletions, &p.ChangedFiles, &p.CommitCount, &labels, &p.Milestone, &assignees, &reviewers, &teams,
		&p.AutoMergeAt, &p.AutoMergeMethod, &p.AutoMergeBy.Identity, &closes, &p.SyncedAt, &p.GoneAt, &p.GoneReason, &p.GoneTo)
	if err != nil {
		return p, err
	}
	for _, list := range []struct {
		text string
		into any
	}{{labels, &p.Labels}, {teams, &p.ReviewerTeams}, {closes, &p.Closes}} {
		if err := json.Unmarshal([]byte(list.text), list.into); err != nil {
			return p, err
		}
	}
	if p.Assignees, err = identitiesFrom(assignees); err != nil {
		return p, err
	}
	p.Reviewers, err = identitiesFrom(reviewers)
	return p, err
}

// PullRequest gives one with all that belongs to it, gone or not.
func (q *queries) PullRequest(ctx context.Context, repo facts.RepoID, number int) (facts.PullRequest, error) {
	found, err := q.pullRequestBatch(ctx, repo, []int{number}, true)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("load pull request %d of repo=%d: %w", number, repo, facts.ErrNotFound)
	}
	if err != nil {
		return facts.PullRequest{}, err
	}
	return found[0], nil
}

// PullRequests lists one page of the pull requests that the filter lets through, the newest first, without
// what belongs to them, and how many there are in all. It speaks of repos that are imported.
func (q *queries) PullRequests(ctx context.Context, f facts.PullRequestFilter, page facts.Page) ([]facts.PullRequest, int, error) {
	s := pullRequestStatement(f)
	total, err := one(ctx, q, "count pull requests", scanOne[int], `SELECT COUNT(*) FROM pull_requests p`+s.clause(), s.args...)
	if err != nil {
		return nil, 0, err
	}
	found, err := list(ctx, q, "list pull requests", scanPullRequest, `SELECT `+pullRequestColumns+` FROM pull_requests p`+s.clause()+
		` ORDER BY p.created_at DESC, p.repo_id, p.number DESC`+s.page(page), s.args...)
	if err != nil {
		return nil, 0, err
	}
	return found, total, q.resolvePullRequests(ctx, found)
}

// WholePullRequests streams the pull requests that the filter lets through with all that belongs to them, by repo and number.
func (q *queries) WholePullRequests(ctx context.Context, f facts.PullRequestFilter) iter.Seq2[facts.PullRequest, error] {
	s := pullRequestStatement(f)
	keys := func() ([]itemKey, error) {
		return list(ctx, q, "list pull requests", scanItemKey, `SELECT p.repo_id, p.number FROM pull_requests p`+s.clause()+
			` ORDER BY p.repo_id, p.number`, s.args...)
	}
	return inBatches(keys, func(repo facts.RepoID, numbers []int) ([]facts.PullRequest, error) {
		return q.pullRequestBatch(ctx, repo, numbers, true)
	})
}

func pullRequestStatement(f facts.PullRequestFilter) *statement {
	s := &statement{}
	s.conds = append(s.conds, "p.repo_id IN ("+liveRepos+")")
	whereIn(s, "p.repo_id", f.Repos)
	whereIn(s, "p.number", f.Numbers)
	if f.Open.Bounded() {
		if f.Open.To != 0 {
			s.where("p.created_at < ?", f.Open.To)
		}
		s.where("p.closed_at = 0 OR p.closed_at >= ?", f.Open.From)
	}
	s.whereSpan("p.created_at", f.Created)
	s.whereSpan("p.merged_at", f.Merged)
	if f.Closed.Bounded() {
		s.whereSpan("p.closed_at", f.Closed)
	}
	s.whereTouched("p", f.Touched)
	s.whereAuthors("p.author_id", f.Authors)
	whereTexts(s, "p.state", f.States)
	if text := strings.TrimSpace(f.Search); text != "" {
		s.where(`lower(p.title) LIKE ? ESCAPE '\'`, like(text))
	}
	if !f.Gone {
		s.conds = append(s.conds, "p.gone_at = 0")
	}
	return s
}

// pullRequestBatch gives those of one repo by number, in that order; whole brings what belongs to them.
func (q *queries) pullRequestBatch(ctx context.Context, repo facts.RepoID, numbers []int, whole bool) ([]facts.PullRequest, error) {
	s := &statement{}
	s.where("p.repo_id = ?", repo)
	whereIn(s, "p.number", numbers)
	doing := fmt.Sprintf("load pull requests of repo=%d", repo)
	found, err := list(ctx, q, doing, scanPullRequest,
		`SELECT `+pullRequestColumns+` FROM pull_requests p`+s.clause()+` ORDER BY p.number`, s.args...)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	if whole {
		if err := q.addToPullRequests(ctx, repo, numbers, found); err != nil {
			return nil, err
		}
	}
	return found, q.resolvePullRequests(ctx, found)
}

func (q *queries) addToPullRequests(ctx context.Context, repo facts.RepoID, numbers []int, found []facts.PullRequest) error {
	byNumber := make(map[int]*facts.PullRequest, len(found))
	for i := range found {
		byNumber[found[i].Number] = &found[i]
	}
	for _, add := range []func(context.Context, facts.RepoID, []int, map[int]*facts.PullRequest) error{
		q.addReviews, q.addThreads, q.addHeads, q.addPullRequestCommits,
	} {
		if err := add(ctx, repo, numbers, byNumber); err != nil {
			return err
		}
	}
	err := q.eachComment(ctx, repo, numbers, func(c facts.Comment) {
		if p := byNumber[c.Number]; p != nil {
			p.Comments = append(p.Comments, c)
		}
	})
	if err != nil {
		return err
	}
	return q.eachEvent(ctx, repo, numbers, func(e facts.Event) {
		if p := byNumber[e.Number]; p != nil {
			p.Events = append(p.Events, e)
		}
	})
}

func (q *queries) resolvePullRequests(ctx context.Context, found []facts.PullRequest) error {
	return q.resolve(ctx, func(fn func(*facts.Actor)) {
		for i := range found {
			found[i].EachActor(fn)
		}
	})
}

// PullRequestTimes gives the time of the last change of each pull request that is held, by number. With
// numbers given, of those alone.
func (q *queries) PullRequestTimes(ctx context.Context, repo facts.RepoID, numbers ...int) (map[int]HeldTime, error) {
	return q.heldTimes(ctx, "pull_requests", repo, numbers)
}

// PullRequestNodes lists the numbers and GraphQL ids of those that are open, or were closed at or after an
// instant: what a sweep looks at.
func (q *queries) PullRequestNodes(ctx context.Context, repo facts.RepoID, closedSince int64) ([]facts.PullRequest, error) {
	found, err := list(ctx, q, fmt.Sprintf("list open pull requests of repo=%d", repo), scanPullRequest,
		`SELECT `+pullRequestColumns+` FROM pull_requests p WHERE p.repo_id = $1 AND p.gone_at = 0 AND (p.closed_at = 0 OR p.closed_at >= $2)
		ORDER BY p.number`, repo, closedSince)
	return slices.Clip(found), err
}
