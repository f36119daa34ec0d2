// Package people says who is who: which identities are certainly one person (.mailmap, the same e-mail, one
// GitHub account's private addresses), which may be and should be confirmed, and which are bots.
//
// It decides nothing by likeness alone: what is only likely comes out as a Suggestion with its reasons.
package people

import "strings"

// Key gives a text that is equal for two identities that are certainly the same person by what was
// committed. A .mailmap is to be applied before.
//
// It folds the e-mail's case. An address that many people share, such as root@localhost, counts only
// together with the name. A GitHub private address ID+login@users.noreply.HOST goes by its ID, which a new
// login does not change.
func Key(name, email string) string {
	email = strings.ToLower(strings.TrimSpace(email))
	if p, ok := ParsePrivate(email); ok {
		if p.ID != "" {
			return "account " + p.ID + " " + p.Host
		}
		return "login " + p.Login + " " + p.Host
	}
	if shared(email) {
		return "name " + strings.ToLower(strings.Join(strings.Fields(name), " ")) + " <" + email + ">"
	}
	return "email " + email
}

// Private is a GitHub address that hides the account's real one.
type Private struct {
	// ID is the account's number, empty in the form used before 2017. Login is in lower case.
	ID, Login string
	// Host is what follows "users.noreply.".
	Host string
}

// ParsePrivate reads ID+login@users.noreply.HOST and login@users.noreply.HOST.
func ParsePrivate(email string) (Private, bool) {
	local, domain, ok := strings.Cut(strings.ToLower(email), "@")
	host, noreply := strings.CutPrefix(domain, "users.noreply.")
	if !ok || !noreply || local == "" || host == "" {
		return Private{}, false
	}
	id, login, numbered := strings.Cut(local, "+")
	if !numbered {
		return Private{Login: local, Host: host}, true
	}
	if login == "" || id == "" || strings.Trim(id, "0123456789") != "" {
		return Private{}, false
	}
	return Private{ID: id, Login: login, Host: host}, true
}

// sharedAddresses are what programs and untouched set-ups write for anybody.
var sharedAddresses = map[string]bool{
	"": true, "none": true, "unknown": true, "none@none": true, "nobody": true, "(none)": true, "no-email": true,
	"noreply@github.com": true, "you@example.com": true, "email@example.com": true, "user@example.com": true,
	"your@email.com": true, "you@email.com": true, "noreply": true, "unknown@unknown": true, "devnull@localhost": true,
}

// sharedLocals are accounts that several people use, when the host has no name of its own.
var sharedLocals = map[string]bool{
	"root": true, "ubuntu": true, "vagrant": true, "user": true, "admin": true, "jenkins": true, "git": true,
	"ec2-user": true, "developer": true, "dev": true, "build": true, "pi": true, "vscode": true, "node": true,
}

// shared tells whether an address, in lower case, says nothing about who wrote.
func shared(email string) bool {
	if sharedAddresses[email] {
		return true
	}
	local, host, ok := strings.Cut(email, "@")
	if !ok {
		return false
	}
	nameless := host == "" || host == "localhost" || strings.HasPrefix(host, "localhost.") || strings.HasSuffix(host, ".(none)") ||
		strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".localdomain") || strings.HasPrefix(host, "ip-")
	return sharedLocals[local] && nameless
}
