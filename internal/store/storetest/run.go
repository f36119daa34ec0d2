package storetest

import (
	"errors"
	"fmt"
	"iter"
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/secret"
	"weir/internal/store"
)

type behaviour struct {
	name string
	test func(t *testing.T, s *store.Store)
}

// Run holds a database to the behaviour that the rest of Weir relies on. open gives an empty store.
func Run(t *testing.T, open func(t *testing.T) *store.Store) {
	for _, group := range [][]behaviour{
		txBehaviour, integrationBehaviour, repoBehaviour, repoChangeBehaviour, exclusionBehaviour, syncBehaviour, peopleBehaviour, refBehaviour, commitBehaviour, coAuthorBehaviour,
		judgedBehaviour, dailyBehaviour, groupBehaviour, settingBehaviour, ledgerBehaviour, userBehaviour, deleteBehaviour,
		webhookBehaviour, deliveryBehaviour, leaseBehaviour,
		pullRequestBehaviour, itemVerdictBehaviour, pullRequestSizeBehaviour, ticketBehaviour, putAsideBehaviour, completenessBehaviour,
	} {
		for _, b := range group {
			t.Run(b.name, func(t *testing.T) {
				t.Parallel()
				defer stopOnFailure(t)
				b.test(t, open(t))
			})
		}
	}
}

// unexpected is what must and check panic with; stopOnFailure turns it into the failure of one test.
type unexpected struct{ err error }

func stopOnFailure(t *testing.T) {
	switch r := recover().(type) {
	case nil:
	case unexpected:
		t.Fatalf("%v\n%s", r.err, debug.Stack())
	default:
		panic(r)
	}
}

// must gives the value of a call that has to succeed.
func must[T any](v T, err error) T {
	check(err)
	return v
}

func check(err error) {
	if err != nil {
		panic(unexpected{err})
	}
}

func collect[T any](rows iter.Seq2[T, error]) []T {
	var all []T
	for v, err := range rows {
		check(err)
		all = append(all, v)
	}
	return all
}

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func wantError(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got error %v, want %v", what, err, want)
	}
}

// World is the little that most tests need: an integration with an organization and repos, all but the
// last of which are imported.
type World struct {
	Integration  facts.IntegrationID
	Organization facts.OrganizationID
	Repos        []facts.RepoID
}

// NewWorld fills a store with a world of so many repos. The name is the integration's.
func NewWorld(t testing.TB, s *store.Store, name string, repos int) World {
	t.Helper()
	w, err := makeWorld(t, s, name, repos)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func makeWorld(t testing.TB, s *store.Store, name string, repos int) (w World, err error) {
	ctx := t.Context()
	if w.Integration, err = s.CreateIntegration(ctx, anIntegration(name), aCredential()); err != nil {
		return w, err
	}
	orgs, err := s.SaveOrganizations(ctx, w.Integration, []facts.Organization{{ServerID: 1, Login: "acme", Role: facts.RoleOwner}})
	if err != nil {
		return w, err
	}
	w.Organization = orgs[0]
	var all []facts.Repo
	for i := range repos {
		all = append(all, aRepo(w, i+1))
	}
	if w.Repos, err = s.SaveRepos(ctx, w.Integration, all); err != nil {
		return w, err
	}
	return w, s.InTx(ctx, func(tx *store.Tx) error {
		_, err := tx.MarkImported(ctx, w.Repos[:repos-1])
		return err
	})
}

func anIntegration(name string) facts.Integration {
	return facts.Integration{Name: name, Address: "https://github.example.com", Method: "token", Account: "weir-service",
		Version: "3.19.1", On: []facts.Service{facts.ServiceRepos, facts.ServiceTickets}, State: facts.IntegrationProcessing, AddedBy: "ada"}
}

func aCredential() connect.Credential {
	return connect.Credential{Method: connect.MethodToken, Login: "weir-service", Token: secret.New("ghp_planted0123456789")}
}

func aRepo(w World, n int) facts.Repo {
	name := fmt.Sprintf("repo-%d", n)
	return facts.Repo{Integration: w.Integration, Organization: w.Organization, ServerID: int64(n), Name: name, FullName: "acme/" + name,
		DefaultBranch: "main", Visibility: "private", SizeKB: 10, PushedAt: 1000}
}
