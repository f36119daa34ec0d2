package ghes

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

var repoScopes = []string{"repo"}

func (s *Server) repoRoutes() []route {
	return []route{
		{pattern: "GET /orgs/{org}/repos", scopes: orgScopes, anonymous: true,
			permission: "metadata=read", answer: s.organizationRepos},
		{pattern: "GET /organizations/{organization_id}/repos", scopes: orgScopes, anonymous: true,
			permission: "metadata=read", answer: s.organizationRepos},
		{pattern: "GET /user/repos", permission: "metadata=read", answer: s.ownRepos},
		{pattern: "GET /users/{username}/repos", anonymous: true, permission: "metadata=read",
			answer: s.userRepos},
		{pattern: "GET /repositories", anonymous: true, answer: s.repositories},
		{pattern: "GET /repos/{owner}/{repo}", scopes: repoScopes, anonymous: true,
			permission: "metadata=read", answer: s.repo},
		{pattern: "GET /repositories/{repository_id}", scopes: repoScopes, anonymous: true,
			permission: "metadata=read", answer: s.repo},
	}
}

// GET /orgs/{org}/repos
func (s *Server) organizationRepos(c *call) (any, error) {
	o, err := c.organization()
	if err != nil {
		return nil, err
	}
	kind := c.URL.Query().Get("type")
	repos := s.World.visibleRepos(c.viewer, func(r Repo) bool {
		return fold(r.Owner) == fold(o.Login) && isOfType(r, kind)
	})
	sortRepos(c, repos, "created")
	repos = page(c, fmt.Sprintf("/organizations/%d/repos", o.ID), repos)
	return each(repos, c.minimalRepo), nil
}

// GET /users/{username}/repos
func (s *Server) userRepos(c *call) (any, error) {
	u, ok := s.World.User(c.PathValue("username"))
	if !ok {
		return nil, errNotFound
	}
	repos := s.World.visibleRepos(c.viewer, func(r Repo) bool { return fold(r.Owner) == fold(u.Login) })
	sortRepos(c, repos, "full_name")
	repos = page(c, fmt.Sprintf("/user/%d/repos", u.ID), repos)
	return each(repos, c.minimalRepo), nil
}

// GET /user/repos
//
// What the account owns, collaborates on or reaches as a member; not every public repo.
func (s *Server) ownRepos(c *call) (any, error) {
	visibility := c.URL.Query().Get("visibility")
	repos := s.World.visibleRepos(c.viewer, func(r Repo) bool {
		m, member := s.World.Member(r.Owner, c.viewer.user.Login)
		mine := fold(r.Owner) == fold(c.viewer.user.Login) || member && !m.Pending ||
			s.World.collaborates(c.viewer.user.Login, r)
		shown := visibility == "" || visibility == "all" ||
			(visibility == "public") == (r.Visibility == Public)
		return mine && shown
	})
	sortRepos(c, repos, "full_name")
	return each(page(c, "/user/repos", repos), c.listedRepo), nil
}

// GET /repositories
func (s *Server) repositories(c *call) (any, error) {
	repos := s.World.visibleRepos(c.viewer, func(r Repo) bool {
		return r.Visibility == Public || c.viewer.user.SiteAdmin
	})
	repos = pageSince(c, "/repositories", repos, func(r Repo) int64 { return r.ID })
	return each(repos, c.minimalRepo), nil
}

// GET /repos/{owner}/{repo} and /repositories/{id}
func (s *Server) repo(c *call) (any, error) {
	r, err := c.repo()
	if err != nil {
		return nil, err
	}
	return c.fullRepo(r), nil
}

// repo is the one that the path names, by its name or by id. A former name is an error that sends the
// client to the same address by id. What the viewer may not see is not there.
func (c *call) repo() (Repo, error) {
	r, ok := c.s.World.Repo(c.PathValue("owner") + "/" + c.PathValue("repo"))
	if id, err := strconv.ParseInt(c.PathValue("repository_id"), 10, 64); err == nil {
		r, ok = c.s.World.RepoByID(id)
	}
	if !ok || c.s.World.permission(c.viewer, r) == NoPermission {
		return Repo{}, errNotFound
	}
	if r.Disabled {
		return Repo{}, refuse(403, "Repository access blocked")
	}
	if asked := c.PathValue("owner") + "/" + c.PathValue("repo"); asked != "/" && fold(asked) != fold(r.FullName()) {
		at := fmt.Sprintf("%s/repositories/%d", c.api, r.ID)
		if parts := strings.SplitN(c.URL.EscapedPath(), "/", 7); len(parts) == 7 { // /api/v3/repos/OWNER/NAME/rest
			at += "/" + parts[6]
		}
		return Repo{}, &movedError{at + queryOf(c.Request)}
	}
	return r, nil
}

// isOfType is the filter of an organization's list.
func isOfType(r Repo, kind string) bool {
	switch kind {
	case "public", "private", "internal":
		return string(r.Visibility) == kind
	case "forks":
		return r.Fork
	case "sources":
		return !r.Fork
	default:
		return true
	}
}

// sortRepos orders by what was asked for; names go up, times down, unless told otherwise.
func sortRepos(c *call, repos []Repo, normally string) {
	by := cmp.Or(c.URL.Query().Get("sort"), normally)
	order := func(a, b Repo) int {
		switch by {
		case "updated":
			return cmp.Or(b.UpdatedAt.Compare(a.UpdatedAt), cmp.Compare(b.ID, a.ID))
		case "pushed":
			return cmp.Or(b.PushedAt.Compare(a.PushedAt), cmp.Compare(b.ID, a.ID))
		case "full_name":
			return strings.Compare(fold(a.FullName()), fold(b.FullName()))
		default:
			return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
		}
	}
	slices.SortFunc(repos, order)
	asked, natural := c.URL.Query().Get("direction"), "desc"
	if by == "full_name" {
		natural = "asc"
	}
	if asked != "" && asked != natural {
		slices.Reverse(repos)
	}
}

// collaborates is whether an account was given a permission in a repo.
func (w *World) collaborates(login string, r Repo) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.rights[r.ID][fold(login)] != NoPermission
}
