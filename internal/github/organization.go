package github

import (
	"context"
	"errors"
	"strings"

	"weir/internal/facts"
)

type owner struct {
	ID    int64  `json:"id"`
	Login string `json:"login"`
	Type  string `json:"type"`
	Name  string `json:"name"`
}

type membership struct {
	State        string `json:"state"`
	Role         string `json:"role"`
	Organization *owner `json:"organization"`
}

// Organizations lists the organizations that the account belongs to, with its role in each, and the
// account itself last when it owns repos. Where the server does not tell roles (a fine-grained token,
// no read:org) it lists what the account sees with RoleNone. A GitHub App gets those that installed it.
func (c *Client) Organizations(ctx context.Context) ([]facts.Organization, error) {
	if c.byApp() {
		return c.installedIn(ctx)
	}
	found, err := c.memberships(ctx)
	if errors.Is(err, ErrForbidden) || errors.Is(err, ErrNotFound) {
		found, err = c.visibleOrganizations(ctx)
	}
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		// A fine-grained token gets an empty list here, and sees the repos of its organization all the same.
		if found, err = c.ownersOfRepos(ctx); err != nil {
			return nil, err
		}
	}
	return c.withOwnAccount(ctx, found)
}

func (c *Client) memberships(ctx context.Context) ([]facts.Organization, error) {
	var found []facts.Organization
	for m, err := range pages[membership](ctx, c, "list the account's organizations", "/api/v3/user/memberships/orgs?state=active") {
		if err != nil {
			return nil, err
		}
		if m.Organization != nil && m.Organization.Login != "" && m.State != "pending" {
			found = append(found, organization(*m.Organization, role(m.Role)))
		}
	}
	return found, nil
}

func (c *Client) visibleOrganizations(ctx context.Context) ([]facts.Organization, error) {
	var found []facts.Organization
	for o, err := range pages[owner](ctx, c, "list the organizations that the account sees", "/api/v3/user/orgs") {
		if err != nil {
			return nil, err
		}
		if o.Login != "" {
			found = append(found, organization(o, facts.RoleNone))
		}
	}
	return found, nil
}

func (c *Client) ownersOfRepos(ctx context.Context) ([]facts.Organization, error) {
	var found []facts.Organization
	seen := map[int64]bool{}
	for r, err := range pages[repo](ctx, c, "list the repos that the account sees", "/api/v3/user/repos?affiliation=organization_member,collaborator") {
		if err != nil {
			return nil, err
		}
		if r.Owner != nil && strings.EqualFold(r.Owner.Type, "Organization") && !seen[r.Owner.ID] {
			seen[r.Owner.ID] = true
			found = append(found, organization(*r.Owner, facts.RoleNone))
		}
	}
	return found, nil
}

// withOwnAccount adds the account itself, which holds repos as an organization does.
func (c *Client) withOwnAccount(ctx context.Context, found []facts.Organization) ([]facts.Organization, error) {
	viewer, err := c.Viewer(ctx)
	if err != nil {
		return nil, err
	}
	if viewer.Repos > 0 {
		found = append(found, facts.Organization{ServerID: viewer.ServerID, Login: viewer.Login, Name: viewer.Name, Role: facts.RoleOwner})
	}
	return found, nil
}

func organization(o owner, r facts.Role) facts.Organization {
	return facts.Organization{ServerID: o.ID, Login: o.Login, Name: o.Name, Role: r}
}

// role reads a membership's role; a billing manager sees no repos by that and counts as a member.
func role(s string) facts.Role {
	if s == "admin" {
		return facts.RoleOwner
	}
	return facts.RoleMember
}
