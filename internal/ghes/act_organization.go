package ghes

import "fmt"

// AddMember takes somebody into an organization.
func (p Person) AddMember(organization string, m Member) {
	p.w.SetMember(organization, m)
	m, _ = p.w.Member(organization, m.Login)
	p.w.tell(p.membership(organization, m, "member_added"))
}

// RemoveMember lets somebody go.
func (p Person) RemoveMember(organization, login string) error {
	m, ok := p.w.Member(organization, login)
	if !ok {
		return fmt.Errorf("remove member %s of %s: %w", login, organization, ErrNotFound)
	}
	p.w.RemoveMember(organization, login)
	p.w.tell(p.membership(organization, m, "member_removed"))
	return nil
}

func (p Person) membership(organization string, m Member, action string) happening {
	return happening{event: "organization", action: action, actor: p.login, organization: organization,
		body: func(c *call) (document, error) {
			o, _ := c.s.World.Organization(organization)
			u, _ := c.s.World.account(m.Login)
			body := c.membershipDocument(o, m, u)
			delete(body, "permissions")
			return document{"membership": body}, nil
		}}
}

// Install puts a GitHub App into an account and returns the installation.
func (p Person) Install(i Installation) Installation {
	i.CreatedAt = p.now()
	made := p.w.AddInstallation(i)
	p.w.tell(p.installed(made, "created"))
	return made
}

// Uninstall takes an app out again: its tokens end.
func (p Person) Uninstall(app, installation int64) error {
	for _, i := range p.w.Installations(app) {
		if i.ID == installation {
			h := p.installed(i, "deleted")
			p.w.RemoveInstallation(installation)
			p.w.tell(h)
			return nil
		}
	}
	return fmt.Errorf("uninstall %d: %w", installation, ErrNotFound)
}

// Suspend stops an installation, or lets it go on.
func (p Person) Suspend(app, installation int64, suspended bool) error {
	for _, i := range p.w.Installations(app) {
		if i.ID == installation {
			i.Suspended = suspended
			p.w.AddInstallation(i)
			action := "unsuspend"
			if suspended {
				action = "suspend"
			}
			p.w.tell(p.installed(i, action))
			return nil
		}
	}
	return fmt.Errorf("suspend %d: %w", installation, ErrNotFound)
}

func (p Person) installed(i Installation, action string) happening {
	return happening{event: "installation", action: action, actor: p.login, app: i.App, installation: i.ID,
		body: func(c *call) (document, error) {
			a, ok := c.s.World.appByIssuer(fmt.Sprint(i.App))
			if !ok {
				return nil, ErrNotFound
			}
			c.viewer.app = &a
			repos := c.s.World.reposOf(i)
			return document{"installation": c.installationDocument(i), "repositories": each(repos, func(r Repo) document {
				return document{"id": r.ID, "node_id": nodeID("Repository", r.ID), "name": r.Name,
					"full_name": r.FullName(), "private": r.Visibility != Public}
			})}, nil
		}}
}

// reposOf are the repos that an installation reaches.
func (w *World) reposOf(i Installation) []Repo {
	var list []Repo
	for _, r := range w.Repos() {
		if fold(r.Owner) == fold(i.Account) && (i.Repos == nil || containsFold(i.Repos, r.Name)) {
			list = append(list, r)
		}
	}
	return list
}
