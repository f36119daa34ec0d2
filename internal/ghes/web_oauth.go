package ghes

import (
	"encoding/json"
	"html/template"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

var consentPage = template.Must(template.New("consent").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Authorize {{.App.Name}} · GitHub Enterprise</title></head>
<body><main><h1>Authorize {{.App.Name}}</h1>
<p>{{.App.Name}} by {{.App.Owner}} would like additional permissions to act for <b>{{.Login}}</b>. Authorizing will redirect to {{.Redirect}}</p>
<form action="/login/oauth/authorize" method="post">
<input type="hidden" name="client_id" value="{{.App.ClientID}}"><input type="hidden" name="redirect_uri" value="{{.Asked}}">
<input type="hidden" name="state" value="{{.State}}">
{{range .Scopes}}<p><label><input type="checkbox" name="scope" value="{{.}}" checked> {{.}}</label></p>{{end}}
<button name="authorize" value="0">Cancel</button> <button name="authorize" value="1">Authorize {{.App.Owner}}</button>
</form></main></body></html>
`))

// GET /login/oauth/authorize
//
// Parameters of PKCE are not known to this server and change nothing.
func (s *Server) askConsent(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	app, ok := s.World.OAuthApp(q.Get("client_id"))
	if !ok {
		writePage(w, http.StatusNotFound, webPage{Title: "Page not found", Text: "This is not the web page you are looking for."})
		return
	}
	user, ok := s.signedIn(w, r)
	if !ok {
		return
	}
	if problem := redirectProblem(app, q.Get("redirect_uri")); problem != "" {
		s.refuseConsent(w, r, app, app.CallbackURL, problem, q.Get("state"))
		return
	}
	scopes := askedScopes(q.Get("scope"))
	if before, ok := s.grants.consented(user.Login, app.ClientID); ok && holdsAll(before, scopes) {
		s.sendCode(w, r, app, oauthGrant{login: user.Login, clientID: app.ClientID, redirect: q.Get("redirect_uri"), scopes: before}, q.Get("state"))
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = consentPage.Execute(w, map[string]any{
		"App": app, "Login": user.Login, "Asked": q.Get("redirect_uri"), "Redirect": redirectOf(app, q.Get("redirect_uri")),
		"State": q.Get("state"), "Scopes": scopes,
	})
}

// POST /login/oauth/authorize
func (s *Server) giveConsent(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	app, ok := s.World.OAuthApp(r.PostForm.Get("client_id"))
	user, in := User{}, false
	if ok {
		user, in = s.signedIn(w, r)
	}
	if !ok || !in {
		return
	}
	redirect, state := r.PostForm.Get("redirect_uri"), r.PostForm.Get("state")
	if r.PostForm.Get("authorize") != "1" {
		s.refuseConsent(w, r, app, redirectOf(app, redirect), "access_denied", state)
		return
	}
	s.sendCode(w, r, app, oauthGrant{login: user.Login, clientID: app.ClientID, redirect: redirect, scopes: r.PostForm["scope"]}, state)
}

func (s *Server) sendCode(w http.ResponseWriter, r *http.Request, app OAuthApp, grant oauthGrant, state string) {
	grant.offline = slices.Contains(grant.scopes, "offline_access")
	code := s.grants.authorize(grant)
	sendBack(w, r, redirectOf(app, grant.redirect), url.Values{"code": {code}, "state": {state}})
}

// consentErrors are what the server says to the application when there is no code.
var consentErrors = map[string]string{
	"access_denied":         "The user has denied your application access.",
	"redirect_uri_mismatch": "The redirect_uri MUST match the registered callback URL for this application.",
	"application_suspended": "Your application has been suspended. Contact your site administrator.",
}

func (s *Server) refuseConsent(w http.ResponseWriter, r *http.Request, app OAuthApp, to, problem, state string) {
	sendBack(w, r, to, url.Values{"error": {problem}, "error_description": {consentErrors[problem]}, "error_uri": {s.docs()}, "state": {state}})
}

func sendBack(w http.ResponseWriter, r *http.Request, to string, values url.Values) {
	separator := "?"
	if strings.Contains(to, "?") {
		separator = "&"
	}
	http.Redirect(w, r, to+separator+values.Encode(), http.StatusFound)
}

func redirectProblem(app OAuthApp, redirect string) string {
	switch {
	case app.Suspended:
		return "application_suspended"
	case !app.accepts(redirect):
		return "redirect_uri_mismatch"
	}
	return ""
}

func redirectOf(app OAuthApp, asked string) string {
	if asked == "" {
		return app.CallbackURL
	}
	return asked
}

func askedScopes(scope string) []string {
	return strings.FieldsFunc(scope, func(r rune) bool { return r == ' ' || r == ',' })
}

func holdsAll(granted, asked []string) bool {
	for _, scope := range asked {
		if !slices.Contains(granted, scope) && !(Token{Kind: OAuthToken, Scopes: granted}).grants([]string{scope}) {
			return false
		}
	}
	return true
}

// POST /login/oauth/access_token
//
// Errors are answers of status 200; the form of an answer is that of a web form unless JSON is asked for.
func (s *Server) accessToken(w http.ResponseWriter, r *http.Request) {
	asked := tokenRequest(r)
	app, ok := s.World.OAuthApp(asked.Get("client_id"))
	if !ok {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"error":"Not Found"}`))
		return
	}
	if app.ClientSecret != asked.Get("client_secret") {
		s.answerToken(w, r, tokenError("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect."))
		return
	}
	if asked.Get("grant_type") == "refresh_token" && s.expiresTokens() {
		s.answerToken(w, r, s.refreshGrant(app, asked.Get("refresh_token")))
		return
	}
	s.answerToken(w, r, s.exchange(app, asked))
}

