package ghes

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

var layout = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{{.Title}} · GitHub Enterprise</title></head>
<body class="logged-out env-production"><main><h1>{{.Title}}</h1>
{{with .Text}}<p>{{.}}</p>{{end}}
{{if .SignIn}}<form action="/session" method="post">
<label>Username or email address <input name="login" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<input type="hidden" name="return_to" value="{{.ReturnTo}}"><button>Sign in</button></form>{{end}}
</main></body></html>
`))

type webPage struct {
	Title, Text, ReturnTo string
	SignIn                bool
}

func writePage(w http.ResponseWriter, status int, p webPage) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = layout.Execute(w, p)
}

// web serves the pages that a person, or a client that is lost, meets.
func (s *Server) web(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Server", "GitHub.com")
	w.Header().Set("X-GitHub-Request-Id", nextRequestID())
	path := strings.Trim(r.URL.Path, "/")
	if _, pattern := s.pages.Handler(r); pattern != "" {
		s.pages.ServeHTTP(w, r)
		return
	}
	switch {
	case path == "login":
		writePage(w, http.StatusOK, webPage{
			Title: "Sign in to GitHub Enterprise", SignIn: true, ReturnTo: r.URL.Query().Get("return_to"),
		})
	case path == "session", r.Method != http.MethodGet && r.Method != http.MethodHead:
		writePage(w, http.StatusUnprocessableEntity, webPage{
			Title: "Sign in to GitHub Enterprise", Text: "Incorrect username or password.", SignIn: true,
		})
	case s.Settings().PrivateMode || path == "":
		to := url.Values{"return_to": {s.base(r) + r.URL.RequestURI()}}
		http.Redirect(w, r, s.base(r)+"/login?"+to.Encode(), http.StatusFound)
	default:
		s.publicPage(w, r, path)
	}
}

// publicPage shows an account or a public repo to a visitor without a session.
func (s *Server) publicPage(w http.ResponseWriter, r *http.Request, path string) {
	owner, name := splitFullName(path)
	if repo, ok := s.World.Repo(owner + "/" + name); ok && repo.Visibility == Public {
		if fold(repo.FullName()) != fold(path) {
			http.Redirect(w, r, s.base(r)+"/"+repo.FullName(), http.StatusMovedPermanently)
			return
		}
		writePage(w, http.StatusOK, webPage{Title: repo.FullName(), Text: repo.Description})
		return
	}
	if o, ok := s.World.Organization(path); ok {
		writePage(w, http.StatusOK, webPage{Title: o.Login, Text: o.Description})
		return
	}
	if u, ok := s.World.User(path); ok {
		writePage(w, http.StatusOK, webPage{Title: u.Login, Text: u.Name})
		return
	}
	writePage(w, http.StatusNotFound, webPage{Title: "Page not found", Text: "This is not the web page you are looking for."})
}

// maintenancePage is what the appliance's front shows for every address.
func maintenancePage(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html")
	w.Header().Set("Server", "nginx")
	w.WriteHeader(http.StatusServiceUnavailable)
	_ = layout.Execute(w, webPage{
		Title: "GitHub Enterprise is currently down for maintenance",
		Text:  "We'll be back soon. Please contact your administrator for more information.",
	})
}
