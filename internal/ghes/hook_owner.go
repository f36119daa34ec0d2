package ghes

import (
	"fmt"
	"strconv"
)

// hookOwner is what a group of hook routes belongs to: an organization, a repo or the asking app.
type hookOwner struct {
	organization Organization
	repo         Repo
	app          int64
}

func (o hookOwner) owns(h Hook) bool {
	switch {
	case o.app != 0:
		return h.App == o.app
	case o.repo.ID != 0:
		return h.Repo == o.repo.ID
	default:
		return h.Organization != "" && fold(h.Organization) == fold(o.organization.Login)
	}
}

// path is where the hooks are, without the host.
func (o hookOwner) path(c *call) string {
	if o.repo.ID != 0 {
		return "/repos/" + o.repo.FullName() + "/hooks"
	}
	return "/orgs/" + o.organization.Login + "/hooks"
}

// paging is where further pages are: by id.
func (o hookOwner) paging() string {
	if o.repo.ID != 0 {
		return fmt.Sprintf("/repositories/%d/hooks", o.repo.ID)
	}
	return fmt.Sprintf("/organizations/%d/hooks", o.organization.ID)
}

var (
	orgHookScopes  = []string{"admin:org_hook"}
	repoHookScopes = []string{"admin:repo_hook", "public_repo", "read:repo_hook", "repo", "write:repo_hook"}
)

// organizationHooks are for owners, and of a classic token the scope for them is wanted; to others
// they are not there.
func (c *call) organizationHooks() (hookOwner, error) {
	o, err := c.organization()
	if err != nil {
		return hookOwner{}, err
	}
	if c.viewer.token.Kind == InstallationToken {
		if fold(c.viewer.token.Owner) != fold(o.Login) {
			return hookOwner{}, errNotFound
		}
		return hookOwner{organization: o}, nil
	}
	m, ok := c.s.World.Member(o.Login, c.viewer.user.Login)
	if !ok || m.Role != RoleAdmin || !c.viewer.token.grants(orgHookScopes) || hidesOthers(c.viewer, o) {
		return hookOwner{}, errNotFound
	}
	return hookOwner{organization: o}, nil
}

// repoHooks are for those who administer the repo.
func (c *call) repoHooks() (hookOwner, error) {
	r, err := c.repo()
	if err != nil {
		return hookOwner{}, err
	}
	admin := c.viewer.token.Kind == InstallationToken || c.s.World.permission(c.viewer, r) == Admin
	if !admin || !c.viewer.token.grants(repoHookScopes) {
		return hookOwner{}, errNotFound
	}
	return hookOwner{repo: r}, nil
}

// maker is who sees the hooks that the viewer makes.
func (v viewer) maker() string {
	switch v.token.Kind {
	case OAuthToken:
		return "oauth " + v.token.ClientID
	case InstallationToken:
		return "app " + v.user.Login
	default:
		return ""
	}
}

// hookOf is the hook that the path names.
func (c *call) hookOf(o hookOwner) (Hook, error) {
	id, _ := strconv.ParseInt(c.PathValue("hook_id"), 10, 64)
	h, ok := c.s.World.Hook(id)
	if !ok || !o.owns(h) || h.Maker != c.viewer.maker() {
		return Hook{}, errNotFound
	}
	return h, nil
}

func (o hookOwner) noun() string {
	if o.repo.ID != 0 {
		return "repository"
	}
	return "organization"
}
