package connect

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"weir/internal/secret"
)

const tokenPath = "/login/oauth/access_token"

// ConsentURL is the server's page on which a person lets an OAuth app act for them. The state comes back
// with the answer and must be the one given. A server that makes tokens which end is asked for one that
// can be renewed without a person; older ones pass over that.
func ConsentURL(a Address, clientID, callback, state string) string {
	query := url.Values{
		"client_id": {clientID}, "redirect_uri": {callback}, "state": {state},
		"scope": {strings.Join(append(ConsentScopes(), "offline_access"), " ")},
	}
	return a.Base + "/login/oauth/authorize?" + query.Encode()
}

// ConsentScopes are those that Weir asks a person for: all that it can use, and nothing for show.
func ConsentScopes() []string {
	return []string{"repo", "read:org", "admin:org_hook", "admin:repo_hook"}
}

// NewOAuthAppURL is the server's form for a new OAuth application, filled in where it takes that.
func NewOAuthAppURL(a Address, name, homepage, callback string) string {
	query := url.Values{
		"oauth_application[name]": {name}, "oauth_application[url]": {homepage}, "oauth_application[callback_url]": {callback},
	}
	return a.Base + "/settings/applications/new?" + query.Encode()
}

// Consent is an answer of the server's consent page that is yet to be exchanged for a token.
func Consent(clientID string, clientSecret, code secret.String, callback string) Credential {
	return Credential{Method: MethodOAuth, ClientID: clientID, ClientSecret: clientSecret, Code: code, Callback: callback}
}

// Exchange turns the code in a credential into what it stands for: a consent into an OAuth token, the
// code of a manifest into a GitHub App. Both work once. A failure is a *Fault.
func (t *Transport) exchange(ctx context.Context, c Credential, v values) (Credential, *Fault) {
	if c.Method == MethodApp {
		return t.convertManifest(ctx, c, v)
	}
	return t.requestToken(ctx, c, url.Values{"code": {c.Code.Reveal()}, "redirect_uri": {c.Callback}}, v)
}

// Renew spends the refresh token of an OAuth credential for a new pair. It works once per refresh token:
// the caller sees to it that nobody else does so at the same time, and keeps what comes back. A failure
// is a *Fault; only one of status 200 or 404 says that the server refused.
func (t *Transport) Renew(ctx context.Context, c Credential) (Credential, error) {
	renewed, f := t.requestToken(ctx, c, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {c.RefreshToken.Reveal()}}, t.address.values())
	if f != nil {
		t.scrubFault(f)
		return c, f
	}
	return renewed, nil
}

// tokenReply is the token endpoint's answer. Its numbers are texts in the form that servers send unasked.
type tokenReply struct {
	AccessToken string `json:"access_token"`
	Scope       string `json:"scope"`
	Error       string `json:"error"`
	Description string `json:"error_description"`

	ExpiresIn        json.Number `json:"expires_in"`
	RefreshToken     string      `json:"refresh_token"`
	RefreshExpiresIn json.Number `json:"refresh_token_expires_in"`
}

func (t *Transport) requestToken(ctx context.Context, c Credential, values url.Values, v values) (Credential, *Fault) {
	values.Set("client_id", c.ClientID)
	values.Set("client_secret", c.ClientSecret.Reveal())
	answer, err := t.post(ctx, tokenPath, "application/x-www-form-urlencoded", []byte(values.Encode()))
	if err != nil {
		return c, fault(SignInOAuthLost, v.with("reason", FaultOf(err, t.address).Cause)).because(err)
	}
	reply, f := readTokenReply(answer, v)
	if f != nil {
		return c, f.saw("POST %s: HTTP %d", tokenPath, answer.Status)
	}
	now := t.options.Now()
	c.Code, c.Callback = secret.String{}, ""
	c.Token, c.RefreshToken = secret.New(reply.AccessToken), secret.New(reply.RefreshToken)
	c.ExpiresAt, c.RefreshExpiresAt = after(now, reply.ExpiresIn), after(now, reply.RefreshExpiresIn)
	return c, nil
}

