package ingest

import (
	"context"
	"errors"
	"fmt"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/github"
	"weir/internal/jobs"
	"weir/internal/store"
)

// Discover reads the organizations and repos that an integration's account sees. What is not in the
// answer stays as it is; of imported repos that are missing the server is asked one by one. In the integration's
// quiet hours it is put off.
func (in *Ingest) Discover(ctx context.Context, id facts.IntegrationID) error {
	integration, err := in.Store.Integration(ctx, id)
	if errors.Is(err, facts.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if integration.DeletedAt != 0 || integration.State == facts.IntegrationPaused {
		return nil
	}
	left, err := in.quietLeft(ctx, id)
	if err != nil {
		return err
	}
	if left > 0 {
		return &jobs.LaterError{After: left, Err: errQuiet}
	}
	ctx = connect.WithWhy(ctx, "list organizations and repos")
	client, err := in.ConnectFunc(ctx, integration)
	if err != nil {
		return in.discoveryFailed(ctx, integration, err)
	}
	defer client.Close()
	d := &discovery{in: in, integration: integration, client: client, seen: map[int64]bool{}}
	if err := d.run(ctx); err != nil {
		return in.discoveryFailed(ctx, integration, fmt.Errorf("discover integration=%d: %w", id, err))
	}
	in.test(ctx, integration)
	return in.healthy(ctx, integration)
}

// test looks again at what the account may do where, if the last look is old. It comes after the lists: a
// credential that is refused there must not be tried once more.
func (in *Ingest) test(ctx context.Context, i facts.Integration) {
	if in.TestFunc == nil {
		return
	}
	held, err := in.Store.Diagnoses(ctx)
	if err == nil && in.due(held[i.ID].TestedAt, in.DiscoverEvery) {
		err = in.TestFunc(ctx, i)
	}
	if err != nil && ctx.Err() == nil {
		in.Log.WarnContext(ctx, "connection not tested", "integration", i.ID, "error", err)
	}
}

// discovery is one Discover under way.
type discovery struct {
	in          *Ingest
	integration facts.Integration
	client      GitHub
	// seen holds the server's ids of the repos that were listed.
	seen map[int64]bool
}

func (d *discovery) run(ctx context.Context) error {
	organizations, err := d.client.Organizations(ctx)
	if err != nil {
		return err
	}
	ids, err := d.in.Store.SaveOrganizations(ctx, d.integration.ID, organizations)
	if err != nil {
		return err
	}
	for _, id := range ids {
		organization, err := d.in.Store.Organization(ctx, id)
		if err != nil {
			return err
		}
		if err := d.repos(ctx, organization); err != nil {
			return err
		}
	}
	return d.follow(ctx)
}

// reposAtOnce keeps transactions short.
const reposAtOnce = 50

func (d *discovery) repos(ctx context.Context, o facts.Organization) error {
	known, err := d.known(ctx, o)
	if err != nil {
		return err
	}
	var batch []facts.Repo
	for repo, err := range d.client.Repos(ctx, o.Login) {
		switch {
		case github.OddItem(err):
			d.in.Log.WarnContext(ctx, "one repo of a list could not be read", "organization", o.Login, "error", err)
			continue
		case errors.Is(err, github.ErrForbidden), errors.Is(err, github.ErrNotFound):
			// One organization that is closed to us does not close the others.
			d.in.Log.WarnContext(ctx, "repos of organization not listed", "organization", o.Login, "error", err)
			return d.save(ctx, o, batch, known)
		case err != nil:
			return err
		}
		repo.Organization = o.ID
		d.seen[repo.ServerID] = true
		if batch = append(batch, repo); len(batch) == reposAtOnce {
			if err := d.save(ctx, o, batch, known); err != nil {
				return err
			}
			batch = nil
		}
	}
	return d.save(ctx, o, batch, known)
}

// known gives the repos of an organization that auto-import does not concern: it is for new ones.
func (d *discovery) known(ctx context.Context, o facts.Organization) (map[facts.RepoID]bool, error) {
	known := map[facts.RepoID]bool{}
	if !o.AutoImport {
		return known, nil
	}
	ids, err := d.in.Store.RepoIDs(ctx, store.RepoFilter{Integration: d.integration.ID, Organization: o.ID, Gone: true})
	for _, id := range ids {
		known[id] = true
	}
	return known, err
}

func (d *discovery) save(ctx context.Context, o facts.Organization, repos []facts.Repo, known map[facts.RepoID]bool) error {
	if len(repos) == 0 {
		return nil
	}
	return d.in.Store.InTx(ctx, func(tx *store.Tx) error {
		ids, err := tx.SaveRepos(ctx, d.integration.ID, repos)
		if err != nil {
			return err
		}
		// Before anything is imported: a new repo may be one that a rule leaves out.
		if err := tx.ApplyExclusions(ctx, d.integration.ID, ids...); err != nil || !o.AutoImport {
			return err
		}
		var appeared []facts.RepoID
		for _, id := range ids {
			if !known[id] {
				appeared = append(appeared, id)
			}
		}
		fresh, err := tx.MarkImported(ctx, appeared)
		if err != nil {
			return err
		}
		return d.in.Queue.SyncReposTx(ctx, tx, fresh...)
	})
}

// healthy notes that an integration works, and takes up again what its failure had stopped.
func (in *Ingest) healthy(ctx context.Context, before facts.Integration) error {
	err := in.Store.InTx(ctx, func(tx *store.Tx) error {
		now, err := tx.Integration(ctx, before.ID)
		if err != nil || now.State == facts.IntegrationPaused {
			return err
		}
		return tx.SetIntegrationState(ctx, before.ID, store.IntegrationStatus{State: facts.IntegrationHealthy})
	})
	if err != nil || before.State != facts.IntegrationFailed {
		return err
	}
	yes, no := true, false
	repos, err := in.Store.RepoIDs(ctx, store.RepoFilter{Integration: before.ID, Imported: &yes, Paused: &no, Phases: []facts.Phase{facts.PhaseFailed}})
	if err != nil {
		return err
	}
	return in.Queue.SyncRepos(ctx, repos...)
}

var _ jobs.Handlers = (*Ingest)(nil)
