package ingest_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/git/gittest"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// TestAuthorsAreTiedToAccounts: who commits by an address that an account has verified, or by its private one, is
// the person of that account; nobody else is.
func TestAuthorsAreTiedToAccounts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newItemWorld(t, s, nil, "web")
		ada, err := addressed(w, "ada", "ada@home.example")
		if err != nil {
			t.Fatal(err)
		}
		r := gittest.New(t)
		first := r.Commit(gittest.Commit{Author: gittest.Person{Name: "Ada L.", Email: "ada@home.example"}, Set: gittest.Files{"a": gittest.Text("a")}})
		second := r.Commit(gittest.Commit{Parents: []gittest.Mark{first}, Author: gittest.Person{Name: "Nobody", Email: "nobody@else.example"}, Set: gittest.Files{"b": gittest.Text("b")}})
		r.Branch("main", second)
		r.Write()
		hashes := map[facts.CommitNumber]string{1: r.Hash(first), 2: r.Hash(second)}
		if err := w.world.UpdateRepo("acme/web", func(repo *ghes.Repo) { repo.GitDir = r.Dir }); err != nil {
			t.Fatal(err)
		}
		byMail, byNobody := mustIdentify(t, s, "Ada L.", "ada@home.example"), mustIdentify(t, s, "Nobody", "nobody@else.example")
		err = s.SaveCommits(t.Context(), w.repos["web"], []facts.Commit{{Number: 1, Hash: hashes[1], Author: byMail}, {Number: 2, Hash: hashes[2], Author: byNobody}})
		if err != nil {
			t.Fatal(err)
		}
		w.add("web", aPull(1)) // ada opened it
		w.sync("web")
		p, err := s.PullRequest(t.Context(), w.repos["web"], 1)
		if err != nil {
			t.Fatal(err)
		}
		person := func(id facts.IdentityID) facts.Person {
			i, err := s.Identity(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			found, err := s.Person(t.Context(), i.Person)
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		if got := person(byMail); got.ID != p.Author.Person || got.Login != "ada" || p.Author.ServerID != ada.ID {
			t.Errorf("who commits is %+v, who opened it %+v", got, p.Author)
		}
		if got := person(byNobody); got.Login != "" {
			t.Errorf("nobody has the account %q", got.Login)
		}
		w.server.ForgetRequests()
		w.sync("web")
		if n := len(w.server.Requests()); n > 2 {
			t.Errorf("%d requests when all authors have been asked for", n)
		}
	})
}

// TestTiesReachOtherRepos: what an account did elsewhere is judged again when it turns out whose it is.
func TestTiesReachOtherRepos(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newItemWorld(t, s, nil, "web", "api", "docs")
		if _, err := addressed(w, "ada", "ada@home.example"); err != nil {
			t.Fatal(err)
		}
		r := gittest.New(t)
		mark := r.Commit(gittest.Commit{Author: gittest.Person{Name: "Ada L.", Email: "ada@home.example"}, Set: gittest.Files{"a": gittest.Text("a")}})
		r.Branch("main", mark)
		r.Write()
		if err := w.world.UpdateRepo("acme/web", func(repo *ghes.Repo) { repo.GitDir = r.Dir }); err != nil {
			t.Fatal(err)
		}
		w.add("api", aPull(1)) // ada opened it
		w.sync("api")
		w.sync("docs")
		err := s.SaveCommits(t.Context(), w.repos["web"], []facts.Commit{{Number: 1, Hash: r.Hash(mark), Author: mustIdentify(t, s, "Ada L.", "ada@home.example")}})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SaveSyncState(t.Context(), facts.SyncState{Repo: w.repos["api"], Kind: facts.SyncCommits, Phase: facts.PhaseReady, FinishedAt: 1}); err != nil {
			t.Fatal(err)
		}
		w.queue.judged = nil
		w.sync("web")
		if want := []facts.RepoID{w.repos["api"]}; !slices.Equal(w.queue.judged, want) {
			t.Errorf("repos %v are judged again, want %v", w.queue.judged, want)
		}
	})
}

