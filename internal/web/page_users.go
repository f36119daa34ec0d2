package web

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"weir/internal/access"
	"weir/internal/facts"
	"weir/internal/secret"
	"weir/internal/store"
)

type usersView struct {
	Rows  []userRow
	Roles []access.Role
	// Rights are the rows of the table that says what each role may do.
	Rights []rightRow
	Form   userForm
	// People are offered as those whom an account belongs to.
	People []facts.Person
	// WrongPerson says why the account Tied was not tied to the person Typed.
	WrongPerson string
	Tied        access.UserID
	Typed       string
	// Invited is for whom Link was made; it is shown this once.
	Invited string
	Link    string
	Days    int
}

type userForm struct {
	Login, Name       string
	Role              access.Role
	Wrong, WrongLogin string
}

type userRow struct {
	access.User
	// Self says that this is the one who looks.
	Self bool
	// Invited says that the account waits for its owner to choose a password; Until is when the code ends,
	// Late that it has.
	Invited, Late bool
	Until         int64
	// Person is whom the account belongs to in the reports: a login, an e-mail or a name, empty for nobody.
	Person string
	// Wrong says why what was typed as Person is none.
	Wrong string
}

type rightRow struct {
	Title string
	Held  []bool
}

// rightTitles are the rights in the order of the page.
var rightTitles = []struct {
	right access.Right
	title string
}{
	{access.ViewReports, "See reports"},
	{access.ViewIndividuals, "See individual people in reports"},
	{access.ViewIntegrations, "See integrations, their state and the request ledger"},
	{access.ManageIntegrations, "Manage integrations: add, edit, import, pause"},
	{access.DeleteIntegrations, "Delete and restore integrations"},
	{access.ManagePeople, "Manage people and teams of the reports"},
	{access.ManageRules, "Change the rules of what counts"},
	{access.ManageUsers, "Manage users"},
}

// GET /settings/users
func (s *Server) usersPage(v *visit) error {
	return s.showUsers(v, http.StatusOK, usersView{Form: userForm{Role: access.RoleMember}})
}

// POST /settings/users
func (s *Server) inviteUser(v *visit) error {
	form := userForm{Login: strings.TrimSpace(v.R.PostFormValue("login")), Name: strings.TrimSpace(v.R.PostFormValue("name")),
		Role: access.Role(v.R.PostFormValue("role"))}
	u, code, err := s.gate.Invite(v.ctx(), access.NewUser{Login: form.Login, Name: form.Name, Role: form.Role}, v.User.Login)
	var rule *access.RuleError
	switch {
	case errors.As(err, &rule):
		form.WrongLogin = sentence(rule.Text)
	case errors.Is(err, facts.ErrConflict):
		form.WrongLogin = "Another user has this name."
	case err != nil && !form.Role.Valid():
		return invalid(err)
	case err != nil:
		return err
	default:
		return s.showUsers(v, http.StatusOK, usersView{Form: userForm{Role: access.RoleMember}, Invited: u.Name, Link: s.invitationLink(v, code)})
	}
	return s.showUsers(v, http.StatusUnprocessableEntity, usersView{Form: form})
}

// POST /settings/users/{id}/invite
func (s *Server) inviteAgain(v *visit) error {
	u, err := s.user(v)
	if err != nil {
		return err
	}
	code, err := s.gate.InviteAgain(v.ctx(), u, v.User.Login)
	if err != nil {
		return err
	}
	return s.showUsers(v, http.StatusOK, usersView{Form: userForm{Role: access.RoleMember}, Invited: u.Name, Link: s.invitationLink(v, code)})
}

// invitationLink puts the code behind a #, which browsers keep to themselves: it gets into no log on the way.
func (s *Server) invitationLink(v *visit, code secret.String) string {
	return s.reachedAt(v) + "/invitation#" + code.Reveal()
}

// POST /settings/users/{id}/role
func (s *Server) changeRole(v *visit) error {
	u, err := s.user(v)
	if err != nil {
		return err
	}
	role := access.Role(v.R.PostFormValue("role"))
	if !role.Valid() {
		return invalid(errors.New("there is no such role"))
	}
	return s.changedUser(v, s.gate.ChangeRole(v.ctx(), u.ID, role), u.Name+" is now: "+role.Title()+".")
}

