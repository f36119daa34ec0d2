package ghes

import "slices"

// permission is what a viewer may do in a repo: what the account may, less what its token lacks.
func (w *World) permission(v viewer, r Repo) Permission {
	if v.kind == "hook" {
		return Admin
	}
	if v.token.Kind == InstallationToken {
		return byInstallation(v.token, r)
	}
	p := w.permissionOf(v.user.Login, r)
	if r.Visibility == Public || p == NoPermission || v.kind != "token" {
		return p
	}
	if v.token.hasScopes() {
		return w.byScopes(v, r, p)
	}
	return byFineGrained(v.token, r, p)
}

// byScopes: private and internal repos need the whole repo scope, and an organization may bar
// classic tokens.
func (w *World) byScopes(v viewer, r Repo, p Permission) Permission {
	if !v.token.grants([]string{"repo"}) || w.barsToken(v, r.Owner) {
		return NoPermission
	}
	return p
}

// barsToken is whether an organization's policy refuses the viewer's token.
func (w *World) barsToken(v viewer, organization string) bool {
	o, ok := w.Organization(organization)
	return ok && o.RefusesClassicTokens && v.kind == "token" && v.token.Kind == ClassicToken
}

func byFineGrained(t Token, r Repo, p Permission) Permission {
	chosen := t.Repos == nil || slices.ContainsFunc(t.Repos, func(name string) bool {
		return fold(name) == fold(r.Name)
	})
	if t.Pending || fold(t.Owner) != fold(r.Owner) || !chosen {
		return NoPermission
	}
	return p
}

// visibleRepos returns, in order of id, the repos that a viewer sees and that keep accepts.
func (w *World) visibleRepos(v viewer, keep func(Repo) bool) []Repo {
	return slices.DeleteFunc(w.Repos(), func(r Repo) bool {
		return !keep(r) || w.permission(v, r) == NoPermission
	})
}

// isMember is whether the viewer belongs to an organization and its token may show that.
func (w *World) isMember(v viewer, organization string) bool {
	if v.token.Kind == InstallationToken {
		return fold(v.token.Owner) == fold(organization) && v.token.allows("members", "read")
	}
	m, ok := w.Member(organization, v.user.Login)
	return ok && !v.anonymous() && !m.Pending && v.token.grants(readOrg)
}
