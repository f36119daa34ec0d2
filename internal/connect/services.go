package connect

// services fills the table organization x service: an owner gets all, a member all but webhooks, and
// each is held against the scopes or permissions of the token and against what answered.
func (d *diagnosis) services() []ServiceRow {
	rows := []ServiceRow{}
	for _, o := range d.orgs {
		for _, service := range allServices {
			row := ServiceRow{Organization: o.Login, Service: service}
			row.Available, row.Reason = d.service(o, service)
			rows = append(rows, row)
		}
	}
	for _, login := range d.suspended {
		for _, service := range allServices {
			rows = append(rows, ServiceRow{Organization: login, Service: service, Reason: "The app's installation in " + login + " is suspended."})
		}
	}
	return rows
}

func (d *diagnosis) service(o orgSeen, service string) (available bool, reason string) {
	if service == serviceWebhooks {
		return d.webhooks(o)
	}
	if permission := o.denied[service]; permission != "" && d.report.App != nil {
		return false, "The app's installation in " + o.Login + " lacks the permission " + permission + " (read)."
	}
	if permission := o.denied[service]; permission != "" {
		return false, "The token may not read this: it needs the permission " + permission + " (read) for " + o.Login + "."
	}
	if scopes := d.report.Scopes; scopes != nil && !scopes.Has("repo") {
		if !scopes.Has("public_repo") {
			return false, "The token lacks the scope repo."
		}
		reason = "Public repos only: the token has the scope public_repo in place of repo."
	}
	if service == serviceRepos {
		return d.repos(reason)
	}
	if s := d.report.Stage(StageGraphQL); s.Status == StatusWarn && s.Code != GraphQLLimited && reason == "" {
		reason = "Read by REST, which takes more requests: " + s.Cause
	}
	return true, reason
}

// repos are read by git, so that they hang on it.
func (d *diagnosis) repos(reason string) (bool, string) {
	if s := d.report.Stage(StageGit); s.Status == StatusFail {
		return false, s.Cause
	}
	return true, reason
}

func (d *diagnosis) webhooks(o orgSeen) (available bool, reason string) {
	scopes := d.report.Scopes
	switch {
	case d.report.App != nil:
		return !d.appWebhookOff, d.appWebhook
	case o.Personal && scopes != nil && !scopes.Has("write:repo_hook"):
		return false, "The token lacks the scope admin:repo_hook. Weir asks for news at intervals instead."
	case o.Personal:
		return true, "On; Weir makes one for each imported repo."
	case o.Role == roleMember:
		return false, "The account is a member, and only an owner of the organization may have webhooks. Weir asks for news at intervals instead."
	case o.Role != roleOwner && o.denied == nil:
		return false, "The server does not tell the account's role, and webhooks need an owner. Weir asks for news at intervals instead."
	case o.denied[serviceWebhooks] != "":
		return false, "The token may not manage webhooks of the organization, or the account does not own it. Weir asks for news at intervals instead."
	case scopes != nil && !scopes.Has("admin:org_hook") && scopes.Has("write:repo_hook"):
		return true, "On; Weir makes one for each imported repo, as the token has the scope admin:repo_hook and not admin:org_hook."
	case scopes != nil && !scopes.Has("admin:org_hook"):
		return false, "The token lacks the scope admin:org_hook. Weir asks for news at intervals instead."
	default:
		return true, "On; Weir makes it once a repo of this organization is imported."
	}
}
