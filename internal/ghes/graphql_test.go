package ghes_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"weir/internal/ghes"
	"weir/internal/ghes/ghestest"
)

// ask sends a query, which must be valid on all servers, and returns data and errors.
func (f *fixture) ask(token, query string, vars map[string]any) (map[string]any, []map[string]any) {
	f.t.Helper()
	ghestest.Query(f.t, query)
	r := f.post(token, query, vars)
	if r.StatusCode != http.StatusOK {
		f.t.Fatalf("status %d: %s", r.StatusCode, r.body)
	}
	answer := into[struct {
		Data   map[string]any
		Errors []map[string]any
	}](f.t, r)
	return answer.Data, answer.Errors
}

func (f *fixture) post(token, query string, vars map[string]any) reply {
	f.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	if err != nil {
		f.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(f.t.Context(), "POST", f.URL()+"/api/graphql", bytes.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	if user, password, basic := strings.Cut(token, ":"); basic {
		req.SetBasicAuth(user, password)
	} else if token != "" {
		req.Header.Set("Authorization", "bearer "+token)
	}
	res, err := f.client.Do(req)
	if err != nil {
		f.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err != nil {
		f.t.Fatal(err)
	}
	return reply{res, b.Bytes()}
}

// same compares a value with the JSON wanted.
func same(t *testing.T, what string, got any, want string) {
	t.Helper()
	data, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if string(data) != want {
		t.Errorf("%s:\n got %s\nwant %s", what, data, want)
	}
}

const reposQuery = `query($org: String!, $n: Int!, $after: String) {
  viewer { login }
  rateLimit { limit cost remaining resetAt }
  organization(login: $org) {
    login
    repositories(first: $n, after: $after, orderBy: {field: NAME, direction: ASC}) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { name isPrivate visibility isArchived ...branch }
    }
  }
}
fragment branch on Repository {
  defaultBranchRef { name target { __typename oid ... on Commit { messageHeadline author { name user { login } } } } }
}`

func TestGraphQLPagesThroughRepositories(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	var names []string
	vars := map[string]any{"org": "acme", "n": 2}
	for range 3 {
		data, errs := f.ask(f.member, reposQuery, vars)
		if errs != nil {
			t.Fatal(errs)
		}
		repos := data["organization"].(map[string]any)["repositories"].(map[string]any)
		for _, n := range repos["nodes"].([]any) {
			names = append(names, n.(map[string]any)["name"].(string))
		}
		info := repos["pageInfo"].(map[string]any)
		if info["hasNextPage"] == false {
			break
		}
		vars["after"] = info["endCursor"]
	}
	same(t, "names", names, `["docs","tools","web"]`)
}

func TestGraphQLRepository(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	data, errs := f.ask(f.member, `{ repository(owner: "acme", name: "web") {
		nameWithOwner isPrivate visibility isFork isEmpty viewerPermission primaryLanguage { name }
		owner { __typename login }
		defaultBranchRef { name prefix target { ... on Commit { message author { user { login } } } } }
		refs(refPrefix: "refs/heads/", first: 10) { totalCount edges { node { name } } }
		pr: ref(qualifiedName: "refs/pull/1/head") { name }
		hidden: ref(qualifiedName: "refs/__gh__/internal") { name }
	} }`, nil)
	if errs != nil {
		t.Fatal(errs)
	}
	same(t, "repository", data["repository"], `{"defaultBranchRef":{"name":"main","prefix":"refs/heads/",`+
		`"target":{"author":{"user":null},"message":"second"}},"hidden":null,"isEmpty":false,"isFork":false,`+
		`"isPrivate":true,"nameWithOwner":"acme/web","owner":{"__typename":"Organization","login":"acme"},`+
		`"pr":{"name":"head"},"primaryLanguage":{"name":"Go"},`+
		`"refs":{"edges":[{"node":{"name":"main"}},{"node":{"name":"topic"}}],"totalCount":2},`+
		`"viewerPermission":"READ","visibility":"PRIVATE"}`)
}

func TestGraphQLKeepsTheOrderOfTheQuery(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	r := f.post(f.member, `{ b: viewer { name login } a: viewer { login name } }`, nil)
	want := `{"data":{"b":{"name":"Max Member","login":"max"},"a":{"login":"max","name":"Max Member"}}}`
	if string(r.body) != want {
		t.Errorf("got %s, want %s", r.body, want)
	}
}

func TestGraphQLErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, query, kind, message string
	}{
		{"unknown field", `{ viewer { loginn } }`, "", "Field 'loginn' doesn't exist on type 'User'"},
		{"unknown argument", `{ viewer(x: 1) { login } }`, "", "Field 'viewer' doesn't accept argument 'x'"},
		{"syntax", `{ viewer { `, "", "Expected Name, found <EOF>"},
		{"nobody there", `{ repository(owner: "acme", name: "x") { id } }`, "NOT_FOUND",
			"Could not resolve to a Repository with the name 'acme/x'."},
		{"no such organization", `{ organization(login: "x") { id } }`, "NOT_FOUND",
			"Could not resolve to an Organization with the login of 'x'."},
		{"not held", `{ repository(owner: "acme", name: "web") { discussions(first: 1) { totalCount } } }`, "NOT_IMPLEMENTED",
			"Field 'discussions' of type 'Repository' is valid, but this double of a server does not hold it."},
		{"too many", `{ viewer { organizations(first: 101) { totalCount } } }`, "EXCESSIVE_PAGINATION",
			"Requesting 101 records on the `organizations` connection exceeds the `first` limit of 100 records."},
		{"no bounds", `{ organization(login: "acme") { repositories { nodes { id } } } }`, "MISSING_PAGINATION_BOUNDARIES",
			"You must provide a `first` or `last` value to properly paginate the `repositories` connection."},
		{"bad cursor", `{ viewer { organizations(first: 1, after: "x") { totalCount } } }`, "INVALID_CURSOR_ARGUMENTS",
			"`x` does not appear to be a valid cursor."},
		{"mutation", `mutation { addStar(input: {starrableId: "x"}) { clientMutationId } }`, "",
			"Schema does not support operation type \"mutation\""},
		{"too many nodes", `{ organization(login: "acme") { membersWithRole(first: 100) { nodes { organizations(first: 100) {
			nodes { repositories(first: 100) { nodes { id } } } } } } } }`, "MAX_NODE_LIMIT_EXCEEDED",
			"This query requests up to 1010100 possible nodes which exceeds the maximum limit of 500000."},
	}
	f := start(t, nil)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := f.post(f.member, tt.query, nil)
			answer := into[struct {
				Errors []struct{ Type, Message string }
			}](t, r)
			if r.StatusCode != 200 || len(answer.Errors) == 0 {
				t.Fatalf("got %d %s", r.StatusCode, r.body)
			}
			if e := answer.Errors[0]; e.Type != tt.kind || e.Message != tt.message {
				t.Errorf("got %s %q,\nwant %s %q", e.Type, e.Message, tt.kind, tt.message)
			}
		})
	}
}

