package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/secret"
	"weir/internal/store"
)

var leaseBehaviour = []behaviour{
	{"a lease has one holder until it ends or is dropped", leasesOnce},
	{"of many who want a lease at once one gets it", leasesUnderContention},
	{"a renewed credential is kept with its end, unless another one was entered meanwhile", renewsCredential},
}

func takeLease(t *testing.T, s *store.Store, holder string, endsAt int64) (got bool) {
	check(s.InTx(t.Context(), func(tx *store.Tx) (err error) {
		got, err = tx.TakeLease(t.Context(), "renew", holder, endsAt)
		return err
	}))
	return got
}

func leasesOnce(t *testing.T, s *store.Store) {
	ctx, now := t.Context(), time.Now().Unix()
	equal(t, "first", takeLease(t, s, "a", now+60), true)
	equal(t, "second", takeLease(t, s, "b", now+60), false)
	equal(t, "the holder again", takeLease(t, s, "a", now+60), true)
	check(s.DropLease(ctx, "renew", "b"))
	equal(t, "dropped by another", takeLease(t, s, "b", now+60), false)
	check(s.DropLease(ctx, "renew", "a"))
	equal(t, "dropped", takeLease(t, s, "b", now-1), true)
	equal(t, "ended", takeLease(t, s, "a", now+60), true)
	check(s.PurgeLeases(ctx))
	equal(t, "held leases stay", takeLease(t, s, "b", now+60), false)
}

func leasesUnderContention(t *testing.T, s *store.Store) {
	var all sync.WaitGroup
	got := make([]bool, 8)
	for n := range got {
		all.Go(func() {
			defer stopOnFailure(t)
			got[n] = takeLease(t, s, fmt.Sprint("holder ", n), time.Now().Unix()+60)
		})
	}
	all.Wait()
	holders := 0
	for _, yes := range got {
		if yes {
			holders++
		}
	}
	equal(t, "holders", holders, 1)
}

func renewsCredential(t *testing.T, s *store.Store) {
	ctx := t.Context()
	old := connect.Credential{Method: connect.MethodOAuth, Token: secret.New("gho_old"), RefreshToken: secret.New("ghr_old")}
	id := must(s.CreateIntegration(ctx, facts.Integration{Name: "x", Address: "https://x", Method: "oauth"}, old))
	fresh := old
	fresh.Token, fresh.RefreshToken, fresh.RefreshExpiresAt = secret.New("gho_new"), secret.New("ghr_new"), time.Unix(2_000_000_000, 0)
	renew := func(from connect.Credential) (kept bool) {
		check(s.InTx(ctx, func(tx *store.Tx) (err error) {
			kept, err = tx.RenewCredential(ctx, id, from, fresh)
			return err
		}))
		return kept
	}
	equal(t, "renewed", renew(old), true)
	equal(t, "token", must(s.Credential(ctx, id)).Token.Reveal(), "gho_new")
	equal(t, "end", must(s.Integration(ctx, id)).ExpiresAt, int64(2_000_000_000))
	equal(t, "renewed from one that is no more", renew(old), false)
}
