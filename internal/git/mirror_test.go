package git

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weir/internal/facts"
	"weir/internal/git/mirrortest"
	"weir/internal/secret"
)

// access is how a test signs in to its server.
func access(s *mirrortest.Server, r *mirrortest.Repo) Access {
	return Access{URL: r.URL, Username: s.User, Password: secret.New(s.Password()), CAPEM: s.CAPEM}
}

func newMirror(t *testing.T) *Mirror {
	t.Helper()
	return &Mirror{Dir: filepath.Join(t.TempDir(), "mirrors", "1.git")}
}

func mustFetch(t *testing.T, m *Mirror, a Access) FetchResult {
	t.Helper()
	result, err := m.Fetch(t.Context(), a, nil)
	if err != nil {
		t.Fatalf("fetch: %v", err)
	}
	return result
}

func refMap(refs []facts.Ref) map[string]string {
	m := map[string]string{}
	for _, ref := range refs {
		m[ref.Name] = ref.Hash
	}
	return m
}

func TestMirrorFetch(t *testing.T) {
	t.Parallel()
	s := mirrortest.NewServer(t)
	r := s.Repo(t, "acme/api.git")
	m := newMirror(t)

	t.Run("an empty repository", func(t *testing.T) {
		got := mustFetch(t, m, access(s, r))
		if len(got.Refs) != 0 || got.DefaultBranch != "" || got.Changed {
			t.Errorf("result = %+v, want nothing", got)
		}
	})

	main := r.Commits("refs/heads/main", 30)
	topic := r.Commits("refs/heads/topic/one", 3)
	pull := r.Commits("refs/pull/7/head", 2)
	r.Git("update-ref", "refs/pull/7/merge", main)
	r.Git("update-ref", "refs/hidden/x", main)
	r.Git("-c", "user.name=T", "-c", "user.email=t@example.com", "tag", "-a", "-m", "one", "v1", main)

	t.Run("the first time brings branches, tags and heads of pull requests", func(t *testing.T) {
		got := mustFetch(t, m, access(s, r))
		want := map[string]string{
			"refs/heads/main": main, "refs/heads/topic/one": topic, "refs/pull/7/head": pull, "refs/tags/v1": main,
		}
		if diff := cmp.Diff(want, refMap(got.Refs)); diff != "" {
			t.Errorf("refs (-want +got):\n%s", diff)
		}
		if got.DefaultBranch != "main" || !got.Changed || got.Objects == 0 || got.Bytes == 0 {
			t.Errorf("result = %+v", got)
		}
	})

	t.Run("nothing new costs no fetch", func(t *testing.T) {
		before := len(s.Requests())
		if got := mustFetch(t, m, access(s, r)); got.Changed {
			t.Errorf("changed without a change")
		}
		for _, request := range s.Requests()[before:] {
			// Protocol 2 lists refs by a POST as well; an unauthenticated try would be a third.
			if strings.Contains(request, "receive-pack") {
				t.Errorf("request %s", request)
			}
		}
		if n := len(s.Requests()) - before; n != 2 {
			t.Errorf("%d requests, want 2: %v", n, s.Requests()[before:])
		}
	})
}

func TestMirrorKeepsWhatBranchesHeld(t *testing.T) {
	t.Parallel()
	s := mirrortest.NewServer(t)
	r := s.Repo(t, "acme/api.git")
	m := newMirror(t)
	first := r.Commits("refs/heads/main", 5)
	gone := r.Commits("refs/heads/gone", 2)
	pushed := r.Commits("refs/heads/forced", 2)
	pull := r.Commits("refs/pull/3/head", 2)
	r.Git("branch", "merged", first)
	mustFetch(t, m, access(s, r))

	// A branch moves on, one is deleted and a folder takes its name, one is forced, one goes that was merged.
	second := r.Commits("refs/heads/main", 5)
	r.Git("update-ref", "-d", "refs/heads/gone")
	r.Git("update-ref", "-d", "refs/heads/merged")
	r.Git("update-ref", "-d", "refs/heads/forced")
	forced := r.Commits("refs/heads/forced", 1)
	r.Git("update-ref", "refs/heads/gone/deeper", second)
	r.Git("update-ref", "refs/pull/3/head", second)
	got := mustFetch(t, m, access(s, r))

	wantRefs := map[string]string{
		"refs/heads/main": second, "refs/heads/forced": forced, "refs/heads/gone/deeper": second, "refs/pull/3/head": second,
	}
	if diff := cmp.Diff(wantRefs, refMap(got.Refs)); diff != "" {
		t.Errorf("refs (-want +got):\n%s", diff)
	}
	wantKept := map[string]string{
		keptPrefix + gone + "/heads": gone, keptPrefix + pushed + "/heads": pushed, keptPrefix + pull + "/pull": pull,
	}
	if diff := cmp.Diff(wantKept, refMap(got.Kept)); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if again := mustFetch(t, m, access(s, r)); again.Changed || len(again.Kept) != 3 {
		t.Errorf("again: changed %v, kept %v", again.Changed, again.Kept)
	}
	// A server that forgets everything costs nothing: all of it stays, and comes back when it does.
	for name := range wantRefs {
		r.Git("update-ref", "-d", name)
	}
	emptied := mustFetch(t, m, access(s, r))
	if len(emptied.Refs) != 0 || refMap(emptied.Kept)[keptPrefix+second+"/heads"] == "" {
		t.Errorf("after the server forgot: %+v", emptied)
	}
}

