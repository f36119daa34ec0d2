package web

import (
	"crypto/rand"
	"net/url"
	"strings"

	"weir/internal/connect"
	"weir/internal/secret"
)

// appView is a GitHub App that is being connected: what it will be, or where it is installed.
type appView struct {
	// There says that the app was made and its key is held.
	There bool
	App   connect.App
	Base  string
	// Installed are organizations that installed it, Missing known ones that did not.
	Installed []connect.Organization
	Missing   []missingInstall
}

type missingInstall struct{ Login, Address string }

// viewApp tells where the app is installed, and where it is not among the organizations that Weir knows at
// the same server.
func (s *Server) viewApp(v *visit, d *draft) (appView, error) {
	view := appView{There: d.Method == connect.MethodApp && !d.credential().Empty(), Base: d.Base}
	if !view.There || d.Last == nil || d.Last.App == nil {
		return view, nil
	}
	view.App, view.Installed = *d.Last.App, d.Last.Organizations
	integrations, err := s.store.Integrations(v.ctx())
	if err != nil {
		return view, err
	}
	seen := map[string]bool{}
	for _, o := range view.Installed {
		seen[strings.ToLower(o.Login)] = true
	}
	for _, i := range integrations {
		if i.Address != d.Base {
			continue
		}
		known, err := s.store.Organizations(v.ctx(), i.ID)
		if err != nil {
			return view, err
		}
		for _, o := range known {
			if login := strings.ToLower(o.Login); !seen[login] && login != strings.ToLower(i.Account) {
				seen[login] = true
				view.Missing = append(view.Missing, missingInstall{o.Login, connect.InstallURL(view.App, o.ServerID)})
			}
		}
	}
	return view, nil
}

type newAppView struct {
	Steps []stepView
	// Address is the server's form, Manifest what it is sent.
	Address, Manifest string
	Host, Owner       string
	ForAll            bool
	// Webhook says that the app gets a webhook: Weir knows an address of its own that the server can open.
	Webhook     bool
	Permissions []string
}

// GET /settings/integrations/new/app
//
// newAppPage shows what the app will be. Its button sends the manifest from the browser to the server, on
// whose page the person makes the app.
func (s *Server) newAppPage(v *visit) error {
	d, err := s.draft(v)
	if err != nil {
		return err
	}
	address, wrong := connect.ParseAddress(d.Address)
	if wrong != nil || d.Method != connect.MethodApp {
		return v.redirect("/settings/integrations/new/connect")
	}
	d.Pending = s.newPending(connect.MethodApp, false)
	webhook := s.webhookOfApp(d.Pending, address)
	if err := s.keepDraft(v, d); err != nil {
		return err
	}
	base := s.reachedAt(v)
	manifest, err := connect.Manifest{
		Name: appName(base), Homepage: base, Public: d.AppForAll, WebhookURL: webhook,
		Redirect: base + "/settings/integrations/new/app/made", Setup: base + "/settings/integrations/new/app/installed",
	}.JSON()
	if err != nil {
		return err
	}
	// The one page whose form goes to another address: that of the server that was entered.
	v.W.Header().Set("Content-Security-Policy", strings.Replace(policy, "form-action 'self'", "form-action 'self' "+address.Base, 1))
	v.Section, v.Side = "settings", "integrations"
	return v.render("integration_app", "Create the GitHub App", newAppView{
		Steps: stepsAt(2), Address: connect.NewAppURL(address, d.AppOwner, d.Pending.State), Manifest: manifest,
		Host: address.Host, Owner: d.AppOwner, ForAll: d.AppForAll, Webhook: webhook != "",
		Permissions: []string{"Contents", "Pull requests", "Issues", "Members of the organization", "Metadata"},
	})
}

// webhookOfApp gives the app's webhook an address of its own, "" where Weir has none that the server can open.
func (s *Server) webhookOfApp(p *pending, server connect.Address) string {
	if s.public == nil {
		return ""
	}
	base, err := connect.WebhookAddress(s.public.String(), server.Base)
	if err != nil {
		return ""
	}
	p.WebhookKey = strings.ToLower(rand.Text())
	return base + p.WebhookKey
}

// appName is proposed; names of apps are unique on a server, so that it holds the machine's name.
func appName(base string) string {
	name := "Weir"
	if u, err := url.Parse(base); err == nil && u.Hostname() != "" {
		name += " at " + u.Hostname()
	}
	return name[:min(len(name), 34)]
}

// GET /settings/integrations/new/app/made
func (s *Server) appMade(v *visit) error {
	d, err := s.draft(v)
	if err != nil {
		return err
	}
	query := v.R.URL.Query()
	asked, refused, err := s.answered(v, d, connect.MethodApp, query.Get("state"))
	if err != nil {
		return err
	}
	if refused != nil {
		d.refuse(refused)
	} else if _, err := s.test(v, d, connect.NewApp(secret.New(query.Get("code")), asked.WebhookKey)); err != nil {
		return err
	}
	if err := s.keepDraft(v, d); err != nil {
		return err
	}
	return v.redirect("/settings/integrations/new/connect")
}

// GET /settings/integrations/new/app/installed
//
// appInstalled is where the server sends people after they have installed the app, or changed where.
func (s *Server) appInstalled(v *visit) error {
	d, err := s.draft(v)
	if err != nil {
		return err
	}
	if d.Method != connect.MethodApp || d.credential().Empty() {
		v.say("ok", "The server has noted the installation. Choose Update all on the integration's page to read what is new.")
		return v.redirect("/settings/integrations")
	}
	if _, err := s.test(v, d, d.credential()); err != nil {
		return err
	}
	if err := s.keepDraft(v, d); err != nil {
		return err
	}
	return v.redirect("/settings/integrations/new/connect")
}
