package ghes

import "fmt"

func (s *Server) membershipRoutes() []route {
	return []route{
		{pattern: "GET /user/memberships/orgs", scopes: readOrg, enforced: true,
			answer: s.ownMemberships},
		{pattern: "GET /user/memberships/orgs/{org}", scopes: readOrg, enforced: true,
			answer: s.ownMembership},
		{pattern: "GET /orgs/{org}/memberships/{username}", scopes: orgScopes,
			permission: "members=read", answer: s.membership},
		{pattern: "GET /orgs/{org}/members", scopes: orgScopes, anonymous: true,
			permission: "members=read", answer: s.members},
		{pattern: "GET /organizations/{organization_id}/members", scopes: orgScopes, anonymous: true,
			permission: "members=read", answer: s.members},
	}
}

// GET /user/memberships/orgs
func (s *Server) ownMemberships(c *call) (any, error) {
	state := c.URL.Query().Get("state")
	list := []document{}
	for _, o := range s.World.Organizations() {
		m, ok := s.World.Member(o.Login, c.viewer.user.Login)
		if !ok || s.World.barsToken(c.viewer, o.Login) || hidesOthers(c.viewer, o) {
			continue
		}
		if state == "" || state == m.state() {
			list = append(list, c.membershipDocument(o, m, c.viewer.user))
		}
	}
	return page(c, "/user/memberships/orgs", list), nil
}

// hidesOthers is whether a token with permissions does not reach an organization.
func hidesOthers(v viewer, o Organization) bool {
	return (v.token.Kind == FineGrainedToken || v.token.Kind == InstallationToken) && (v.token.Pending || fold(v.token.Owner) != fold(o.Login))
}

// GET /user/memberships/orgs/{org}
func (s *Server) ownMembership(c *call) (any, error) {
	o, err := c.organization()
	if err != nil {
		return nil, err
	}
	m, ok := s.World.Member(o.Login, c.viewer.user.Login)
	if !ok || hidesOthers(c.viewer, o) {
		return nil, errNotFound
	}
	return c.membershipDocument(o, m, c.viewer.user), nil
}

// GET /orgs/{org}/memberships/{username}
func (s *Server) membership(c *call) (any, error) {
	o, err := c.organization()
	if err != nil {
		return nil, err
	}
	u, known := s.World.User(c.PathValue("username"))
	m, ok := s.World.Member(o.Login, c.PathValue("username"))
	if !known || !ok {
		return nil, errNotFound
	}
	if !s.World.isMember(c.viewer, o.Login) {
		return nil, refuse(403, "You must be a member of "+o.Login+
			" to see membership information for "+u.Login+".")
	}
	return c.membershipDocument(o, m, u), nil
}

// GET /orgs/{org}/members
func (s *Server) members(c *call) (any, error) {
	o, err := c.organization()
	if err != nil {
		return nil, err
	}
	inside := s.World.isMember(c.viewer, o.Login) && !hidesOthers(c.viewer, o)
	role := c.URL.Query().Get("role")
	var users []User
	for _, m := range s.World.Members(o.Login) {
		u, known := s.World.User(m.Login)
		hidden := m.Pending || m.Role == RoleBilling || !inside && !m.Public
		if known && !hidden && (role == "" || role == "all" || role == string(m.Role)) {
			users = append(users, u)
		}
	}
	users = page(c, fmt.Sprintf("/organizations/%d/members", o.ID), users)
	return each(users, c.simpleUser), nil
}

func (m Member) state() string {
	if m.Pending {
		return "pending"
	}
	return "active"
}

func (c *call) membershipDocument(o Organization, m Member, u User) document {
	return document{
		"url":              c.api + "/orgs/" + o.Login + "/memberships/" + u.Login,
		"state":            m.state(),
		"role":             m.Role,
		"organization_url": c.api + "/orgs/" + o.Login,
		"organization":     c.organizationSimple(o),
		"user":             c.simpleUser(u),
		"permissions":      document{"can_create_repository": m.Role == RoleAdmin},
	}
}
