package storetest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/secret"
	"weir/internal/store"
)

var integrationBehaviour = []behaviour{
	{"an integration comes back as it was created", createsIntegration},
	{"an integration changes by its own methods", changesIntegration},
	{"names of integrations are unique in any case until deleted", uniqueNames},
	{"a deleted integration is hidden and can be restored", deletesIntegration},
	{"a credential is sealed and comes back", sealsCredential},
	{"a proxy's password is sealed and not shown", sealsProxy},
	{"credentials are sealed again after a rotation", resealsCredentials},
	{"a rotation that was cut short anywhere loses nothing and is finished by the next", rotatesKey},
	{"the last diagnosis of an integration is kept whole", keepsDiagnosis},
	{"what an integration has brought is counted", countsContents},
	{"organizations follow the server's id and keep an admin's choice", savesOrganizations},
	{"organizations are summed up", sumsUpOrganizations},
}

func createsIntegration(t *testing.T, s *store.Store) {
	want := anIntegration("Main")
	want.ID = must(s.CreateIntegration(t.Context(), want, aCredential()))
	got := must(s.Integration(t.Context(), want.ID))
	want.CreatedAt, want.UpdatedAt = got.CreatedAt, got.UpdatedAt
	equal(t, "integration", got, want)
	if got.CreatedAt == 0 {
		t.Error("it has no time of creation")
	}
	equal(t, "list", must(s.Integrations(t.Context())), []facts.Integration{got})
	_, err := s.Integration(t.Context(), want.ID+1)
	wantError(t, "absent", err, facts.ErrNotFound)
}

func changesIntegration(t *testing.T, s *store.Store) {
	ctx := t.Context()
	id := must(s.CreateIntegration(ctx, anIntegration("Main"), aCredential()))
	i := must(s.Integration(ctx, id))
	i.Address, i.CAPEM, i.ExpiresAt = "https://ghe.example.com", "PEM", 99
	check(s.SaveIntegration(ctx, i))
	check(s.RenameIntegration(ctx, id, "Other"))
	check(s.SetServices(ctx, id, nil))
	check(s.SetIntegrationState(ctx, id, store.IntegrationStatus{State: facts.IntegrationFailed, Code: "dns", Cause: "c", Next: "n"}))
	got := must(s.Integration(ctx, id))
	i.Name, i.On, i.State, i.StateCode, i.StateCause, i.StateNext = "Other", nil, facts.IntegrationFailed, "dns", "c", "n"
	i.UpdatedAt, i.CheckedAt = got.UpdatedAt, got.CheckedAt
	equal(t, "integration", got, i)
	check(s.SetIntegrationState(ctx, id, store.IntegrationStatus{State: facts.IntegrationHealthy, Version: "3.20.0"}))
	equal(t, "version", must(s.Integration(ctx, id)).Version, "3.20.0")
	wantError(t, "absent", s.SetServices(ctx, id+1, nil), facts.ErrNotFound)
}

func uniqueNames(t *testing.T, s *store.Store) {
	ctx := t.Context()
	first := must(s.CreateIntegration(ctx, anIntegration("Main"), aCredential()))
	_, err := s.CreateIntegration(ctx, anIntegration("MAIN"), aCredential())
	wantError(t, "same name", err, facts.ErrConflict)
	second := must(s.CreateIntegration(ctx, anIntegration("Second"), aCredential()))
	wantError(t, "rename", s.RenameIntegration(ctx, second, "main"), facts.ErrConflict)
	check(s.DeleteIntegration(ctx, first))
	check(s.RenameIntegration(ctx, second, "main"))
	wantError(t, "restore", s.RestoreIntegration(ctx, first), facts.ErrConflict)
}

func deletesIntegration(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 3)
	check(s.DeleteIntegration(ctx, w.Integration))
	equal(t, "list", must(s.Integrations(ctx)), []facts.Integration{})
	equal(t, "deleted", len(must(s.DeletedIntegrations(ctx))), 1)
	equal(t, "repos in reports", must(s.ImportedRepos(ctx)), []facts.Repo{})
	_, total, err := s.Repos(ctx, store.RepoFilter{}, facts.Page{})
	check(err)
	equal(t, "repos listed", total, 0)
	wantError(t, "delete again", s.DeleteIntegration(ctx, w.Integration), facts.ErrNotFound)
	check(s.RestoreIntegration(ctx, w.Integration))
	equal(t, "repos after restoring", len(must(s.ImportedRepos(ctx))), 2)
}

