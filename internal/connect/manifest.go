package connect

import (
	"encoding/json"
	"fmt"
	"net/url"
)

// AppPermissions are all that Weir's GitHub App asks for: reading, and only what the services need.
var AppPermissions = map[string]string{
	"metadata": "read", "contents": "read", "pull_requests": "read", "issues": "read", "members": "read",
}

// AppEvents are the events of which Weir's GitHub App is told: those that Weir reads, that its permissions
// allow, and that every supported server knows. A manifest with an unknown one makes no app.
var AppEvents = []string{
	"create", "delete", "issue_comment", "issues", "organization", "pull_request", "pull_request_review",
	"pull_request_review_comment", "push", "repository",
}

// Manifest describes Weir's GitHub App to a server, which then makes it with one click.
type Manifest struct {
	// Name is proposed; the person may change it on the server's page.
	Name string
	// Homepage is Weir's address; Redirect gets the code, Setup is where people come back to after installing.
	Homepage, Redirect, Setup string
	// WebhookURL is where the app's own webhook delivers; empty makes an app without one.
	WebhookURL string
	// Public lets every organization of the server install it, else only the one that owns it.
	Public bool
}

// JSON is the manifest as the server's form takes it.
func (m Manifest) JSON() (string, error) {
	manifest := map[string]any{
		"name": m.Name, "url": m.Homepage, "redirect_url": m.Redirect, "setup_url": m.Setup, "setup_on_update": true,
		"description": "Measures the flow of work from commits, pull requests and issues. Reads and never writes.",
		"public":      m.Public, "default_permissions": AppPermissions, "default_events": []string{},
	}
	if m.WebhookURL != "" {
		manifest["hook_attributes"] = map[string]any{"url": m.WebhookURL, "active": true}
		manifest["default_events"] = AppEvents
	}
	text, err := json.Marshal(manifest)
	if err != nil {
		return "", fmt.Errorf("write the app's manifest: %w", err)
	}
	return string(text), nil
}

// NewAppURL is the server's form that takes a manifest, for an organization or, with none, for the
// account that is signed in there. The state comes back with the code and must be the one given.
func NewAppURL(a Address, organization, state string) string {
	path := "/settings/apps/new"
	if organization != "" {
		path = "/organizations/" + url.PathEscape(organization) + path
	}
	return a.Base + path + "?" + url.Values{"state": {state}}.Encode()
}

// InstallURL is the page on which an owner installs the app in one organization, by the server's id of it.
func InstallURL(app App, organizationID int64) string {
	return fmt.Sprintf("%s/permissions?suggested_target_id=%d", app.InstallPage, organizationID)
}
