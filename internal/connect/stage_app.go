package connect

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

const appSelf = "/api/v3/app"

// App is what a GitHub App's server says of it.
type App struct {
	ID          int64
	Slug, Name  string
	Owner       string
	Permissions map[string]string
	// Events are those that it is told of by its webhook.
	Events []string
	// Page is the app's own page, InstallPage the one on which an owner installs it.
	Page, InstallPage string
}

type appAnswer struct {
	ID          int64             `json:"id"`
	Slug        string            `json:"slug"`
	Name        string            `json:"name"`
	Owner       *ownerAnswer      `json:"owner"`
	HTMLURL     string            `json:"html_url"`
	Permissions map[string]string `json:"permissions"`
	Events      []string          `json:"events"`
}

// signInApp asks the server about the app itself. Which organizations it reads is a later stage's.
func (d *diagnosis) signInApp(ctx context.Context) outcome {
	answer, err := d.signed.Get(ctx, appSelf)
	if err != nil {
		return bad(d.signInLost(err))
	}
	d.userAnswer = answer
	app, f := d.readApp(answer)
	if f != nil {
		return bad(f.saw("GET %s: HTTP %d %s", appSelf, answer.Status, aside(answer.Message())))
	}
	d.report.App = app
	login := app.Slug + "[bot]"
	d.user = &userAnswer{ID: app.ID, Login: login, Name: app.Name}
	d.report.Account = Account{Login: login, Name: shorten(app.Name, 100), ServerID: app.ID}
	if f := d.noteVersion(answer); f != nil && f.Status == StatusFail {
		d.stopped = true
	}
	return fine(fmt.Sprintf("Signed in as the GitHub App %s of %s.", shorten(app.Name, 100), app.Owner))
}

func (d *diagnosis) readApp(a *Answer) (*App, *Fault) {
	v := d.values().with("status", fmt.Sprint(a.Status), "title", a.title(), "message", aside(a.Message()))
	switch {
	case a.InMaintenance():
		return nil, fault(SignInMaintenance, v)
	case a.Status >= http.StatusInternalServerError:
		return nil, fault(SignInServerError, v)
	}
	if f := appRefusal(a, v); f != nil {
		return nil, f
	}
	var read appAnswer
	if a.Status != http.StatusOK || a.Decode(&read) != nil || read.ID == 0 || read.Slug == "" {
		return nil, fault(SignInAppUnreadable, v)
	}
	app := &App{ID: read.ID, Slug: read.Slug, Name: read.Name, Permissions: read.Permissions, Events: read.Events}
	if read.Owner != nil {
		app.Owner = read.Owner.Login
	}
	// The server's own address of the page: servers differ in where it is.
	if page, err := d.signed.Rebase(read.HTMLURL); err == nil && read.HTMLURL != "" {
		app.Page, app.InstallPage = page, page+"/installations/new"
	}
	return app, nil
}

// appRefusal names why a server does not let an app in that signs in as itself; nil when it does.
func appRefusal(a *Answer, v values) *Fault {
	message := strings.ToLower(a.Message())
	v = v.with("message", aside(a.Message()))
	switch {
	case a.IsPage():
		return nil
	case a.Status == http.StatusUnauthorized && (strings.Contains(message, "claim") || strings.Contains(message, "expir")):
		return fault(SignInAppClock, v)
	case a.Status == http.StatusUnauthorized:
		return fault(SignInAppKey, v)
	case a.Status == http.StatusNotFound:
		return fault(SignInAppGone, v)
	}
	return nil
}

// scopesOfApp tells what the app was granted beyond reading. Weir has no use for it, and no token of
// Weir's carries it.
func (d *diagnosis) scopesOfApp() outcome {
	var writes []string
	for name, level := range d.report.App.Permissions {
		if level != "read" {
			writes = append(writes, name+" ("+level+")")
		}
	}
	if len(writes) > 0 {
		slices.Sort(writes)
		return bad(fault(ScopesAppWrites, d.values().with("permissions", strings.Join(writes, ", "))))
	}
	return bad(fault(ScopesApp, nil))
}

// appNeeds are the permissions that each service reads with, by the names that GitHub's pages give them.
var appNeeds = map[string]struct{ permission, spoken string }{
	serviceRepos:        {"contents", "Contents"},
	servicePullRequests: {"pull_requests", "Pull requests"},
	serviceTickets:      {"issues", "Issues"},
}

// organizationsOfApp are those that have installed the app; what each grants decides its services.
func (d *diagnosis) organizationsOfApp(ctx context.Context) outcome {
	list, err := d.signed.Installations(ctx)
	if err != nil {
		return bad(fault(OrgsFailed, d.values().with("reason", FaultOf(err, d.address).Cause)).because(err))
	}
	for _, i := range list {
		if i.Suspended {
			d.suspended = append(d.suspended, i.Account)
			continue
		}
		d.orgs = append(d.orgs, orgOfInstallation(i))
	}
	d.appWebhook, d.appWebhookOff = d.judgeAppWebhook(ctx)
	for i := range d.orgs[:min(len(d.orgs), maxProbedOwners)] {
		d.sampleOfInstallation(ctx, &d.orgs[i])
	}
	for _, o := range d.orgs {
		d.report.Organizations = append(d.report.Organizations, o.Organization)
	}
	return d.judgeInstallations()
}

func orgOfInstallation(i Installation) orgSeen {
	o := orgSeen{
		Organization: Organization{Login: i.Account, ServerID: i.AccountID, Role: roleNone, Personal: i.Personal},
		denied:       map[string]string{},
	}
	for service, need := range appNeeds {
		if i.Permissions[need.permission] == "" {
			o.denied[service] = need.spoken
		}
	}
	return o
}

func (d *diagnosis) sampleOfInstallation(ctx context.Context, o *orgSeen) {
	answer, err := d.signed.Get(WithOwner(ctx, o.Login), "/api/v3/installation/repositories?per_page=1")
	if err != nil || answer.Status != http.StatusOK {
		return
	}
	var list struct {
		Repositories []repoAnswer `json:"repositories"`
	}
	if answer.Decode(&list) != nil || len(list.Repositories) == 0 || list.Repositories[0].FullName == "" {
		return
	}
	o.sample = list.Repositories[0].FullName
	if d.repo == nil && o.denied[serviceRepos] == "" {
		d.repo = &repoSeen{o.sample}
	}
}

func (d *diagnosis) judgeInstallations() outcome {
	v := d.values().with("login", d.report.App.Name, "install", d.report.App.InstallPage, "organizations", names(d.suspended))
	if len(d.orgs) == 0 && len(d.suspended) == 0 {
		return bad(fault(OrgsAppNowhere, v))
	}
	detail := "Installed in " + names(loginsOf(d.orgs)) + "."
	if len(d.orgs) == 0 {
		detail = ""
	}
	if lost, permissions := d.deniedWords(); lost != "" {
		return bad(fault(OrgsAppPermission, v.with("lost", lost, "permissions", permissions)).saw("%s", detail))
	}
	if len(d.suspended) > 0 {
		return bad(fault(OrgsAppSuspended, v).saw("%s", detail))
	}
	return fine(detail)
}

func loginsOf(orgs []orgSeen) []string {
	logins := make([]string, 0, len(orgs))
	for _, o := range orgs {
		logins = append(logins, o.Login)
	}
	return logins
}
