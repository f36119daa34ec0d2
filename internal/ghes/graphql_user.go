package ghes

import (
	"fmt"
	"strconv"
)

func userObject(u User) *object {
	switch u.Type {
	case "Bot", "Mannequin":
		return objectOf(u.Type, u, botFields)
	}
	return objectOf("User", u, userTable.of(userFields))
}

var botFields = fields[User]{
	"id":           is(func(u User) any { return nodeID(u.Type, u.ID) }),
	"databaseId":   is(func(u User) any { return u.ID }),
	"login":        is(func(u User) any { return u.Login }),
	"createdAt":    is(func(u User) any { return stamp(u.CreatedAt) }),
	"updatedAt":    is(func(u User) any { return stamp(u.UpdatedAt) }),
	"email":        is(func(u User) any { return orNull(u.Email()) }),
	"claimant":     is(func(User) any { return nil }),
	"avatarUrl":    avatarURL,
	"resourcePath": is(func(u User) any { return "/" + htmlLogin(u.Login) }),
	"url": func(x *execution, u User, _ args) (any, error) {
		return x.web + "/" + htmlLogin(u.Login), nil
	},
}

var userTable table[User]

func userFields() fields[User] {
	return fields[User]{
		"id":            is(func(u User) any { return nodeID("User", u.ID) }),
		"databaseId":    is(func(u User) any { return u.ID }),
		"login":         is(func(u User) any { return u.Login }),
		"name":          is(func(u User) any { return orNull(u.Name) }),
		"email":         is(func(u User) any { return u.Email() }),
		"company":       is(func(u User) any { return orNull(u.Company) }),
		"location":      is(func(u User) any { return orNull(u.Location) }),
		"isSiteAdmin":   is(func(u User) any { return u.SiteAdmin }),
		"createdAt":     is(func(u User) any { return stamp(u.CreatedAt) }),
		"updatedAt":     is(func(u User) any { return stamp(u.UpdatedAt) }),
		"avatarUrl":     avatarURL,
		"url":           func(x *execution, u User, _ args) (any, error) { return x.web + "/" + u.Login, nil },
		"resourcePath":  is(func(u User) any { return "/" + u.Login }),
		"isViewer":      func(x *execution, u User, _ args) (any, error) { return u.ID == x.viewer.user.ID, nil },
		"organizations": userOrganizationsField,
		"repositories": func(x *execution, u User, a args) (any, error) {
			return x.repositories(u.Login, a)
		},
	}
}

func avatarURL(x *execution, u User, _ args) (any, error) {
	return fmt.Sprintf("%s/avatars/u/%d?", x.web, u.ID), nil
}

// userOrganizationsField shows a person's own organizations, and of others only the public ones.
func userOrganizationsField(x *execution, u User, a args) (any, error) {
	var items []connected
	for _, o := range x.s.World.Organizations() {
		m, ok := x.s.World.Member(o.Login, u.Login)
		own := u.ID == x.viewer.user.ID && !x.s.World.barsToken(x.viewer, o.Login) && !hidesOthers(x.viewer, o)
		if ok && !m.Pending && (m.Public || own) {
			items = append(items, connected{key: strconv.FormatInt(o.ID, 10), node: organizationObject(o)})
		}
	}
	return connect("organizations", "Organization", items, a)
}

// actor is who did something, nil for a ghost.
func (x *execution) actor(login string) *object {
	u, ok := x.s.World.account(login)
	if !ok {
		return nil
	}
	if o, isOrganization := x.s.World.Organization(u.Login); isOrganization && u.Type == "Organization" {
		return organizationObject(o)
	}
	return userObject(u)
}

// plainUser is who did something where only people may stand.
func (x *execution) plainUser(login string) *object {
	u, ok := x.s.World.account(login)
	if !ok || u.Type != "User" {
		return nil
	}
	return userObject(u)
}

// users is a connection of people; ghosts are left out.
func (x *execution) users(field string, logins []string, a args) (any, error) {
	var items []connected
	for _, login := range logins {
		if u, ok := x.s.World.account(login); ok && u.Type == "User" {
			items = append(items, connected{key: strconv.FormatInt(u.ID, 10), node: userObject(u)})
		}
	}
	return connect(field, "User", items, a)
}
