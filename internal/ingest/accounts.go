package ingest

import (
	"context"
	"fmt"

	"weir/internal/facts"
	"weir/internal/github"
	"weir/internal/people"
	"weir/internal/store"
)

// accountKey names an account of a server: by its id, or by its login where no id was told.
type accountKey struct {
	integration facts.IntegrationID
	serverID    int64
	login       string
}

// account is what was saved of one; when it shows another login or name it is saved again.
type account struct {
	identity    facts.IdentityID
	login, name string
}

func keyOf(integration facts.IntegrationID, a *facts.Actor) accountKey {
	if a.ServerID != 0 {
		return accountKey{integration: integration, serverID: a.ServerID}
	}
	return accountKey{integration: integration, login: a.Login}
}

// actors gives every actor of a page the identity of its account, in a transaction of its own: accounts are
// facts whether or not the page is saved after them.
func (r *registry) actors(ctx context.Context, w work, page github.ItemPage) error {
	each := func(fn func(*facts.Actor)) {
		for i := range page.PullRequests {
			page.PullRequests[i].EachActor(fn)
		}
		for i := range page.Tickets {
			page.Tickets[i].EachActor(fn)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.load(ctx); err != nil {
		return err
	}
	fresh := map[accountKey]facts.Actor{}
	each(func(a *facts.Actor) {
		key := keyOf(w.integration.ID, a)
		held, known := r.accounts[key]
		if a.Login == "" || known && held.login == a.Login && (a.Name == "" || held.name == a.Name) {
			return
		}
		if had, seen := fresh[key]; !seen || had.Name == "" { // the answer that tells more
			fresh[key] = *a
		}
	})
	if err := r.saveAccounts(ctx, w, fresh); err != nil {
		return err
	}
	each(func(a *facts.Actor) { a.Identity = r.accounts[keyOf(w.integration.ID, a)].identity })
	return nil
}

func (r *registry) saveAccounts(ctx context.Context, w work, fresh map[accountKey]facts.Actor) error {
	if len(fresh) == 0 {
		return nil
	}
	saved := make(map[accountKey]account, len(fresh))
	err := r.store.InTx(ctx, func(tx *store.Tx) error {
		for key, a := range fresh {
			id, isNew, err := tx.EnsureAccount(ctx, w.integration.ID, w.host(), a)
			if err != nil {
				return err
			}
			if isNew {
				if err := r.tie(ctx, tx, id, a, w.host()); err != nil {
					return err
				}
			}
			saved[key] = account{id, a.Login, a.Name}
		}
		return nil
	})
	if err != nil {
		r.loaded = false // what was remembered on the way may have been rolled back
		return fmt.Errorf("save accounts of integration=%d: %w", w.integration.ID, err)
	}
	for key, a := range saved {
		r.accounts[key] = a
	}
	return nil
}

// tie gives a new account to the person it certainly is: who committed with one of its private addresses,
// or with the address that it shows.
func (r *registry) tie(ctx context.Context, tx *store.Tx, id facts.IdentityID, a facts.Actor, host string) error {
	keys := []string{
		people.Key(a.Name, fmt.Sprintf("%d+%s@users.noreply.%s", a.ServerID, a.Login, host)),
		people.Key(a.Name, a.Login+"@users.noreply."+host),
	}
	if a.Email != "" {
		keys = append(keys, people.Key(a.Name, a.Email))
	}
	for _, key := range keys {
		known, err := r.person(ctx, tx, key)
		if err != nil {
			return err
		}
		if known != 0 {
			return r.tieTo(ctx, tx, id, known, a)
		}
	}
	identity, err := tx.Identity(ctx, id)
	if err != nil {
		return err
	}
	for _, key := range keys[:2] {
		r.remember(key, identity.Person)
	}
	person, err := tx.Person(ctx, identity.Person)
	if err != nil {
		return err
	}
	person.Login, person.Email, person.Bot = a.Login, a.Email, isBot(a)
	return tx.SavePerson(ctx, person)
}

func isBot(a facts.Actor) bool {
	return a.Kind == facts.ActorBot || people.Bot(a.Name, "", a.Login)
}

// tieTo gives an account to somebody who is known, and its login where they have none.
func (r *registry) tieTo(ctx context.Context, tx *store.Tx, id facts.IdentityID, known facts.PersonID, a facts.Actor) error {
	if err := tx.AssignIdentity(ctx, id, known); err != nil {
		return err
	}
	person, err := tx.Person(ctx, known)
	if err != nil || person.Login != "" {
		return err
	}
	person.Login, person.Bot = a.Login, person.Bot || isBot(a)
	return tx.SavePerson(ctx, person)
}
