package manage

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/store"
)

// Edit is how an integration is to be from now on.
type Edit struct {
	Name string
	// Target is the whole way: what is to stay as it is must be in it too.
	Target connect.Target
	// Entered says that a person entered the credential of Target for its address, rather than that it was
	// taken from what is held.
	Entered bool
}

// Edited is how an edit went. Report is nil when nothing was changed that needs a test.
type Edited struct {
	Report *connect.Report
	Saved  bool
}

// Edit changes an integration. Whatever changes the way to the server, or the credential, is tested first
// and saved only when it connects. Errors for the person are a *Refusal; a name in use is facts.ErrConflict.
func (m *Manager) Edit(ctx context.Context, i facts.Integration, e Edit) (Edited, error) {
	if wrong := CheckName(e.Name); wrong != "" {
		return Edited{}, &Refusal{"Nothing was changed", wrong, ""}
	}
	held, err := m.Target(ctx, i)
	if err != nil {
		return Edited{}, err
	}
	if sameWay(held, e.Target) {
		return Edited{Saved: true}, m.saveEdit(ctx, i.ID, e, nil)
	}
	e.Entered = e.Entered || !sameCredential(held.Credential, e.Target.Credential)
	if moved(held, e.Target) && !e.Entered {
		return Edited{}, &Refusal{"Nothing was changed", "the credential that is held was entered for " + i.Address + " and is not sent to another address",
			"Enter it again together with the new address."}
	}
	as := i.ID
	if e.Entered {
		as = 0 // a transport of the integration may renew what it holds, and would sign in with that
	}
	report := m.diagnose(ctx, as, e.Target)
	if err := ctx.Err(); err != nil {
		return Edited{}, err
	}
	if !report.Result.Connected() {
		return Edited{Report: report}, nil
	}
	if err := m.sameServer(ctx, i, report); err != nil {
		return Edited{Report: report}, err
	}
	return Edited{Report: report, Saved: true}, m.saveEdit(ctx, i.ID, e, report)
}

// Renew keeps a way to the server that was tested, with its credential, in place of the one before. A paused
// integration stays paused.
func (m *Manager) Renew(ctx context.Context, i facts.Integration, to connect.Target, tested *connect.Report) error {
	return m.saveEdit(ctx, i.ID, Edit{Name: i.Name, Target: to, Entered: true}, tested)
}

// saveEdit goes by the integration as it is now: a test may take minutes, in which somebody pauses it, or
// Weir renews its credential, whose older one is spent then.
func (m *Manager) saveEdit(ctx context.Context, id facts.IntegrationID, e Edit, tested *connect.Report) error {
	return m.Store.InTx(ctx, func(tx *store.Tx) error {
		i, err := tx.Integration(ctx, id)
		if err != nil {
			return err
		}
		i.Name, i.CAPEM = strings.TrimSpace(e.Name), e.Target.CAPEM
		if tested == nil {
			return tx.SaveIntegration(ctx, i)
		}
		if i.Address, i.Version = tested.Address, tested.Version; e.Entered {
			i.Method, i.Account, i.ExpiresAt = string(e.Target.Credential.Method), tested.Account.Login, expiry(tested)
		}
		if err := tx.SaveIntegration(ctx, i); err != nil {
			return err
		}
		if err := m.keepEntered(ctx, tx, i, e); err != nil {
			return err
		}
		if err := m.keepWay(ctx, tx, id, e.Target.Proxy, tested); err != nil || i.State == facts.IntegrationPaused {
			return err
		}
		if err := tx.SetIntegrationState(ctx, id, store.IntegrationStatus{State: facts.IntegrationProcessing, Version: tested.Version}); err != nil {
			return err
		}
		return m.Work.UpdateTx(ctx, tx, id)
	})
}

func (m *Manager) keepEntered(ctx context.Context, tx *store.Tx, i facts.Integration, e Edit) error {
	if !e.Entered {
		return nil
	}
	credential := e.Target.Credential
	credential.Login = i.Account
	return tx.SaveCredential(ctx, i.ID, credential)
}

func sameWay(a, b connect.Target) bool {
	return !moved(a, b) && strings.TrimSpace(a.CAPEM) == strings.TrimSpace(b.CAPEM) && a.Proxy.Equal(b.Proxy) &&
		sameCredential(a.Credential, b.Credential)
}

func sameCredential(a, b connect.Credential) bool {
	left, leftErr := connect.EncodeCredential(a)
	right, rightErr := connect.EncodeCredential(b)
	return leftErr == nil && rightErr == nil && string(left) == string(right)
}

// moved tells whether the address is another one, however it is written.
func moved(held, entered connect.Target) bool {
	read, err := connect.ParseAddress(entered.Address)
	return err != nil || read.Base != held.Address
}

// sameServer refuses an address of another server: repos are known by that server's own ids, and the same
// ids name other repos elsewhere.
func (m *Manager) sameServer(ctx context.Context, i facts.Integration, report *connect.Report) error {
	if report.Address == i.Address {
		return nil
	}
	known, err := m.Store.Organizations(ctx, i.ID)
	if err != nil || len(known) == 0 {
		return err
	}
	for _, o := range report.Organizations {
		for _, k := range known {
			if o.ServerID == k.ServerID && strings.EqualFold(o.Login, k.Login) {
				return nil
			}
		}
	}
	return &Refusal{"Nothing was changed", fmt.Sprintf("%s is another server, or the account sees other organizations there: none of the %d that Weir knows is among them",
		report.Address, len(known)), "Add it as an integration of its own, so that nothing is mixed up."}
}

// Rename changes the name alone.
func (m *Manager) Rename(ctx context.Context, i facts.Integration, name string) error {
	if wrong := CheckName(name); wrong != "" {
		return &Refusal{"The name was not changed", wrong, ""}
	}
	err := m.Store.RenameIntegration(ctx, i.ID, strings.TrimSpace(name))
	if errors.Is(err, facts.ErrConflict) {
		return &Refusal{"The name was not changed", NameTaken, ""}
	}
	return err
}
