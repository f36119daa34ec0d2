package ghes

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// manifest is what an application asks for before it is one, kept while its owner makes up their mind.
type manifest struct {
	Name           string `json:"name"`
	URL            string `json:"url"`
	HookAttributes *struct {
		URL    string `json:"url"`
		Active bool   `json:"active"`
	} `json:"hook_attributes"`
	RedirectURL        string            `json:"redirect_url"`
	CallbackURLs       []string          `json:"callback_urls"`
	SetupURL           string            `json:"setup_url"`
	Description        string            `json:"description"`
	Public             bool              `json:"public"`
	DefaultEvents      []string          `json:"default_events"`
	DefaultPermissions map[string]string `json:"default_permissions"`

	state string
}

// manifestCode is an app that its maker may learn the secrets of, once.
type manifestCode struct {
	app   App
	until time.Time
}

var manifestPage = template.Must(template.New("manifest").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Create GitHub App · GitHub Enterprise</title></head>
<body><main><h1>Create GitHub App for {{.Owner}}</h1>{{with .Wrong}}<p>{{.}}</p>{{end}}
<form action="{{.Action}}" method="post"><input type="hidden" name="manifest_id" value="{{.ID}}">
<p><label>GitHub App name <input name="name" value="{{.Name}}"></label></p>
<p><button>Create GitHub App for {{.Owner}}</button></p></form></main></body></html>
`))

// POST /settings/apps/new and /organizations/{org}/settings/apps/new
//
// The form comes from another site, so that a browser does not send the session's cookie along: what it
// holds is kept, and the page to confirm it asks for the session.
func (s *Server) takeManifest(w http.ResponseWriter, r *http.Request) {
	m := manifest{state: r.FormValue("state")}
	if err := json.Unmarshal([]byte(r.PostFormValue("manifest")), &m); err != nil || m.URL == "" || m.RedirectURL == "" || m.HookAttributes != nil && m.HookAttributes.URL == "" {
		writePage(w, http.StatusUnprocessableEntity, webPage{Title: "Invalid GitHub App configuration", Text: "The manifest needs a name, a url and a redirect_url; hook_attributes need a url."})
		return
	}
	http.Redirect(w, r, s.base(r)+r.URL.Path+"?manifest_id="+s.grants.keepManifest(m), http.StatusSeeOther)
}

// GET /settings/apps/new
func (s *Server) confirmManifest(w http.ResponseWriter, r *http.Request) {
	if owner, ok := s.appOwner(w, r); ok {
		s.writeManifest(w, r, http.StatusOK, owner, r.URL.Query().Get("manifest_id"), "")
	}
}

// appOwner is the account or the organization that an app is made for; only owners may.
func (s *Server) appOwner(w http.ResponseWriter, r *http.Request) (string, bool) {
	user, ok := s.signedIn(w, r)
	if !ok {
		return "", false
	}
	org := r.PathValue("org")
	if org == "" {
		return user.Login, true
	}
	o, known := s.World.Organization(org)
	if m, member := s.World.Member(org, user.Login); !known || !member || m.Role != RoleAdmin {
		writePage(w, http.StatusNotFound, webPage{Title: "Page not found", Text: "This is not the web page you are looking for."})
		return "", false
	}
	return o.Login, true
}

func (s *Server) writeManifest(w http.ResponseWriter, r *http.Request, status int, owner, id, wrong string) {
	m, ok := s.grants.manifest(id)
	if !ok {
		writePage(w, http.StatusOK, webPage{Title: "Register new GitHub App"})
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = manifestPage.Execute(w, map[string]any{
		"Owner": owner, "ID": id, "Name": m.Name, "Action": strings.TrimSuffix(r.URL.Path, "/new"), "Wrong": wrong,
	})
}

// POST /settings/apps
func (s *Server) createFromManifest(w http.ResponseWriter, r *http.Request) {
	owner, ok := s.appOwner(w, r)
	if !ok {
		return
	}
	id := r.PostFormValue("manifest_id")
	m, ok := s.grants.manifest(id)
	name := r.PostFormValue("name")
	_, taken := s.World.AppNamed(slugOf(name))
	switch {
	case !ok:
		writePage(w, http.StatusNotFound, webPage{Title: "Page not found"})
		return
	case name == "":
		s.writeManifest(w, r, http.StatusUnprocessableEntity, owner, id, "Name can't be blank.")
		return
	case taken:
		s.writeManifest(w, r, http.StatusUnprocessableEntity, owner, id, "Name has already been taken.")
		return
	}
	app, err := s.World.AddApp(m.app(name, owner, s.now()))
	if err != nil {
		http.Error(w, "Server Error", http.StatusInternalServerError)
		return
	}
	sendBack(w, r, m.RedirectURL, url.Values{"code": {s.grants.addManifestCode(app)}, "state": {m.state}})
}

// app is what the manifest asks for. An app with a webhook gets a secret for it.
func (m manifest) app(name, owner string, at time.Time) App {
	a := App{
		Name: name, Owner: owner, URL: m.URL, Description: m.Description, SetupURL: m.SetupURL, Public: m.Public,
		Permissions: m.DefaultPermissions, Events: m.DefaultEvents, CreatedAt: at,
	}
	if m.HookAttributes != nil {
		a.WebhookURL, a.WebhookSecret = m.HookAttributes.URL, strings.ToLower(rand.Text() + rand.Text())[:40]
	}
	return a
}

// GET /github-apps/{slug}
func (s *Server) appPage(w http.ResponseWriter, r *http.Request) {
	app, ok := s.World.AppNamed(r.PathValue("slug"))
	if !ok {
		writePage(w, http.StatusNotFound, webPage{Title: "Page not found"})
		return
	}
	writePage(w, http.StatusOK, webPage{Title: app.Name, Text: app.Description})
}

var installPage = template.Must(template.New("install").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Install {{.App.Name}} · GitHub Enterprise</title></head>
<body><main><h1>Install {{.App.Name}}</h1>
{{range .Targets}}<form action="/github-apps/{{$.App.Slug}}/installations" method="post"><input type="hidden" name="account" value="{{.}}">
<p><button>Install on {{.}}</button></p></form>{{else}}<p>There is no account that you may install it on.</p>{{end}}</main></body></html>
`))

