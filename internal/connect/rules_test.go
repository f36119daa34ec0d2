package connect_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"weir/internal/connect"
	"weir/internal/secret"
)

// watched is a server that counts what reaches it, and a transport to it.
type watched struct {
	*connect.Transport
	base    string
	ledger  *memoryLedger
	arrived []string
	bodies  []string
	auth    []string
}

func watch(t *testing.T, change func(*connect.Target, *connect.Options)) *watched {
	t.Helper()
	w := &watched{ledger: &memoryLedger{}}
	url, ca := tlsServer(t, nil, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.arrived = append(w.arrived, r.Method+" "+r.URL.RequestURI())
		w.bodies = append(w.bodies, string(body))
		w.auth = append(w.auth, r.Header.Get("Authorization"))
		_, _ = io.WriteString(rw, `{}`)
	}))
	target := connect.Target{Address: url, CAPEM: ca, Credential: connect.TokenCredential(secret.New("ghp_planted"))}
	options := connect.Options{Ledger: w.ledger}
	if change != nil {
		change(&target, &options)
	}
	transport, err := connect.NewTransport(target, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	w.Transport, w.base = transport, url
	return w
}

func (w *watched) do(t *testing.T, method, url, body string, header ...string) error {
	t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, url, reader)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := w.RoundTrip(req)
	if err == nil {
		resp.Body.Close()
	}
	return err
}

func query(document string) string {
	body, _ := json.Marshal(map[string]string{"query": document})
	return string(body)
}

func TestTransportSendsWhatItMay(t *testing.T) {
	t.Parallel()
	cases := []struct {
		method, path, body string
		signed             bool
	}{
		{"GET", "/api/v3/user", "", true},
		{"HEAD", "/api/v3/repos/acme/web", "", true},
		{"GET", "/api/v3", "", true},
		{"GET", "/api/v3/", "", true},
		{"GET", "/api/v3/repositories/7/issues?page=2&per_page=100", "", true},
		{"GET", "/api/v3/repos/acme/web/contents/a%20b.txt", "", true},
		{"POST", "/api/graphql", query(`query { viewer { login } }`), true},
		{"POST", "/api/graphql", query(`{ viewer { login } }`), true},
		{"POST", "/api/graphql", query(`query A { a: viewer { ...F } } fragment F on User { login } query B { viewer { id } }`), true},
		{"GET", "/acme/web.git/info/refs?service=git-upload-pack", "", true},
		{"GET", "/", "", false},
		{"GET", "/login", "", false},
		{"GET", "/status", "", false},
		{"GET", "/api/v4/version", "", false},
	}
	for _, c := range cases {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			t.Parallel()
			w := watch(t, nil)
			if err := w.do(t, c.method, w.base+c.path, c.body); err != nil {
				t.Fatal(err)
			}
			if len(w.arrived) != 1 || w.arrived[0] != c.method+" "+c.path || (w.auth[0] != "") != c.signed {
				t.Errorf("arrived %v, authorization %q", w.arrived, w.auth)
			}
			if rows := w.ledger.all(); len(rows) != 1 || rows[0].Refused || rows[0].Status != 200 {
				t.Errorf("ledger %+v", rows)
			}
		})
	}
}

