package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"weir/internal/facts"
)

const identityColumns = `id, person_id, name, email, login`

func scanIdentity(row scanner) (facts.Identity, error) {
	var i facts.Identity
	err := row.Scan(&i.ID, &i.Person, &i.Name, &i.Email, &i.Login)
	return i, err
}

// Identities lists every identity, by id.
func (q *queries) Identities(ctx context.Context) ([]facts.Identity, error) {
	return list(ctx, q, "list identities", scanIdentity, `SELECT `+identityColumns+` FROM identities ORDER BY id`)
}

// IdentitiesOf lists the identities of a person, by id.
func (q *queries) IdentitiesOf(ctx context.Context, person facts.PersonID) ([]facts.Identity, error) {
	return list(ctx, q, fmt.Sprintf("list identities of person=%d", person), scanIdentity,
		`SELECT `+identityColumns+` FROM identities WHERE person_id = $1 ORDER BY id`, person)
}

// EnsureIdentity gives the identity of a git name and e-mail. A new one gets a new person of its own,
// named alike; grouping identities into people is for people and judge.
func (s *Store) EnsureIdentity(ctx context.Context, name, email string) (facts.IdentityID, error) {
	return s.EnsureIdentityOf(ctx, facts.Identity{Name: name, Email: email})
}

// EnsureIdentityOf is EnsureIdentity for one that may have a login too. ID and Person are not read.
func (s *Store) EnsureIdentityOf(ctx context.Context, i facts.Identity) (facts.IdentityID, error) {
	id, err := s.findIdentity(ctx, i) // most are known: ask without waiting for the writer
	if !errors.Is(err, facts.ErrNotFound) {
		return id, err
	}
	return alone(ctx, s, func(tx *Tx) (facts.IdentityID, error) { return tx.EnsureIdentityOf(ctx, i) })
}

// EnsureIdentityOf does so within a transaction.
func (t *Tx) EnsureIdentityOf(ctx context.Context, i facts.Identity) (facts.IdentityID, error) {
	id, err := t.findIdentity(ctx, i)
	if !errors.Is(err, facts.ErrNotFound) {
		return id, err
	}
	person, err := t.CreatePerson(ctx, facts.Person{Name: i.Name, Email: i.Email, Login: i.Login})
	if err != nil {
		return 0, err
	}
	doing := fmt.Sprintf("save identity %q <%s>", i.Name, i.Email)
	n, err := t.exec(ctx, doing, `INSERT INTO identities (person_id, name, email, login) VALUES ($1, $2, $3, $4)
		ON CONFLICT (email, name, login) DO NOTHING`, person, clean(i.Name), clean(i.Email), clean(i.Login))
	if err == nil && n == 0 { // another process was first
		_, err = t.exec(ctx, doing, `DELETE FROM people WHERE id = $1`, person)
	}
	if err != nil {
		return 0, err
	}
	return t.findIdentity(ctx, i)
}

func (q *queries) findIdentity(ctx context.Context, i facts.Identity) (facts.IdentityID, error) {
	return one(ctx, q, fmt.Sprintf("find identity %q <%s>", i.Name, i.Email), scanOne[facts.IdentityID],
		`SELECT id FROM identities WHERE email = $1 AND name = $2 AND login = $3`, clean(i.Email), clean(i.Name), clean(i.Login))
}

// AssignIdentity gives an identity to a person. A person left without identities is removed. Repos with commits or items
// of the identity must be judged again after it; ReposOfIdentities tells which.
func (t *Tx) AssignIdentity(ctx context.Context, id facts.IdentityID, person facts.PersonID) error {
	doing := fmt.Sprintf("assign identity=%d to person=%d", id, person)
	former, err := one(ctx, &t.queries, doing, scanOne[facts.PersonID], `SELECT person_id FROM identities WHERE id = $1`, id)
	if err != nil || former == person {
		return err
	}
	if err := t.execOne(ctx, doing, `UPDATE identities SET person_id = $1 WHERE id = $2`, person, id); err != nil {
		return err
	}
	return t.removeEmptyPerson(ctx, former, person)
}

// SplitIdentity takes an identity away from its person and gives it a new one, whose id is returned.
func (t *Tx) SplitIdentity(ctx context.Context, id facts.IdentityID) (facts.PersonID, error) {
	i, err := t.Identity(ctx, id)
	if err != nil {
		return 0, err
	}
	person, err := t.CreatePerson(ctx, facts.Person{Name: i.Name, Email: i.Email, Login: i.Login})
	if err != nil {
		return 0, err
	}
	return person, t.AssignIdentity(ctx, id, person)
}

// ReposOfIdentities streams the repos that hold commits of which any of the identities is an author or a co-author, or pull
// requests or tickets in which an account of theirs did something that is judged.
func (q *queries) ReposOfIdentities(ctx context.Context, ids []facts.IdentityID) iter.Seq2[facts.RepoID, error] {
	s := &statement{}
	list := inList(s, ids)
	has := func(table, column string) string {
		return "EXISTS (SELECT 1 FROM " + table + " x WHERE x.repo_id = r.id AND x." + column + " IN (" + list + "))"
	}
	items := strings.Join([]string{has("pull_requests", "author_id"), has("pull_requests", "merged_by_id"), has("tickets", "author_id"),
		has("reviews", "author_id"), has("comments", "author_id"), has("events", "actor_id")}, " OR ")
	return stream(ctx, q, "list repos of identities", scanOne[facts.RepoID],
		"SELECT r.id FROM repos r WHERE "+has("commits", "author_id")+" OR "+has("co_authors", "identity_id")+
			" OR EXISTS (SELECT 1 FROM accounts a WHERE a.identity_id IN ("+list+")) AND ("+items+") ORDER BY r.id", s.args...)
}