func sealsCredential(t *testing.T, s *store.Store) {
	ctx := t.Context()
	id := must(s.CreateIntegration(ctx, anIntegration("Main"), aCredential()))
	if diff := cmp.Diff(aCredential(), must(s.Credential(ctx, id))); diff != "" {
		t.Error(diff)
	}
	other := aCredential()
	other.Token = secret.New("ghp_another")
	check(s.SaveCredential(ctx, id, other))
	equal(t, "token", must(s.Credential(ctx, id)).Token.Reveal(), "ghp_another")
	_, err := s.Credential(ctx, id+1)
	wantError(t, "absent", err, facts.ErrNotFound)
	// A row moved to another integration does not open: the seal is bound to its place.
	second := must(s.CreateIntegration(ctx, anIntegration("Second"), aCredential()))
	_, err = s.DB().ExecContext(ctx, `UPDATE credentials SET sealed = (SELECT c.sealed FROM credentials c WHERE c.integration_id = $1)
		WHERE integration_id = $2`, id, second)
	check(err)
	_, err = s.Credential(ctx, second)
	wantError(t, "moved", err, secret.ErrNotGenuine)
}

func sealsProxy(t *testing.T, s *store.Store) {
	ctx := t.Context()
	id := must(s.CreateIntegration(ctx, anIntegration("Main"), aCredential()))
	if proxy := must(s.ProxyURL(ctx, id)); !proxy.Empty() {
		t.Error("a proxy out of nowhere")
	}
	check(s.SaveProxyURL(ctx, id, secret.New("http://user:hunter2@proxy.example.com:3128")))
	equal(t, "proxy", must(s.ProxyURL(ctx, id)).Reveal(), "http://user:hunter2@proxy.example.com:3128")
	equal(t, "shown", must(s.Integration(ctx, id)).Proxy, "http://proxy.example.com:3128")
	err := s.SaveProxyURL(ctx, id, secret.New("http://user:hunter2@proxy\x7f"))
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a bad address: %v", err)
	}
	check(s.SaveProxyURL(ctx, id, secret.String{}))
	equal(t, "removed", must(s.ProxyURL(ctx, id)).Empty(), true)
	equal(t, "shown", must(s.Integration(ctx, id)).Proxy, "")
}

func resealsCredentials(t *testing.T, s *store.Store) {
	ctx := t.Context()
	keys := Keys(t)
	o := func(o *store.Options) { o.Keys = keys }
	if s.Dialect() == store.SQLite {
		s = Open(t, o)
	} else {
		s = OpenPostgres(t, o)
	}
	id := must(s.CreateIntegration(ctx, anIntegration("Main"), aCredential()))
	check(s.SaveProxyURL(ctx, id, secret.New("http://proxy")))
	equal(t, "before a rotation", must(s.ResealCredentials(ctx)), 0)
	check(keys.Rotate())
	equal(t, "after it", must(s.ResealCredentials(ctx)), 2)
	equal(t, "again", must(s.ResealCredentials(ctx)), 0)
	equal(t, "token", must(s.Credential(ctx, id)).Token.Equal(aCredential().Token), true)
}

func rotatesKey(t *testing.T, s *store.Store) {
	ctx := t.Context()
	file := filepath.Join(t.TempDir(), "KEY")
	reopen := func() (*store.Store, *secret.Keyring) {
		keys := must(secret.OpenKeyring(file))
		o := func(o *store.Options) { o.Keys = keys }
		if s.Dialect() == store.SQLite {
			return Open(t, o), keys
		}
		return OpenPostgres(t, o), keys
	}
	one, keys := reopen()
	id := must(one.CreateIntegration(ctx, anIntegration("Main"), aCredential()))
	check(one.SaveProxyURL(ctx, id, secret.New("http://proxy")))
	opens := func(when string) {
		equal(t, when, must(one.Credential(ctx, id)).Token.Equal(aCredential().Token), true)
	}
	first := must(os.ReadFile(file))
	equal(t, "rotation", must(one.RotateKey(ctx)), store.Rotation{Resealed: 2})
	opens("after it")
	if bytes.Contains(must(os.ReadFile(file)), bytes.Split(bytes.TrimSpace(first), []byte("\n"))[3]) {
		t.Error("the old key is still in the file")
	}
	// Cut short after the new key was written: half of the secrets are of the old key.
	check(keys.Rotate())
	opens("with both keys")
	check(one.SaveProxyURL(ctx, id, secret.New("http://other")))
	equal(t, "finished", must(one.RotateKey(ctx)), store.Rotation{Resealed: 1, Finished: true})
	// Cut short before the old key was dropped.
	check(keys.Rotate())
	must(one.ResealCredentials(ctx))
	equal(t, "only dropped", must(one.RotateKey(ctx)), store.Rotation{Finished: true})
	opens("in the end")
	equal(t, "keys", keys.Count(), 1)
}

