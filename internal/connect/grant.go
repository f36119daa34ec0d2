package connect

import (
	"encoding/json"
	"io"
	"net/url"
	"slices"
)

// Grant is a request that gets a credential. Nothing on the server is changed by it but the list of
// credentials that were given out.
type Grant string

// The three exchanges.
const (
	// GrantToken turns a person's consent, or a refresh token, into an OAuth token.
	GrantToken Grant = "oauth_token"
	// GrantApp turns the code of a manifest into the credentials of the GitHub App that was made of it.
	GrantApp Grant = "app_manifest"
	// GrantInstallation gives a GitHub App a token for one organization, for an hour.
	GrantInstallation Grant = "installation_token"
)

const maxGrantBody = 16 << 10

// tokenKeys are all that the exchange of a consent may say.
var tokenKeys = []string{"client_id", "client_secret", "code", "redirect_uri", "grant_type", "refresh_token"}

// granted judges the body of an exchange and gives the bytes to send in its place, written anew from what
// was checked.
func granted(grant Grant, body io.Reader) (send []byte, refused string) {
	switch grant {
	case GrantToken:
		return onlyTokenKeys(body)
	case GrantInstallation:
		return onlyReading(body)
	default:
		return nil, noBody(body)
	}
}

func onlyTokenKeys(body io.Reader) ([]byte, string) {
	if body == nil {
		return nil, "it exchanges nothing"
	}
	raw, err := io.ReadAll(io.LimitReader(body, maxGrantBody+1))
	form, wrong := url.ParseQuery(string(raw))
	if err != nil || wrong != nil || len(raw) > maxGrantBody {
		return nil, "its body is not the exchange of a consent"
	}
	for key, list := range form {
		if !slices.Contains(tokenKeys, key) || len(list) != 1 {
			return nil, "it says more than the exchange of a consent may"
		}
	}
	return []byte(form.Encode()), ""
}

// readable are the permissions that an installation token may have, each for reading alone.
var readable = []string{
	"metadata", "contents", "pull_requests", "issues", "members", "checks", "statuses", "deployments", "actions",
}

// installationRequest is what is asked of an installation. The permissions must be given: a token without
// them could do all that the app was granted.
type installationRequest struct {
	Permissions map[string]string `json:"permissions"`
}

func onlyReading(body io.Reader) ([]byte, string) {
	var request installationRequest
	if !readStrictly(body, &request) || len(request.Permissions) == 0 {
		return nil, "it does not say that the installation's token is for reading"
	}
	for name, level := range request.Permissions {
		if level != "read" || !slices.Contains(readable, name) {
			return nil, "its installation token could do more than read"
		}
	}
	return rewrite(request), ""
}

// readOnlyRequest asks an installation for what it was granted, as far as Weir reads it.
func readOnlyRequest(granted map[string]string) []byte {
	request := installationRequest{Permissions: map[string]string{}}
	for _, name := range readable {
		if granted[name] != "" {
			request.Permissions[name] = "read"
		}
	}
	body, err := json.Marshal(request)
	if err != nil { // strings always can be written
		return nil
	}
	return body
}
