package ghes

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// installationTokenLife is that of the real server.
const installationTokenLife = time.Hour

func (s *Server) appRoutes() []route {
	return []route{
		{pattern: "GET /app", app: true, answer: s.app},
		{pattern: "GET /app/installations", app: true, answer: s.installations},
		{pattern: "GET /app/installations/{installation_id}", app: true, answer: s.installationByID},
		{pattern: "GET /orgs/{org}/installation", app: true, answer: s.installationOf("org")},
		{pattern: "GET /users/{username}/installation", app: true, answer: s.installationOf("username")},
		{pattern: "GET /repos/{owner}/{repo}/installation", app: true, answer: s.installationOf("owner")},
		{pattern: "POST /app/installations/{installation_id}/access_tokens", app: true, answer: s.installationToken},
		{pattern: "POST /app-manifests/{code}/conversions", anonymous: true, public: true, answer: s.convertManifest},
		{pattern: "GET /installation/repositories", permission: "metadata=read", answer: s.installationRepos},
	}
}

// GET /app
func (s *Server) app(c *call) (any, error) { return c.appDocument(*c.viewer.app), nil }

func (c *call) appDocument(a App) document {
	return document{
		"id": a.ID, "slug": a.Slug, "node_id": nodeID("Integration", a.ID), "client_id": a.ClientID,
		"owner": c.accountDocument(a.Owner), "name": a.Name, "description": orNull(a.Description),
		"external_url": a.URL, "html_url": c.web + "/github-apps/" + a.Slug,
		"created_at": stamp(a.CreatedAt), "updated_at": stamp(a.CreatedAt),
		"permissions": orEmpty(a.Permissions), "events": append([]string{}, a.Events...),
		"installations_count": len(c.s.World.Installations(a.ID)),
	}
}

func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

// GET /app/installations
func (s *Server) installations(c *call) (any, error) {
	list := page(c, "/app/installations", s.World.Installations(c.viewer.app.ID))
	return each(list, c.installationDocument), nil
}

func (c *call) installationDocument(i Installation) document {
	app := *c.viewer.app
	account := c.accountDocument(i.Account)
	selection := "all"
	if i.Repos != nil {
		selection = "selected"
	}
	target, html := "User", c.web+"/settings/installations/"+strconv.FormatInt(i.ID, 10)
	if _, ok := c.s.World.Organization(i.Account); ok {
		target, html = "Organization", c.web+"/organizations/"+i.Account+"/settings/installations/"+strconv.FormatInt(i.ID, 10)
	}
	d := document{
		"id": i.ID, "account": account, "app_id": app.ID, "app_slug": app.Slug, "target_id": account["id"], "target_type": target,
		"repository_selection": selection, "permissions": orEmpty(i.Permissions), "events": append([]string{}, app.Events...),
		"access_tokens_url": fmt.Sprintf("%s/app/installations/%d/access_tokens", c.api, i.ID),
		"repositories_url":  c.api + "/installation/repositories", "html_url": html,
		"created_at": stamp(i.CreatedAt), "updated_at": stamp(i.CreatedAt), "single_file_name": nil,
		"suspended_by": nil, "suspended_at": nil,
	}
	if i.Suspended {
		d["suspended_by"], d["suspended_at"] = account, stamp(i.CreatedAt)
	}
	return d
}

// installation is the one of the asking app that keep chooses.
func (c *call) installation(keep func(Installation) bool) (Installation, error) {
	for _, i := range c.s.World.Installations(c.viewer.app.ID) {
		if keep(i) {
			return i, nil
		}
	}
	return Installation{}, errNotFound
}

func (c *call) installationNumbered() (Installation, error) {
	id, _ := strconv.ParseInt(c.PathValue("installation_id"), 10, 64)
	return c.installation(func(i Installation) bool { return i.ID == id })
}

// GET /app/installations/{installation_id}
func (s *Server) installationByID(c *call) (any, error) {
	i, err := c.installationNumbered()
	if err != nil {
		return nil, err
	}
	return c.installationDocument(i), nil
}

// GET /orgs/{org}/installation and its likes
func (s *Server) installationOf(name string) answerFunc {
	return func(c *call) (any, error) {
		i, err := c.installation(func(i Installation) bool { return fold(i.Account) == fold(c.PathValue(name)) })
		if err != nil {
			return nil, err
		}
		return c.installationDocument(i), nil
	}
}

// POST /app/installations/{installation_id}/access_tokens
func (s *Server) installationToken(c *call) (any, error) {
	i, err := c.installationNumbered()
	if err != nil {
		return nil, err
	}
	if i.Suspended {
		return nil, refuse(http.StatusForbidden, "This installation has been suspended")
	}
	var asked struct {
		Permissions  map[string]string `json:"permissions"`
		Repositories []string          `json:"repositories"`
	}
	data, err := io.ReadAll(http.MaxBytesReader(nil, c.Body, 1<<16))
	if err != nil || len(data) > 0 && json.Unmarshal(data, &asked) != nil {
		return nil, refuse(http.StatusBadRequest, "Problems parsing JSON")
	}
	granted := maps.Clone(orEmpty(i.Permissions))
	if asked.Permissions != nil {
		for name, level := range asked.Permissions {
			if have := granted[name]; have != level && have != "write" {
				return nil, refuse(http.StatusUnprocessableEntity, "The permissions requested are not granted to this installation.")
			}
		}
		granted = asked.Permissions
	}
	repos := i.Repos
	if asked.Repositories != nil {
		repos = asked.Repositories
	}
	t := s.World.AddToken(Token{
		Login: c.viewer.app.Slug + "[bot]", Kind: InstallationToken, Owner: i.Account, Installation: i.ID,
		Permissions: granted, Repos: slices.Clone(repos), ExpiresAt: s.now().Add(installationTokenLife).Truncate(time.Second),
	})
	selection := "all"
	if repos != nil {
		selection = "selected"
	}
	return created{document{
		"token": t.Secret, "expires_at": stamp(t.ExpiresAt), "permissions": granted, "repository_selection": selection,
	}}, nil
}

// GET /installation/repositories
func (s *Server) installationRepos(c *call) (any, error) {
	if c.viewer.token.Kind != InstallationToken {
		return nil, refuse(http.StatusForbidden, "You must authenticate with an installation access token in order to list repositories for an installation.")
	}
	repos := s.World.visibleRepos(c.viewer, func(r Repo) bool { return fold(r.Owner) == fold(c.viewer.token.Owner) })
	total := len(repos)
	return document{"total_count": total, "repositories": each(page(c, "/installation/repositories", repos), c.listedRepo)}, nil
}

// POST /app-manifests/{code}/conversions
//
// The code alone is what signs in here, once and within the hour.
func (s *Server) convertManifest(c *call) (any, error) {
	held, ok := s.grants.spendManifest(c.PathValue("code"))
	if !ok {
		return nil, errNotFound
	}
	body := c.appDocument(held.app)
	body["client_secret"], body["pem"], body["webhook_secret"] = held.app.ClientSecret, held.app.PrivateKeyPEM(), orNull(held.app.WebhookSecret)
	return created{body}, nil
}