// TestTransportRefuses is the promise to a security reviewer: none of these ever leaves.
func TestTransportRefuses(t *testing.T) {
	t.Parallel()
	const upload = "/acme/web.git/info/refs?service=git-receive-pack"
	cases := []struct {
		name, method, path, body string
		header                   []string
	}{
		{"delete", "DELETE", "/api/v3/repos/acme/web", "", nil},
		{"patch", "PATCH", "/api/v3/repos/acme/web", `{}`, nil},
		{"put", "PUT", "/api/v3/user/starred/acme/web", "", nil},
		{"post", "POST", "/api/v3/repos/acme/web/issues", `{}`, nil},
		{"options", "OPTIONS", "/api/v3/user", "", nil},
		{"a lower-case method", "delete", "/api/v3/repos/acme/web", "", nil},
		{"get with a body", "GET", "/api/v3/user", `{}`, nil},
		{"a method in a header", "GET", "/api/v3/repos/acme/web", "", []string{"X-HTTP-Method-Override", "DELETE"}},
		{"a method in a parameter", "GET", "/api/v3/repos/acme/web?_method=delete", "", nil},
		{"a page that is not known", "GET", "/settings/tokens", "", nil},
		{"signing out", "GET", "/logout", "", nil},
		{"the management console", "GET", "/setup/api/configcheck", "", nil},
		{"signing in", "POST", "/session", "login=a", nil},
		{"a push", "GET", upload, "", nil},
		{"a push after a fetch", "GET", "/acme/web.git/info/refs?service=git-upload-pack&service=git-receive-pack", "", nil},
		{"a push's pack", "POST", "/acme/web.git/git-receive-pack", "x", nil},
		{"a way round by dots", "GET", "/api/v3/../../settings/tokens", "", nil},
		{"a way round by encoded dots", "GET", "/api/v3/%2e%2e/%2e%2e/settings/tokens", "", nil},
		{"a way round by twice encoded dots", "GET", "/api/v3/%252e%252e/settings", "", nil},
		{"a way round by an encoded slash", "GET", "/api/v3/..%2f..%2fsettings", "", nil},
		{"a way round by a double slash", "GET", "/api/v3//user", "", nil},
		{"a way round by a backslash", "GET", `/api/v3/..\..\settings`, "", nil},
		{"graphql by get", "GET", "/api/graphql?query=mutation", "", nil},
		{"graphql with a query string", "POST", "/api/graphql?query=mutation", query(`{ viewer { login } }`), nil},
		{"a mutation", "POST", "/api/graphql", query(`mutation { addStar(input: {starrableId: "x"}) { clientMutationId } }`), nil},
		{"a subscription", "POST", "/api/graphql", query(`subscription { x }`), nil},
		{"a mutation behind a query", "POST", "/api/graphql", query(`query A { viewer { login } } mutation B { x }`), nil},
		{"a mutation behind a comment", "POST", "/api/graphql", query("# query {\nmutation { x }"), nil},
		{"a mutation behind a block string", "POST", "/api/graphql", query(`query A($a: String = """}""") { viewer { login } } mutation { x }`), nil},
		{"a document that cannot be read", "POST", "/api/graphql", query(`query { viewer { login }`), nil},
		{"no document", "POST", "/api/graphql", query(``), nil},
		{"only a fragment", "POST", "/api/graphql", query(`fragment F on User { login }`), nil},
		{"a batch", "POST", "/api/graphql", `[` + query(`{ viewer { login } }`) + `]`, nil},
		{"two bodies", "POST", "/api/graphql", query(`{ viewer { login } }`) + query(`mutation { x }`), nil},
		{"a key that is not known", "POST", "/api/graphql", `{"query":"{ viewer { login } }","extensions":{}}`, nil},
		{"no body", "POST", "/api/graphql", "", nil},
		{"a stored query", "POST", "/api/graphql", `{"id":"abc"}`, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := watch(t, nil)
			err := w.do(t, c.method, w.base+c.path, c.body, c.header...)
			var refused *connect.RefusedError
			if !errors.As(err, &refused) || refused.Reason == "" {
				t.Fatalf("got %v, want a refusal", err)
			}
			if len(w.arrived) != 0 {
				t.Fatalf("it left: %v", w.arrived)
			}
			rows := w.ledger.all()
			if len(rows) != 1 || !rows[0].Refused || rows[0].Status != -1 || rows[0].Method != c.method {
				t.Errorf("ledger %+v", rows)
			}
		})
	}
}

// TestTransportRefusesOtherServers keeps the credential at home.
func TestTransportRefusesOtherServers(t *testing.T) {
	t.Parallel()
	w, other := watch(t, nil), watch(t, nil)
	withPort := strings.Replace(w.base, "localhost", "127.0.0.1", 1)
	for _, url := range []string{
		other.base + "/api/v3/user", strings.Replace(w.base, "https", "http", 1) + "/api/v3/user",
		withPort + "/api/v3/user", strings.Replace(w.base, "://", "://mona:pw@", 1) + "/api/v3/user", "https://example.com/api/v3/user",
	} {
		var refused *connect.RefusedError
		if err := w.do(t, "GET", url, ""); !errors.As(err, &refused) {
			t.Errorf("%s: got %v, want a refusal", url, err)
		}
	}
	req, _ := http.NewRequestWithContext(t.Context(), "GET", w.base+"/api/v3/user", nil)
	req.Host = "other.example.com"
	if resp, err := w.RoundTrip(req); err == nil {
		resp.Body.Close()
		t.Error("a request for another host left")
	}
	if len(w.arrived)+len(other.arrived) != 0 {
		t.Errorf("arrived: %v %v", w.arrived, other.arrived)
	}
}

// TestGraphQLIsWrittenAnew shows that what is sent is what was checked: of a key given twice, a server
// may read the other one.
func TestGraphQLIsWrittenAnew(t *testing.T) {
	t.Parallel()
	w := watch(t, nil)
	body := `{"query":"mutation { x }","query":"{ viewer { login } }","variables":{"a":[1,2]}}`
	if err := w.do(t, "POST", w.base+"/api/graphql", body, "Content-Type", "application/x-www-form-urlencoded"); err != nil {
		t.Fatal(err)
	}
	if w.bodies[0] != `{"query":"{ viewer { login } }","variables":{"a":[1,2]}}` {
		t.Errorf("sent %s", w.bodies[0])
	}
}

// TestTheWholeDiagnosisOnlyReads holds every request of a diagnosis with an owner's token, as the
// server saw it, against the list.
func TestTheWholeDiagnosisOnlyReads(t *testing.T) {
	t.Parallel()
	d, ledger := newDouble(t, nil), &memoryLedger{}
	o := quick()
	o.Ledger = ledger
	connect.Diagnose(t.Context(), d.target(), o)
	seen := d.Requests()
	if len(seen) == 0 || len(ledger.all()) < len(seen) {
		t.Errorf("the server saw %d requests, the ledger holds %d", len(seen), len(ledger.all()))
	}
	for _, r := range seen {
		reads := r.Method == "GET" || r.Method == "HEAD" || r.Method == "POST" && r.Path == "/api/graphql"
		if !reads {
			t.Errorf("the server saw %s %s", r.Method, r.Path)
		}
	}
	for _, row := range ledger.all() {
		if row.Why != "test connection" || row.Refused {
			t.Errorf("ledger row %+v", row)
		}
	}
}
