package github_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/github"
)

// TestErrors provokes each kind of failure and holds it to its kind, code and words.
func TestErrors(t *testing.T) {
	t.Parallel()
	const asJSON, asPage = "application/json", "text/html"
	cases := []struct {
		name    string
		handler http.Handler
		kind    error
		code    connect.Code
		retry   bool
	}{
		{"a revoked token", says(401, asJSON, `{"message":"Bad credentials"}`), github.ErrUnauthorized, connect.APIUnauthorized, false},
		{"no right", says(403, asJSON, `{"message":"Must have admin rights to Repository."}`), github.ErrForbidden, connect.APIForbidden, false},
		{"not there", says(404, asJSON, `{"message":"Not Found"}`), facts.ErrNotFound, connect.APINotFound, false},
		{"gone", says(410, asJSON, `{"message":"Issues are disabled for this repo"}`), github.ErrGone, connect.APIGone, false},
		{"taken down", says(451, asJSON, `{"message":"Repository access blocked"}`), github.ErrGone, connect.APIGone, false},
		{"the hourly limit", says(403, asJSON, `{"message":"API rate limit exceeded"}`, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "4102444800"), github.ErrRateLimited, connect.APILimited, true},
		{"the pace", says(429, asJSON, `{"message":"You have exceeded a secondary rate limit"}`, "Retry-After", "60"), github.ErrRateLimited, connect.APILimited, true},
		{"maintenance", says(503, asPage, `<html><title>Maintenance</title>down for maintenance</html>`), github.ErrMaintenance, connect.APIMaintenance, true},
		{"an error of the server", says(500, asJSON, `{"message":"Server Error"}`), github.ErrTemporary, connect.APIServerError, true},
		{"an error of the front", says(502, asPage, `<html>502</html>`), github.ErrTemporary, connect.APIServerError, true},
		{"a page to sign in", says(200, asPage, `<html><title>Sign in</title></html>`), github.ErrUnreachable, connect.APIPage, false},
		{"a redirect to sign in", http.RedirectHandler("https://sso.example.com/login", http.StatusFound), github.ErrUnreachable, connect.HTTPLoginPage, false},
		{"not JSON", says(200, "text/plain", `hello`), github.ErrUnreadable, connect.APIUnreadable, true},
		{"JSON that breaks off", says(200, asJSON, `{"id":1,"full_na`), github.ErrUnreadable, connect.APIUnreadable, true},
		{"JSON of another shape", says(200, asJSON, `["a"]`), github.ErrUnreadable, connect.APIUnreadable, true},
		{"JSON without what matters", says(200, asJSON, `{}`), github.ErrUnreadable, connect.APIUnreadable, true},
		{"nothing", says(200, asJSON, ``), github.ErrUnreadable, connect.APIUnreadable, true},
		{"a request not understood", says(422, asJSON, `{"message":"Validation Failed"}`), github.ErrUnreadable, connect.APIRejected, true},
		{"a connection that breaks", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), github.ErrTemporary, connect.HTTPReset, true},
		{"an answer cut off", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"id":1`)
		}), github.ErrUnreadable, connect.APIUnreadable, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := clientOf(t, c.handler).Repo(t.Context(), 7)
			checkError(t, err, c.kind, c.code, c.retry)
		})
	}
}

func checkError(t *testing.T, err, kind error, code connect.Code, retry bool) {
	t.Helper()
	var failure *github.Error
	if !errors.As(err, &failure) || !errors.Is(err, kind) || failure.Code != code || failure.Retry() != retry {
		t.Fatalf("got %#v, want %v %s, retry %t", err, kind, code, retry)
	}
	for _, text := range []string{failure.Cause, failure.Next} {
		if text == "" || strings.ContainsAny(text, "{}") || !strings.HasSuffix(strings.TrimRight(text, "”)"), ".") && !strings.HasSuffix(text, ".") {
			t.Errorf("not a whole sentence: %q", text)
		}
	}
	if errors.Is(kind, github.ErrRateLimited) && failure.Until.IsZero() {
		t.Error("a limit without an end")
	}
	if strings.Contains(fmt.Sprintf("%v %+v %#v", err, failure, failure), plantedToken) {
		t.Error("the token is shown")
	}
}

func TestErrorOfOneOwnDoing(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := clientOf(t, says(200, "application/json", `{}`)).Repo(ctx, 7)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestTriesAgain: a failure for the moment is tried again, any other is not.
func TestTriesAgain(t *testing.T) {
	t.Parallel()
	d := newDouble(t, nil)
	d.Faults.Add(ghes.Fault{Path: "/api/v3/user", Times: 2, Effect: ghes.BadGateway()})
	if _, err := d.client(t).Viewer(t.Context()); err != nil {
		t.Errorf("after two failures: %v", err)
	}
	d.Faults.Add(ghes.Fault{Path: "/api/v3/user", Times: 1, Effect: ghes.CutOff(0.5)})
	if _, err := d.client(t).Viewer(t.Context()); err != nil {
		t.Errorf("after an answer that was cut off: %v", err)
	}
	d.ForgetRequests()
	if _, err := d.clientWith(t, "ghp_unknown").Viewer(t.Context()); !errors.Is(err, github.ErrUnauthorized) {
		t.Error(err)
	}
	if n := len(d.Requests()); n != 1 {
		t.Errorf("a refusal was tried %d times", n)
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	d := newDouble(t, nil)
	var reply struct {
		Organization struct {
			Login        string
			Repositories struct{ TotalCount int }
		}
	}
	const question = `query($login: String!) { organization(login: $login) { login repositories { totalCount } } }`
	err := d.client(t).Query(t.Context(), "count repos", question, map[string]any{"login": "acme"}, &reply)
	if err != nil || reply.Organization.Login != "acme" || reply.Organization.Repositories.TotalCount != 3 {
		t.Errorf("%+v, %v", reply, err)
	}
	err = d.client(t).Query(t.Context(), "count repos", question, map[string]any{"login": "nobody"}, &reply)
	if !errors.Is(err, facts.ErrNotFound) || len(github.Complaints(err)) != 1 || github.Complaints(err)[0].Path != "organization" {
		t.Errorf("%v", err)
	}
}

func TestQueryErrors(t *testing.T) {
	t.Parallel()
	reply := func(kind, message string) http.Handler {
		body, _ := json.Marshal(map[string]any{"data": nil, "errors": []any{map[string]any{"type": kind, "message": message, "path": []any{"a", 0, "b"}}}})
		return says(200, "application/json", string(body))
	}
	cases := []struct {
		name    string
		handler http.Handler
		kind    error
		code    connect.Code
		smaller bool
	}{
		{"limited", reply("RATE_LIMITED", "API rate limit exceeded for user"), github.ErrRateLimited, connect.APILimited, false},
		{"hidden", reply("NOT_FOUND", "Could not resolve to a Repository"), facts.ErrNotFound, connect.APINotFound, false},
		{"scopes", reply("INSUFFICIENT_SCOPES", "Your token has not been granted the required scopes"), github.ErrForbidden, connect.APIForbidden, false},
		{"out of time", reply("", "Something went wrong while executing your query. This may be the result of a timeout"), github.ErrTemporary, connect.APIServerError, true},
		{"a field that is not there", reply("undefinedField", "Field 'x' doesn't exist on type 'Y'"), github.ErrUnreadable, connect.APIGraphQL, false},
		{"a timeout of the front", says(502, "text/html", "<html>"), github.ErrTemporary, connect.APIServerError, true},
		{"no data", says(200, "application/json", `{"data":null}`), github.ErrUnreadable, connect.APIUnreadable, false},
		{"not JSON", says(200, "application/json", `]`), github.ErrUnreadable, connect.APIUnreadable, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var into struct{}
			err := clientOf(t, c.handler).Query(t.Context(), "ask", `{ viewer { login } }`, nil, &into)
			var failure *github.Error
			if !errors.As(err, &failure) || !errors.Is(err, c.kind) || failure.Code != c.code || github.SmallerMayHelp(err) != c.smaller {
				t.Errorf("got %v (%#v), want %s", err, err, c.code)
			}
		})
	}
}

// TestQueriesRestWhenToldSo: that the budget is used up is told inside an answer that is a success, and no query leaves until it is filled again.
func TestQueriesRestWhenToldSo(t *testing.T) {
	t.Parallel()
	asked := 0
	client := clientOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		says(200, "application/json", `{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded for user"}]}`).ServeHTTP(w, r)
	}))
	for range 3 {
		var into struct{}
		var failure *github.Error
		if err := client.Query(t.Context(), "ask", `{ viewer { login } }`, nil, &into); !errors.Is(err, github.ErrRateLimited) || !errors.As(err, &failure) || failure.Until.IsZero() {
			t.Errorf("%v", err)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

func TestQueryRefusesMutations(t *testing.T) {
	t.Parallel()
	var into struct{}
	err := newDouble(t, nil).client(t).Query(t.Context(), "write", `mutation { addStar(input: {starrableId: "x"}) { clientMutationId } }`, nil, &into)
	checkError(t, err, github.ErrRefused, connect.APIRefused, false)
}
