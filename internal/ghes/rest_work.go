package ghes

import "fmt"

func (s *Server) workRoutes() []route {
	var routes []route
	for _, at := range []string{"/repos/{owner}/{repo}", "/repositories/{repository_id}"} {
		routes = append(routes,
			route{pattern: "GET " + at + "/pulls", scopes: repoScopes, anonymous: true,
				permission: "pull_requests=read", answer: s.nothingOfRepo("pulls")},
			route{pattern: "GET " + at + "/issues", scopes: repoScopes, anonymous: true,
				permission: "issues=read", answer: s.nothingOfRepo("issues")})
	}
	return append(routes, route{pattern: "GET /orgs/{org}/hooks", scopes: []string{"admin:org_hook"},
		permission: "organization_hooks=read", answer: s.organizationHooks})
}

// GET /repos/{owner}/{repo}/pulls and /issues
//
// The world holds neither yet: whoever may read them gets an empty list.
func (s *Server) nothingOfRepo(list string) answerFunc {
	return func(c *call) (any, error) {
		r, err := c.repo()
		if err != nil {
			return nil, err
		}
		return page(c, fmt.Sprintf("/repositories/%d/%s", r.ID, list), []document{}), nil
	}
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
