package ghes

import "fmt"

func (s *Server) teamRoutes() []route {
	return []route{
		{pattern: "GET /orgs/{org}/teams", scopes: orgScopes, permission: "members=read", answer: s.teams},
		{pattern: "GET /orgs/{org}/teams/{team_slug}/members", scopes: orgScopes, permission: "members=read",
			answer: s.teamMembers},
	}
}

// GET /orgs/{org}/teams
func (s *Server) teams(c *call) (any, error) {
	o, err := c.organization()
	if err != nil {
		return nil, err
	}
	if !s.World.isMember(c.viewer, o.Login) {
		return nil, refuse(403, "Must have read access to the organization.")
	}
	teams := page(c, fmt.Sprintf("/organizations/%d/teams", o.ID), s.World.Teams(o.Login))
	return each(teams, func(t Team) document {
		body := c.teamDocument(t)
		body["parent"] = nil
		return body
	}), nil
}

// GET /orgs/{org}/teams/{team_slug}/members
func (s *Server) teamMembers(c *call) (any, error) {
	o, err := c.organization()
	if err != nil {
		return nil, err
	}
	t, ok := s.World.team(o.Login, c.PathValue("team_slug"))
	if !ok || !s.World.isMember(c.viewer, o.Login) {
		return nil, errNotFound
	}
	members := page(c, fmt.Sprintf("/organizations/%d/team/%d/members", o.ID, t.ID), t.Members)
	return c.people(members), nil
}

func (c *call) teamDocument(t Team) document {
	o, _ := c.s.World.Organization(t.Organization)
	at := fmt.Sprintf("%s/organizations/%d/team/%d", c.api, o.ID, t.ID)
	return document{
		"id": t.ID, "node_id": nodeID("Team", t.ID), "name": t.Name, "slug": t.Slug,
		"description": orNull(t.Description), "privacy": "closed", "permission": "pull",
		"notification_setting": "notifications_enabled", "url": at, "members_url": at + "/members{/member}",
		"repositories_url": at + "/repos", "html_url": c.web + "/orgs/" + o.Login + "/teams/" + t.Slug,
		"type": "organization", "organization_id": o.ID,
	}
}
