package connect

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// shortestSecret keeps a password such as "a" from turning every text into stars.
const shortestSecret = 4

// scrubber takes a target's secrets out of texts, in each form in which they travel.
func scrubber(target Target) *strings.Replacer {
	var pairs []string
	hide := func(text string) {
		if len(text) >= shortestSecret {
			pairs = append(pairs, text, "***")
		}
	}
	c := target.Credential
	username, password := c.GitAccount()
	hide(base64.StdEncoding.EncodeToString([]byte(username + ":" + password.Reveal())))
	for _, s := range c.Secrets() {
		hide(s.Reveal())
		hide(url.QueryEscape(s.Reveal()))
	}
	if u, f := parseProxy(target.Proxy); f == nil && u != nil && u.User != nil {
		if password, set := u.User.Password(); set {
			hide(password)
			hide(url.QueryEscape(password))
		}
	}
	return strings.NewReplacer(pairs...)
}
