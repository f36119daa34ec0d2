package store

import (
	"context"
	"errors"
	"fmt"

	"weir/internal/access"
	"weir/internal/facts"
)

const userColumns = `id, login, name, role, password_hash, password_at, created_at, signed_in_at, disabled_at`

func scanUser(row scanner) (access.User, error) {
	var u access.User
	err := row.Scan(&u.ID, &u.Login, &u.Name, &u.Role, &u.PasswordHash, &u.PasswordAt, &u.CreatedAt, &u.SignedInAt, &u.DisabledAt)
	return u, err
}

// User gives one account, disabled or not.
func (q *queries) User(ctx context.Context, id access.UserID) (access.User, error) {
	return one(ctx, q, fmt.Sprintf("load user=%d", id), scanUser, `SELECT `+userColumns+` FROM users WHERE id = $1`, id)
}

// UserByLogin gives the account of a login, in any case, disabled or not.
func (q *queries) UserByLogin(ctx context.Context, login string) (access.User, error) {
	return one(ctx, q, fmt.Sprintf("load user %q", login), scanUser,
		`SELECT `+userColumns+` FROM users WHERE lower(login) = $1`, lower(clean(login)))
}

// Users lists all accounts by login.
func (q *queries) Users(ctx context.Context) ([]access.User, error) {
	return list(ctx, q, "list users", scanUser, `SELECT `+userColumns+` FROM users ORDER BY lower(login)`)
}

// CountUsers counts all accounts.
func (q *queries) CountUsers(ctx context.Context) (int, error) {
	return one(ctx, q, "count users", scanOne[int], `SELECT COUNT(*) FROM users`)
}

// CreateUser adds an account and gives its id. A login in use, in any case, is facts.ErrConflict.
func (t *Tx) CreateUser(ctx context.Context, u access.User) (access.UserID, error) {
	return one(ctx, &t.queries, fmt.Sprintf("create user %q", u.Login), scanOne[access.UserID],
		`INSERT INTO users (login, name, role, password_hash, password_at, created_at, signed_in_at, disabled_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
		clean(u.Login), clean(u.Name), u.Role, u.PasswordHash, u.PasswordAt, u.CreatedAt, u.SignedInAt, u.DisabledAt)
}

// CreateUser does so in a transaction of its own.
func (s *Store) CreateUser(ctx context.Context, u access.User) (access.UserID, error) {
	return alone(ctx, s, func(tx *Tx) (access.UserID, error) { return tx.CreateUser(ctx, u) })
}

// CreateFirstUser adds an account only while there is none; otherwise it is facts.ErrConflict. Two who try
// at once cannot both succeed.
func (s *Store) CreateFirstUser(ctx context.Context, u access.User) (access.UserID, error) {
	return alone(ctx, s, func(tx *Tx) (access.UserID, error) { return tx.createFirstUser(ctx, u) })
}

// SaveUser changes name, role, password and the times of an account; login and creation stay.
func (s *Store) SaveUser(ctx context.Context, u access.User) error {
	return s.InTx(ctx, func(tx *Tx) error {
		return tx.execOne(ctx, fmt.Sprintf("save user=%d", u.ID),
			`UPDATE users SET name = $1, role = $2, password_hash = $3, password_at = $4, signed_in_at = $5, disabled_at = $6 WHERE id = $7`,
			clean(u.Name), u.Role, u.PasswordHash, u.PasswordAt, u.SignedInAt, u.DisabledAt, u.ID)
	})
}

// SaveSignIn notes when an account was last signed in to, with its password's hash in its newest form. It
// changes nothing else, so that a change by an admin meanwhile stands, and tells whether the password is
// still the one that was looked at.
func (s *Store) SaveSignIn(ctx context.Context, u access.User) (bool, error) {
	return alone(ctx, s, func(tx *Tx) (bool, error) {
		n, err := tx.exec(ctx, fmt.Sprintf("note sign-in of user=%d", u.ID),
			`UPDATE users SET signed_in_at = $1, password_hash = $2 WHERE id = $3 AND password_at = $4`,
			u.SignedInAt, u.PasswordHash, u.ID, u.PasswordAt)
		return n > 0, err
	})
}

// ChangeUser changes an account while nobody else can change any. change is told how many other accounts
// of admins can sign in.
func (s *Store) ChangeUser(ctx context.Context, id access.UserID, change func(u *access.User, otherAdmins int) error) error {
	doing := fmt.Sprintf("change user=%d", id)
	return s.InTx(ctx, func(tx *Tx) error {
		if err := tx.lockUsers(ctx); err != nil {
			return err
		}
		u, err := tx.User(ctx, id)
		if err != nil {
			return err
		}
		others, err := one(ctx, &tx.queries, doing, scanOne[int],
			`SELECT COUNT(*) FROM users WHERE role = $1 AND disabled_at = 0 AND password_hash <> '' AND id <> $2`, access.RoleAdmin, id)
		if err != nil {
			return err
		}
		if err := change(&u, others); err != nil {
			return err
		}
		return tx.execOne(ctx, doing, `UPDATE users SET name = $1, role = $2, disabled_at = $3 WHERE id = $4`,
			clean(u.Name), u.Role, u.DisabledAt, id)
	})
}

// lockUsers keeps others from changing accounts. SQLite has one writer anyway; PostgreSQL must be told.
func (t *Tx) lockUsers(ctx context.Context) error {
	if t.dialect != Postgres {
		return nil
	}
	_, err := t.exec(ctx, "lock users", `LOCK TABLE users IN EXCLUSIVE MODE`)
	return err
}

func (t *Tx) createFirstUser(ctx context.Context, u access.User) (access.UserID, error) {
	if err := t.lockUsers(ctx); err != nil {
		return 0, err
	}
	n, err := t.CountUsers(ctx)
	if err != nil {
		return 0, err
	}
	if n > 0 {
		return 0, fmt.Errorf("create first user: there are %d already: %w", n, facts.ErrConflict)
	}
	return t.CreateUser(ctx, u)
}

// FindUser gives the account of a login, in any case, and whether there is one.
func (q *queries) FindUser(ctx context.Context, login string) (access.User, bool, error) {
	return found(q.UserByLogin(ctx, login))
}

// FindUserByID gives an account and whether there is one.
func (q *queries) FindUserByID(ctx context.Context, id access.UserID) (access.User, bool, error) {
	return found(q.User(ctx, id))
}

func found(u access.User, err error) (access.User, bool, error) {
	if errors.Is(err, facts.ErrNotFound) {
		return access.User{}, false, nil
	}
	return u, err == nil, err
}

const setupCodeSetting = "setup_code"

// ChangeSetupCode changes the one set-up code, zero when there is none, while nobody else can.
func (s *Store) ChangeSetupCode(ctx context.Context, change func(*access.SetupCode) error) error {
	return s.InTx(ctx, func(tx *Tx) error {
		// Writing first makes others wait on PostgreSQL, where reading would not.
		_, err := tx.exec(ctx, "change set-up code", `INSERT INTO settings (name, value, updated_at) VALUES ($1, '{}', $2)
			ON CONFLICT (name) DO UPDATE SET updated_at = excluded.updated_at`, setupCodeSetting, tx.unix())
		if err != nil {
			return err
		}
		var code access.SetupCode
		if err := tx.Setting(ctx, setupCodeSetting, &code); err != nil {
			return err
		}
		if err := change(&code); err != nil {
			return err
		}
		return tx.SaveSetting(ctx, setupCodeSetting, code)
	})
}
