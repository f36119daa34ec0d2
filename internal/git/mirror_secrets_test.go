package git

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"weir/internal/git/mirrortest"
	"weir/internal/secret"
)

// While a fetch runs, nothing that another user of the machine can see holds the credential, and
// afterwards nothing on the disk does.
func TestMirrorHidesTheCredential(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc")
	}
	s := mirrortest.NewServer(t)
	r := s.Repo(t, "acme/api.git")
	r.Commits("refs/heads/main", 20)
	m := newMirror(t)
	trace := filepath.Join(t.TempDir(), "trace2")
	m.extraEnv = []string{"GIT_TRACE2_EVENT=" + trace, "GIT_TRACE=" + trace + ".1", "GIT_TRACE_CURL=" + trace + ".2", "GIT_TRACE_SETUP=" + trace + ".3"}

	var mu sync.Mutex
	var arguments strings.Builder
	children := 0
	s.Fault(func(http.ResponseWriter, *http.Request) bool {
		mu.Lock()
		defer mu.Unlock()
		children += readCommandLines(&arguments)
		return false
	})
	a := access(s, r)
	mustFetch(t, m, a)
	bad := a
	bad.Password = secret.New("wrong-password")
	_, badErr := m.Fetch(t.Context(), bad, nil)

	mu.Lock()
	defer mu.Unlock()
	if children == 0 {
		t.Fatal("no child of git was seen: the test looks at nothing")
	}
	basic := "d2VpcjpzM2NyZXQtcGFzcw"
	for _, hidden := range []string{s.Password(), basic, "wrong-password"} {
		if strings.Contains(arguments.String(), hidden) {
			t.Errorf("an argument of a child holds %q", hidden)
		}
		if strings.Contains(badErr.Error(), hidden) {
			t.Errorf("the error holds %q", hidden)
		}
		for _, dir := range []string{filepath.Dir(m.Dir), filepath.Dir(trace)} {
			for _, path := range filesHolding(t, dir, hidden) {
				t.Errorf("%s holds %q", path, hidden)
			}
		}
	}
	left, _ := filepath.Glob(m.Dir + ".ca*")
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// readCommandLines appends the arguments of every process of git on this machine.
func readCommandLines(into *strings.Builder) int {
	found := 0
	paths, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range paths {
		if text, err := os.ReadFile(path); err == nil && strings.Contains(string(text), "remote-https") {
			into.Write(text)
			found++
		}
	}
	return found
}

func filesHolding(t *testing.T, dir, text string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if strings.Contains(string(content), text) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// The certificate file is the account's own, and a wrong host never hears the credential.
func TestMirrorSendsNothingElsewhere(t *testing.T) {
	t.Parallel()
	s := mirrortest.NewServer(t)
	r := s.Repo(t, "acme/api.git")
	r.Commits("refs/heads/main", 2)
	var heard []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		heard = append(heard, r.Header.Get("Authorization"))
	}))
	defer elsewhere.Close()
	s.Fault(func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, elsewhere.URL+r.URL.RequestURI(), http.StatusTemporaryRedirect)
		return true
	})
	if _, err := newMirror(t).Fetch(t.Context(), access(s, r), nil); err == nil {
		t.Error("a redirect was followed")
	}
	if len(heard) > 0 {
		t.Errorf("another host was asked: %q", heard)
	}
}

func TestMirrorGoesThroughTheProxy(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var asked, credential string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = r.Method + " " + r.Host
		if c := r.Header.Get("Proxy-Authorization"); c != "" {
			credential = c
		} else {
			w.Header().Set("Proxy-Authenticate", `Basic realm="proxy"`)
		}
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	defer proxy.Close()
	a := Access{
		URL: "https://github.example.com/acme/api.git", Username: "weir", Password: secret.New("s3cret-pass"),
		Proxy: secret.New(strings.Replace(proxy.URL, "http://", "http://me:hush-hush@", 1)),
	}
	_, err := newMirror(t).Fetch(t.Context(), a, nil)
	if err == nil || strings.Contains(err.Error(), "hush") {
		t.Errorf("error = %v", err)
	}
	mu.Lock()
	defer mu.Unlock()
	if asked != "CONNECT github.example.com:443" || credential != "Basic bWU6aHVzaC1odXNo" {
		t.Errorf("asked %q with %q", asked, credential)
	}
}
