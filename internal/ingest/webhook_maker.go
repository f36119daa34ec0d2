package ingest

import (
	"fmt"
	"net/url"
	"strings"

	"weir/internal/connect"
	"weir/internal/facts"
)

// makerOf names the kind of credential by which a server tells whose a webhook is: webhooks made by an
// OAuth app are shown to that app alone, those made by a person's token or password to people alone.
func makerOf(c connect.Credential) string {
	switch c.Method {
	case connect.MethodOAuth:
		return "oauth " + c.ClientID
	case connect.MethodApp:
		return fmt.Sprintf("app %d", c.AppID)
	default:
		return "user"
	}
}

// MakerInWords is the kind of credential that a webhook was made with.
func MakerInWords(maker string) string {
	kind, id, _ := strings.Cut(maker, " ")
	switch kind {
	case "oauth":
		return "the OAuth app " + id
	case "app":
		return "the GitHub App " + id
	case "user":
		return "an access token or a password"
	}
	return "another credential"
}

// hookSettings is the page on the server where people see a webhook; of a GitHub App it is the app's own, which
// leads its owners on to its settings.
func hookSettings(i *facts.Integration, w *facts.Webhook) string {
	server := strings.TrimSuffix(i.Address, "/")
	escape := func(name string) string { return strings.ReplaceAll(url.PathEscape(name), "%2F", "/") }
	switch w.Target {
	case facts.WebhookOrganization:
		return fmt.Sprintf("%s/organizations/%s/settings/hooks", server, escape(w.Name))
	case facts.WebhookRepo:
		return fmt.Sprintf("%s/%s/settings/hooks", server, escape(w.Name))
	}
	return server + "/github-apps/" + url.PathEscape(strings.TrimSuffix(i.Account, "[bot]"))
}