func TestMirrorFetchErrors(t *testing.T) {
	t.Parallel()
	s := mirrortest.NewServer(t)
	r := s.Repo(t, "acme/api.git")
	r.Commits("refs/heads/main", 3)
	good := access(s, r)
	status := func(code int) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Location", "https://elsewhere.example.com/")
			w.WriteHeader(code)
			return true
		}
	}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := closed.Addr().String()
	_ = closed.Close()

	for _, tc := range []struct {
		name  string
		want  FetchCode
		fault func(http.ResponseWriter, *http.Request) bool
		with  func(*Access)
	}{
		{name: "wrong password", want: FetchSignIn, with: func(a *Access) { a.Password = secret.New("wrong-password") }},
		{name: "no password", want: FetchSignIn, with: func(a *Access) { a.Password = secret.String{} }},
		{name: "forbidden", want: FetchForbidden, fault: status(403)},
		{name: "no such repository", want: FetchNotFound, with: func(a *Access) { a.URL = s.URL + "/acme/none.git" }},
		{name: "unknown authority", want: FetchTLS, with: func(a *Access) { a.CAPEM = "" }},
		{name: "no such host", want: FetchDNS, with: func(a *Access) { a.URL = "https://no-such-host.invalid/a/b.git" }},
		{name: "nobody listens", want: FetchRefused, with: func(a *Access) { a.URL = "https://" + nobody + "/a/b.git" }},
		{name: "moved", want: FetchRedirect, fault: status(301)},
		{name: "maintenance", want: FetchServer, fault: status(503)},
		{name: "too many requests", want: FetchLimited, fault: status(429)},
		{name: "a web page", want: FetchNotGit, fault: func(w http.ResponseWriter, _ *http.Request) bool {
			_, _ = w.Write([]byte("<html>Please sign in</html>"))
			return true
		}},
		{name: "the connection drops", want: FetchDropped, fault: func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }},
		{name: "silence", want: FetchTimeout, fault: func(_ http.ResponseWriter, r *http.Request) bool { <-r.Context().Done(); return true }},
		{name: "no such proxy", want: FetchProxy, with: func(a *Access) { a.Proxy = secret.New("http://me:hush@no-such-proxy.invalid:8080") }},
		{name: "http", want: FetchAddress, with: func(a *Access) { a.URL = "http://github.example.com/a/b.git" }},
		{name: "a local file", want: FetchAddress, with: func(a *Access) { a.URL = r.Dir }},
		{name: "a program", want: FetchAddress, with: func(a *Access) { a.URL = "ext::sh -c id" }},
		{name: "a credential in the address", want: FetchAddress, with: func(a *Access) { a.URL = "https://me:hush@example.com/a/b.git" }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s.Fault(tc.fault)
			defer s.Fault(nil)
			a := good
			if tc.with != nil {
				tc.with(&a)
			}
			m := newMirror(t)
			m.Stall = time.Second
			_, err := m.Fetch(t.Context(), a, nil)
			var fetchErr *FetchError
			if !errors.As(err, &fetchErr) {
				t.Fatalf("error = %v, want a FetchError", err)
			}
			if fetchErr.Code != tc.want {
				t.Errorf("code = %s, want %s; detail: %s", fetchErr.Code, tc.want, fetchErr.Detail)
			}
			if fetchErr.Cause == "" || fetchErr.Next == "" {
				t.Errorf("nothing said to the person: %+v", fetchErr)
			}
			for _, hidden := range []string{"hush", good.Password.Reveal(), "wrong-password"} {
				if strings.Contains(err.Error()+fetchErr.Detail, hidden) {
					t.Errorf("the error repeats a secret: %v", err)
				}
			}
		})
	}
}

