package ghes

import (
	"fmt"
	"strings"
)

func (s *Server) userRoutes() []route {
	return []route{
		{pattern: "GET /user", answer: s.currentUser},
		{pattern: "GET /user/emails", scopes: []string{"user", "user:email"}, enforced: true,
			answer: s.emails},
		{pattern: "GET /users/{username}", anonymous: true, answer: s.user},
		{pattern: "GET /users/{username}/orgs", anonymous: true, answer: s.userOrganizations},
	}
}

// GET /user
func (s *Server) currentUser(c *call) (any, error) {
	u := c.viewer.user
	body := s.publicUser(c, u)
	owned := len(s.ownedRepos(u.Login, true))
	for field, value := range (document{
		"private_gists": 0, "total_private_repos": owned, "owned_private_repos": owned,
		"disk_usage": 0, "collaborators": 0, "two_factor_authentication": u.OTP != "",
	}) {
		body[field] = value
	}
	body["user_view_type"] = "private"
	return body, nil
}

// GET /user/emails
func (s *Server) emails(c *call) (any, error) {
	list := []document{}
	for i, email := range c.viewer.user.Emails {
		list = append(list, document{
			"email": email, "primary": i == 0, "verified": true, "visibility": nil,
		})
	}
	return page(c, "/user/emails", list), nil
}

// GET /users/{username}
func (s *Server) user(c *call) (any, error) {
	login := c.PathValue("username")
	if u, ok := s.World.User(login); ok {
		return s.publicUser(c, u), nil
	}
	if o, ok := s.World.Organization(login); ok {
		return s.publicUser(c, o.account()), nil
	}
	return nil, errNotFound
}

// GET /users/{username}/orgs
func (s *Server) userOrganizations(c *call) (any, error) {
	u, ok := s.World.User(c.PathValue("username"))
	if !ok {
		return nil, errNotFound
	}
	var orgs []Organization
	for _, o := range s.World.Organizations() {
		m, ok := s.World.Member(o.Login, u.Login)
		if ok && !m.Pending && (m.Public || s.World.isMember(c.viewer, o.Login)) {
			orgs = append(orgs, o)
		}
	}
	orgs = page(c, fmt.Sprintf("/user/%d/orgs", u.ID), orgs)
	return each(orgs, c.organizationSimple), nil
}

// account shows an organization as the kind of account that /users answers with.
func (o Organization) account() User {
	return User{
		ID: o.ID, Login: o.Login, Name: o.Name, Type: "Organization",
		CreatedAt: o.CreatedAt, UpdatedAt: o.UpdatedAt,
	}
}

func (s *Server) ownedRepos(login string, private bool) []Repo {
	var owned []Repo
	for _, r := range s.World.Repos() {
		if fold(r.Owner) == fold(login) && (r.Visibility == Private) == private {
			owned = append(owned, r)
		}
	}
	return owned
}

// simpleUser is how an account appears inside other answers.
func (c *call) simpleUser(u User) document {
	at := c.api + "/users/" + u.Login
	return document{
		"login": u.Login, "id": u.ID, "node_id": nodeID(u.Type, u.ID),
		"avatar_url":          fmt.Sprintf("%s/avatars/u/%d?", c.web, u.ID),
		"gravatar_id":         "",
		"url":                 at,
		"html_url":            c.web + "/" + htmlLogin(u.Login),
		"followers_url":       at + "/followers",
		"following_url":       at + "/following{/other_user}",
		"gists_url":           at + "/gists{/gist_id}",
		"starred_url":         at + "/starred{/owner}{/repo}",
		"subscriptions_url":   at + "/subscriptions",
		"organizations_url":   at + "/orgs",
		"repos_url":           at + "/repos",
		"events_url":          at + "/events{/privacy}",
		"received_events_url": at + "/received_events",
		"type":                u.Type,
		"site_admin":          u.SiteAdmin,
	}
}

// htmlLogin is where the page of an account is; an app's bot has the page of the app.
func htmlLogin(login string) string {
	if app, isBot := strings.CutSuffix(login, "[bot]"); isBot {
		return "apps/" + app
	}
	return login
}

// publicUser is an account as itself.
func (s *Server) publicUser(c *call, u User) document {
	body := c.simpleUser(u)
	for field, value := range (document{
		"name": orNull(u.Name), "company": orNull(u.Company), "blog": "",
		"location": orNull(u.Location), "email": orNull(u.Email()), "hireable": nil, "bio": nil,
		"public_repos": len(s.ownedRepos(u.Login, false)), "public_gists": 0, "followers": 0,
		"following": 0, "created_at": stamp(u.CreatedAt), "updated_at": stamp(u.UpdatedAt),
		"user_view_type": "public",
	}) {
		body[field] = value
	}
	return body
}

// orNull is how the server says that a text is not there.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// accountDocument is the owner of a repo, who may be gone.
func (c *call) accountDocument(login string) document {
	if o, ok := c.s.World.Organization(login); ok {
		return c.simpleUser(o.account())
	}
	if u, ok := c.s.World.User(login); ok {
		return c.simpleUser(u)
	}
	return c.simpleUser(User{ID: 10137, Login: "ghost", Type: "User"})
}
