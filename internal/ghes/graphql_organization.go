package ghes

import (
	"fmt"
	"strconv"
)

func organizationObject(o Organization) *object {
	return objectOf("Organization", o, organizationTable.of(organizationFields))
}

var organizationTable table[Organization]

func organizationFields() fields[Organization] {
	return fields[Organization]{
		"id":           is(func(o Organization) any { return nodeID("Organization", o.ID) }),
		"databaseId":   is(func(o Organization) any { return o.ID }),
		"login":        is(func(o Organization) any { return o.Login }),
		"name":         is(func(o Organization) any { return orNull(o.Name) }),
		"description":  is(func(o Organization) any { return orNull(o.Description) }),
		"createdAt":    is(func(o Organization) any { return stamp(o.CreatedAt) }),
		"updatedAt":    is(func(o Organization) any { return stamp(o.UpdatedAt) }),
		"resourcePath": is(func(o Organization) any { return "/" + o.Login }),
		"url": func(x *execution, o Organization, _ args) (any, error) {
			return x.web + "/" + o.Login, nil
		},
		"avatarUrl": func(x *execution, o Organization, _ args) (any, error) {
			return fmt.Sprintf("%s/avatars/u/%d?", x.web, o.ID), nil
		},
		"viewerCanAdminister": func(x *execution, o Organization, _ args) (any, error) {
			m, ok := x.s.World.Member(o.Login, x.viewer.user.Login)
			return ok && !m.Pending && m.Role == RoleAdmin, nil
		},
		"viewerIsAMember": func(x *execution, o Organization, _ args) (any, error) {
			m, ok := x.s.World.Member(o.Login, x.viewer.user.Login)
			return ok && !m.Pending, nil
		},
		"membersWithRole": membersField,
		"repositories": func(x *execution, o Organization, a args) (any, error) {
			return x.repositories(o.Login, a)
		},
		"repository": func(x *execution, o Organization, a args) (any, error) {
			return repositoryField(x, x.s, args{"owner": o.Login, "name": a["name"]})
		},
	}
}

func membersField(x *execution, o Organization, a args) (any, error) {
	var items []connected
	inside := x.s.World.isMember(x.viewer, o.Login)
	for _, m := range x.s.World.Members(o.Login) {
		u, known := x.s.World.User(m.Login)
		if !known || m.Pending || m.Role == RoleBilling || !inside && !m.Public {
			continue
		}
		role := "MEMBER"
		if m.Role == RoleAdmin {
			role = "ADMIN"
		}
		edge := map[string]any{"role": nil, "hasTwoFactorEnabled": nil}
		if inside {
			edge["role"] = role
		}
		items = append(items, connected{strconv.FormatInt(u.ID, 10), userObject(u), edge})
	}
	return connect("membersWithRole", "OrganizationMember", items, a)
}
