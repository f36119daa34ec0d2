package ghes_test

import (
	"slices"
	"testing"

	"weir/internal/ghes"
)

// Section 4.6: organizations, roles and repos.

func TestMembershipTellsTheRole(t *testing.T) { // [docs]: admin is an owner, 404 for others
	t.Parallel()
	f := start(t, nil)
	f.World.SetMember("acme", ghes.Member{Login: "sven", Pending: true})
	type membership struct{ State, Role string }
	for token, want := range map[string]membership{
		f.owner: {"active", "admin"}, f.member: {"active", "member"}, f.stranger: {"pending", "member"},
	} {
		if got := into[membership](t, f.get("/user/memberships/orgs/acme", token)); got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	f.World.RemoveMember("acme", "sven")
	f.get("/user/memberships/orgs/acme", f.stranger).wants(t, 404, "Not Found")
	f.get("/user/memberships/orgs/nothing", f.owner).wants(t, 404, "Not Found")
}

func TestMembershipsCanBeFilteredByState(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	f.World.AddOrganization(ghes.Organization{Login: "other"})
	f.World.SetMember("other", ghes.Member{Login: "max", Pending: true})
	for query, want := range map[string]int{"": 2, "?state=active": 1, "?state=pending": 1} {
		if got := into[[]any](t, f.get("/user/memberships/orgs"+query, f.member)); len(got) != want {
			t.Errorf("%q: got %d, want %d", query, len(got), want)
		}
	}
	if got := into[[]any](t, f.get("/user/orgs", f.member)); len(got) != 1 {
		t.Errorf("orgs: got %d, want the active one", len(got))
	}
}

func TestMembershipOfOthersIsForMembers(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	f.get("/orgs/acme/memberships/olga", f.member).wants(t, 200, "")
	f.get("/orgs/acme/memberships/sven", f.member).wants(t, 404, "")
	f.get("/orgs/acme/memberships/olga", f.stranger).wants(t, 403, "")
}

func TestMembersSeenFromInsideAndOutside(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	logins := func(path, token string) []string {
		var names []string
		for _, u := range into[[]struct{ Login string }](t, f.get(path, token)) {
			names = append(names, u.Login)
		}
		return names
	}
	same(t, "inside", logins("/orgs/acme/members", f.member), `["max","olga"]`)
	same(t, "outside", logins("/orgs/acme/members", f.stranger), `["olga"]`)
	same(t, "owners", logins("/orgs/acme/members?role=admin", f.member), `["olga"]`)
}

func TestOrganizationReposByType(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	f.World.AddRepo(ghes.Repo{Owner: "acme", Name: "copy", Fork: true, Parent: "acme/web", Visibility: ghes.Public})
	names := func(query, token string) []string {
		var all []string
		for _, r := range into[[]struct{ Name string }](t, f.get("/orgs/acme/repos"+query, token)) {
			all = append(all, r.Name)
		}
		slices.Sort(all)
		return all
	}
	same(t, "all", names("", f.member), `["copy","docs","tools","web"]`)
	same(t, "private", names("?type=private", f.member), `["web"]`)
	same(t, "internal", names("?type=internal", f.member), `["tools"]`)
	same(t, "public", names("?type=public", f.member), `["copy","docs"]`)
	same(t, "forks", names("?type=forks", f.member), `["copy"]`)
	same(t, "sources", names("?type=sources", f.member), `["docs","tools","web"]`)
	same(t, "stranger", names("", f.stranger), `["copy","docs","tools"]`)
	same(t, "nobody", names("", ""), `["copy","docs"]`)
}

func TestMembersSeeNothingWithoutBasePermission(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	if err := f.World.UpdateOrganization("acme", func(o *ghes.Organization) { o.BasePermission = "none" }); err != nil {
		t.Fatal(err)
	}
	f.get("/repos/acme/web", f.member).wants(t, 404, "")
	f.get("/repos/acme/web", f.owner).wants(t, 200, "")
}

// Every other answer that a client may ask for; the harness holds them to the description.
func TestEveryRouteAnswers(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	f.World.AddRepo(ghes.Repo{Owner: "olga", Name: "own", Description: "Olga's"})
	f.World.AddRepo(ghes.Repo{Owner: "acme", Name: "copy", Fork: true, Parent: "acme/web"})
	user := f.World.AddToken(ghes.Token{Login: "olga", Scopes: []string{"user", "repo"}}).Secret
	for path, want := range map[string]int{
		"/zen": 200, "/user": 200, "/user/emails": 200, "/user/repos": 200, "/user/repos?visibility=private": 200,
		"/users/max": 200, "/users/acme": 200, "/users/nobody": 404, "/users/olga/orgs": 200, "/users/olga/repos": 200,
		"/users/nobody/repos": 404, "/users/nobody/orgs": 404, "/orgs/acme": 200, "/orgs/nothing": 404,
		"/repos/acme/web": 200, "/repos/acme/copy": 200, "/repos/acme/nothing": 404, "/repositories": 200,
		"/repos/acme/web/branches": 200, "/repos/acme/web/branches?per_page=1": 200, "/repos/acme/web/tags": 200,
		"/repos/acme/web/commits": 200, "/repos/acme/web/commits?sha=topic": 200, "/repos/acme/copy/commits": 409,
		"/repos/acme/copy/branches": 200, "/orgs/acme/repos?sort=full_name&direction=desc": 200,
		"/orgs/acme/repos?sort=pushed": 200, "/orgs/acme/repos?sort=updated&direction=asc": 200, "/nothing": 404,
	} {
		if r := f.get(path, user); r.StatusCode != want {
			t.Errorf("%s: got %d %s, want %d", path, r.StatusCode, r.body, want)
		}
	}
	f.do("POST", "/api/v3/repos/acme/web/merge-upstream", user).wants(t, 404, "Not Found")
	f.do("DELETE", "/api/v3/repos/acme/web", user).wants(t, 404, "Not Found")
}

func TestCommitsBelongToAccountsByAddress(t *testing.T) { // [rec]: author may be null
	t.Parallel()
	f := start(t, nil)
	commits := into[[]struct {
		Author *struct{ Login string }
		Commit struct {
			Message string
			Author  struct{ Date string }
		}
	}](t, f.get("/repos/acme/web/commits", f.member))
	if len(commits) != 2 || commits[0].Author != nil || commits[1].Author.Login != "olga" ||
		commits[1].Commit.Author.Date != "2023-11-14T22:13:20Z" || commits[0].Commit.Message != "second" {
		t.Errorf("got %+v", commits)
	}
}

func TestHooksAreForOwners(t *testing.T) { // [docs]: 404 for others, scope admin:org_hook
	t.Parallel()
	f := start(t, nil)
	scopes := []string{"repo", "admin:org_hook"}
	owner := f.World.AddToken(ghes.Token{Login: "olga", Scopes: scopes}).Secret
	member := f.World.AddToken(ghes.Token{Login: "max", Scopes: scopes}).Secret
	f.get("/orgs/acme/hooks", owner).wants(t, 200, "")
	f.get("/orgs/acme/hooks", f.owner).wants(t, 404, "Not Found")
	f.get("/orgs/acme/hooks", member).wants(t, 404, "Not Found")
}

func TestFineGrainedPermissionsOfWork(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	token := f.World.AddToken(ghes.Token{
		Login: "olga", Kind: ghes.FineGrainedToken, Owner: "acme",
		Permissions: map[string]string{"metadata": "read", "issues": "read"},
	}).Secret
	f.get("/repos/acme/web/issues?state=all&per_page=1", token).wants(t, 200, "")
	f.get("/repos/acme/web/pulls?state=all&per_page=1", token).wants(t, 403, "Resource not accessible by personal access token")
	f.get("/orgs/acme/hooks", token).wants(t, 403, "Resource not accessible by personal access token")
}