// What is null where the schema forbids it makes its parent null, and so on.
func TestGraphQLNullsReachTheNextParentThatMayBe(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	r := f.post(f.member, `{ repository(owner: "acme", name: "web") { name forkCount } viewer { login } }`, nil)
	answer := into[struct{ Data map[string]any }](t, r)
	same(t, "data", answer.Data, `{"repository":null,"viewer":{"login":"max"}}`)
}

func TestGraphQLDirectivesAndNodes(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	data, errs := f.ask(f.member, `query($no: Boolean!) { viewer { id login @skip(if: $no) name @include(if: $no) } }`,
		map[string]any{"no": false})
	if errs != nil {
		t.Fatal(errs)
	}
	viewer := data["viewer"].(map[string]any)
	same(t, "keys", len(viewer), "2")
	data, errs = f.ask(f.member, `query($ids: [ID!]!) { nodes(ids: $ids) { ... on User { login } } }`,
		map[string]any{"ids": []any{viewer["id"], "bm9uc2Vuc2U="}})
	if errs != nil {
		t.Fatal(errs)
	}
	same(t, "nodes", data["nodes"], `[{"login":"max"},null]`)
}

// An older release has the older schema: followRenames came later.
func TestGraphQLSchemaDependsOnTheVersion(t *testing.T) {
	t.Parallel()
	const query = `{ repository(owner: "acme", name: "web", followRenames: false) { name } }`
	for version, want := range map[string]int{"3.19.1": 0, "3.5.0": 1} {
		f := start(t, func(o *ghes.Options) { o.Settings.Version = version })
		answer := into[struct{ Errors []any }](t, f.post(f.member, query, nil))
		if len(answer.Errors) != want {
			t.Errorf("%s: got %v", version, answer.Errors)
		}
	}
}
