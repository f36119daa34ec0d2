package ghes

import (
	"cmp"
	"slices"
	"time"
)

// User is an account of a person or of a bot.
type User struct {
	ID    int64
	Login string
	Name  string
	// Emails are the addresses of the account, the primary one first.
	Emails []string
	// Password signs the account in where the server checks passwords; empty never does.
	Password string
	// OTP is the code that two-factor authentication accepts; empty means that it is off.
	OTP string
	// Type is User, Bot or Mannequin, which stands for somebody of another server after a migration;
	// empty is User.
	Type      string
	SiteAdmin bool
	Suspended bool
	Company   string
	Location  string
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Email is the primary address, or nothing.
func (u User) Email() string {
	if len(u.Emails) == 0 {
		return ""
	}
	return u.Emails[0]
}

// AddUser adds an account, or replaces the one of that login, and returns it with its id.
func (w *World) AddUser(u User) User {
	w.mu.Lock()
	defer w.mu.Unlock()
	u.ID = w.nextID(u.ID)
	u.Type = cmp.Or(u.Type, "User")
	u.CreatedAt = orDefault(u.CreatedAt)
	u.UpdatedAt = latest(u.CreatedAt, u.UpdatedAt.UTC())
	w.users[fold(u.Login)] = u
	return u
}

// UpdateUser changes the account of a login.
func (w *World) UpdateUser(login string, change func(*User)) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, ok := w.users[fold(login)]
	if !ok {
		return ErrNotFound
	}
	change(&u)
	delete(w.users, fold(login))
	w.users[fold(u.Login)] = u
	if fold(u.Login) != fold(login) {
		w.former[fold(login)] = fold(u.Login)
	}
	return nil
}

// DeleteUser removes an account; what it did stays and belongs to a ghost.
func (w *World) DeleteUser(login string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.users, fold(login))
	for _, members := range w.members {
		delete(members, fold(login))
	}
}

// account is who did something, by the login of then; false for ghosts.
func (w *World) account(login string) (User, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	for range 1 + len(w.former) {
		if u, ok := w.users[fold(login)]; ok {
			return u, true
		}
		if o, ok := w.orgs[fold(login)]; ok {
			return o.account(), true
		}
		next, ok := w.former[fold(login)]
		if !ok {
			break
		}
		login = next
	}
	return User{}, false
}

// User returns the account of a login.
func (w *World) User(login string) (User, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	u, ok := w.users[fold(login)]
	return u, ok
}

// Users returns every account in order of id.
func (w *World) Users() []User {
	w.mu.RLock()
	defer w.mu.RUnlock()
	users := make([]User, 0, len(w.users))
	for _, u := range w.users {
		users = append(users, u)
	}
	slices.SortFunc(users, func(a, b User) int { return cmp.Compare(a.ID, b.ID) })
	return users
}

// userByEmail finds whom a commit belongs to.
func (w *World) userByEmail(email string) (User, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	for _, u := range w.users {
		if slices.ContainsFunc(u.Emails, func(e string) bool { return fold(e) == fold(email) }) {
			return u, true
		}
	}
	return User{}, false
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
