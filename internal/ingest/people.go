package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/people"
	"weir/internal/store"
)

// registry gives ids to the authors and committers of all repos, and groups those that are certainly one
// person when they first appear. What a person has merged, split or named afterwards is not touched.
type registry struct {
	store *store.Store

	mu     sync.Mutex
	loaded bool
	ids    map[pair]facts.IdentityID
	// persons finds who a key of package people stands for.
	persons map[string]facts.PersonID
	// accounts are those of servers that were saved by this process.
	accounts map[accountKey]account
}

type pair struct{ name, email string }

func newRegistry(s *store.Store) *registry { return &registry{store: s} }

// identify gives the function that a replay asks for ids.
func (r *registry) identify(ctx context.Context, mailmap *people.Mailmap) func(name, email string) (facts.IdentityID, error) {
	return func(name, email string) (facts.IdentityID, error) {
		name, email = shorten(git.Text(name, "")), shorten(git.Text(email, ""))
		r.mu.Lock()
		defer r.mu.Unlock()
		if err := r.load(ctx); err != nil {
			return 0, err
		}
		if id, known := r.ids[pair{name, email}]; known {
			return id, nil
		}
		id, err := r.add(ctx, name, email, mailmap)
		if err == nil {
			r.ids[pair{name, email}] = id
		}
		return id, err
	}
}

// load reads who is known. It is done once: what others add later is found when it is added again.
func (r *registry) load(ctx context.Context) error {
	if r.loaded {
		return nil
	}
	identities, err := r.store.Identities(ctx)
	if err != nil {
		return err
	}
	r.ids, r.persons, r.accounts = map[pair]facts.IdentityID{}, map[string]facts.PersonID{}, map[accountKey]account{}
	for _, i := range identities {
		if i.Login == "" {
			r.ids[pair{i.Name, i.Email}] = i.ID
		}
		r.remember(people.Key(i.Name, i.Email), i.Person)
	}
	r.loaded = true
	return nil
}

func (r *registry) remember(key string, person facts.PersonID) {
	if _, known := r.persons[key]; !known {
		r.persons[key] = person
	}
}

// add saves a new identity and, in the same transaction, gives it to the person it certainly is: a kill
// between the two would leave it alone for ever.
func (r *registry) add(ctx context.Context, name, email string, mailmap *people.Mailmap) (id facts.IdentityID, err error) {
	properName, properEmail := mailmap.Apply(name, email)
	key := people.Key(properName, properEmail)
	err = r.store.InTx(ctx, func(tx *store.Tx) error {
		known, err := r.person(ctx, tx, key)
		if err != nil {
			return err
		}
		if id, err = tx.EnsureIdentityOf(ctx, facts.Identity{Name: name, Email: email}); err != nil {
			return err
		}
		if known != 0 {
			return tx.AssignIdentity(ctx, id, known)
		}
		return r.introduce(ctx, tx, id, facts.Person{
			Name: properName, Email: properEmail, Bot: people.Bot(properName, properEmail, ""),
		}, key)
	})
	if err != nil {
		r.loaded = false // what was remembered on the way may have been rolled back
		return 0, fmt.Errorf("save identity %q <%s>: %w", name, email, err)
	}
	return id, nil
}

// person gives who a key stands for, 0 when nobody does. One that was merged away is looked for again.
func (r *registry) person(ctx context.Context, tx *store.Tx, key string) (facts.PersonID, error) {
	id := r.persons[key]
	if id == 0 {
		return 0, nil
	}
	_, err := tx.Person(ctx, id)
	if !errors.Is(err, facts.ErrNotFound) {
		return id, err
	}
	delete(r.persons, key)
	identities, err := tx.Identities(ctx)
	for _, i := range identities {
		if people.Key(i.Name, i.Email) == key {
			r.persons[key] = i.Person
			return i.Person, err
		}
	}
	return 0, err
}

// introduce fills in the person that came with a new identity.
func (r *registry) introduce(ctx context.Context, tx *store.Tx, id facts.IdentityID, shown facts.Person, key string) error {
	identity, err := tx.Identity(ctx, id)
	if err != nil {
		return err
	}
	person, err := tx.Person(ctx, identity.Person)
	if err != nil {
		return err
	}
	r.remember(key, person.ID)
	if person.Name != identity.Name || person.Email != identity.Email {
		return nil // somebody was here before us, and may have chosen the name
	}
	shown.ID, shown.Excluded, shown.Hidden = person.ID, person.Excluded, person.Hidden
	return tx.SavePerson(ctx, shown)
}

// apply merges the people that a .mailmap says are one, when the file is new or has changed, and gives
// the repos that are to be judged again for it.
func (r *registry) apply(ctx context.Context, repo facts.RepoID, text string, mailmap *people.Mailmap) ([]facts.RepoID, error) {
	name := fmt.Sprintf("mailmap/%d", repo)
	sum := sha256.Sum256([]byte(text))
	now := hex.EncodeToString(sum[:])
	var before string
	if err := r.store.Setting(ctx, name, &before); err != nil && !errors.Is(err, facts.ErrNotFound) {
		return nil, err
	}
	if before == now || before == "" && text == "" {
		return nil, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.loaded = false
	var moved []facts.IdentityID
	err := r.store.InTx(ctx, func(tx *store.Tx) (err error) {
		if moved, err = mergeByMailmap(ctx, tx, mailmap); err != nil {
			return err
		}
		return tx.SaveSetting(ctx, name, now)
	})
	if err != nil || len(moved) == 0 {
		return nil, err
	}
	return r.reposOf(ctx, moved)
}

func (r *registry) reposOf(ctx context.Context, identities []facts.IdentityID) ([]facts.RepoID, error) {
	var repos []facts.RepoID
	for id, err := range r.store.ReposOfIdentities(ctx, identities) {
		if err != nil {
			return nil, err
		}
		repos = append(repos, id)
	}
	return slices.Compact(repos), nil
}

// mergeByMailmap gives every identity that the file maps to the person of the address it is mapped to.
func mergeByMailmap(ctx context.Context, tx *store.Tx, mailmap *people.Mailmap) (moved []facts.IdentityID, err error) {
	identities, err := tx.Identities(ctx)
	if err != nil {
		return nil, err
	}
	owners := map[string]facts.PersonID{}
	for _, i := range identities {
		if _, email := mailmap.Apply(i.Name, i.Email); email == i.Email {
			owners[people.Key(i.Name, i.Email)] = i.Person
		}
	}
	for _, i := range identities {
		name, email := mailmap.Apply(i.Name, i.Email)
		if name == i.Name && email == i.Email {
			continue
		}
		key := people.Key(name, email)
		owner, known := owners[key]
		if !known {
			owner = i.Person
			owners[key] = owner
		}
		if owner == i.Person {
			continue
		}
		if err := tx.AssignIdentity(ctx, i.ID, owner); err != nil {
			return nil, err
		}
		moved = append(moved, i.ID)
	}
	return moved, nil
}