func after(now time.Time, seconds json.Number) time.Time {
	n, err := strconv.ParseInt(seconds.String(), 10, 64)
	if err != nil || n <= 0 {
		return time.Time{}
	}
	return now.Add(time.Duration(n) * time.Second).Truncate(time.Second).UTC()
}

func readTokenReply(a *Answer, v values) (tokenReply, *Fault) {
	v = v.with("status", fmt.Sprint(a.Status), "title", a.title())
	var reply tokenReply
	if form, err := url.ParseQuery(string(a.Body)); err == nil && !a.IsJSON() && !a.IsPage() {
		reply = tokenReply{
			AccessToken: form.Get("access_token"), Error: form.Get("error"), Description: form.Get("error_description"),
			ExpiresIn: json.Number(form.Get("expires_in")), RefreshToken: form.Get("refresh_token"),
			RefreshExpiresIn: json.Number(form.Get("refresh_token_expires_in")),
		}
	} else if a.IsPage() || a.Decode(&reply) != nil {
		return reply, fault(SignInOAuthUnreadable, v)
	}
	switch {
	case reply.Error != "":
		return reply, consentFault(reply.Error, reply.Description, v)
	case a.Status != http.StatusOK || reply.AccessToken == "":
		return reply, fault(SignInOAuthUnreadable, v)
	}
	return reply, nil
}

// consentCodes are the errors of GitHub's OAuth flow, on the way back from the consent page and of the exchange.
var consentCodes = map[string]Code{
	"access_denied": SignInOAuthDenied, "redirect_uri_mismatch": SignInOAuthMismatch, "application_suspended": SignInOAuthSuspended,
	"incorrect_client_credentials": SignInOAuthSecret, "Not Found": SignInOAuthSecret,
	"bad_verification_code": SignInOAuthCode, "bad_refresh_token": SignInOAuthRefresh,
}

// ConsentFault names the error that the server's consent page sent back in place of a code.
func ConsentFault(problem, description string, a Address) *Fault {
	return consentFault(problem, description, a.values())
}

func consentFault(problem, description string, v values) *Fault {
	code, known := consentCodes[problem]
	if !known {
		code = SignInOAuthRefused
	}
	if description == "" {
		description = problem
	}
	return fault(code, v.with("message", said(shorten(description, 300))))
}

// convertManifest asks for the credentials of an app that was made of a manifest.
func (t *Transport) convertManifest(ctx context.Context, c Credential, v values) (Credential, *Fault) {
	path := "/api/v3/app-manifests/" + url.PathEscape(c.Code.Reveal()) + "/conversions"
	answer, err := t.post(ctx, path, "", nil)
	if err != nil {
		return c, fault(SignInAppLost, v.with("reason", FaultOf(err, t.address).Cause)).because(err)
	}
	var made struct {
		ID            int64  `json:"id"`
		Slug          string `json:"slug"`
		ClientID      string `json:"client_id"`
		ClientSecret  string `json:"client_secret"`
		WebhookSecret string `json:"webhook_secret"`
		PEM           string `json:"pem"`
	}
	v = v.with("status", fmt.Sprint(answer.Status), "title", answer.title(), "message", aside(answer.Message()))
	switch {
	case answer.Status == http.StatusNotFound, answer.Status == http.StatusUnprocessableEntity:
		return c, fault(SignInAppCode, v)
	case answer.Status != http.StatusCreated, answer.Decode(&made) != nil, made.ID == 0, made.PEM == "":
		return c, fault(SignInAppUnreadable, v)
	}
	return Credential{
		Method: MethodApp, AppID: made.ID, Slug: made.Slug, PrivateKey: secret.New(made.PEM),
		ClientID: made.ClientID, ClientSecret: secret.New(made.ClientSecret), WebhookKey: c.WebhookKey, WebhookSecret: secret.New(made.WebhookSecret),
	}, nil
}

// post sends a body that rules.go allows and reads the answer.
func (t *Transport) post(ctx context.Context, path, kind string, body []byte) (*Answer, error) {
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.address.Base+path, reader)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	req.Header.Set("Accept", "application/json")
	return t.ask(req, maxErrorBody)
}
