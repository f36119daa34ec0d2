package manage_test

import (
	"context"
	"errors"
	"testing"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/manage"
	"weir/internal/secret"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// idle is background work that is never asked for anything but an update.
type idle struct {
	manage.Work
	updates int
}

func (w *idle) UpdateTx(context.Context, *store.Tx, facts.IntegrationID) error {
	w.updates++
	return nil
}

// edited is an integration whose connection test runs during.
func edited(t *testing.T, held connect.Credential, during func(s *store.Store, id facts.IntegrationID) error) (*manage.Manager, facts.Integration, *idle) {
	t.Helper()
	s := storetest.Open(t)
	id := storetest.NewWorld(t, s, "Main", 1).Integration
	if err := s.SaveCredential(t.Context(), id, held); err != nil {
		t.Fatal(err)
	}
	work := &idle{}
	m := manage.New(manage.Options{Store: s, Work: work, DiagnoseFunc: func(_ context.Context, _ facts.IntegrationID, target connect.Target) *connect.Report {
		if err := during(s, id); err != nil {
			t.Error(err)
		}
		read, err := connect.ParseAddress(target.Address)
		if err != nil {
			t.Error(err)
		}
		return &connect.Report{Address: read.Base, Result: connect.ResultOK, Account: connect.Account{Login: "weir-bot"},
			Organizations: []connect.Organization{{ServerID: 1, Login: "acme"}}}
	}})
	i, err := s.Integration(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return m, i, work
}

func TestWhatHappensDuringTheTestOfAnEditIsNotUndone(t *testing.T) {
	t.Parallel()
	held := connect.Credential{Method: connect.MethodOAuth, Login: "weir-bot", Token: secret.New("gho_old"), RefreshToken: secret.New("ghr_old")}
	renewed := held
	renewed.Token, renewed.RefreshToken = secret.New("gho_new"), secret.New("ghr_new")
	m, i, work := edited(t, held, func(s *store.Store, id facts.IntegrationID) error {
		err := s.InTx(t.Context(), func(tx *store.Tx) error {
			_, err := tx.RenewCredential(t.Context(), id, held, renewed)
			return err
		})
		return errors.Join(err, s.SetIntegrationState(t.Context(), id, store.IntegrationStatus{State: facts.IntegrationPaused}))
	})
	target, err := m.Target(t.Context(), i)
	if err != nil {
		t.Fatal(err)
	}
	target.Proxy = secret.New("http://proxy.example.com:3128")
	if done, err := m.Edit(t.Context(), i, manage.Edit{Name: "Main", Target: target}); err != nil || !done.Saved {
		t.Fatalf("%+v, %v", done, err)
	}
	if now, err := m.Store.Credential(t.Context(), i.ID); err != nil || now.RefreshToken.Reveal() != "ghr_new" {
		t.Errorf("the refresh token that was spent is back: %q, %v", now.RefreshToken.Reveal(), err)
	}
	if now, err := m.Store.Integration(t.Context(), i.ID); err != nil || now.State != facts.IntegrationPaused || now.Proxy != "http://proxy.example.com:3128" {
		t.Errorf("after the edit: %+v, %v", now, err)
	}
	if work.updates != 0 {
		t.Error("a paused integration was updated")
	}
}

func TestTheSamePasswordMayBeEnteredForAnotherAddress(t *testing.T) {
	t.Parallel()
	held := connect.PasswordCredential("weir-bot", secret.New("correct-horse"))
	m, i, work := edited(t, held, func(*store.Store, facts.IntegrationID) error { return nil })
	target, err := m.Target(t.Context(), i)
	if err != nil {
		t.Fatal(err)
	}
	target.Address = "https://renamed.example.com"
	var refused *manage.Refusal
	if done, err := m.Edit(t.Context(), i, manage.Edit{Name: "Main", Target: target}); !errors.As(err, &refused) || done.Saved {
		t.Errorf("what is held went to another address: %+v, %v", done, err)
	}
	if done, err := m.Edit(t.Context(), i, manage.Edit{Name: "Main", Target: target, Entered: true}); err != nil || !done.Saved {
		t.Errorf("%+v, %v", done, err)
	}
	if now, err := m.Store.Integration(t.Context(), i.ID); err != nil || now.Address != target.Address || work.updates != 1 {
		t.Errorf("after the edit: %+v, %d updates, %v", now, work.updates, err)
	}
}
