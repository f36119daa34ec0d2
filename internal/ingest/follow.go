package ingest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"weir/internal/facts"
	"weir/internal/github"
	"weir/internal/store"
)

// followAtOnce bounds for how many repos that are not imported, and for how many that are gone already, a
// discovery asks one by one: a list that came back short must not become thousands of requests. Imported
// repos are all asked for.
const followAtOnce = 100

// follow asks what became of repos that no list named. Only a plain "not found" for the very repo marks it
// as gone, and even then its facts stay; one that is there again goes on where it stopped.
func (d *discovery) follow(ctx context.Context) error {
	rows, _, err := d.in.Store.Repos(ctx, store.RepoFilter{Integration: d.integration.ID, Gone: true}, facts.Page{})
	if err != nil {
		return err
	}
	for _, repo := range d.missing(rows) {
		if err := d.followOne(ctx, repo); err != nil {
			return err
		}
	}
	return nil
}

// missing gives the repos to ask for: imported ones, then others, the longest unseen first, then those
// that are gone, the last seen first.
func (d *discovery) missing(rows []store.RepoRow) []facts.Repo {
	var imported, others, gone []facts.Repo
	for _, r := range rows {
		switch {
		case d.seen[r.ServerID]:
		case r.GoneAt != 0 && r.ImportedAt != 0:
			gone = append(gone, r.Repo)
		case r.GoneAt != 0:
		case r.ImportedAt != 0:
			imported = append(imported, r.Repo)
		default:
			others = append(others, r.Repo)
		}
	}
	bySeen := func(a, b facts.Repo) int { return cmp.Compare(a.SeenAt, b.SeenAt) }
	slices.SortStableFunc(others, bySeen)
	slices.SortStableFunc(gone, func(a, b facts.Repo) int { return bySeen(b, a) })
	return slices.Concat(imported, others[:min(len(others), followAtOnce)], gone[:min(len(gone), followAtOnce)])
}

func (d *discovery) followOne(ctx context.Context, repo facts.Repo) error {
	now, err := d.client.FollowRepo(ctx, repo)
	if errors.Is(err, github.ErrForbidden) || errors.Is(err, github.ErrUnreadable) {
		return nil
	}
	if err != nil {
		return err
	}
	if now.Change == github.ChangeGone {
		return d.in.Store.MarkRepoGone(ctx, repo.ID)
	}
	if now.Change == github.ChangeTransferred {
		if now.Repo.Organization, err = d.ownerOf(ctx, now); err != nil {
			return err
		}
	}
	return d.in.Store.InTx(ctx, func(tx *store.Tx) error {
		ids, err := tx.SaveRepos(ctx, d.integration.ID, []facts.Repo{now.Repo})
		if err != nil {
			return err
		}
		if err := tx.ApplyExclusions(ctx, d.integration.ID, ids...); err != nil || repo.GoneAt == 0 {
			return err
		}
		return d.in.Queue.SyncReposTx(ctx, tx, ids...)
	})
}

// ownerOf gives the organization that a repo was transferred to; one to which the account does not belong
// is added, without a role.
func (d *discovery) ownerOf(ctx context.Context, f github.Followed) (facts.OrganizationID, error) {
	known, err := d.in.Store.Organizations(ctx, d.integration.ID)
	if err != nil {
		return 0, err
	}
	owner, _, _ := strings.Cut(f.Repo.FullName, "/")
	for _, o := range known {
		if o.ServerID == f.Owner.ServerID || f.Owner.ServerID == 0 && strings.EqualFold(o.Login, owner) {
			return o.ID, nil
		}
	}
	if f.Owner.ServerID == 0 {
		return f.Repo.Organization, nil
	}
	ids, err := d.in.Store.SaveOrganizations(ctx, d.integration.ID, []facts.Organization{f.Owner})
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}
