package github_test

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/github"
)

// collect takes a list until its first error.
func collect[T any](seq iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for item, err := range seq {
		if err != nil {
			return all, err
		}
		all = append(all, item)
	}
	return all, nil
}

func fullNames(repos []facts.Repo) []string {
	var names []string
	for _, r := range repos {
		names = append(names, r.FullName)
	}
	return names
}

func TestMetaAndViewer(t *testing.T) {
	t.Parallel()
	d := newDouble(t, nil)
	client := d.client(t)
	meta, err := client.Meta(t.Context())
	if err != nil || meta.Version != "3.19.1" || meta.PasswordsVerifiable == nil || !*meta.PasswordsVerifiable {
		t.Errorf("meta %+v, %v", meta, err)
	}
	for range 2 {
		viewer, err := client.Viewer(t.Context())
		if err != nil || viewer.Login != "mona" || viewer.Name != "Mona Lisa" || viewer.ServerID == 0 {
			t.Errorf("viewer %+v, %v", viewer, err)
		}
	}
	asked := 0
	for _, r := range d.Requests() {
		if r.Path == "/api/v3/user" {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("the account was asked for %d times, want once", asked)
	}
}

func TestViewerTellsWhenTheTokenEnds(t *testing.T) {
	t.Parallel()
	d := newDouble(t, nil)
	ends := time.Now().Add(90 * 24 * time.Hour).Truncate(time.Second).UTC()
	token := d.world.AddToken(ghes.Token{Login: "mona", ExpiresAt: ends})
	viewer, err := d.clientWith(t, token.Secret).Viewer(t.Context())
	if err != nil || !viewer.ExpiresAt.Equal(ends) {
		t.Errorf("got %s, %v, want %s", viewer.ExpiresAt, err, ends)
	}
}

func TestOrganizationsHaveRoles(t *testing.T) {
	t.Parallel()
	d := newDouble(t, nil)
	got, err := d.client(t).Organizations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []facts.Organization{
		{Login: "acme", Role: facts.RoleOwner}, {Login: "globex", Role: facts.RoleMember}, {Login: "mona", Name: "Mona Lisa", Role: facts.RoleOwner},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(facts.Organization{}, "ServerID")); diff != "" {
		t.Error(diff)
	}
	for _, o := range got {
		if o.ServerID == 0 {
			t.Errorf("%s has no id", o.Login)
		}
	}
}

func TestOrganizationsWithoutReadOrg(t *testing.T) {
	t.Parallel()
	d := newDouble(t, nil)
	d.Faults.Add(ghes.Fault{Path: "/api/v3/user/memberships/orgs", Effect: ghes.Status(403, "You need at least read:org scope", nil)})
	got, err := d.client(t).Organizations(t.Context())
	if err != nil || len(got) != 3 || got[0].Role != facts.RoleNone {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestOrganizationsOfAFineGrainedToken(t *testing.T) {
	t.Parallel()
	d := newDouble(t, nil)
	token := d.world.AddToken(ghes.Token{
		Login: "mona", Kind: ghes.FineGrainedToken, Owner: "acme",
		Permissions: map[string]string{"metadata": "read", "contents": "read"},
	})
	got, err := d.clientWith(t, token.Secret).Organizations(t.Context())
	if err != nil || len(got) == 0 || got[0].Login != "acme" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestRepos(t *testing.T) {
	t.Parallel()
	d := newDouble(t, nil)
	repos, err := collect(d.client(t).Repos(t.Context(), "acme"))
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]facts.Repo{}
	for _, r := range repos {
		if r.ServerID == 0 {
			t.Errorf("%s has no id", r.FullName)
		}
		byName[r.Name] = r
	}
	want := map[string]facts.Repo{
		"web":  {Name: "web", FullName: "acme/web", DefaultBranch: "trunk", Visibility: "private", SizeKB: 12, PushedAt: 1_700_000_000},
		"old":  {Name: "old", FullName: "acme/old", DefaultBranch: "main", Visibility: "public", Archived: true},
		"copy": {Name: "copy", FullName: "acme/copy", DefaultBranch: "main", Visibility: "internal", Fork: true},
	}
	ignore := cmpopts.IgnoreFields(facts.Repo{}, "ServerID")
	unpushed := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".PushedAt" }, cmp.Comparer(func(a, b int64) bool {
		return a == b || a == 0 || b == 0 // the double gives the others a time of its own
	}))
	if diff := cmp.Diff(want, byName, ignore, unpushed); diff != "" {
		t.Error(diff)
	}
	own, err := collect(d.client(t).Repos(t.Context(), "Mona"))
	if diff := cmp.Diff([]string{"mona/dotfiles"}, fullNames(own)); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

// TestReposFollowsLinks walks many pages, with links that name a private host.
func TestReposFollowsLinks(t *testing.T) {
	t.Parallel()
	d := newDouble(t, nil)
	for i := range 250 {
		d.world.AddRepo(ghes.Repo{Owner: "globex", Name: fmt.Sprintf("r%03d", i)})
	}
	d.Faults.Add(ghes.Fault{Effect: ghes.WrongHost("https://ghe.corp.internal")})
	client := d.client(t)
	repos, err := collect(client.Repos(t.Context(), "globex"))
	if err != nil || len(repos) != 251 {
		t.Fatalf("%d repos, %v, want 251", len(repos), err)
	}
	if diff := cmp.Diff([]string{"ghe.corp.internal"}, client.PrivateHosts()); diff != "" {
		t.Error(diff)
	}
	for repo, err := range client.Repos(t.Context(), "globex") {
		if err != nil || repo.FullName == "" {
			t.Error(repo, err)
		}
		break // ending early must not ask on
	}
}

func TestReposOfNobody(t *testing.T) {
	t.Parallel()
	_, err := collect(newDouble(t, nil).client(t).Repos(t.Context(), "nobody"))
	if !errors.Is(err, facts.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

// TestReposSurvivesOddItems: one item that cannot be read costs that item alone.
func TestReposSurvivesOddItems(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.Handle("/api/v3/user", says(200, "application/json", `{"login":"mona","id":1,"name":null}`))
	mux.Handle("/api/v3/orgs/acme/repos", says(200, "application/json",
		`[{"id":1,"name":"a","full_name":"acme/a","owner":null,"pushed_at":null,"default_branch":null,"size":null,"private":true},
		  {"id":"two","name":"b"}, null, {"id":3,"name":"c","full_name":"acme/c","visibility":null,"size":1.5,"pushed_at":"yesterday"}]`))
	var names []string
	var problems int
	for repo, err := range clientOf(t, mux).Repos(t.Context(), "acme") {
		if err != nil {
			problems++
			if !errors.Is(err, github.ErrUnreadable) {
				t.Error(err)
			}
			continue
		}
		names = append(names, repo.FullName+" "+repo.Visibility)
	}
	if diff := cmp.Diff([]string{"acme/a private", "acme/c public"}, names); diff != "" || problems != 1 {
		t.Error(diff, problems)
	}
}

// TestReposOfAServerThatGoesRound: a Link back to the same page must end.
func TestReposOfAServerThatGoesRound(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.Handle("/api/v3/user", says(200, "application/json", `{"login":"mona"}`))
	mux.Handle("/api/v3/orgs/acme/repos", says(200, "application/json", `[{"id":1,"name":"a","full_name":"acme/a"}]`,
		"Link", `<https://other.internal/api/v3/orgs/acme/repos?page=2>; rel="next", <https://x/?a=1,2>; rel="last"`))
	repos, err := collect(clientOf(t, mux).Repos(t.Context(), "acme"))
	if err != nil || len(repos) != 2 {
		t.Errorf("%d repos, %v", len(repos), err)
	}
}

func TestFollowRepo(t *testing.T) {
	t.Parallel()
	d := newDouble(t, nil)
	client := d.client(t)
	repos, err := collect(client.Repos(t.Context(), "acme"))
	if err != nil {
		t.Fatal(err)
	}
	known := repos[0]
	known.ID, known.Integration, known.Organization, known.ImportedAt, known.Globs = 7, 8, 9, 10, []string{"*.min.js"}
	follow := func(want github.Change, wantName string) {
		t.Helper()
		followed, err := client.FollowRepo(t.Context(), known)
		now := followed.Repo
		if err != nil || followed.Change != want || now.FullName != wantName {
			t.Fatalf("got %s %s, %v, want %s %s", now.FullName, followed.Change, err, wantName, want)
		}
		if want != github.ChangeGone && (followed.Owner.Login != "acme" || followed.Owner.ServerID == 0) {
			t.Errorf("owner %+v", followed.Owner)
		}
		if now.ID != 7 || now.Integration != 8 || now.Organization != 9 || now.ImportedAt != 10 || len(now.Globs) != 1 {
			t.Errorf("what is ours was lost: %+v", now)
		}
	}
	follow(github.ChangeNone, known.FullName)
	if err := d.world.RenameRepo(known.FullName, "renamed"); err != nil {
		t.Fatal(err)
	}
	follow(github.ChangeRenamed, "acme/renamed")
	byName, err := client.RepoNamed(t.Context(), "acme", known.Name)
	if err != nil || byName.FullName != "acme/renamed" {
		t.Errorf("by its old name: %+v, %v", byName, err)
	}
	if err := d.world.DeleteRepo("acme/renamed"); err != nil {
		t.Fatal(err)
	}
	follow(github.ChangeGone, known.FullName)
	d.Faults.Add(ghes.Fault{Path: "/api/v3/repositories/**", Effect: ghes.ServerError()})
	if followed, err := client.FollowRepo(t.Context(), known); err == nil || followed.Change != github.ChangeNone {
		t.Errorf("an error of the server was taken for %q", followed.Change)
	}
}

func TestFollowTransferredRepo(t *testing.T) {
	t.Parallel()
	client := clientOf(t, says(200, "application/json", `{"id":5,"name":"web","full_name":"globex/web"}`))
	now, err := client.FollowRepo(t.Context(), facts.Repo{ServerID: 5, FullName: "acme/web"})
	if err != nil || now.Change != github.ChangeTransferred || now.Repo.FullName != "globex/web" {
		t.Errorf("%+v %v", now, err)
	}
}

func TestCapabilities(t *testing.T) {
	t.Parallel()
	d := newDouble(t, nil)
	got, err := d.client(t).Capabilities(t.Context())
	if err != nil || !got.GraphQL || !got.Limits.Off {
		t.Fatalf("%+v, %v", got, err)
	}
	d.Configure(func(s *ghes.Settings) { s.GraphQLOff = true })
	got, err = d.client(t).Capabilities(t.Context())
	if err != nil || got.GraphQL || got.GraphQLCause == "" || got.GraphQLNext == "" {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestCapabilitiesKnowTheSchema reads the fields that a server has; one without introspection has none.
func TestCapabilitiesKnowTheSchema(t *testing.T) {
	t.Parallel()
	refusals := 0
	ask := func(answer string, status ...int) (github.Capabilities, error) {
		mux := http.NewServeMux()
		mux.Handle("/api/v3/rate_limit", says(404, "application/json", `{"message":"Rate limiting is not enabled."}`))
		mux.HandleFunc("/api/graphql", func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if strings.Contains(string(body), "__type") {
				if refusals++; refusals <= len(status) {
					w.WriteHeader(status[refusals-1])
				}
				_, _ = io.WriteString(w, answer)
				return
			}
			_, _ = io.WriteString(w, `{"data":{"viewer":{"login":"mona"}}}`)
		})
		refusals = 0
		return clientOf(t, mux).Capabilities(t.Context())
	}
	const titles = `{"data":{"PullRequest":{"fields":[{"name":"title"}]},"Issue":null}}`
	for _, refused := range [][]int{nil, {403}, {403, 403}} {
		got, err := ask(titles, refused...)
		if err != nil || !got.GraphQL || !got.Has("PullRequest.title") || got.Has("PullRequest.fullDatabaseId") || len(got.Fields) != 1 {
			t.Errorf("after %v: %+v, %v", refused, got, err)
		}
	}
	for answer, refused := range map[string][]int{`{"errors":[{"message":"introspection is disabled"}]}`: nil, `{"message":"Blocked"}`: {403, 403, 403}} {
		if got, err := ask(answer, refused...); err != nil || !got.GraphQL || len(got.Fields) != 0 {
			t.Errorf("%s: %+v, %v", answer, got, err)
		}
	}
	if got, err := ask(titles[:40]); !errors.Is(err, github.ErrUnreadable) || len(got.Fields) != 0 {
		t.Errorf("cut off: %+v, %v", got, err)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	d := newDouble(t, func(o *ghes.Options) { o.Settings.Limits = ghes.Limits{PerHour: 50, GraphQLPerHour: 20} })
	got, err := d.client(t).Limits(t.Context())
	if err != nil || got.Off || got.Core.Limit != 50 || got.Core.Remaining > 50 || got.GraphQL.Limit != 20 || got.Core.ResetAt.IsZero() {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestARefusalIsNoCapability: a token that is refused and an answer that was cut off do not say that there is no GraphQL.
func TestARefusalIsNoCapability(t *testing.T) {
	t.Parallel()
	d := newDouble(t, nil)
	for _, effect := range []ghes.Effect{ghes.Status(401, "Bad credentials", nil), ghes.Truncate(0.5), ghes.EmptyBody(), ghes.BadGateway()} {
		rule := d.Faults.Add(ghes.Fault{Path: "/api/graphql", Effect: effect})
		if got, err := d.client(t).Capabilities(t.Context()); err == nil {
			t.Errorf("%s: %+v", effect, got)
		}
		rule.Remove()
	}
}
