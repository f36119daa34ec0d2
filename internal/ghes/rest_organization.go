package ghes

import (
	"fmt"
	"strconv"
)

// readOrg are the scopes that show a person's own organizations, as the server announces them.
var readOrg = []string{"admin:org", "read:org", "repo", "user", "write:org"}

// orgScopes are those of what an organization tells its members.
var orgScopes = []string{"admin:org", "read:org", "repo", "user", "write:org"}

func (s *Server) organizationRoutes() []route {
	return []route{
		{pattern: "GET /user/orgs", scopes: readOrg, enforced: true, answer: s.ownOrganizations},
		{pattern: "GET /organizations", anonymous: true, answer: s.organizations},
		{pattern: "GET /orgs/{org}", scopes: orgScopes, anonymous: true, answer: s.organization},
	}
}

// GET /user/orgs
//
// A fine-grained token is answered with an empty list, whatever it may read.
func (s *Server) ownOrganizations(c *call) (any, error) {
	var orgs []Organization
	for _, o := range s.World.Organizations() {
		fineGrained := c.viewer.token.Kind == FineGrainedToken
		if !fineGrained && s.World.isMember(c.viewer, o.Login) && !s.World.barsToken(c.viewer, o.Login) {
			orgs = append(orgs, o)
		}
	}
	return each(page(c, "/user/orgs", orgs), c.organizationSimple), nil
}

// GET /organizations
func (s *Server) organizations(c *call) (any, error) {
	orgs := pageSince(c, "/organizations", s.World.Organizations(),
		func(o Organization) int64 { return o.ID })
	return each(orgs, c.organizationSimple), nil
}

// GET /orgs/{org}
func (s *Server) organization(c *call) (any, error) {
	o, err := c.organization()
	if err != nil {
		return nil, err
	}
	body := c.organizationSimple(o)
	for field, value := range (document{
		"name": o.Name, "is_verified": false, "has_organization_projects": true,
		"has_repository_projects": true, "public_repos": len(s.ownedRepos(o.Login, false)),
		"public_gists": 0, "followers": 0, "following": 0, "html_url": c.web + "/" + o.Login,
		"type": "Organization", "created_at": stamp(o.CreatedAt), "updated_at": stamp(o.UpdatedAt),
		"archived_at": nil,
	}) {
		body[field] = value
	}
	if s.World.isMember(c.viewer, o.Login) {
		private := len(s.ownedRepos(o.Login, true))
		body["total_private_repos"], body["owned_private_repos"] = private, private
		body["default_repository_permission"] = o.BasePermission
	}
	return body, nil
}

// organization is the one that the path names, by login or by id.
func (c *call) organization() (Organization, error) {
	o, ok := c.s.World.Organization(c.PathValue("org"))
	if id, err := strconv.ParseInt(c.PathValue("organization_id"), 10, 64); err == nil {
		o, ok = c.s.World.organizationByID(id)
	}
	if !ok {
		return Organization{}, errNotFound
	}
	if c.s.World.barsToken(c.viewer, o.Login) {
		return Organization{}, refuse(403, fmt.Sprintf("`%s` forbids access via a personal access "+
			"token (classic). Please use a GitHub App, OAuth App, or a personal access token with "+
			"fine-grained permissions.", o.Login))
	}
	return o, nil
}

// organizationSimple is how an organization appears in lists.
func (c *call) organizationSimple(o Organization) document {
	at := c.api + "/orgs/" + o.Login
	return document{
		"login": o.Login, "id": o.ID, "node_id": nodeID("Organization", o.ID),
		"url": at, "repos_url": at + "/repos", "events_url": at + "/events",
		"hooks_url": at + "/hooks", "issues_url": at + "/issues",
		"members_url":        at + "/members{/member}",
		"public_members_url": at + "/public_members{/member}",
		"avatar_url":         fmt.Sprintf("%s/avatars/u/%d?", c.web, o.ID),
		"description":        orNull(o.Description),
	}
}
