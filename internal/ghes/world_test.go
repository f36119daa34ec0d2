package ghes_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"weir/internal/ghes"
)

func TestWorldFromDir(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := ghes.WorldFromDir(t.Context(), dir, "local", "me", "pw"); err == nil || !strings.Contains(err.Error(), "git clone --mirror") {
		t.Errorf("empty folder: got %v", err)
	}
	for _, name := range []string{"one.git", "two.git", "team/three.git"} {
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(bareRepo(t))); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "no repository"), 0o755); err != nil {
		t.Fatal(err)
	}
	w, err := ghes.WorldFromDir(t.Context(), dir, "local", "me", "pw")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range w.Repos() {
		names = append(names, fmt.Sprint(r.FullName(), " ", r.DefaultBranch, " ", r.PushedAt.Unix()))
	}
	same(t, "repos", names, `["local/one main 1700000100","local/two main 1700000100","team/three main 1700000100"]`)
	f := start(t, func(o *ghes.Options) { o.World = w })
	if ok, out := f.lists(f.remote("me", "pw", "team/three")); !ok {
		t.Error(out)
	}
}

// Things are added and changed while the server answers; run with -race.
func TestWorldChangesWhileServing(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for j := range 10 {
				name := fmt.Sprintf("r%d-%d", i, j)
				f.World.AddRepo(ghes.Repo{Owner: "acme", Name: name})
				f.World.AddUser(ghes.User{Login: name})
				f.World.SetMember("acme", ghes.Member{Login: name})
				token := f.World.AddToken(ghes.Token{Login: name, Scopes: []string{"repo"}}).Secret
				f.get("/orgs/acme/repos", token)
				_ = f.World.RenameRepo("acme/"+name, name+"-new")
				f.Configure(func(s *ghes.Settings) { s.PrivateMode = j%2 == 0 })
				f.get("/orgs/acme/members", token)
				f.post(token, "{viewer{login}}", nil)
				f.Requests()
			}
		})
	}
	wg.Wait()
	if got := len(f.World.Repos()); got != 43 {
		t.Errorf("got %d repos", got)
	}
}

func TestNamesCompareWithoutCase(t *testing.T) { // [mem]
	t.Parallel()
	f := start(t, nil)
	f.get("/repos/ACME/Web", f.owner).wants(t, 200, "")
	f.get("/orgs/Acme", f.owner).wants(t, 200, "")
	f.get("/users/OLGA", f.owner).wants(t, 200, "")
}

func TestUnknownThingsCannotBeChanged(t *testing.T) {
	t.Parallel()
	w := ghes.NewWorld()
	for name, err := range map[string]error{
		"user":         w.UpdateUser("x", func(*ghes.User) {}),
		"organization": w.UpdateOrganization("x", func(*ghes.Organization) {}),
		"repo":         w.UpdateRepo("x/y", func(*ghes.Repo) {}),
		"rename":       w.RenameRepo("x/y", "z"),
		"delete":       w.DeleteRepo("x/y"),
		"collaborator": w.SetCollaborator("x/y", "z", ghes.Pull),
		"token":        w.UpdateToken("x", func(*ghes.Token) {}),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
