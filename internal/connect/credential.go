package connect

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"weir/internal/secret"
)

// Method is a way to sign in.
type Method string

// The four ways.
const (
	MethodToken    Method = "token"
	MethodPassword Method = "password"
	MethodOAuth    Method = "oauth"
	MethodApp      Method = "app"
)

// Credential is what Weir signs in with. Only the fields of its Method are set. It prints without
// its secrets; EncodeCredential is the only way to bytes that hold them.
type Credential struct {
	Method Method
	// Login is the account's name: needed for a password, known after sign-in for the others.
	Login string
	// Token is a personal access token, or the OAuth access token.
	Token    secret.String
	Password secret.String

	// ExpiresAt is when Token ends, zero when it does not or is not known.
	ExpiresAt time.Time

	// ClientID and ClientSecret are the OAuth app's or the GitHub App's.
	ClientID     string
	ClientSecret secret.String
	// RefreshToken renews an OAuth token that ends; empty before GHES 3.23.
	RefreshToken     secret.String
	RefreshExpiresAt time.Time

	// AppID, Slug and PrivateKey (PEM) are the GitHub App's; its installation tokens are never stored.
	AppID      int64
	Slug       string
	PrivateKey secret.String
	// WebhookKey is the last part of the address that the manifest gave the app's webhook, and WebhookSecret what
	// the server signs its deliveries with; both are empty for an app that was not made of a manifest with one.
	WebhookKey    string
	WebhookSecret secret.String

	// Code is what the server's page sent back and is yet to be exchanged: a consent for an OAuth app, which
	// names its Callback too, or a manifest for a GitHub App. It works once and is never stored.
	Code     secret.String
	Callback string
}

// TokenCredential is a personal access token as pasted: what people copy along with it is dropped.
func TokenCredential(pasted secret.String) Credential {
	token := strings.TrimSpace(pasted.Reveal())
	for _, prefix := range []string{"Authorization:", "Bearer ", "bearer ", "token "} {
		token = strings.TrimSpace(strings.TrimPrefix(token, prefix))
	}
	return Credential{Method: MethodToken, Token: secret.New(strings.Trim(token, `"'`))}
}

// PasswordCredential is a user name and password.
func PasswordCredential(login string, password secret.String) Credential {
	return Credential{Method: MethodPassword, Login: strings.TrimSpace(login), Password: password}
}

// Empty tells whether there is nothing to sign in with.
func (c Credential) Empty() bool {
	switch c.Method {
	case MethodPassword:
		return c.Login == "" || c.Password.Empty()
	case MethodApp:
		return c.PrivateKey.Empty()
	default:
		return c.Token.Empty()
	}
}

// NeedsRenewal tells whether the token ends so soon that its refresh token is to be spent now.
func (c Credential) NeedsRenewal(now time.Time) bool {
	return !c.RefreshToken.Empty() && !c.ExpiresAt.IsZero() && !now.Add(renewBefore).Before(c.ExpiresAt)
}

// Ends is when the credential stops working unless a person does something; zero when never or not known.
// A token that Weir renews by itself ends when its refresh token does.
func (c Credential) Ends() time.Time {
	if !c.RefreshToken.Empty() {
		return c.RefreshExpiresAt
	}
	return c.ExpiresAt
}

// String names the credential without its secrets.
func (c Credential) String() string {
	if c.Login == "" {
		return string(c.Method)
	}
	return fmt.Sprintf("%s of %s", c.Method, c.Login)
}

// GoString keeps %#v from walking into the fields.
func (c Credential) GoString() string { return c.String() }

// Secrets lists every secret value of the credential, for redaction and for tests that look for leaks.
func (c Credential) Secrets() []secret.String {
	var all []secret.String
	for _, s := range []secret.String{c.Token, c.Password, c.ClientSecret, c.RefreshToken, c.PrivateKey, c.WebhookSecret, c.Code} {
		if !s.Empty() {
			all = append(all, s)
		}
	}
	return all
}

// GitAccount answers the user name and password that git over HTTPS signs in with.
func (c Credential) GitAccount() (username string, password secret.String) {
	if c.Method == MethodPassword {
		return c.Login, c.Password
	}
	// Any user name does beside a token; this one also does for an App's.
	return "x-access-token", c.Token
}

