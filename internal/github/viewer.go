package github

import (
	"context"
	"strings"
	"time"
)

// Viewer is the account that the credential belongs to.
type Viewer struct {
	ServerID    int64
	Login, Name string
	SiteAdmin   bool
	// Repos counts the repos that the account itself owns, as far as the server tells.
	Repos int
	// ExpiresAt is when the credential ends, zero when it does not or the server does not say.
	ExpiresAt time.Time
}

// Viewer asks who we are. It is asked once per client.
func (c *Client) Viewer(ctx context.Context) (Viewer, error) {
	c.mu.Lock()
	known := c.viewer
	c.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	if c.byApp() {
		return c.appViewer(ctx)
	}
	const op = "ask who the credential belongs to"
	var user struct {
		ID                int64  `json:"id"`
		Login             string `json:"login"`
		Name              string `json:"name"`
		SiteAdmin         bool   `json:"site_admin"`
		PublicRepos       int    `json:"public_repos"`
		OwnedPrivateRepos int    `json:"owned_private_repos"`
	}
	answer, err := c.get(ctx, op, "/api/v3/user", &user)
	if err != nil {
		return Viewer{}, err
	}
	if user.Login == "" {
		return Viewer{}, c.unreadable(op, answer, "it names no account", nil)
	}
	viewer := Viewer{
		ServerID: user.ID, Login: user.Login, Name: user.Name, SiteAdmin: user.SiteAdmin,
		Repos: user.PublicRepos + user.OwnedPrivateRepos, ExpiresAt: answer.CredentialExpiry(),
	}
	c.keepViewer(viewer)
	return viewer, nil
}

func (c *Client) keepViewer(v Viewer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.viewer = &v
}

// Meta is what a server says of itself.
type Meta struct {
	// Version is the server's own, such as 3.19.1; empty when it does not say.
	Version string
	// PasswordsVerifiable is false where people sign in by SAML or CAS; nil when the server does not say.
	PasswordsVerifiable *bool
}

// Meta asks the server about itself.
func (c *Client) Meta(ctx context.Context) (Meta, error) {
	var meta struct {
		InstalledVersion    string `json:"installed_version"`
		PasswordsVerifiable *bool  `json:"verifiable_password_authentication"`
	}
	answer, err := c.get(ctx, "ask the server's version", "/api/v3/meta", &meta)
	if err != nil {
		return Meta{}, err
	}
	version := strings.TrimSpace(meta.InstalledVersion)
	if version == "" {
		version = answer.ServerVersion()
	}
	return Meta{Version: version, PasswordsVerifiable: meta.PasswordsVerifiable}, nil
}
