package connect

import (
	"bytes"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Address is where a GitHub Enterprise Server is.
type Address struct {
	// Base is the normalised URL without a trailing slash, such as https://github.example.com:8443.
	Base string
	// Host is the name or IP in ASCII, without brackets; Port is "443" when none was given.
	Host, Port string
	// Notes say, one sentence each, what was changed of what a person pasted.
	Notes []string
}

// API is the root of the REST API, without a trailing slash.
func (a Address) API() string { return a.Base + "/api/v3" }

// GraphQL is the address of the GraphQL API.
func (a Address) GraphQL() string { return a.Base + "/api/graphql" }

// HostPort is what to dial.
func (a Address) HostPort() string { return net.JoinHostPort(a.Host, a.Port) }

// ParseAddress reads what people paste: a host name, a page of an organization or a repository, the
// API's address, a clone URL. The error is a *Fault of stage address.
func ParseAddress(pasted string) (Address, error) {
	a := &addressReader{pasted: pasted}
	if f := a.read(); f != nil {
		return Address{Notes: a.notes}, f
	}
	return Address{Base: a.base(), Host: a.host, Port: a.port, Notes: a.notes}, nil
}

// addressReader takes the address apart step by step; what it drops it notes.
type addressReader struct {
	pasted, scheme, host, port string
	rest                       string // what has not been read yet
	notes                      []string
}

func (a *addressReader) read() *Fault {
	a.rest = trimPasted(a.pasted)
	if a.rest == "" {
		return fault(AddressEmpty, nil)
	}
	if strings.ContainsFunc(a.rest, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == unicode.ReplacementChar }) {
		return a.invalid("it has a space or an invisible character in the middle")
	}
	for _, step := range []func() *Fault{a.readScheme, a.readURL, a.readHost, a.readPort, a.refuseCloud} {
		if f := step(); f != nil {
			return f
		}
	}
	return nil
}

// trimPasted takes off what comes along when text is copied from a mail or a page.
func trimPasted(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.In(r, unicode.Cf) || strings.ContainsRune("\"'`<>(),;“”‘’", r)
	})
}

var (
	schemeStart = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*)://+`)
	// Slips of the keyboard: https:/host, https//host.
	slippedScheme = regexp.MustCompile(`^(?i:(https?))(:/|//)`)
	// git@host:owner/repo.git, as a clone button gives it.
	cloneBySSH = regexp.MustCompile(`^[\w.-]+@([^:/@]+):([^0-9].*|)$`)
)

func (a *addressReader) readScheme() *Fault {
	a.scheme = "https"
	if m := cloneBySSH.FindStringSubmatch(a.rest); m != nil {
		a.note("Took the host out of a clone address for SSH; Weir speaks HTTPS.")
		a.rest = m[1]
		return nil
	}
	m := schemeStart.FindStringSubmatch(a.rest)
	if m == nil {
		m = slippedScheme.FindStringSubmatch(a.rest)
	}
	if m == nil {
		a.rest = strings.TrimPrefix(a.rest, "//")
		a.note("Added https://.")
		return nil
	}
	a.rest = a.rest[len(m[0]):]
	a.scheme = strings.ToLower(m[1])
	switch a.scheme {
	case "https":
	case "http":
		a.note("Changed http:// to https://, because a credential must not travel unencrypted.")
	case "ssh", "git", "git+ssh":
		a.note("Took the host out of a clone address for SSH; Weir speaks HTTPS.")
	default:
		return fault(AddressScheme, values{"scheme": a.scheme})
	}
	return nil
}

// readURL splits host and port off and drops everything else.
func (a *addressReader) readURL() *Fault {
	if ip, err := netip.ParseAddr(a.rest); err == nil && ip.Is6() {
		a.rest = "[" + a.rest + "]"
	}
	authority, path := cutAuthority(a.rest)
	if at := strings.LastIndex(authority, "@"); at >= 0 {
		authority = authority[at+1:]
		if a.scheme == "https" || a.scheme == "http" {
			a.note("Dropped the user name or password in the address; credentials go into their own fields.")
		}
	}
	u, err := url.Parse("https://" + authority)
	if err != nil || u.Host == "" {
		return a.invalid("there is no host name in it")
	}
	a.host, a.port = u.Hostname(), u.Port()
	a.notePath(path)
	return nil
}

