package connect

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Roles, as package facts has them.
const (
	roleOwner  = "owner"
	roleMember = "member"
	roleNone   = "none"
)

// Bounds of what the diagnosis looks at; an import reads on.
const (
	maxOrganizationPages = 5
	maxProbedOwners      = 10
)

// orgSeen is an organization and what was found out about it.
type orgSeen struct {
	Organization
	pending bool
	// sample is a repo of it to try things on, empty when none is known.
	sample string
	// denied holds, by service, the permission that the token lacks.
	denied map[string]string
}

// repoSeen is a repo to try git on.
type repoSeen struct{ fullName string }

type ownerAnswer struct {
	ID    int64  `json:"id"`
	Login string `json:"login"`
	Type  string `json:"type"`
}

type membershipAnswer struct {
	State        string       `json:"state"`
	Role         string       `json:"role"`
	Organization *ownerAnswer `json:"organization"`
}

type repoAnswer struct {
	FullName string       `json:"full_name"`
	HTMLURL  string       `json:"html_url"`
	Owner    *ownerAnswer `json:"owner"`
}

// checkOrganizations finds the organizations, the account's role in each, and a repo to try git on.
func (d *diagnosis) checkOrganizations(ctx context.Context) outcome {
	if d.target.Credential.Method == MethodApp {
		return d.organizationsOfApp(ctx)
	}
	if err := d.findOrganizations(ctx); err != nil {
		return bad(fault(OrgsFailed, d.values().with("reason", FaultOf(err, d.address).Cause)).because(err))
	}
	visible, err := d.visibleRepos(ctx)
	if err != nil {
		return bad(fault(OrgsFailed, d.values().with("reason", FaultOf(err, d.address).Cause)).because(err))
	}
	d.takeSamples(ctx, visible)
	var pending []string
	d.orgs = slices.DeleteFunc(d.orgs, func(o orgSeen) bool {
		if o.pending {
			pending = append(pending, o.Login)
		}
		return o.pending
	})
	if d.byPermission() {
		d.probePermissions(ctx)
	}
	found := len(d.orgs)
	if d.user.PublicRepos+d.user.OwnedPrivateRepos > 0 {
		d.orgs = append(d.orgs, orgSeen{Organization: Organization{Login: d.user.Login, ServerID: d.user.ID, Role: roleOwner, Personal: true}})
	}
	for _, o := range d.orgs {
		d.report.Organizations = append(d.report.Organizations, o.Organization)
	}
	return d.judgeOrganizations(found, pending)
}

// byPermission tells whether the token has permissions in place of scopes.
func (d *diagnosis) byPermission() bool {
	return d.report.Scopes == nil && slices.Contains([]TokenKind{TokenFineGrained, TokenInstallation, TokenAppUser}, d.tokenKind())
}

func (d *diagnosis) findOrganizations(ctx context.Context) error {
	answer, err := d.list(ctx, "/api/v3/user/memberships/orgs?per_page=100", func(raw json.RawMessage) {
		var m membershipAnswer
		if json.Unmarshal(raw, &m) != nil || m.Organization == nil || m.Organization.Login == "" {
			return
		}
		role := roleMember
		if m.Role == "admin" {
			role = roleOwner
		}
		d.orgs = append(d.orgs, orgSeen{Organization: Organization{Login: m.Organization.Login, ServerID: m.Organization.ID, Role: role}, pending: m.State == "pending"})
	})
	if err != nil || answer.Status == http.StatusOK && len(d.orgs) > 0 {
		return err
	}
	if answer.Status != http.StatusOK && answer.Status != http.StatusForbidden && answer.Status != http.StatusNotFound {
		return d.signed.AnswerFault(answer)
	}
	_, err = d.list(ctx, "/api/v3/user/orgs?per_page=100", func(raw json.RawMessage) {
		var o ownerAnswer
		if json.Unmarshal(raw, &o) == nil && o.Login != "" {
			d.orgs = append(d.orgs, orgSeen{Organization: Organization{Login: o.Login, ServerID: o.ID, Role: roleNone}})
		}
	})
	return err
}

// list asks for a list page by page and hands each item over. It answers the last page's answer; what
// is no success ends the list without an error.
func (d *diagnosis) list(ctx context.Context, path string, each func(json.RawMessage)) (*Answer, error) {
	for page := 0; ; page++ {
		answer, err := d.signed.Get(ctx, path)
		if err != nil || answer.Status != http.StatusOK {
			return answer, err
		}
		var items []json.RawMessage
		if err := answer.Decode(&items); err != nil {
			return answer, err
		}
		for _, item := range items {
			each(item)
		}
		if path = d.signed.NextPage(answer); path == "" || page+1 == maxOrganizationPages {
			return answer, nil
		}
	}
}

