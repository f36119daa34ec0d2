package ghes

import "fmt"

func (s *Server) hookRoutes() []route {
	return []route{{pattern: "GET /orgs/{org}/hooks", scopes: []string{"admin:org_hook"},
		permission: "organization_hooks=read", answer: s.organizationHooks}}
}

// GET /orgs/{org}/hooks
//
// Only owners see hooks, and of a classic token the scope for them is wanted; to others they are
// not there.
func (s *Server) organizationHooks(c *call) (any, error) {
	o, err := c.organization()
	if err != nil {
		return nil, err
	}
	m, ok := s.World.Member(o.Login, c.viewer.user.Login)
	if !ok || m.Role != RoleAdmin || !c.viewer.token.grants([]string{"admin:org_hook"}) || hidesOthers(c.viewer, o) {
		return nil, errNotFound
	}
	return page(c, fmt.Sprintf("/organizations/%d/hooks", o.ID), []document{}), nil
}
