package web

import (
	"net/http"
	"strconv"
	"strings"

	"weir/internal/connect"
	"weir/internal/secret"
)

// takeCredential reads what the form says of the draft's way to sign in, and says what is missing. A
// secret left empty is the one that is held.
func (d *draft) takeCredential(r *http.Request) (wrong string, err error) {
	held := d.credential()
	if held.Method != d.Method {
		d.Credential, held = nil, connect.Credential{}
	}
	var entered connect.Credential
	switch d.Method {
	case connect.MethodPassword:
		entered, wrong = passwordEntered(r, held)
	case connect.MethodOAuth:
		entered, wrong = oauthEntered(r, held)
	case connect.MethodApp:
		entered, wrong = appEntered(r, held)
		d.AppOwner = ""
		if r.PostFormValue("app_for") == "organization" {
			if d.AppOwner = strings.TrimSpace(r.PostFormValue("app_owner")); d.AppOwner == "" && wrong == "" {
				wrong = "Enter the organization that the app is to belong to."
			}
		}
		d.AppForAll = r.PostFormValue("app_for_all") != ""
		if entered.Method == "" {
			return wrong, nil
		}
	default:
		if entered = connect.TokenCredential(secret.New(r.PostFormValue("token"))); entered.Empty() {
			entered = held
		}
		if entered.Empty() {
			wrong = "Paste the token."
		}
	}
	if wrong != "" {
		return wrong, nil
	}
	return "", d.hold(entered)
}

func passwordEntered(r *http.Request, held connect.Credential) (connect.Credential, string) {
	entered := connect.PasswordCredential(r.PostFormValue("login"), secret.New(r.PostFormValue("password")))
	if entered.Password.Empty() && entered.Login == held.Login {
		entered.Password = held.Password // a password is one user's
	}
	switch {
	case entered.Login == "":
		return entered, "Enter the user name."
	case entered.Password.Empty():
		return entered, "Enter the password."
	}
	return entered, ""
}

func oauthEntered(r *http.Request, held connect.Credential) (connect.Credential, string) {
	entered := connect.Credential{
		Method: connect.MethodOAuth, ClientID: strings.TrimSpace(r.PostFormValue("client_id")),
		ClientSecret: secret.New(strings.TrimSpace(r.PostFormValue("client_secret"))),
	}
	if entered.ClientSecret.Empty() && entered.ClientID == held.ClientID {
		entered.ClientSecret = held.ClientSecret
	}
	switch {
	case entered.ClientID == "":
		return entered, "Enter the Client ID of the OAuth app."
	case entered.ClientSecret.Empty():
		return entered, "Enter the Client Secret of the OAuth app."
	}
	return entered, ""
}

// appEntered is an app that is there already, by its id and key; none, with nothing wrong, is one that is
// yet to be made.
func appEntered(r *http.Request, held connect.Credential) (connect.Credential, string) {
	id := strings.TrimSpace(r.PostFormValue("app_id"))
	key := secret.New(strings.TrimSpace(r.PostFormValue("private_key")))
	switch number, err := strconv.ParseInt(id, 10, 64); {
	case r.PostFormValue("app") == "new":
		return connect.Credential{}, ""
	case id == "" && key.Empty():
		return held, ""
	case err != nil || number <= 0:
		return held, "Enter the App ID: a number, on the app's page on the server."
	case key.Empty():
		return held, "Paste the app's private key, from BEGIN to END."
	default:
		return connect.AppCredential(number, key), ""
	}
}