// visibleRepos lists the latest repos that the account sees.
func (d *diagnosis) visibleRepos(ctx context.Context) ([]repoAnswer, error) {
	answer, err := d.signed.Get(ctx, "/api/v3/user/repos?sort=pushed&per_page=100")
	if err != nil {
		return nil, err
	}
	var repos []repoAnswer
	if answer.Status == http.StatusOK {
		err = answer.Decode(&repos)
	}
	return repos, err
}

// takeSamples gives each organization a repo to try things on. A token without memberships to show
// reveals its organizations by their repos.
func (d *diagnosis) takeSamples(ctx context.Context, repos []repoAnswer) {
	for _, r := range repos {
		if r.FullName == "" || r.Owner == nil {
			continue
		}
		if r.HTMLURL != "" {
			_, _ = d.signed.Rebase(r.HTMLURL) // notes a host that differs
		}
		if d.repo == nil {
			d.repo = &repoSeen{r.FullName}
		}
		d.sampleFor(r)
	}
	for i := range d.orgs[:min(len(d.orgs), maxProbedOwners)] {
		if o := &d.orgs[i]; o.sample == "" && (d.repo == nil || d.byPermission()) {
			o.sample = d.firstRepo(ctx, o.Login)
			if d.repo == nil && o.sample != "" {
				d.repo = &repoSeen{o.sample}
			}
		}
	}
}

func (d *diagnosis) sampleFor(r repoAnswer) {
	for i := range d.orgs {
		if strings.EqualFold(d.orgs[i].Login, r.Owner.Login) {
			if d.orgs[i].sample == "" {
				d.orgs[i].sample = r.FullName
			}
			return
		}
	}
	if strings.EqualFold(r.Owner.Type, "Organization") {
		d.orgs = append(d.orgs, orgSeen{Organization: Organization{Login: r.Owner.Login, ServerID: r.Owner.ID, Role: roleNone}, sample: r.FullName})
	}
}

func (d *diagnosis) firstRepo(ctx context.Context, organization string) string {
	answer, err := d.signed.Get(ctx, "/api/v3/orgs/"+url.PathEscape(organization)+"/repos?per_page=1")
	if err != nil || answer.Status != http.StatusOK {
		return ""
	}
	var repos []repoAnswer
	if answer.Decode(&repos) != nil || len(repos) == 0 {
		return ""
	}
	return repos[0].FullName
}

// judgeOrganizations picks what a person should know first.
func (d *diagnosis) judgeOrganizations(found int, pending []string) outcome {
	v := d.values().with("login", d.user.Login)
	detail := d.roleList()
	switch {
	case found == 0 && len(pending) > 0:
		return bad(fault(OrgsPending, v.with("organizations", strings.Join(pending, ", "), "first", pending[0])))
	case found == 0 && d.tokenKind() == TokenFineGrained:
		return bad(fault(OrgsAwaitingApproval, v))
	case found == 0:
		return bad(fault(OrgsNone, v))
	}
	if lost, permissions := d.deniedWords(); lost != "" {
		return bad(fault(OrgsPermission, v.with("lost", lost, "permissions", permissions)).saw("%s", detail))
	}
	if members := d.withRole(roleMember); len(members) > 0 {
		return bad(fault(OrgsMember, v.with("organizations", names(members), "first", members[0])).saw("%s", detail))
	}
	if hidden := d.withRole(roleNone); len(hidden) > 0 && !d.byPermission() {
		return bad(fault(OrgsRolesHidden, v.with("organizations", names(hidden))).saw("%s", detail))
	}
	if len(pending) > 0 {
		return bad(fault(OrgsPending, v.with("organizations", strings.Join(pending, ", "), "first", pending[0])).saw("%s", detail))
	}
	return fine(detail)
}

func (d *diagnosis) withRole(role string) []string {
	var logins []string
	for _, o := range d.orgs {
		if o.Role == role && !o.Personal {
			logins = append(logins, o.Login)
		}
	}
	return logins
}

func (d *diagnosis) roleList() string {
	parts := make([]string, 0, len(d.orgs))
	for _, o := range d.orgs {
		switch {
		case o.Personal:
			parts = append(parts, o.Login+" (the account's own repos)")
		case o.Role == roleNone:
			parts = append(parts, o.Login+" (role not told)")
		default:
			parts = append(parts, o.Login+" ("+o.Role+")")
		}
	}
	return names(parts)
}

// names is a list for a sentence, cut where it gets long.
func names(list []string) string {
	if len(list) > 10 {
		return strings.Join(list[:10], ", ") + fmt.Sprintf(" and %d more", len(list)-10)
	}
	return strings.Join(list, ", ")
}
