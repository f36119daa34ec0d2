package ghes

import (
	"fmt"
	"strconv"
)

func userObject(u User) *object {
	if u.Type == "Bot" {
		return objectOf("Bot", u, botFields)
	}
	return objectOf("User", u, userTable.of(userFields))
}

var botFields = fields[User]{
	"id":         is(func(u User) any { return nodeID("Bot", u.ID) }),
	"databaseId": is(func(u User) any { return u.ID }),
	"login":      is(func(u User) any { return u.Login }),
	"createdAt":  is(func(u User) any { return stamp(u.CreatedAt) }),
	"updatedAt":  is(func(u User) any { return stamp(u.UpdatedAt) }),
	"avatarUrl":  avatarURL,
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