// expiresTokens is whether this release can make OAuth tokens that end.
func (s *Server) expiresTokens() bool { return atLeast(s.Settings().Version, 3, 23) }

// tokenRequest reads the parameters wherever the server takes them: body or query.
func tokenRequest(r *http.Request) url.Values {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "application/json" {
		var body map[string]string
		values := url.Values{}
		_ = json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<16)).Decode(&body)
		for name, value := range body {
			values.Set(name, value)
		}
		return values
	}
	_ = r.ParseForm()
	return r.Form
}

type tokenAnswer = map[string]any

func tokenError(code, text string) tokenAnswer {
	return tokenAnswer{"error": code, "error_description": text, "error_uri": "https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors"}
}

func (s *Server) exchange(app OAuthApp, asked url.Values) tokenAnswer {
	grant, ok := s.grants.spendCode(asked.Get("code"))
	if !ok || grant.clientID != app.ClientID {
		return tokenError("bad_verification_code", "The code passed is incorrect or expired.")
	}
	if redirect := asked.Get("redirect_uri"); redirect != "" && !app.accepts(redirect) {
		return tokenError("redirect_uri_mismatch", consentErrors["redirect_uri_mismatch"])
	}
	return s.issue(grant)
}

func (s *Server) refreshGrant(app OAuthApp, token string) tokenAnswer {
	grant, ok := s.grants.spendRefresh(token)
	if !ok || grant.clientID != app.ClientID {
		return tokenError("bad_refresh_token", "The refresh token passed is incorrect or expired.")
	}
	s.World.RevokeToken(grant.token)
	return s.issue(grant)
}

// issue makes the access token of a grant, and a refresh token where the release and the scopes have it so.
func (s *Server) issue(grant oauthGrant) tokenAnswer {
	scopes := slices.DeleteFunc(normalScopes(grant.scopes), func(scope string) bool { return scope == "offline_access" })
	token := Token{Login: grant.login, Kind: OAuthToken, Scopes: scopes, ClientID: grant.clientID}
	answer := tokenAnswer{"token_type": "bearer", "scope": strings.Join(scopes, ",")}
	ends := grant.offline && s.expiresTokens()
	if ends {
		token.ExpiresAt = s.now().Add(oauthTokenLife)
	}
	token = s.World.AddToken(token)
	answer["access_token"] = token.Secret
	if ends {
		grant.token = token.Secret
		answer["expires_in"] = int(oauthTokenLife / time.Second)
		answer["refresh_token"] = s.grants.addRefresh(grant)
		answer["refresh_token_expires_in"] = int(refreshTokenLife / time.Second)
	}
	return answer
}

func (s *Server) answerToken(w http.ResponseWriter, r *http.Request, answer tokenAnswer) {
	w.Header().Set("Cache-Control", "max-age=0, private, must-revalidate")
	if strings.Contains(r.Header.Get("Accept"), "json") {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(encode(answer))
		return
	}
	values := url.Values{}
	for name, value := range answer {
		values.Set(name, strings.Trim(string(encode(value)), `"`))
	}
	w.Header().Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	_, _ = w.Write([]byte(values.Encode()))
}
