package ghes

import (
	"cmp"
	"slices"
	"time"
)

// Organization owns repositories and has members.
type Organization struct {
	ID          int64
	Login       string
	Name        string
	Description string
	// BasePermission is what plain members may do in every private repo: "read", which is what
	// empty means, or "none", so that they see only those that they collaborate on.
	BasePermission string
	// RefusesClassicTokens is the policy that bars classic personal access tokens.
	RefusesClassicTokens bool
	CreatedAt            time.Time
	UpdatedAt            time.Time
}

// Role is what an account is to an organization.
type Role string

// The roles of an organization; an admin is what people call an owner.
const (
	RoleAdmin   Role = "admin"
	RoleMember  Role = "member"
	RoleBilling Role = "billing_manager"
)

// Member is one account's place in an organization.
type Member struct {
	Login string
	Role  Role
	// Pending is an invitation that was not accepted yet.
	Pending bool
	// Public members are seen by everybody.
	Public bool
}

// AddOrganization adds an organization, or replaces the one of that login; its members stay.
func (w *World) AddOrganization(o Organization) Organization {
	w.mu.Lock()
	defer w.mu.Unlock()
	o.ID = w.nextID(o.ID)
	o.BasePermission = cmp.Or(o.BasePermission, "read")
	o.CreatedAt = orDefault(o.CreatedAt)
	o.UpdatedAt = latest(o.CreatedAt, o.UpdatedAt.UTC())
	w.orgs[fold(o.Login)] = o
	if w.members[fold(o.Login)] == nil {
		w.members[fold(o.Login)] = map[string]Member{}
	}
	return o
}

// UpdateOrganization changes an organization; its login stays.
func (w *World) UpdateOrganization(login string, change func(*Organization)) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	o, ok := w.orgs[fold(login)]
	if !ok {
		return ErrNotFound
	}
	change(&o)
	w.orgs[fold(login)] = o
	return nil
}

// Organization returns the organization of a login.
func (w *World) Organization(login string) (Organization, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	o, ok := w.orgs[fold(login)]
	return o, ok
}

// Organizations returns every organization in order of id.
func (w *World) Organizations() []Organization {
	w.mu.RLock()
	defer w.mu.RUnlock()
	orgs := make([]Organization, 0, len(w.orgs))
	for _, o := range w.orgs {
		orgs = append(orgs, o)
	}
	slices.SortFunc(orgs, func(a, b Organization) int { return cmp.Compare(a.ID, b.ID) })
	return orgs
}

func (w *World) organizationByID(id int64) (Organization, bool) {
	for _, o := range w.Organizations() {
		if o.ID == id {
			return o, true
		}
	}
	return Organization{}, false
}

// SetMember adds an account to an organization, or changes its place there.
func (w *World) SetMember(organization string, m Member) {
	w.mu.Lock()
	defer w.mu.Unlock()
	m.Role = cmp.Or(m.Role, RoleMember)
	if w.members[fold(organization)] == nil {
		w.members[fold(organization)] = map[string]Member{}
	}
	w.members[fold(organization)][fold(m.Login)] = m
}

// RemoveMember takes an account out of an organization.
func (w *World) RemoveMember(organization, login string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.members[fold(organization)], fold(login))
}

// Member returns an account's place in an organization.
func (w *World) Member(organization, login string) (Member, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	m, ok := w.members[fold(organization)][fold(login)]
	return m, ok
}

// Members returns the accounts of an organization in order of login.
func (w *World) Members(organization string) []Member {
	w.mu.RLock()
	defer w.mu.RUnlock()
	var members []Member
	for _, m := range w.members[fold(organization)] {
		members = append(members, m)
	}
	slices.SortFunc(members, func(a, b Member) int { return cmp.Compare(fold(a.Login), fold(b.Login)) })
	return members
}
