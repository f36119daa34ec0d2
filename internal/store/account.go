package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"weir/internal/facts"
)

// EnsureAccount gives the identity of an account of a server and tells whether it is new. A known one is
// brought up to date; a ghost is 0. A new one gets an identity of its own, named by the private address
// that the server makes for it (host is the server's name), and a person of its own: tying it to who
// commits is for people.
func (t *Tx) EnsureAccount(ctx context.Context, integration facts.IntegrationID, host string, a facts.Actor) (id facts.IdentityID, fresh bool, err error) {
	if a.Login == "" && a.ServerID == 0 {
		return 0, false, nil
	}
	if a.ServerID == 0 { // an answer that names a login alone
		if id, err = t.accountByLogin(ctx, integration, a.Login); !errors.Is(err, facts.ErrNotFound) {
			return id, false, err
		}
		return t.newIdentity(ctx, a, strings.ToLower(a.Login)+"@users.noreply."+host)
	}
	doing := fmt.Sprintf("save account %q of integration=%d", a.Login, integration)
	id, err = one(ctx, &t.queries, doing, scanOne[facts.IdentityID],
		`SELECT identity_id FROM accounts WHERE integration_id = $1 AND server_id = $2`, integration, a.ServerID)
	if errors.Is(err, facts.ErrNotFound) {
		id, fresh, err = t.newIdentity(ctx, a, fmt.Sprintf("%d+%s@users.noreply.%s", a.ServerID, strings.ToLower(a.Login), host))
	}
	if err != nil {
		return 0, false, err
	}
	_, err = t.exec(ctx, doing, `INSERT INTO accounts (integration_id, server_id, identity_id, kind, login, name, email)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (integration_id, server_id) DO UPDATE SET kind = excluded.kind, login = excluded.login,
		name = CASE WHEN excluded.name = '' THEN accounts.name ELSE excluded.name END,
		email = CASE WHEN excluded.email = '' THEN accounts.email ELSE excluded.email END
		WHERE accounts.kind <> excluded.kind OR accounts.login <> excluded.login
			OR (excluded.name <> '' AND accounts.name <> excluded.name) OR (excluded.email <> '' AND accounts.email <> excluded.email)`,
		integration, a.ServerID, id, a.Kind, clean(a.Login), clean(a.Name), clean(a.Email))
	return id, fresh, err
}

func (t *Tx) newIdentity(ctx context.Context, a facts.Actor, email string) (facts.IdentityID, bool, error) {
	name := a.Name
	if name == "" {
		name = a.Login
	}
	i := facts.Identity{Name: name, Email: email, Login: a.Login}
	if id, err := t.findIdentity(ctx, i); err == nil || !errors.Is(err, facts.ErrNotFound) {
		return id, false, err
	}
	id, err := t.EnsureIdentityOf(ctx, i)
	return id, true, err
}

func (q *queries) accountByLogin(ctx context.Context, integration facts.IntegrationID, login string) (facts.IdentityID, error) {
	return one(ctx, q, fmt.Sprintf("find account %q of integration=%d", login, integration), scanOne[facts.IdentityID],
		`SELECT identity_id FROM accounts WHERE integration_id = $1 AND lower(login) = $2 ORDER BY server_id DESC LIMIT 1`, integration, lower(clean(login)))
}

// Accounts gives what is known of identities that are accounts, by identity.
func (q *queries) Accounts(ctx context.Context, ids []facts.IdentityID) (map[facts.IdentityID]facts.Actor, error) {
	found := map[facts.IdentityID]facts.Actor{}
	if len(ids) == 0 {
		return found, nil
	}
	s := &statement{}
	query := `SELECT i.id, i.person_id, COALESCE(a.server_id, 0), COALESCE(a.login, i.login), COALESCE(a.kind, 'user'), COALESCE(a.name, i.name),
		COALESCE(a.email, '') FROM identities i LEFT JOIN accounts a ON a.identity_id = i.id WHERE i.id IN (` + inList(s, ids) + `)`
	_, err := list(ctx, q, "list accounts", func(row scanner) (a facts.Actor, err error) {
		err = row.Scan(&a.Identity, &a.Person, &a.ServerID, &a.Login, &a.Kind, &a.Name, &a.Email)
		found[a.Identity] = a
		return a, err
	}, query, s.args...)
	return found, err
}

// resolve fills in who stands behind the identities that each visits.
func (q *queries) resolve(ctx context.Context, each func(func(*facts.Actor))) error {
	wanted := map[facts.IdentityID]bool{}
	each(func(a *facts.Actor) { wanted[a.Identity] = a.Identity != 0 })
	delete(wanted, 0)
	ids := make([]facts.IdentityID, 0, len(wanted))
	for id := range wanted {
		ids = append(ids, id)
	}
	known, err := q.Accounts(ctx, ids)
	if err != nil {
		return err
	}
	each(func(a *facts.Actor) {
		if found, ok := known[a.Identity]; ok {
			*a = found
		} else if a.Identity == 0 {
			*a = facts.Actor{Kind: facts.ActorGhost}
		}
	})
	return nil
}

// identitiesJSON writes a list of actors by their identities; identitiesFrom reads it back.
func identitiesJSON(actors []facts.Actor) string {
	ids := make([]facts.IdentityID, 0, len(actors))
	for _, a := range actors {
		ids = append(ids, a.Identity)
	}
	return toJSON(ids)
}

func identitiesFrom(text string) ([]facts.Actor, error) {
	var ids []facts.IdentityID
	if err := json.Unmarshal([]byte(text), &ids); err != nil || len(ids) == 0 {
		return nil, err
	}
	actors := make([]facts.Actor, len(ids))
	for i, id := range ids {
		actors[i].Identity = id
	}
	return actors, nil
}

// toJSON writes a list of plain values, which cannot fail; nil is an empty list.
func toJSON[T any](values []T) string {
	if len(values) == 0 {
		return "[]"
	}
	text, _ := json.Marshal(values)
	return clean(string(text))
}