func keepsDiagnosis(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 1)
	equal(t, "before a test", must(s.Diagnoses(ctx)), map[facts.IntegrationID]store.Diagnosis{})
	yes := true
	r := &connect.Report{Address: "https://ghe", Result: connect.ResultLimited, Version: "3.19.1", Notes: []string{"n"},
		Stages:   []connect.Stage{{Stage: connect.StageTLS, Status: connect.StatusWarn, Code: "c", TookMS: 4, Cause: "ca", Next: "ne", Detail: "d"}},
		Services: []connect.ServiceRow{{Organization: "acme", Service: "repos", Available: true}}, PrivateHosts: []string{"ghe.internal"},
		Account: connect.Account{Login: "svc", ServerID: 4, ExpiresAt: time.Unix(9, 0).UTC()}, Organizations: []connect.Organization{{Login: "acme", ServerID: 1}},
		PasswordsVerifiable: &yes}
	check(s.SaveDiagnosis(ctx, w.Integration, &connect.Report{Address: "before"}))
	check(s.SaveDiagnosis(ctx, w.Integration, r))
	got := must(s.Diagnoses(ctx))[w.Integration]
	equal(t, "report", got.Report, r)
	if got.TestedAt == 0 {
		t.Error("it has no time")
	}
	check(s.DeleteIntegration(ctx, w.Integration))
	equal(t, "of a deleted one", len(must(s.Diagnoses(ctx))), 0)
	check(s.PurgeIntegration(ctx, w.Integration))
	equal(t, "after purging", rowsOf(s, t, "diagnoses", "integration_id", w.Integration), 0)
}

func countsContents(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 4)
	fill(s, t, w.Repos[0], 7)
	fill(s, t, w.Repos[1], 3)
	check(s.SaveSyncState(ctx, facts.SyncState{Repo: w.Repos[1], Kind: facts.SyncCommits, FinishedAt: 77}))
	author, reviewer := anActor(s, t, w, 1), anActor(s, t, w, 2)
	check(s.SavePullRequests(ctx, w.Repos[0], []facts.PullRequest{aPullRequest(w.Repos[0], 7, author, reviewer), aPullRequest(w.Repos[0], 8, author, reviewer)}))
	check(s.SaveTickets(ctx, w.Repos[1], []facts.Ticket{aTicket(w.Repos[1], 9, author, reviewer)}))
	NewWorld(t, s, "Other", 2)
	want := store.Contents{Organizations: 1, Repos: 4, Imported: 3, Commits: 10, PullRequests: 2, Tickets: 1, FinishedAt: 77}
	equal(t, "contents", must(s.ContentsOf(ctx, w.Integration)), want)
	check(s.DeleteIntegration(ctx, w.Integration))
	equal(t, "contents of a deleted one", must(s.ContentsOf(ctx, w.Integration)), want)
	equal(t, "of none", must(s.ContentsOf(ctx, 99)), store.Contents{})
}

func savesOrganizations(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 2)
	check(s.SetAutoImport(ctx, w.Organization, true))
	ids := must(s.SaveOrganizations(ctx, w.Integration, []facts.Organization{
		{ServerID: 2, Login: "Beta", Name: "B\x00\xff", Role: facts.RoleMember}, {ServerID: 1, Login: "acme-renamed", Role: facts.RoleMember}}))
	equal(t, "same row", ids[1], w.Organization)
	equal(t, "list", must(s.Organizations(ctx, w.Integration)), []facts.Organization{
		{ID: w.Organization, Integration: w.Integration, ServerID: 1, Login: "acme-renamed", Role: facts.RoleMember, AutoImport: true},
		{ID: ids[0], Integration: w.Integration, ServerID: 2, Login: "Beta", Name: "B\uFFFD\uFFFD", Role: facts.RoleMember}})
	equal(t, "one", must(s.Organization(ctx, ids[0])).Login, "Beta")
	_, err := s.SaveOrganizations(ctx, w.Integration+1, []facts.Organization{{ServerID: 9}})
	wantError(t, "no such integration", err, facts.ErrNotFound)
}

func sumsUpOrganizations(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := NewWorld(t, s, "Main", 4)
	check(s.SaveSyncState(ctx, facts.SyncState{Repo: w.Repos[0], Kind: facts.SyncCommits, Phase: facts.PhaseReady}))
	check(s.SaveSyncState(ctx, facts.SyncState{Repo: w.Repos[1], Kind: facts.SyncCommits, Phase: facts.PhaseFailed}))
	got := must(s.OrganizationSummaries(ctx, w.Integration))
	equal(t, "organizations", len(got), 1)
	got[0].Organization = facts.Organization{}
	equal(t, "summary", got[0], store.OrganizationSummary{Repos: 4, Imported: 3, Ready: 1, Busy: 1, Failed: 1})
}