// TestManyAuthorsAreTied: more than are asked for at once, and none is asked for twice.
func TestManyAuthorsAreTied(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const many = 120
		w := newItemWorld(t, s, nil, "web")
		r := gittest.New(t)
		var commits []facts.Commit
		var marks []gittest.Mark
		for n := range many {
			who := fmt.Sprintf("dev%03d", n)
			w.world.AddUser(ghes.User{Login: who, Emails: []string{who + "@home.example"}})
			marks = append(marks, r.Commit(gittest.Commit{Parents: marks[max(0, n-1):], Author: gittest.Person{Name: who, Email: who + "@home.example"}, Set: gittest.Files{"a": gittest.Text(who)}}))
			commits = append(commits, facts.Commit{Number: facts.CommitNumber(n + 1), Author: mustIdentify(t, s, who, who+"@home.example")})
		}
		r.Branch("main", marks[many-1])
		r.Write()
		for n := range commits {
			commits[n].Hash = r.Hash(marks[n])
		}
		if err := w.world.UpdateRepo("acme/web", func(repo *ghes.Repo) { repo.GitDir = r.Dir }); err != nil {
			t.Fatal(err)
		}
		if err := s.SaveCommits(t.Context(), w.repos["web"], commits); err != nil {
			t.Fatal(err)
		}
		w.sync("web") // what the server can do, the empty list, and the authors
		first := len(w.server.Requests())
		for n, c := range commits {
			i, err := s.Identity(t.Context(), c.Author)
			if err != nil {
				t.Fatal(err)
			}
			if p, err := s.Person(t.Context(), i.Person); err != nil || p.Login != fmt.Sprintf("dev%03d", n) {
				t.Errorf("author %d is %q, %v", n, p.Login, err)
			}
		}
		if first > 3+2+3 {
			t.Errorf("%d requests for %d authors", first, many)
		}
		w.server.ForgetRequests()
		w.sync("web")
		if n := len(w.server.Requests()); n > 2 {
			t.Errorf("%d requests when all authors have been asked for", n)
		}
	})
}

func mustIdentify(t *testing.T, s *store.Store, name, email string) facts.IdentityID {
	t.Helper()
	id, err := s.EnsureIdentity(t.Context(), name, email)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func addressed(w *itemWorld, login, email string) (ghes.User, error) {
	err := w.world.UpdateUser(login, func(u *ghes.User) { u.Emails = append(u.Emails, email) })
	u, _ := w.world.User(login)
	return u, err
}

// TestTiesWaitForTheFirstReading: a repo whose commits are being read for the first time is judged at the end of that, and not
// once more for each account that becomes known meanwhile.
func TestTiesWaitForTheFirstReading(t *testing.T) {
	t.Parallel()
	w := newItemWorld(t, storetest.Open(t), nil, "web", "api", "docs")
	w.add("web", aPull(1)) // merged, which may supersede commits
	for phase, want := range map[facts.Phase]int{facts.PhaseQueued: 0, facts.PhaseFetching: 0, facts.PhaseReplaying: 0, facts.PhaseJudging: 1, facts.PhaseFailed: 1, facts.PhaseReady: 1} {
		if err := w.store.SaveSyncState(t.Context(), facts.SyncState{Repo: w.repos["web"], Kind: facts.SyncCommits, Phase: phase}); err != nil {
			t.Fatal(err)
		}
		w.queue.judged = nil
		w.change("web", 1, func(i *ghes.Issue) { i.UpdatedAt = i.UpdatedAt.Add(time.Hour) })
		w.sync("web")
		if len(w.queue.judged) != want {
			t.Errorf("%s: judged again %d times, want %d", phase, len(w.queue.judged), want)
		}
	}
}
