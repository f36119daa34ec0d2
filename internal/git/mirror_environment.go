package git

import (
	"encoding/base64"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"weir/internal/secret"
)

// environment is what the children of one fetch see. It starts from nothing: what the user or the
// system has set for git, a proxy, a credential helper or a trace, does not reach them.
type environment struct {
	mirror *Mirror
	scheme string
	// settings are given to every child, remote ones only to those that speak to the server.
	settings, remote []setting
	// pem are the authorities of the integration's own, caFile what git is given of it. wide says that the system's are in it too.
	pem, caFile string
	wide        bool
	// hidden are texts that must not be repeated from git's output.
	hidden []string
}

type setting struct{ key, value string }

// environment checks the address and prepares the variables. The caller must release it.
func (m *Mirror) environment(a Access) (*environment, error) {
	scheme, origin, err := a.origin()
	if err != nil {
		return nil, err
	}
	e := &environment{mirror: m, scheme: scheme, settings: m.localSettings()}
	e.remote = append(m.transferSettings(), setting{"protocol." + scheme + ".allow", "always"})
	if err := e.trust(a.CAPEM); err != nil {
		return nil, err
	}
	e.signIn(a, origin)
	return e, nil
}

// origin gives the scheme and, for a server, scheme://host:port/.
func (a Access) origin() (scheme, origin string, err error) {
	u, err := url.Parse(a.URL)
	switch {
	case err != nil:
		return "", "", newFetchError(FetchAddress, "the address cannot be read", nil)
	case u.User != nil:
		return "", "", newFetchError(FetchAddress, "the address holds a credential", nil)
	case u.Scheme == "https" || u.Scheme == "http" && a.PlainHTTP && onThisMachine(u.Hostname()):
		return u.Scheme, u.Scheme + "://" + u.Host + "/", nil
	case (u.Scheme == "file" || u.Scheme == "" && filepath.IsAbs(a.URL)) && a.LocalFiles:
		return "file", "", nil
	}
	return "", "", newFetchError(FetchAddress, "only https addresses are fetched from", nil)
}

func onThisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// localSettings hold for every command on a mirror.
func (m *Mirror) localSettings() []setting {
	dir, err := filepath.Abs(m.Dir)
	if err != nil {
		dir = m.Dir
	}
	return []setting{
		{"core.hooksPath", os.DevNull},
		{"core.fsmonitor", "false"},
		{"core.askPass", ""},
		{"credential.helper", ""},
		{"gc.auto", "0"},
		{"maintenance.auto", "false"},
		{"safe.directory", dir},
		{"protocol.allow", "never"},
		{"advice.detachedHead", "false"},
		{"init.defaultBranch", "main"},
	}
}

// transferSettings hold for commands that speak to a server.
func (m *Mirror) transferSettings() []setting {
	stall := m.Stall
	if stall == 0 {
		stall = 2 * time.Minute
	}
	return []setting{
		{"http.followRedirects", "false"},
		{"transfer.credentialsInUrl", "die"},
		// Real histories hold commits that fsck refuses (missing spaces before an e-mail, zero-padded
		// modes, odd time zones), and a whole repository must not be lost over one of them. The checks
		// guard working trees and submodules, of which a mirror has none; index-pack still verifies
		// every checksum and that all objects are there.
		{"transfer.fsckObjects", "false"},
		// Always a pack, never loose objects: it is quicker to read, and its size is reported.
		{"fetch.unpackLimit", "1"},
		{"fetch.recurseSubmodules", "no"},
		{"fetch.writeCommitGraph", "false"},
		// A server that is counting objects sends a keep-alive every five seconds: only true silence counts.
		{"http.lowSpeedLimit", "1"},
		{"http.lowSpeedTime", strconv.Itoa(max(1, int(stall/time.Second)))},
	}
}

// signIn adds the credential for this origin alone, and the proxy.
func (e *environment) signIn(a Access, origin string) {
	if origin == "" {
		return
	}
	if !a.Password.Empty() {
		pair := a.Username + ":" + a.Password.Reveal()
		basic := base64.StdEncoding.EncodeToString([]byte(pair))
		e.remote = append(e.remote, setting{"http." + origin + ".extraHeader", "Authorization: Basic " + basic})
		e.hidden = append(e.hidden, a.Password.Reveal(), basic)
	}
	if !a.Proxy.Empty() {
		e.remote = append(e.remote, setting{"http.proxy", a.Proxy.Reveal()})
		e.hidden = append(e.hidden, proxySecrets(a.Proxy)...)
	}
}