// GET /github-apps/{slug}/installations/new
func (s *Server) chooseInstallation(w http.ResponseWriter, r *http.Request) {
	app, ok := s.World.AppNamed(r.PathValue("slug"))
	user, in := s.signedIn(w, r)
	if !ok || !in {
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = installPage.Execute(w, map[string]any{"App": app, "Targets": s.installable(app, user)})
}

// installable lists the accounts where somebody may install an app.
func (s *Server) installable(app App, user User) []string {
	var all []string
	for _, o := range s.World.Organizations() {
		if m, ok := s.World.Member(o.Login, user.Login); ok && m.Role == RoleAdmin && (app.Public || fold(app.Owner) == fold(o.Login)) {
			all = append(all, o.Login)
		}
	}
	if app.Public || fold(app.Owner) == fold(user.Login) {
		all = append(all, user.Login)
	}
	return all
}

// POST /github-apps/{slug}/installations
func (s *Server) install(w http.ResponseWriter, r *http.Request) {
	app, ok := s.World.AppNamed(r.PathValue("slug"))
	user, in := s.signedIn(w, r)
	if !ok || !in {
		return
	}
	for _, account := range s.installable(app, user) {
		if account != r.PostFormValue("account") {
			continue
		}
		i := s.World.As(user.Login).Install(Installation{App: app.ID, Account: account})
		if app.SetupURL != "" {
			sendBack(w, r, app.SetupURL, url.Values{"installation_id": {fmt.Sprint(i.ID)}, "setup_action": {"install"}})
			return
		}
		writePage(w, http.StatusOK, webPage{Title: app.Name + " is installed"})
		return
	}
	writePage(w, http.StatusNotFound, webPage{Title: "Page not found"})
}

func (g *grants) keepManifest(m manifest) (id string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	id = rand.Text()
	g.manifests[id] = m
	return id
}

func (g *grants) manifest(id string) (manifest, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	m, ok := g.manifests[id]
	return m, ok
}

func (g *grants) addManifestCode(a App) (code string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	code = strings.ToLower(rand.Text())
	g.converted[code] = manifestCode{a, g.now().Add(manifestLife)}
	return code
}

// spendManifest takes a code, once.
func (g *grants) spendManifest(code string) (manifestCode, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	held, ok := g.converted[code]
	delete(g.converted, code)
	return held, ok && g.now().Before(held.until)
}
