package ghes

import (
	"html/template"
	"net/http"
)

var oauthAppPage = template.Must(template.New("app").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{{if .App.ClientID}}{{.App.Name}}{{else}}Register a new OAuth application{{end}} · GitHub Enterprise</title></head>
<body><main>
{{if .App.ClientID}}<h1>{{.App.Name}}</h1>
<p>Client ID <code id="client-id">{{.App.ClientID}}</code></p><p>Client secret <code id="client-secret">{{.App.ClientSecret}}</code></p>
<p>Make sure to copy your new client secret now. You won't be able to see it again.</p>
{{else}}<h1>Register a new OAuth application</h1>{{with .Wrong}}<p>{{.}}</p>{{end}}
<form action="/settings/applications" method="post">
<p><label>Application name <input name="oauth_application[name]" value="{{.App.Name}}" required></label></p>
<p><label>Homepage URL <input name="oauth_application[url]" value="{{.App.HomepageURL}}" required></label></p>
<p><label>Authorization callback URL <input name="oauth_application[callback_url]" value="{{.App.CallbackURL}}" required></label></p>
<p><button>Register application</button></p></form>{{end}}
</main></body></html>
`))

func writeOAuthApp(w http.ResponseWriter, status int, app OAuthApp, wrong string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = oauthAppPage.Execute(w, map[string]any{"App": app, "Wrong": wrong})
}

// GET /settings/applications/new
func (s *Server) newOAuthApp(w http.ResponseWriter, r *http.Request) {
	if _, ok := s.signedIn(w, r); !ok {
		return
	}
	q := r.URL.Query()
	writeOAuthApp(w, http.StatusOK, OAuthApp{
		Name: q.Get("oauth_application[name]"), HomepageURL: q.Get("oauth_application[url]"),
		CallbackURL: q.Get("oauth_application[callback_url]"),
	}, "")
}

// POST /settings/applications
func (s *Server) registerOAuthApp(w http.ResponseWriter, r *http.Request) {
	user, ok := s.signedIn(w, r)
	if !ok {
		return
	}
	app := OAuthApp{
		Name: r.PostFormValue("oauth_application[name]"), HomepageURL: r.PostFormValue("oauth_application[url]"),
		CallbackURL: r.PostFormValue("oauth_application[callback_url]"), Owner: user.Login,
	}
	if app.Name == "" || app.HomepageURL == "" || app.CallbackURL == "" {
		writeOAuthApp(w, http.StatusUnprocessableEntity, app, "Name, homepage URL and callback URL can't be blank.")
		return
	}
	writeOAuthApp(w, http.StatusOK, s.World.AddOAuthApp(app), "")
}
