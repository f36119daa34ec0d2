package storetest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weir/internal/access"
	"weir/internal/facts"
	"weir/internal/store"
)

var userBehaviour = []behaviour{
	{"a user comes back whole and is found in any case", savesUser},
	{"only one of many makes the first account", createsFirstUser},
	{"a session lives until it ends", keepsSessions},
	{"an account changes while nobody else can change one", changesUser},
	{"an invitation is used once", invitesUser},
	{"an account belongs to a person, whom it follows", tiesUserToPerson},
}

func savesUser(t *testing.T, s *store.Store) {
	ctx := t.Context()
	u := access.User{Login: "Ada", Name: "Ada L", Role: access.RoleAdmin, PasswordHash: "h", PasswordAt: 1, CreatedAt: 2, SignedInAt: 3, DisabledAt: 4}
	u.ID = must(s.CreateUser(ctx, u))
	equal(t, "by login", must(s.UserByLogin(ctx, "aDA")), u)
	_, err := s.CreateUser(ctx, access.User{Login: "ada"})
	wantError(t, "same login", err, facts.ErrConflict)
	u.Name, u.Role, u.PasswordHash, u.PasswordAt, u.SignedInAt, u.DisabledAt = "A", access.RoleMember, "i", 5, 6, 0
	check(s.SaveUser(ctx, u))
	equal(t, "user", must(s.User(ctx, u.ID)), u)
	equal(t, "users", must(s.Users(ctx)), []access.User{u})
	_, err = s.UserByLogin(ctx, "nobody\x00")
	wantError(t, "absent", err, facts.ErrNotFound)
	wantError(t, "absent", s.SaveUser(ctx, access.User{ID: 99}), facts.ErrNotFound)
}

func createsFirstUser(t *testing.T, s *store.Store) {
	var wg sync.WaitGroup
	var made atomic.Int64
	for _, login := range []string{"a", "b", "c", "d", "e", "f"} {
		wg.Go(func() {
			_, err := s.CreateFirstUser(t.Context(), access.User{Login: login, Role: access.RoleAdmin})
			if err == nil {
				made.Add(1)
				return
			}
			wantError(t, login, err, facts.ErrConflict)
		})
	}
	wg.Wait()
	equal(t, "made", made.Load(), int64(1))
	equal(t, "users", must(s.CountUsers(t.Context())), 1)
}

func keepsSessions(t *testing.T, s *store.Store) {
	ctx := t.Context()
	k := s.Sessions()
	find := func(token string) string {
		data, found, err := k.FindCtx(ctx, token)
		check(err)
		if !found {
			return "-"
		}
		return string(data)
	}
	check(k.CommitCtx(ctx, "token", []byte("one"), time.Now().Add(time.Hour)))
	check(k.CommitCtx(ctx, "token", []byte("two"), time.Now().Add(time.Hour)))
	check(k.CommitCtx(ctx, "ended", []byte("x"), time.Now().Add(-time.Hour)))
	equal(t, "found", []string{find("token"), find("ended"), find("\x00\xff")}, []string{"two", "-", "-"})
	var rows int
	check(s.DB().QueryRowContext(ctx, `SELECT COUNT(*) FROM sessions WHERE token_hash = $1`, []byte("token")).Scan(&rows))
	equal(t, "rows by the token itself", rows, 0)
	check(s.PurgeSessions(ctx))
	check(s.DB().QueryRowContext(ctx, `SELECT COUNT(*) FROM sessions`).Scan(&rows))
	equal(t, "rows after purging", rows, 1)
	check(k.DeleteCtx(ctx, "token"))
	equal(t, "deleted", find("token"), "-")
}

func changesUser(t *testing.T, s *store.Store) {
	ctx := t.Context()
	admin := must(s.CreateUser(ctx, access.User{Login: "a", Role: access.RoleAdmin, PasswordHash: "h", PasswordAt: 5}))
	must(s.CreateUser(ctx, access.User{Login: "invited", Role: access.RoleAdmin}))
	must(s.CreateUser(ctx, access.User{Login: "shut", Role: access.RoleAdmin, PasswordHash: "h", DisabledAt: 1}))
	must(s.CreateUser(ctx, access.User{Login: "other", Role: access.RoleMember, PasswordHash: "h"}))
	asked := -1
	check(s.ChangeUser(ctx, admin, func(u *access.User, others int) error {
		asked, u.Role, u.DisabledAt, u.PasswordHash = others, access.RoleTeamLead, 7, "not kept"
		return nil
	}))
	equal(t, "other admins who can sign in", asked, 0)
	u := must(s.User(ctx, admin))
	equal(t, "role", u.Role, access.RoleTeamLead)
	equal(t, "password", u.PasswordHash, "h")
	u.SignedInAt, u.PasswordHash = 9, "newer form"
	equal(t, "sign-in noted", must(s.SaveSignIn(ctx, u)), true)
	u.PasswordAt++
	equal(t, "sign-in with a password that was changed", must(s.SaveSignIn(ctx, u)), false)
	equal(t, "still disabled", must(s.User(ctx, admin)).DisabledAt, int64(7))
	wantError(t, "absent", s.ChangeUser(ctx, 99, nil), facts.ErrNotFound)
}

