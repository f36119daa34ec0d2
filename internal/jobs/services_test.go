package jobs_test

import (
	"context"
	"slices"
	"testing"

	"weir/internal/facts"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// heldWork begins a fetch, a reading of pull requests and one of tickets, and tells which of them were ended from outside.
type heldWork struct {
	*fakeHandlers
	begun chan facts.SyncKind
	ended chan facts.SyncKind
	let   chan struct{}
}

func (h heldWork) hold(ctx context.Context, kind facts.SyncKind) error {
	select {
	case h.begun <- kind:
	case <-ctx.Done():
	}
	select {
	case <-ctx.Done():
		h.ended <- kind
		return ctx.Err()
	case <-h.let:
		return nil
	}
}

func (h heldWork) Fetch(ctx context.Context, _ facts.RepoID) error {
	return h.hold(ctx, facts.SyncCommits)
}
func (h heldWork) SyncPullRequests(ctx context.Context, _ facts.RepoID) error {
	return h.hold(ctx, facts.SyncPullRequests)
}
func (h heldWork) SyncTickets(ctx context.Context, _ facts.RepoID) error {
	return h.hold(ctx, facts.SyncTickets)
}

// TestAServiceThatIsSwitchedOffLeavesTheOthersAlone: only its own work ends, and only its own state says so.
func TestAServiceThatIsSwitchedOffLeavesTheOthersAlone(t *testing.T) {
	t.Parallel()
	for kind, service := range servicesOf {
		t.Run(string(service), func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, s *store.Store) { switchOff(t, s, service, kind) })
		})
	}
}

var servicesOf = map[facts.SyncKind]facts.Service{
	facts.SyncCommits: facts.ServiceRepos, facts.SyncPullRequests: facts.ServicePullRequests, facts.SyncTickets: facts.ServiceTickets,
}

func switchOff(t *testing.T, s *store.Store, service facts.Service, off facts.SyncKind) {
	ctx := t.Context()
	w := storetest.NewWorld(t, s, "Main", 1)
	repo := w.Repos[0]
	if err := s.InTx(ctx, func(tx *store.Tx) error { _, err := tx.MarkImported(ctx, w.Repos); return err }); err != nil {
		t.Fatal(err)
	}
	h := heldWork{newFake(), make(chan facts.SyncKind), make(chan facts.SyncKind, 9), make(chan struct{})}
	c := openClient(t, s)
	start(t, c, h)
	if err := c.SyncRepos(ctx, repo); err != nil {
		t.Fatal(err)
	}
	for kind := range servicesOf {
		if kind != facts.SyncCommits {
			if err := c.SyncItems(ctx, kind, repo); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.SaveSyncState(ctx, facts.SyncState{Repo: repo, Kind: kind, Phase: facts.PhaseFetching}); err != nil {
			t.Fatal(err)
		}
	}
	for range servicesOf {
		<-h.begun
	}
	on := slices.DeleteFunc(slices.Clone(facts.Services), func(other facts.Service) bool { return other == service })
	if err := c.SetServices(ctx, w.Integration, on); err != nil {
		t.Fatal(err)
	}
	if got := <-h.ended; got != off {
		t.Errorf("the work on %s was ended", got)
	}
	for kind := range servicesOf {
		state, err := s.SyncState(ctx, repo, kind)
		if rests := state.Phase == facts.PhasePaused; err != nil || rests != (kind == off) {
			t.Errorf("%s is %s, %v", kind, state.Phase, err)
		}
	}
	if len(h.ended) > 0 {
		t.Errorf("the work on %s was ended too", <-h.ended)
	}
}
