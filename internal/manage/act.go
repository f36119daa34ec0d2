package manage

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"weir/internal/facts"
	"weir/internal/store"
)

// Find gives the integration that a person names by its id or by its name, in any case; of those that are
// deleted when deleted is set. None is a *Refusal.
func (m *Manager) Find(ctx context.Context, named string, deleted bool) (facts.Integration, error) {
	load := m.Store.Integrations
	if deleted {
		load = m.Store.DeletedIntegrations
	}
	all, err := load(ctx)
	if err != nil {
		return facts.Integration{}, err
	}
	var names []string
	for _, i := range all {
		if strings.EqualFold(i.Name, named) {
			return i, nil
		}
		names = append(names, strconv.Quote(i.Name))
	}
	for _, i := range all {
		if strconv.FormatInt(int64(i.ID), 10) == named {
			return i, nil
		}
	}
	kind := "integration"
	if deleted {
		kind = "deleted integration"
	}
	next := "There is none at all."
	if len(names) > 0 {
		next = "There are: " + strings.Join(names, ", ") + "."
	}
	return facts.Integration{}, &Refusal{"Nothing was done", fmt.Sprintf("no %s has the name or the id %q", kind, named), next}
}

// Pause ends an integration's work until it is resumed: running work stops at its next step, what was done
// stays, and the schedule passes it over.
func (m *Manager) Pause(ctx context.Context, i facts.Integration) error {
	return m.Work.PauseIntegration(ctx, i.ID)
}

// Resume takes up what Pause has ended. One that is not paused goes on as it is.
func (m *Manager) Resume(ctx context.Context, i facts.Integration) error {
	if i.State != facts.IntegrationPaused {
		return nil
	}
	return m.Work.ResumeIntegration(ctx, i.ID)
}

// SetServices switches services on and off, and with them their work. Nothing that was brought is lost.
func (m *Manager) SetServices(ctx context.Context, i facts.Integration, on []facts.Service) error {
	return m.Work.SetServices(ctx, i.ID, on)
}

// Update lists the server's repos anew and fetches all that are imported at once, and tells how many those are.
func (m *Manager) Update(ctx context.Context, i facts.Integration) (int, error) {
	if i.State == facts.IntegrationPaused {
		return 0, &Refusal{"Nothing was updated", "the integration is paused", "Resume it first."}
	}
	counted, err := m.Store.ContentsOf(ctx, i.ID)
	if err != nil {
		return 0, err
	}
	return counted.Imported, m.Store.InTx(ctx, func(tx *store.Tx) error { return m.Work.UpdateTx(ctx, tx, i.ID) })
}

// Contents is what goes with an integration when it is deleted.
type Contents struct {
	store.Contents
	// Bytes is what its mirrors and line histories take on this machine's disk.
	Bytes int64
}

// Contents counts what an integration has brought.
func (m *Manager) Contents(ctx context.Context, id facts.IntegrationID) (Contents, error) {
	counted, err := m.Store.ContentsOf(ctx, id)
	if err != nil {
		return Contents{}, err
	}
	repos, err := m.Store.RepoIDs(ctx, store.RepoFilter{Integration: id, Gone: true})
	if err != nil {
		return Contents{}, err
	}
	return Contents{Contents: counted, Bytes: m.BytesFunc(repos)}, nil
}

// Delete takes an integration with all its data out of every list and report. typed is its name as the
// person typed it, to be sure. The work is wound down by a job; until facts.KeepDeleted is over Restore
// brings all of it back.
func (m *Manager) Delete(ctx context.Context, i facts.Integration, typed string) error {
	if strings.TrimSpace(typed) != i.Name {
		return &Refusal{"Nothing was deleted", fmt.Sprintf("the name that was typed is not %q", i.Name), "Type it exactly as it is written."}
	}
	return m.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.DeleteIntegration(ctx, i.ID); err != nil {
			return err
		}
		return m.Work.RetireTx(ctx, tx, i.ID)
	})
}

// Restore brings a deleted integration back with all its data, and goes on with its work unless it was paused.
func (m *Manager) Restore(ctx context.Context, i facts.Integration) error {
	err := m.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.RestoreIntegration(ctx, i.ID); err != nil || i.State == facts.IntegrationPaused {
			return err
		}
		if err := tx.SetIntegrationState(ctx, i.ID, store.IntegrationStatus{State: facts.IntegrationProcessing}); err != nil {
			return err
		}
		return m.Work.UpdateTx(ctx, tx, i.ID)
	})
	switch {
	case errors.Is(err, facts.ErrConflict):
		return &Refusal{"It was not restored", "another integration has its name by now", "Rename that one, then restore this one."}
	case errors.Is(err, facts.ErrNotFound):
		return &Refusal{"It was not restored", "it is not deleted, or its 30 days are over and its data is being removed", ""}
	}
	return err
}
