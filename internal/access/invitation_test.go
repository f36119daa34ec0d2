package access_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"weir/internal/access"
	"weir/internal/secret"
)

func TestInvitation(t *testing.T) {
	t.Parallel()
	g, s, c := newGate(t)
	u, code, err := g.Invite(t.Context(), access.NewUser{Login: "bo", Role: access.RoleMember}, "admin")
	if err != nil {
		t.Fatal(err)
	}
	password := secret.New(goodPassword)
	for _, tried := range []string{"", goodPassword} {
		if _, err := g.SignIn(t.Context(), "bo", secret.New(tried), "a"); !errors.Is(err, access.ErrWrongPassword) {
			t.Errorf("sign in before the invitation was used: %v", err)
		}
	}
	if _, err := g.Accept(t.Context(), secret.New("nonsense"), password, "a"); !errors.Is(err, access.ErrNoInvitation) {
		t.Errorf("a code of nobody: %v", err)
	}
	var rule *access.RuleError
	if _, err := g.Accept(t.Context(), code, secret.New("short"), "a"); !errors.As(err, &rule) || rule.Field != "password" {
		t.Errorf("a bad password: %v", err)
	}
	typed := "# " + strings.ToLower(code.Reveal()[:8]) + "-" + code.Reveal()[8:]
	got, err := g.Accept(t.Context(), secret.New(typed), password, "a")
	if err != nil || got.ID != u.ID || got.SignedInAt == 0 {
		t.Fatalf("accept: %+v, %v", got, err)
	}
	if _, err := g.Accept(t.Context(), code, password, "a"); !errors.Is(err, access.ErrNoInvitation) {
		t.Errorf("the same code again: %v", err)
	}
	if _, err := g.SignIn(t.Context(), "bo", password, "a"); err != nil {
		t.Errorf("sign in with the chosen password: %v", err)
	}
	late, err := g.InviteAgain(t.Context(), u, "admin")
	if err != nil {
		t.Fatal(err)
	}
	c.pass(7*24*time.Hour + time.Second)
	if _, err := g.Accept(t.Context(), late, password, "a"); !errors.Is(err, access.ErrNoInvitation) {
		t.Errorf("a code after its week: %v", err)
	}
	again, err := g.InviteAgain(t.Context(), u, "admin")
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Disable(t.Context(), u.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Accept(t.Context(), again, password, "a"); !errors.Is(err, access.ErrDisabled) {
		t.Errorf("a code of a disabled account: %v", err)
	}
	held, err := s.Invitations(t.Context())
	if err != nil || len(held) != 1 || strings.Contains(string(held[0].Hash), again.Reveal()) {
		t.Errorf("kept %v, %v", held, err)
	}
}

func TestInvitationsCannotBeGuessedFast(t *testing.T) {
	t.Parallel()
	g, _, _ := newGate(t)
	var throttled *access.ThrottledError
	for range 30 {
		_, err := g.Accept(t.Context(), secret.New("x"), secret.New(goodPassword), "a")
		if errors.As(err, &throttled) {
			return
		}
	}
	t.Error("30 wrong codes in a moment were all looked at")
}

func TestTheLastAdminStays(t *testing.T) {
	t.Parallel()
	g, _, _ := newGate(t)
	one, err := g.CreateUser(t.Context(), access.NewUser{Login: "one", Role: access.RoleAdmin, Password: secret.New(goodPassword)})
	if err != nil {
		t.Fatal(err)
	}
	two, code, err := g.Invite(t.Context(), access.NewUser{Login: "two", Role: access.RoleAdmin}, "one")
	if err != nil {
		t.Fatal(err)
	}
	// An admin who has not come yet cannot sign in.
	if err := g.Disable(t.Context(), one.ID); !errors.Is(err, access.ErrLastAdmin) {
		t.Errorf("disable the last admin: %v", err)
	}
	if err := g.ChangeRole(t.Context(), one.ID, access.RoleMember); !errors.Is(err, access.ErrLastAdmin) {
		t.Errorf("demote the last admin: %v", err)
	}
	if _, err := g.Accept(t.Context(), code, secret.New(goodPassword), "a"); err != nil {
		t.Fatal(err)
	}
	if err := g.Disable(t.Context(), one.ID); err != nil {
		t.Errorf("disable one of two: %v", err)
	}
	if err := g.ChangeRole(t.Context(), two.ID, access.RoleMember); !errors.Is(err, access.ErrLastAdmin) {
		t.Errorf("demote the only one left: %v", err)
	}
	if err := g.Enable(t.Context(), one.ID); err != nil {
		t.Fatal(err)
	}
	if err := g.ChangeRole(t.Context(), two.ID, access.RoleMember); err != nil {
		t.Errorf("demote one of two: %v", err)
	}
	if err := g.ChangeRole(t.Context(), two.ID, "owner"); err == nil {
		t.Error("a role that there is not was given")
	}
}
