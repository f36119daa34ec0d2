package connect

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// probePermissions tries, per organization, what each service reads: the only way to judge a token
// whose permissions the server does not list.
func (d *diagnosis) probePermissions(ctx context.Context) {
	for i := range d.orgs[:min(len(d.orgs), maxProbedOwners)] {
		o := &d.orgs[i]
		o.denied = map[string]string{}
		if o.sample == "" {
			continue
		}
		d.probe(ctx, o, serviceRepos, "/api/v3/repos/"+o.sample+"/commits?per_page=1", "Contents")
		d.probe(ctx, o, servicePullRequests, "/api/v3/repos/"+o.sample+"/pulls?state=all&per_page=1", "Pull requests")
		d.probe(ctx, o, serviceTickets, "/api/v3/repos/"+o.sample+"/issues?state=all&per_page=1", "Issues")
		d.probe(ctx, o, serviceWebhooks, "/api/v3/orgs/"+url.PathEscape(o.Login)+"/hooks?per_page=1", "Webhooks")
	}
}

// probe notes the permission that is missing when the answer is a no: 403 for a repo that the token
// sees, 404 for webhooks, which are hidden from all but owners. An empty repo (409) and one with issues
// switched off (410) are no such answers.
func (d *diagnosis) probe(ctx context.Context, o *orgSeen, service, path, permission string) {
	answer, err := d.signed.Get(ctx, path)
	if err != nil {
		return
	}
	if answer.Status == http.StatusForbidden || answer.Status == http.StatusNotFound && service == serviceWebhooks {
		o.denied[service] = permission
	}
}

// deniedWords says which services lack a permission where. That webhooks do is no fault of its own: a
// token that only reads is what Weir advises.
func (d *diagnosis) deniedWords() (lost, permissions string) {
	var parts, wanted []string
	for _, service := range []string{serviceRepos, servicePullRequests, serviceTickets} {
		var where []string
		for _, o := range d.orgs {
			if permission := o.denied[service]; permission != "" {
				where = append(where, o.Login)
				if !slices.Contains(wanted, permission) {
					wanted = append(wanted, permission)
				}
			}
		}
		if len(where) > 0 {
			parts = append(parts, spokenServices[service]+" of "+names(where))
		}
	}
	return strings.Join(parts, "; "), strings.Join(wanted, ", ")
}

// spokenServices names the services in sentences.
var spokenServices = map[string]string{
	serviceRepos: "commits", servicePullRequests: "pull requests", serviceTickets: "tickets", serviceWebhooks: "webhooks",
}
