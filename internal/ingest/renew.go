package ingest

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/store"
)

const (
	// renewLease outlasts renewTimeout: whoever comes after may try only when the holder has given up.
	renewLease   = time.Minute
	renewTimeout = 30 * time.Second
	renewPoll    = time.Second
)

// KeepAlive renews an integration's credential when it is about to end. Nothing happens when it is not.
func (w *Way) KeepAlive(ctx context.Context, i facts.Integration) error {
	target, err := w.target(ctx, i)
	if err != nil || !target.Credential.NeedsRenewal(w.now()) {
		return err
	}
	transport, err := connect.NewTransport(target, w.Options(i.ID))
	if err != nil {
		return err
	}
	defer transport.CloseIdleConnections()
	_, _, err = transport.GitPass(connect.WithWhy(ctx, "renew the sign-in"), "")
	return err
}

// renewer gives the credential to use after one that is about to end or was refused: what somebody has
// put in its place meanwhile, or a renewed one. A refresh token works once, and a token that is renewed
// ends the one before, so that only one process spends it and all others take over what it got.
func (w *Way) renewer(id facts.IntegrationID) func(context.Context, *connect.Transport, connect.Credential, bool) (connect.Credential, error) {
	return func(ctx context.Context, t *connect.Transport, current connect.Credential, refused bool) (connect.Credential, error) {
		r := &renewal{way: w, id: id, transport: t, lease: fmt.Sprintf("renew credential of integration %d", id), holder: w.Holder + " " + rand.Text()}
		for {
			held, mine, err := r.begin(ctx)
			switch {
			case err != nil:
				return current, err
			case held.RefreshToken.Empty(), changed(current, held) && !held.NeedsRenewal(w.now()):
				return held, r.end(ctx, mine)
			case mine:
				return r.spend(ctx, held)
			case !refused && w.now().Before(current.ExpiresAt):
				return current, nil // it lasts until the other one is done
			}
			if err := r.wait(ctx); err != nil {
				return current, err
			}
		}
	}
}

func changed(from, to connect.Credential) bool {
	_, before := from.GitAccount()
	_, after := to.GitAccount()
	return before.Reveal() != after.Reveal()
}

// renewal is one attempt to renew a credential.
type renewal struct {
	way       *Way
	id        facts.IntegrationID
	transport *connect.Transport
	lease     string
	// holder is this attempt: neither two workers of one process nor two processes of one name must both spend the token.
	holder string
}

// begin reads the credential that is held, and takes the lease where there is something to renew.
func (r *renewal) begin(ctx context.Context) (held connect.Credential, mine bool, err error) {
	if held, err = r.way.Store.Credential(ctx, r.id); err != nil || held.RefreshToken.Empty() {
		return held, false, err
	}
	err = r.way.Store.InTx(ctx, func(tx *store.Tx) error {
		ends := r.way.now().Add(renewLease).Unix()
		if mine, err = tx.TakeLease(ctx, r.lease, r.holder, ends); err != nil {
			return err
		}
		held, err = tx.Credential(ctx, r.id)
		return err
	})
	return held, mine, err
}

func (r *renewal) end(ctx context.Context, mine bool) error {
	if !mine {
		return nil
	}
	return r.way.Store.DropLease(context.WithoutCancel(ctx), r.lease, r.holder)
}

// spend renews and keeps what came back with its end in one transaction. It is not cut short by a stop:
// once the server has answered, the old tokens are no more.
func (r *renewal) spend(ctx context.Context, held connect.Credential) (connect.Credential, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewTimeout)
	defer cancel()
	renewed, err := r.transport.Renew(ctx, held)
	if err != nil {
		if dropErr := r.end(ctx, true); dropErr != nil {
			return held, dropErr
		}
		return held, err
	}
	kept := false
	err = r.way.Store.InTx(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		if kept, err = tx.RenewCredential(ctx, r.id, held, renewed); err != nil {
			return err
		}
		return tx.DropLease(ctx, r.lease, r.holder)
	})
	if err == nil && !kept {
		return r.way.Store.Credential(ctx, r.id)
	}
	return renewed, err
}

func (r *renewal) wait(ctx context.Context) error {
	if r.way.WaitFunc != nil {
		return r.way.WaitFunc(ctx, renewPoll)
	}
	timer := time.NewTimer(renewPoll)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