// sealedCredential is the stored form; its version lets a later Weir read what an older one wrote.
type sealedCredential struct {
	Version          int    `json:"v"`
	Method           Method `json:"method"`
	Login            string `json:"login,omitempty"`
	Token            string `json:"token,omitempty"`
	Password         string `json:"password,omitempty"`
	ExpiresAt        int64  `json:"expires_at,omitempty"`
	ClientID         string `json:"client_id,omitempty"`
	ClientSecret     string `json:"client_secret,omitempty"`
	RefreshToken     string `json:"refresh_token,omitempty"`
	RefreshExpiresAt int64  `json:"refresh_expires_at,omitempty"`
	AppID            int64  `json:"app_id,omitempty"`
	Slug             string `json:"slug,omitempty"`
	PrivateKey       string `json:"private_key,omitempty"`
	WebhookKey       string `json:"webhook_key,omitempty"`
	WebhookSecret    string `json:"webhook_secret,omitempty"`
}

const credentialVersion = 1

// EncodeCredential reveals the credential into bytes. They are for sealing and for nothing else.
func EncodeCredential(c Credential) ([]byte, error) {
	plain, err := json.Marshal(sealedCredential{
		Version: credentialVersion, Method: c.Method, Login: c.Login,
		Token: c.Token.Reveal(), Password: c.Password.Reveal(), ExpiresAt: unix(c.ExpiresAt),
		ClientID: c.ClientID, ClientSecret: c.ClientSecret.Reveal(),
		RefreshToken: c.RefreshToken.Reveal(), RefreshExpiresAt: unix(c.RefreshExpiresAt),
		AppID: c.AppID, Slug: c.Slug, PrivateKey: c.PrivateKey.Reveal(), WebhookKey: c.WebhookKey, WebhookSecret: c.WebhookSecret.Reveal(),
	})
	if err != nil {
		return nil, fmt.Errorf("encode credential: %w", err)
	}
	return plain, nil
}

// DecodeCredential reads what EncodeCredential wrote. Its error never quotes the bytes.
func DecodeCredential(plain []byte) (Credential, error) {
	var s sealedCredential
	if err := json.Unmarshal(plain, &s); err != nil {
		return Credential{}, fmt.Errorf("decode credential: the stored form is not valid (%d bytes)", len(plain))
	}
	if s.Version != credentialVersion {
		return Credential{}, fmt.Errorf("decode credential: stored by a newer Weir (form %d, this one reads %d)", s.Version, credentialVersion)
	}
	return Credential{
		Method: s.Method, Login: s.Login,
		Token: secret.New(s.Token), Password: secret.New(s.Password), ExpiresAt: fromUnix(s.ExpiresAt),
		ClientID: s.ClientID, ClientSecret: secret.New(s.ClientSecret),
		RefreshToken: secret.New(s.RefreshToken), RefreshExpiresAt: fromUnix(s.RefreshExpiresAt),
		AppID: s.AppID, Slug: s.Slug, PrivateKey: secret.New(s.PrivateKey), WebhookKey: s.WebhookKey, WebhookSecret: secret.New(s.WebhookSecret),
	}, nil
}

func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func fromUnix(s int64) time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(s, 0).UTC()
}

// TokenKind is what a token's look says it is.
type TokenKind string

// The kinds that GitHub makes. Their lengths are never relied on: newer servers make longer ones.
const (
	TokenClassic      TokenKind = "classic"
	TokenFineGrained  TokenKind = "fine_grained"
	TokenOAuth        TokenKind = "oauth"
	TokenInstallation TokenKind = "installation"
	TokenAppUser      TokenKind = "app_user"
	TokenRefresh      TokenKind = "refresh"
	TokenUnknown      TokenKind = "unknown"
)

// Name is the kind in words.
func (k TokenKind) Name() string {
	switch k {
	case TokenClassic:
		return "a classic personal access token"
	case TokenFineGrained:
		return "a fine-grained personal access token"
	case TokenOAuth:
		return "an OAuth app's token"
	case TokenInstallation:
		return "a GitHub App's installation token"
	case TokenAppUser:
		return "a GitHub App's token for a user"
	case TokenRefresh:
		return "a refresh token"
	default:
		return "a token of a kind that Weir does not know"
	}
}

// hexToken is how tokens looked before GitHub gave them prefixes, in GHES 3.1.
var hexToken = regexp.MustCompile(`^[0-9a-f]{40}$`)

// Kind tells a token's kind by its look.
func Kind(token secret.String) TokenKind {
	t := token.Reveal()
	prefixes := []struct {
		prefix string
		kind   TokenKind
	}{
		{"github_pat_", TokenFineGrained}, {"ghp_", TokenClassic}, {"gho_", TokenOAuth},
		{"ghs_", TokenInstallation}, {"ghu_", TokenAppUser}, {"ghr_", TokenRefresh}, {"v1.", TokenInstallation},
	}
	for _, p := range prefixes {
		if strings.HasPrefix(t, p.prefix) {
			return p.kind
		}
	}
	if hexToken.MatchString(t) {
		return TokenClassic
	}
	return TokenUnknown
}
