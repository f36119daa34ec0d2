package github_test

import (
	"errors"
	"fmt"
	"testing"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/github"
	"weir/internal/secret"
)

// withApp is a double with Weir's app, and a client that signs in as it.
func withApp(t *testing.T, installed ...string) (double, *github.Client) {
	t.Helper()
	d := newDouble(t, nil)
	for n := range 120 {
		d.world.AddRepo(ghes.Repo{Owner: "globex", Name: fmt.Sprintf("service-%03d", n)})
	}
	app, err := d.world.AddApp(ghes.App{Name: "Weir", Owner: "acme", Permissions: connect.AppPermissions})
	if err != nil {
		t.Fatal(err)
	}
	for _, account := range installed {
		d.world.AddInstallation(ghes.Installation{App: app.ID, Account: account})
	}
	return d, open(t, connect.Target{
		Address: d.URL(), CAPEM: d.CAPEM(), Credential: connect.AppCredential(app.ID, secret.New(app.PrivateKeyPEM())),
	})
}

func TestAppSeesTheReposOfWhoInstalledIt(t *testing.T) {
	t.Parallel()
	d, client := withApp(t, "acme", "globex", "mona")
	found, err := client.Organizations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	var first facts.Repo
	for _, o := range found {
		for repo, err := range client.Repos(t.Context(), o.Login) {
			if err != nil {
				t.Fatal(err)
			}
			if counts[o.Login]++; o.Login == "globex" {
				first = repo
			}
		}
	}
	if fmt.Sprint(counts) != "map[acme:3 globex:121 mona:1]" {
		t.Errorf("got %v", counts)
	}
	if err := d.world.RenameRepo(first.FullName, "renamed"); err != nil {
		t.Fatal(err)
	}
	if now, err := client.FollowRepo(t.Context(), first); err != nil || now.Change != github.ChangeRenamed || now.Repo.FullName != "globex/renamed" {
		t.Errorf("followed to %s, %s, %v", now.Repo.FullName, now.Change, err)
	}
	viewer, err := client.Viewer(t.Context())
	if err != nil || viewer.Login != "weir[bot]" {
		t.Errorf("viewer %+v, %v", viewer, err)
	}
}

func TestAppAsksGraphQLByTheOwnersInstallation(t *testing.T) {
	t.Parallel()
	_, client := withApp(t, "acme", "globex")
	for _, repo := range [][2]string{{"acme", "web"}, {"globex", "core"}} {
		var reply struct{ Repository *struct{ Name string } }
		err := client.Query(t.Context(), "ask", `query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { name } }`,
			map[string]any{"owner": repo[0], "name": repo[1]}, &reply)
		if err != nil || reply.Repository == nil || reply.Repository.Name != repo[1] {
			t.Errorf("%v: %+v, %v", repo, reply, err)
		}
	}
}

func TestAppThatIsInstalledNowhereNeedsAPerson(t *testing.T) {
	t.Parallel()
	_, client := withApp(t)
	_, err := client.Organizations(t.Context())
	var failure *github.Error
	if !errors.Is(err, github.ErrUnauthorized) || !errors.As(err, &failure) || failure.Code != connect.APIAppNowhere {
		t.Errorf("got %v", err)
	}
	_, other := withApp(t, "acme")
	if _, err := other.RepoNamed(t.Context(), "globex", "core"); !errors.Is(err, github.ErrForbidden) {
		t.Errorf("an organization without the app: %v", err)
	}
}
