package ghes

import (
	"cmp"
	"context"
	"fmt"
)

// Opening is a pull request to be.
type Opening struct {
	Title, Body string
	// Head and Base are branches of the repo; Base is the default branch when not given.
	Head, Base string
	Draft      bool
	// Closes are issues that its merge will close.
	Closes []int
}

// OpenPull opens a pull request for a branch that was pushed, and returns its number.
func (p Person) OpenPull(ctx context.Context, fullName string, o Opening) (int, error) {
	r, ok := p.w.Repo(fullName)
	if !ok {
		return 0, fmt.Errorf("open pull request in %s: %w", fullName, ErrNotFound)
	}
	pull := &PullRequest{Draft: o.Draft, HeadRef: o.Head, BaseRef: cmp.Or(o.Base, r.DefaultBranch), Closes: o.Closes}
	if err := pull.measure(ctx, r); err != nil {
		return 0, fmt.Errorf("open pull request in %s: %w", fullName, err)
	}
	r, i, err := p.open(fullName, Issue{Title: o.Title, Body: o.Body, Pull: pull})
	if err != nil {
		return 0, err
	}
	if err := gitUpdate(ctx, r.GitDir, fmt.Sprintf("refs/pull/%d/head", i.Number), pull.HeadSHA); err != nil {
		return 0, fmt.Errorf("open pull request in %s: %w", fullName, err)
	}
	p.w.tell(p.about(r, i, "opened", nil))
	return i.Number, nil
}

// measure reads from git where the branches are and what lies between them.
func (p *PullRequest) measure(ctx context.Context, r Repo) error {
	head, err := gitTip(ctx, r.GitDir, "refs/heads/"+p.HeadRef)
	if err != nil {
		return err
	}
	base, err := gitTip(ctx, r.GitDir, "refs/heads/"+p.BaseRef)
	if err != nil {
		return err
	}
	p.HeadSHA, p.BaseSHA = head, base
	p.Additions, p.Deletions, p.ChangedFiles, err = gitStat(ctx, r.GitDir, base, head)
	return err
}

// Ready says that a draft is one no more; Draft makes it one again.
func (p Person) Ready(fullName string, number int) error { return p.draft(fullName, number, false) }

// Draft makes a draft of a pull request.
func (p Person) Draft(fullName string, number int) error { return p.draft(fullName, number, true) }

func (p Person) draft(fullName string, number int, draft bool) error {
	e, action := p.event(EventReadyForReview), "ready_for_review"
	if draft {
		e.Kind, action = EventConvertToDraft, "converted_to_draft"
	}
	return p.act(fullName, number, &e, action, nil, func(i *Issue) error {
		if i.Pull == nil {
			return errNoPull
		}
		if i.Pull.Draft == draft {
			return fmt.Errorf("%s: %w: it is so", action, ErrConflict)
		}
		i.Pull.Draft = draft
		return nil
	})
}

// RequestReview asks somebody for a review.
func (p Person) RequestReview(fullName string, number int, login string) error {
	e := p.event(EventReviewRequested)
	e.Account = login
	return p.act(fullName, number, &e, "review_requested", more{"requested_reviewer": accountOf(login)}, func(i *Issue) error {
		if i.Pull == nil {
			return errNoPull
		}
		if containsFold(i.Pull.RequestedReviewers, login) {
			return fmt.Errorf("request review: %w: %s was asked", ErrConflict, login)
		}
		i.Pull.RequestedReviewers = append(i.Pull.RequestedReviewers, login)
		return nil
	})
}

// RequestTeam asks a team of the repo's owner, by its slug.
func (p Person) RequestTeam(fullName string, number int, slug string) error {
	e := p.event(EventReviewRequested)
	e.Team = slug
	asked := more{"requested_team": func(c *call, r Repo, _ *Issue) any {
		t, _ := c.s.World.team(r.Owner, slug)
		return c.teamDocument(t)
	}}
	return p.act(fullName, number, &e, "review_requested", asked, func(i *Issue) error {
		if i.Pull == nil {
			return errNoPull
		}
		i.Pull.RequestedTeams = append(i.Pull.RequestedTeams, slug)
		return nil
	})
}

// CancelRequest does not want somebody's review any more.
func (p Person) CancelRequest(fullName string, number int, login string) error {
	e := p.event(EventReviewRequestRemoved)
	e.Account = login
	return p.act(fullName, number, &e, "review_request_removed", more{"requested_reviewer": accountOf(login)}, func(i *Issue) error {
		if i.Pull == nil {
			return errNoPull
		}
		return without(&i.Pull.RequestedReviewers, login)
	})
}

// EnableAutoMerge has a pull request merged as soon as it may be, which the double never does by
// itself.
func (p Person) EnableAutoMerge(fullName string, number int, method MergeMethod) error {
	e := p.event(EventAutoMergeEnabled)
	return p.act(fullName, number, &e, "auto_merge_enabled", nil, func(i *Issue) error {
		if i.Pull == nil {
			return errNoPull
		}
		i.Pull.AutoMerge = &AutoMerge{EnabledBy: p.login, EnabledAt: e.At, Method: method}
		return nil
	})
}

// DisableAutoMerge calls that off.
func (p Person) DisableAutoMerge(fullName string, number int) error {
	e := p.event(EventAutoMergeDisabled)
	why := more{"reason": func(*call, Repo, *Issue) any { return "manually_disabled" }}
	return p.act(fullName, number, &e, "auto_merge_disabled", why, func(i *Issue) error {
		if i.Pull == nil || i.Pull.AutoMerge == nil {
			return errNoPull
		}
		i.Pull.AutoMerge = nil
		return nil
	})
}
