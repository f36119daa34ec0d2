package connect_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"weir/internal/connect"
)

func TestParseAddress(t *testing.T) {
	t.Parallel()
	const base = "https://github.example.com"
	cases := []struct {
		name, pasted, want string
		// note is a part of a note that must be there; "" wants none beside the scheme's.
		note string
	}{
		{"as it should be", base, base, ""},
		{"host only", "github.example.com", base, "Added https://"},
		{"trailing slash", base + "/", base, ""},
		{"the API", base + "/api/v3", base, "path of the API"},
		{"the API's page", base + "/api/v3/user/", base, "path of the API"},
		{"GraphQL", base + "/api/graphql", base, "path of the API"},
		{"an organization's page", base + "/acme", base, "path of a page"},
		{"a repository's page", base + "/acme/web/pull/7?w=1#top", base, "path of a page"},
		{"a clone address", base + "/acme/web.git", base, "path of a page"},
		{"a clone address for SSH", "git@github.example.com:acme/web.git", base, "for SSH"},
		{"a clone address of scheme ssh", "ssh://git@github.example.com:122/acme/web.git", base, "for SSH"},
		{"http", "http://github.example.com", base, "Changed http://"},
		{"http on port 80", "http://github.example.com:80/", base, "port 80"},
		{"upper case", "HTTPS://GitHub.Example.COM", base, "Wrote the host name as github.example.com"},
		{"a port", "github.example.com:8443", base + ":8443", ""},
		{"the usual port", base + ":443", base, ""},
		{"the management console", base + ":8443/setup/settings", base, "management console"},
		{"spaces around", "  " + base + " \n", base, ""},
		{"quotes around", `<"` + base + `">,`, base, ""},
		{"invisible characters around", "\u200b" + base + "\ufeff", base, ""},
		{"a user", "https://mona:secret@github.example.com", base, "Dropped the user name"},
		{"a user without a scheme", "mona@github.example.com", base, "Dropped the user name"},
		{"a dot at the end", "https://github.example.com./", base, "Wrote the host name"},
		{"one slash missing", "https:/github.example.com", base, ""},
		{"the colon missing", "https//github.example.com", base, ""},
		{"one slash too many", "https:///github.example.com", base, ""},
		{"no scheme but slashes", "//github.example.com/acme", base, "path of a page"},
		{"a name without dots", "https://github", "https://github", ""},
		{"a name with an underscore", "git_hub.corp", "https://git_hub.corp", ""},
		{"an IPv4 address", "https://10.1.2.3", "https://10.1.2.3", ""},
		{"an IPv6 address", "https://[2001:DB8::1]:8443/", "https://[2001:db8::1]:8443", ""},
		{"an IPv6 address without brackets", "2001:db8::1", "https://[2001:db8::1]", ""},
		{"an international name", "https://bücher.example", "https://xn--bcher-kva.example", "international"},
		{"a localhost with a port", "localhost:3443", "https://localhost:3443", ""},
		{"a name like GitHub's", "https://github.com.acme.example", "https://github.com.acme.example", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := connect.ParseAddress(c.pasted)
			if err != nil || got.Base != c.want {
				t.Fatalf("got %q, %v, want %q", got.Base, err, c.want)
			}
			notes := strings.Join(got.Notes, " ")
			if !strings.Contains(notes, c.note) || strings.Contains(notes, "secret") {
				t.Errorf("notes %q, want %q", notes, c.note)
			}
			if c.pasted == c.want && len(got.Notes) > 0 {
				t.Errorf("nothing was changed, and yet: %q", notes)
			}
		})
	}
}

func TestParseAddressRefuses(t *testing.T) {
	t.Parallel()
	cases := map[string]connect.Code{
		"": connect.AddressEmpty, "   ": connect.AddressEmpty, "<>": connect.AddressEmpty,
		"github example.com": connect.AddressInvalid, "https://": connect.AddressInvalid, "https://:443": connect.AddressInvalid,
		"https://github.example.com:0": connect.AddressInvalid, "https://github.example.com:99999": connect.AddressInvalid,
		"https://github.example.com:https": connect.AddressInvalid, "10.1.2": connect.AddressInvalid, "10.1.2.300": connect.AddressInvalid,
		"https://-x.example": connect.AddressInvalid, "a..b": connect.AddressInvalid, "https://[::1": connect.AddressInvalid,
		"https://[fe80::1%25eth0]": connect.AddressInvalid, "0.0.0.0": connect.AddressInvalid, "https://exa\u0000mple.com": connect.AddressInvalid,
		"https://%6d.example": connect.AddressInvalid, strings.Repeat("a.", 130) + "example": connect.AddressInvalid,
		"file:///etc/passwd": connect.AddressScheme, "javascript://x": connect.AddressScheme,
		"github.com": connect.AddressGitHubCom, "https://www.github.com/acme": connect.AddressGitHubCom,
		"https://api.github.com": connect.AddressGitHubCom, "git@github.com:acme/web.git": connect.AddressGitHubCom,
		"GitHub.com.": connect.AddressGitHubCom, "https://acme.ghe.com": connect.AddressGHECom, "ghe.com": connect.AddressGHECom,
	}
	for pasted, want := range cases {
		_, err := connect.ParseAddress(pasted)
		var f *connect.Fault
		if !errors.As(err, &f) || f.Code != want || f.Stage != connect.StageAddress {
			t.Errorf("%q: got %v, want %s", pasted, err, want)
		}
	}
}

// FuzzParseAddress holds whatever is accepted to what the rest relies on.
func FuzzParseAddress(f *testing.F) {
	for _, seed := range []string{
		"github.example.com", "https://u:p@h:1/a?b#c", "git@h:o/r.git", "[::1]:8443", "http://bücher.example:80",
		"ssh://git@h:122/x", "https:/h", "2001:db8::1", "a\\b", "//h", "h:99999", "\u200bh\ufeff", "https://h..", "xn--",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, pasted string) {
		got, err := connect.ParseAddress(pasted)
		if err != nil {
			var fault *connect.Fault
			if !errors.As(err, &fault) || fault.Cause == "" || fault.Next == "" {
				t.Fatalf("%q: error without words: %v", pasted, err)
			}
			return
		}
		u, err := url.Parse(got.Base)
		if err != nil || u.Scheme != "https" || u.Path != "" || u.RawQuery != "" || u.User != nil || u.Hostname() != got.Host {
			t.Fatalf("%q gives %q (%v)", pasted, got.Base, err)
		}
		again, err := connect.ParseAddress(got.Base)
		if err != nil || again.Base != got.Base || len(again.Notes) > 0 {
			t.Fatalf("%q gives %q, and that gives %q, %v, %v", pasted, got.Base, again.Base, again.Notes, err)
		}
	})
}