// POST /settings/users/{id}/person
func (s *Server) tieUser(v *visit) error {
	u, err := s.user(v)
	if err != nil {
		return err
	}
	typed := strings.TrimSpace(v.R.PostFormValue("person"))
	if typed == "" {
		return s.changedUser(v, s.store.SaveUserPerson(v.ctx(), u.ID, 0), u.Name+" belongs to nobody in the reports.")
	}
	found, err := s.store.NamedPeople(v.ctx(), typed)
	if err != nil {
		return err
	}
	if len(found) == 1 {
		return s.changedUser(v, s.store.SaveUserPerson(v.ctx(), u.ID, found[0].ID), u.Name+" is "+found[0].Name+" in the reports, and sees their numbers whatever the role.")
	}
	wrong := "Nobody in the reports has this login, e-mail or name. Type one as a report shows it."
	if len(found) > 1 {
		wrong = number(len(found)) + " people have this name. Type the login or the e-mail of the one."
	}
	return s.showUsers(v, http.StatusUnprocessableEntity, usersView{Form: userForm{Role: access.RoleMember}, Tied: u.ID, Typed: typed, WrongPerson: wrong})
}

// POST /settings/users/{id}/disable
func (s *Server) disableUser(v *visit) error {
	u, err := s.user(v)
	if err != nil {
		return err
	}
	if u.ID == v.User.ID {
		return &problem{Status: http.StatusConflict, What: "Nothing was changed", Why: "This is your own account.", Next: "Ask another admin."}
	}
	return s.changedUser(v, s.gate.Disable(v.ctx(), u.ID), u.Name+" can no longer sign in. Nothing was deleted.")
}

// POST /settings/users/{id}/enable
func (s *Server) enableUser(v *visit) error {
	u, err := s.user(v)
	if err != nil {
		return err
	}
	return s.changedUser(v, s.gate.Enable(v.ctx(), u.ID), u.Name+" can sign in again.")
}

func (s *Server) changedUser(v *visit, err error, said string) error {
	if errors.Is(err, access.ErrLastAdmin) {
		return &problem{Status: http.StatusConflict, What: "Nothing was changed", Why: sentence(err.Error()), Next: "", cause: err}
	}
	if err != nil {
		return err
	}
	v.say("ok", visible(said))
	return v.redirect("/settings/users")
}

func (s *Server) user(v *visit) (access.User, error) {
	id, err := pathID[access.UserID](v, "id")
	if err != nil {
		return access.User{}, err
	}
	return s.store.User(v.ctx(), id)
}

func (s *Server) showUsers(v *visit, status int, view usersView) error {
	users, err := s.store.Users(v.ctx())
	if err != nil {
		return err
	}
	invitations, err := s.store.Invitations(v.ctx())
	if err != nil {
		return err
	}
	tied, err := s.store.UserPeople(v.ctx())
	if err != nil {
		return err
	}
	if view.People, _, err = s.store.FindPeople(v.ctx(), store.PersonFilter{}, facts.Page{Limit: maxPicks}); err != nil {
		return err
	}
	open := map[access.UserID]access.Invitation{}
	for _, i := range invitations {
		open[i.User] = i
	}
	for _, u := range users {
		i, invited := open[u.ID]
		row := userRow{User: u, Self: u.ID == v.User.ID, Invited: u.PasswordHash == "", Person: calledAs(tied[u.ID])}
		if u.ID == view.Tied {
			row.Person, row.Wrong = view.Typed, view.WrongPerson
		}
		if invited {
			row.Until, row.Late = i.ExpiresAt, !i.Valid(s.now())
		}
		view.Rows = append(view.Rows, row)
	}
	view.Roles, view.Days = access.Roles, access.InvitationDays
	for _, r := range rightTitles {
		row := rightRow{Title: r.title}
		for _, role := range access.Roles {
			row.Held = append(row.Held, role.Has(r.right))
		}
		view.Rights = append(view.Rights, row)
	}
	v.Section, v.Side = "settings", "users"
	return v.writePage(status, "users", "Users", view)
}

// calledAs gives what a person is known by alone, if there is such a thing.
func calledAs(p facts.Person) string { return cmp.Or(p.Login, p.Email, p.Name) }