func invitesUser(t *testing.T, s *store.Store) {
	ctx := t.Context()
	invitation := access.Invitation{Hash: []byte("one"), MadeBy: "admin", MadeAt: 1, ExpiresAt: 2}
	id := must(s.InviteUser(ctx, access.User{Login: "a", Role: access.RoleMember}, invitation))
	_, err := s.InviteUser(ctx, access.User{Login: "A"}, access.Invitation{Hash: []byte("two")})
	wantError(t, "same login", err, facts.ErrConflict)
	invitation.User = id
	equal(t, "list", must(s.Invitations(ctx)), []access.Invitation{invitation})
	_, found, err := s.FindInvitation(ctx, []byte("two"))
	check(err)
	equal(t, "of the one that was refused", found, false)
	invitation.Hash = []byte("three")
	check(s.SaveInvitation(ctx, invitation))
	_, found, err = s.FindInvitation(ctx, []byte("one"))
	check(err)
	equal(t, "replaced", found, false)
	set := access.User{PasswordHash: "h", PasswordAt: 3, SignedInAt: 4}
	var wg sync.WaitGroup
	var used atomic.Int64
	for range 4 {
		wg.Go(func() {
			ok, err := s.UseInvitation(ctx, invitation, set)
			if err != nil {
				t.Error(err)
			}
			if ok {
				used.Add(1)
			}
		})
	}
	wg.Wait()
	equal(t, "used", used.Load(), int64(1))
	equal(t, "password", must(s.User(ctx, id)).PasswordHash, "h")
	equal(t, "left", len(must(s.Invitations(ctx))), 0)
}

func tiesUserToPerson(t *testing.T, s *store.Store) {
	ctx := t.Context()
	user := must(s.CreateUser(ctx, access.User{Login: "ada"}))
	must(s.EnsureIdentityOf(ctx, facts.Identity{Name: "Ada", Email: "ada@example.com"}))
	must(s.EnsureIdentityOf(ctx, facts.Identity{Login: "Ada"}))
	ids := must(s.Identities(ctx))
	is := func(what string, want facts.PersonID) {
		t.Helper()
		equal(t, what, must(s.UserPerson(ctx, user)), want)
	}
	is("at first", 0)
	check(s.SaveUserPerson(ctx, user, ids[0].Person))
	is("tied", ids[0].Person)
	wantError(t, "to nobody", s.SaveUserPerson(ctx, user, 999), facts.ErrNotFound)
	wantError(t, "no account", s.SaveUserPerson(ctx, 999, ids[0].Person), facts.ErrNotFound)
	check(s.InTx(ctx, func(tx *store.Tx) error { return tx.AssignIdentity(ctx, ids[0].ID, ids[1].Person) }))
	is("after the only identity moved", ids[1].Person)
	split := facts.PersonID(0)
	check(s.InTx(ctx, func(tx *store.Tx) error { split = must(tx.SplitIdentity(ctx, ids[0].ID)); return nil }))
	is("after an identity was split off", ids[1].Person)
	check(s.MergePeople(ctx, split, ids[1].Person))
	is("after a merge", split)
	people := must(s.UserPeople(ctx))
	equal(t, "people", len(people), 1)
	equal(t, "person", people[user].Email, "ada@example.com")
	check(s.SaveUserPerson(ctx, user, 0))
	is("untied", 0)
	equal(t, "named", len(must(s.NamedPeople(ctx, "ADA"))), 1)
	equal(t, "by e-mail", len(must(s.NamedPeople(ctx, "Ada@Example.com"))), 1)
	equal(t, "unknown", len(must(s.NamedPeople(ctx, "nobody"))), 0)
}