// A clone that broke off in its last step goes on from the steps that were complete.
func TestMirrorGoesOnAfterABreak(t *testing.T) {
	t.Parallel()
	s := mirrortest.NewServer(t)
	r := s.Repo(t, "acme/api.git")
	main := r.Commits("refs/heads/main", 50)
	topic := r.Commits("refs/heads/topic", 5)
	m := newMirror(t)
	fetches := 0
	s.Fault(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost {
			fetches++
		}
		// ls-remote, then ls-refs and fetch of the first step, then the second breaks.
		if fetches >= 5 {
			panic(http.ErrAbortHandler)
		}
		return false
	})
	if _, err := m.Fetch(t.Context(), access(s, r), nil); err == nil {
		t.Fatal("no error from a fetch that broke off")
	}
	if _, err := os.Stat(filepath.Join(m.Dir, "refs", "heads", "main")); err != nil {
		t.Errorf("the default branch was not kept: %v", err)
	}
	s.Fault(nil)
	got := mustFetch(t, m, access(s, r))
	if diff := cmp.Diff(map[string]string{"refs/heads/main": main, "refs/heads/topic": topic}, refMap(got.Refs)); diff != "" {
		t.Errorf("refs (-want +got):\n%s", diff)
	}
}

func TestMirrorClearsLeftovers(t *testing.T) {
	t.Parallel()
	s := mirrortest.NewServer(t)
	r := s.Repo(t, "acme/api.git")
	r.Commits("refs/heads/main", 5)
	m := newMirror(t)
	mustFetch(t, m, access(s, r))
	left := []string{
		"HEAD.lock", "packed-refs.lock", "refs/heads/main.lock", "config.lock",
		"objects/pack/tmp_pack_Ab12", "objects/pack/tmp_idx_Ab12", "objects/pack/.tmp-77-pack-1.pack", "objects/0a/tmp_obj_x",
	}
	for _, name := range left {
		path := filepath.Join(m.Dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r.Commits("refs/heads/main", 5)
	mustFetch(t, m, access(s, r))
	for _, name := range left {
		if _, err := os.Stat(filepath.Join(m.Dir, name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there", name)
		}
	}
}

func TestMirrorCancel(t *testing.T) {
	t.Parallel()
	s := mirrortest.NewServer(t)
	r := s.Repo(t, "acme/api.git")
	r.Commits("refs/heads/main", 5)
	m := newMirror(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("a person pressed stop")
	s.Fault(func(_ http.ResponseWriter, r *http.Request) bool {
		cancel(reason)
		<-r.Context().Done()
		return true
	})
	if _, err := m.Fetch(ctx, access(s, r), nil); !errors.Is(err, reason) {
		t.Errorf("error = %v, want the reason of the cancel", err)
	}
	s.Fault(nil)
	mustFetch(t, m, access(s, r))
}

func TestMirrorTellsTheLedger(t *testing.T) {
	t.Parallel()
	s := mirrortest.NewServer(t)
	r := s.Repo(t, "acme/api.git")
	r.Commits("refs/heads/main", 5)
	m := newMirror(t)
	var runs []Run
	m.Ledger = func(run Run) { runs = append(runs, run) }
	mustFetch(t, m, access(s, r))
	bad := access(s, r)
	bad.Password = secret.New("wrong")
	_, _ = m.Fetch(t.Context(), bad, nil)
	var got []string
	for _, run := range runs {
		got = append(got, run.Operation)
		if run.URL != r.URL || run.At.IsZero() {
			t.Errorf("run = %+v", run)
		}
	}
	if want := []string{"ls-remote", "fetch", "fetch", "fetch", "ls-remote"}; !slices.Equal(got, want) {
		t.Errorf("operations = %v, want %v", got, want)
	}
	if runs[1].Exit != 0 || runs[1].Bytes == 0 || runs[4].Exit == 0 {
		t.Errorf("runs = %+v", runs)
	}
}

// TestADamagedServerIsBelievedOnlyWhereItExplainsTheFailure lets a server say that it is damaged in the
// middle of failures of every kind.
func TestADamagedServerIsBelievedOnlyWhereItExplainsTheFailure(t *testing.T) {
	t.Parallel()
	const says = "remote: aborting due to possible repository corruption on the remote side. \n"
	for text, want := range map[string]FetchCode{
		says + "fatal: early EOF\nfatal: fetch-pack: invalid index-pack output\n":                             FetchCorrupt,
		says + "fatal: protocol error: bad pack header\n":                                                     FetchCorrupt,
		says + "fatal: unable to access 'https://x/': The requested URL returned error: 401\n":                FetchSignIn,
		says + "fatal: unable to access 'https://x/': SSL certificate problem: certificate expired\n":         FetchTLS,
		says + "fatal: write error: No space left on device\n":                                                FetchDiskFull,
		"remote: I am aborting due to possible repository corruption on the remote side.\nfatal: early EOF\n": FetchDropped,
	} {
		err := (&environment{}).explain(t.Context(), "fetch", 128, text, errors.New("exit status 128"))
		var failed *FetchError
		if !errors.As(err, &failed) || failed.Code != want || failed.OnServer != (want == FetchCorrupt) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}