func cutAuthority(s string) (authority, path string) {
	if i := strings.IndexAny(s, "/?#\\"); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

func (a *addressReader) notePath(path string) {
	switch p := strings.ToLower(strings.Trim(path, "/\\")); {
	case p == "":
	case strings.HasPrefix(p, "api/v3"), strings.HasPrefix(p, "api/graphql"), p == "api":
		a.note("Dropped the path of the API; Weir adds it itself.")
	case strings.HasPrefix(p, "setup") && (a.port == "8443" || a.port == "8080"):
		a.note("Dropped the port and path of the management console; Weir needs GitHub itself.")
		a.port = ""
	default:
		a.note("Dropped the path of a page; Weir needs the server's own address.")
	}
}

func (a *addressReader) readHost() *Fault {
	host := strings.TrimRight(a.host, ".")
	if ip, err := netip.ParseAddr(host); err == nil {
		if ip.Zone() != "" || ip.IsUnspecified() || ip.IsMulticast() {
			return a.invalid("the IP address is not one of a server")
		}
		a.host = ip.String()
		return nil
	}
	ascii, ok := asciiHost(host)
	if !ok {
		return a.invalid("the host name has a character that no host name has")
	}
	if ascii != strings.ToLower(host) {
		a.note("Wrote the international host name as " + ascii + ".")
	} else if ascii != a.host {
		a.note("Wrote the host name as " + ascii + ".")
	}
	if reason := hostFlaw(ascii); reason != "" {
		return a.invalid(reason)
	}
	a.host = ascii
	return nil
}

// asciiHost turns an international name into the form that DNS and certificates use. It asks net/http,
// which does the same to every request's host, rather than a copy of its rules.
func asciiHost(host string) (string, bool) {
	if !strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) {
		return strings.ToLower(host), true
	}
	var out bytes.Buffer
	request := http.Request{Method: http.MethodGet, URL: &url.URL{Scheme: "http", Host: host, Path: "/"}}
	if err := request.Write(&out); err != nil {
		return "", false
	}
	_, after, found := strings.Cut(out.String(), "Host: ")
	ascii, _, _ := strings.Cut(after, "\r\n")
	return strings.ToLower(ascii), found && ascii != "" && !strings.ContainsFunc(ascii, func(r rune) bool { return r > unicode.MaxASCII })
}

var hostLabel = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$`)

// hostFlaw says why a name cannot be a host's, or "".
func hostFlaw(host string) string {
	if host == "" {
		return "there is no host name in it"
	}
	if len(host) > 253 {
		return "the host name is too long"
	}
	labels := strings.Split(host, ".")
	for _, label := range labels {
		if !hostLabel.MatchString(label) {
			return "the host name has a part that no host name has"
		}
	}
	if last := labels[len(labels)-1]; last[0] >= '0' && last[0] <= '9' {
		// Such names are read as numbers by some resolvers and as names by others.
		if _, err := strconv.ParseUint(last, 0, 64); err == nil {
			return "it looks like an IP address, but is not a whole one"
		}
	}
	return ""
}

func (a *addressReader) readPort() *Fault {
	switch {
	case a.scheme != "https" && a.scheme != "http":
		a.port = "" // the port of SSH says nothing of HTTPS
	case a.scheme == "http" && a.port == "80":
		a.note("Dropped port 80, which is for http.")
		a.port = ""
	}
	if a.port == "" {
		a.port = "443"
		return nil
	}
	n, err := strconv.ParseUint(a.port, 10, 16)
	if err != nil || n == 0 {
		return a.invalid("the port is not a number from 1 to 65535")
	}
	a.port = strconv.FormatUint(n, 10)
	return nil
}

// refuseCloud names the addresses that are GitHub's but no GitHub Enterprise Server's.
func (a *addressReader) refuseCloud() *Fault {
	host := "." + a.host
	switch {
	case strings.HasSuffix(host, ".ghe.com"):
		return fault(AddressGHECom, values{"host": a.host})
	case strings.HasSuffix(host, ".github.com"), strings.HasSuffix(host, ".githubusercontent.com"), strings.HasSuffix(host, ".github.io"):
		return fault(AddressGitHubCom, values{"host": a.host})
	}
	return nil
}

func (a *addressReader) base() string {
	host := a.host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if a.port != "443" {
		host += ":" + a.port
	}
	return "https://" + host
}

func (a *addressReader) note(s string) { a.notes = append(a.notes, s) }

func (a *addressReader) invalid(reason string) *Fault {
	return fault(AddressInvalid, values{"reason": reason})
}
