// Package mirrortest gives tests a git server over TLS with an authority of its own, served by git's
// http-backend, and repositories on it that are made by a few words.
package mirrortest

import (
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"encoding/pem"
)

// Server serves the bare repositories under Root to whoever signs in as User with the password.
type Server struct {
	Root, URL string
	// CAPEM is the authority that a client has to trust.
	CAPEM string
	User  string

	mu       sync.Mutex
	password string
	fault    func(http.ResponseWriter, *http.Request) bool
	requests []string
	backend  string
}

// NewServer starts a server that stops with the test. Its user is "weir", its password "s3cret-pass".
func NewServer(t testing.TB) *Server {
	t.Helper()
	path, err := exec.CommandContext(t.Context(), "git", "--exec-path").Output()
	if err != nil {
		t.Fatalf("find git: %v", err)
	}
	s := &Server{
		Root: t.TempDir(), User: "weir", password: "s3cret-pass",
		backend: filepath.Join(strings.TrimSpace(string(path)), "git-http-backend"),
	}
	web := httptest.NewTLSServer(s)
	t.Cleanup(web.Close)
	s.URL = web.URL
	s.CAPEM = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw}))
	return s
}

// Password gives the password that is right now.
func (s *Server) Password() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.password
}

// SetPassword changes it: whoever uses the old one is turned away.
func (s *Server) SetPassword(password string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.password = password
}

// Fault answers requests in the server's place for as long as it is set and returns true.
func (s *Server) Fault(fault func(http.ResponseWriter, *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = fault
}

// Requests lists method and address of every request so far.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.requests...)
}

// ServeHTTP answers as git over HTTPS does on GitHub.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, r.Method+" "+r.URL.RequestURI())
	fault, password := s.fault, s.password
	s.mu.Unlock()
	if fault != nil && fault(w, r) {
		return
	}
	if user, given, _ := r.BasicAuth(); user != s.User || given != password {
		w.Header().Set("WWW-Authenticate", `Basic realm="GitHub"`)
		http.Error(w, "Bad credentials", http.StatusUnauthorized)
		return
	}
	handler := cgi.Handler{
		Path: s.backend, Dir: s.Root,
		Env: []string{
			"GIT_PROJECT_ROOT=" + s.Root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull,
			"GIT_PROTOCOL=" + r.Header.Get("Git-Protocol"), "REMOTE_USER=",
			"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
		},
	}
	handler.ServeHTTP(w, r)
}