func proxySecrets(proxy secret.String) []string {
	u, err := url.Parse(proxy.Reveal())
	if err != nil || u.User == nil {
		return []string{proxy.Reveal()}
	}
	password, _ := u.User.Password()
	return []string{u.User.String(), password}
}

// variables gives the environment of one child.
func (e *environment) variables(remote, outside bool) []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"),
		"TMPDIR=" + os.TempDir(),
		"HOME=" + os.DevNull,
		"LC_ALL=C",
		"GIT_CONFIG_NOSYSTEM=1",
		"GIT_CONFIG_GLOBAL=" + os.DevNull,
		"GIT_ATTR_NOSYSTEM=1",
		"GIT_TERMINAL_PROMPT=0",
		"GIT_NO_REPLACE_OBJECTS=1",
		"GIT_CEILING_DIRECTORIES=" + filepath.Dir(e.mirror.Dir),
	}
	if !outside {
		env = append(env, "GIT_DIR="+e.mirror.Dir)
	}
	settings := e.settings
	if remote {
		settings = append(settings[:len(settings):len(settings)], e.remote...)
	}
	env = append(env, "GIT_CONFIG_COUNT="+strconv.Itoa(len(settings)))
	for i, s := range settings {
		env = append(env, fmt.Sprintf("GIT_CONFIG_KEY_%d=%s", i, s.key), fmt.Sprintf("GIT_CONFIG_VALUE_%d=%s", i, s.value))
	}
	return append(env, e.mirror.extraEnv...)
}

// trust makes git believe the authorities of pem, or those of the system where there is none. The rest of the program believes
// both; but each of git's processes reads all that it is given, and reading the system's takes it longer than the rest of a
// small fetch. See widen.
func (e *environment) trust(pem string) error {
	if pem == "" {
		if file := os.Getenv("SSL_CERT_FILE"); file != "" {
			e.remote = append(e.remote, setting{"http.sslCAInfo", file})
		}
		return nil
	}
	// The lock is ours, so the name can be a fixed one, and what a kill left is replaced.
	e.pem, e.caFile = pem, e.mirror.Dir+".ca.pem"
	e.remote = append(e.remote, setting{"http.sslCAInfo", e.caFile})
	return e.writeAuthorities(pem)
}

// widen adds the system's authorities, for a server whose certificate those of pem did not sign. It tells whether there is
// anything to try again for.
func (e *environment) widen() (bool, error) {
	if e.pem == "" || e.wide {
		return false, nil
	}
	e.wide = true
	return true, e.writeAuthorities(systemAuthorities() + "\n" + e.pem)
}

func (e *environment) writeAuthorities(pem string) error {
	e.release()
	if err := os.WriteFile(e.caFile, []byte(pem+"\n"), 0o600); err != nil {
		e.release()
		return diskError("write the certificate authorities", err)
	}
	return nil
}

// systemAuthorities gives the system's certificates as PEM text, empty where there are none: then
// the integration's own authority is the only one.
func systemAuthorities() string {
	for _, path := range []string{
		os.Getenv("SSL_CERT_FILE"),
		"/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/tls/certs/ca-bundle.crt",
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
		"/etc/ssl/ca-bundle.pem",
		"/etc/ssl/cert.pem",
	} {
		if path == "" {
			continue
		}
		if text, err := os.ReadFile(path); err == nil {
			return string(text)
		}
	}
	return ""
}

func (e *environment) release() {
	if e.caFile != "" {
		_ = os.Remove(e.caFile)
	}
}

// scrub takes secrets and control characters out of what git said, for a person to read.
func (e *environment) scrub(text string) string {
	for _, hidden := range e.hidden {
		if hidden != "" {
			text = strings.ReplaceAll(text, hidden, "***")
		}
	}
	text = strings.Map(func(r rune) rune {
		if r == '\n' || r >= ' ' && r != 0x7f && (r < 0x80 || r > 0x9f) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(text, "?"))
	return strings.TrimSpace(text)
}
