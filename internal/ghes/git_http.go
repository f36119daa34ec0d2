package ghes

import (
	"bytes"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/cgi"
	"os/exec"
	"strconv"
	"strings"
)

// webOrGit sorts what is neither REST nor GraphQL.
func (s *Server) webOrGit(w http.ResponseWriter, r *http.Request) {
	for _, service := range []string{"/info/refs", "/git-upload-pack", "/git-receive-pack"} {
		if repo, ok := strings.CutSuffix(r.URL.Path, service); ok {
			s.git(w, r, strings.TrimSuffix(strings.TrimPrefix(repo, "/"), ".git"), service)
			return
		}
	}
	s.web(w, r)
}

// git serves the smart protocol of one repo, for reading only.
func (s *Server) git(w http.ResponseWriter, r *http.Request, fullName, service string) {
	if s.Settings().GitOff {
		http.Error(w, "HTTP git access is disabled on this server.", http.StatusForbidden)
		return
	}
	v, err := s.authenticate(r)
	if err != nil {
		s.refuseGit(w, err)
		return
	}
	repo, ok := s.World.Repo(fullName)
	visible := ok && s.World.permission(v, repo) != NoPermission && repo.GitDir != ""
	switch {
	case !visible || s.Settings().PrivateMode && v.anonymous():
		s.gitNotFound(w, v)
	case !v.token.allows("contents", "read"):
		s.gitNotFound(w, v)
	case service == "/git-receive-pack" || r.URL.Query().Get("service") == "git-receive-pack":
		http.Error(w, "This server is read only.", http.StatusForbidden)
	case service == "/info/refs" && r.URL.Query().Get("service") != "git-upload-pack":
		http.Error(w, "Please upgrade your git client.\n"+
			"The dumb HTTP protocol is not served here.", http.StatusForbidden)
	case fold(fullName) != fold(repo.FullName()):
		http.Redirect(w, r, s.base(r)+"/"+repo.FullName()+".git"+service+queryOf(r), http.StatusMovedPermanently)
	case repo.Disabled:
		http.Error(w, "Repository access blocked.", http.StatusForbidden)
	default:
		s.uploadPack(w, r, repo, service)
	}
}

func queryOf(r *http.Request) string {
	if r.URL.RawQuery == "" {
		return ""
	}
	return "?" + r.URL.RawQuery
}

// refuseGit answers a bad credential in plain text, which is what git shows to people.
func (s *Server) refuseGit(w http.ResponseWriter, err error) {
	status, message := http.StatusUnauthorized, "Invalid username or password."
	var refused *apiError
	if errors.As(err, &refused) && refused.status == http.StatusForbidden {
		status, message = refused.status, refused.message
	}
	if s.Settings().SignIn == SAML || s.Settings().SignIn == CAS {
		message = "Password authentication is not available. Please use a personal access token."
	}
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="GitHub"`)
	}
	http.Error(w, message, status)
}

// gitNotFound asks strangers to sign in, so that they cannot tell what is there from what is not.
func (s *Server) gitNotFound(w http.ResponseWriter, v viewer) {
	if v.anonymous() {
		w.Header().Set("WWW-Authenticate", `Basic realm="GitHub"`)
		http.Error(w, "Repository not found.", http.StatusUnauthorized)
		return
	}
	http.Error(w, "Repository not found.", http.StatusNotFound)
}

// uploadPack hands the request to git's own server program.
func (s *Server) uploadPack(w http.ResponseWriter, r *http.Request, repo Repo, service string) {
	program, err := exec.LookPath("git")
	if err != nil {
		http.Error(w, "git is not installed.", http.StatusInternalServerError)
		return
	}
	if r.ContentLength < 0 && !knowLength(w, r) {
		return
	}
	env := append(gitEnv(),
		"GIT_PROJECT_ROOT="+repo.GitDir, "GIT_HTTP_EXPORT_ALL=1", "PATH_INFO="+service)
	if protocol := r.Header.Get("Git-Protocol"); protocol != "" {
		env = append(env, "GIT_PROTOCOL="+protocol)
	}
	handler := &cgi.Handler{
		Path:   program,
		Args:   []string{"http-backend"},
		Dir:    repo.GitDir,
		Env:    env,
		Logger: log.New(io.Discard, "", 0),
		Stderr: io.Discard,
	}
	handler.ServeHTTP(w, r)
}

// knowLength reads a chunked body to its end, because CGI needs its length beforehand.
func knowLength(w http.ResponseWriter, r *http.Request) bool {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<20))
	if err != nil {
		http.Error(w, "request too large", http.StatusRequestEntityTooLarge)
		return false
	}
	r.Body, r.ContentLength, r.TransferEncoding = io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return true
}
