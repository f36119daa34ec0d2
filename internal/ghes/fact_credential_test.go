package ghes_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"weir/internal/ghes"
)

// Sections 4.3 and 4.4: scopes and credentials.

func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

func TestBadTokenAnswers401(t *testing.T) { // [rec]
	t.Parallel()
	f := start(t, nil)
	f.get("/user", "ghp_wrong").wants(t, 401, "Bad credentials")
	f.get("/user", "", "Authorization", basic("olga", "wrong")).wants(t, 401, "Bad credentials")
	f.get("/meta", "ghp_wrong").wants(t, 401, "Bad credentials")
}

func TestNoCredentialAnswersRequiresAuthentication(t *testing.T) { // [rec]
	t.Parallel()
	f := start(t, nil)
	f.get("/user", "").wants(t, 401, "Requires authentication")
}

func TestManyBadTriesLockTheAccount(t *testing.T) { // [docs]
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	f := start(t, func(o *ghes.Options) { o.Now = func() time.Time { return now } })
	for range 10 {
		f.get("/user", "", "Authorization", basic("olga", "wrong")).wants(t, 401, "")
	}
	f.get("/user", "", "Authorization", basic("olga", "pw-olga")).wants(t, 403, "")
	f.get("/user", "", "Authorization", basic("max", "pw-max")).wants(t, 200, "")
	now = now.Add(time.Hour)
	f.get("/user", "", "Authorization", basic("olga", "pw-olga")).wants(t, 200, "")
}

func TestPasswordSignsIn(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	r := f.get("/user", "", "Authorization", basic("olga", "pw-olga"))
	r.wants(t, 200, "")
	if _, there := r.Header["X-Oauth-Scopes"]; there {
		t.Error("a password has scopes")
	}
}

func TestPasswordIsRefusedUnderSAMLAndCAS(t *testing.T) { // [docs]
	t.Parallel()
	for _, way := range []ghes.SignIn{ghes.SAML, ghes.CAS} {
		f := start(t, func(o *ghes.Options) { o.Settings.SignIn = way })
		f.get("/user", "", "Authorization", basic("olga", "pw-olga")).wants(t, 401, "Bad credentials")
		f.get("/user", f.owner).wants(t, 200, "")
		meta := into[map[string]any](t, f.get("/meta", ""))
		if meta["verifiable_password_authentication"] != false {
			t.Errorf("%s: got %v", way, meta)
		}
	}
}

func TestPasswordWithTwoFactorNeedsTheCode(t *testing.T) { // [rec, github.com]
	t.Parallel()
	f := start(t, nil)
	if err := f.World.UpdateUser("olga", func(u *ghes.User) { u.OTP = "123456" }); err != nil {
		t.Fatal(err)
	}
	r := f.get("/user", "", "Authorization", basic("olga", "pw-olga"))
	r.wants(t, 401, "Must specify two-factor authentication OTP code.")
	if got := r.Header.Get("X-GitHub-OTP"); got != "required; app" {
		t.Errorf("got %q", got)
	}
	f.get("/user", "", "Authorization", basic("olga", "pw-olga"), "X-GitHub-OTP", "123456").wants(t, 200, "")
	f.get("/user", f.owner).wants(t, 200, "")
}

func TestTokenAsPasswordAndAsUser(t *testing.T) { // [docs], as user [mem]
	t.Parallel()
	f := start(t, nil)
	f.get("/user", "", "Authorization", basic("whoever", f.owner)).wants(t, 200, "")
	f.get("/user", "", "Authorization", basic(f.owner, "x-oauth-basic")).wants(t, 200, "")
	f.get("/user", "", "Authorization", basic(f.owner, "")).wants(t, 200, "")
	f.get("/user", "", "Authorization", "token "+f.owner).wants(t, 200, "")
}

func TestBadJSONWebToken(t *testing.T) { // [rec]
	t.Parallel()
	f := start(t, nil)
	f.get("/user", "a.b.c").wants(t, 401, "A JSON web token could not be decoded")
}

func TestSuspendedAccountIsForbidden(t *testing.T) { // [mem]
	t.Parallel()
	f := start(t, nil)
	if err := f.World.UpdateUser("olga", func(u *ghes.User) { u.Suspended = true }); err != nil {
		t.Fatal(err)
	}
	f.get("/user", f.owner).wants(t, 403, "Sorry. Your account was suspended.")
	f.get("/user", "", "Authorization", basic("olga", "pw-olga")).wants(t, 403, "")
}

func TestScopesAreTold(t *testing.T) { // [rec]
	t.Parallel()
	f := start(t, nil)
	r := f.get("/user/memberships/orgs", f.owner)
	if got := r.Header.Get("X-OAuth-Scopes"); got != "read:org, repo" {
		t.Errorf("granted: got %q", got)
	}
	if got := r.Header.Get("X-Accepted-OAuth-Scopes"); got != "admin:org, read:org, repo, user, write:org" {
		t.Errorf("accepted: got %q", got)
	}
}

func TestTokenWithoutScopes(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	token := f.World.AddToken(ghes.Token{Login: "olga"}).Secret
	f.get("/user", token).wants(t, 200, "")
	f.get("/user/orgs", token).wants(t, 403, "")
	f.get("/user/memberships/orgs/acme", token).wants(t, 403, "")
	f.get("/repos/acme/web", token).wants(t, 404, "Not Found")
	f.get("/repos/acme/tools", token).wants(t, 404, "Not Found")
	f.get("/repos/acme/docs", token).wants(t, 200, "")
	answer := into[struct{ Errors []struct{ Type string } }](t, f.post(token, `{organization(login:"acme"){id}}`, nil))
	if len(answer.Errors) != 1 || answer.Errors[0].Type != "INSUFFICIENT_SCOPES" {
		t.Errorf("GraphQL: got %v", answer.Errors)
	}
}

func TestTeamsNeedAScope(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	const asked = `query($id: ID!) { node(id: $id) { __typename ... on Team { combinedSlug } } }`
	for scope, want := range map[string]string{"repo": "INSUFFICIENT_SCOPES", "read:org": "NOT_FOUND", "admin:org": "NOT_FOUND", "write:discussion": "NOT_FOUND"} {
		token := f.World.AddToken(ghes.Token{Login: "olga", Scopes: []string{scope}}).Secret
		answer := into[struct {
			Errors []struct{ Type, Message string }
		}](t, f.post(token, asked, map[string]any{"id": "MDQ6VGVhbTk5OTk5"}))
		if len(answer.Errors) != 1 || answer.Errors[0].Type != want || (scope == "repo") != strings.Contains(answer.Errors[0].Message, "'combinedSlug' field requires one of the following scopes: ['read:org', 'read:discussion'], but your token has only been granted the: ['repo'] scopes") {
			t.Errorf("%s: got %v", scope, answer.Errors)
		}
	}
}

func TestTokenThatExpiresSaysWhen(t *testing.T) { // [rec]
	t.Parallel()
	now := time.Date(2023, 6, 7, 0, 0, 0, 0, time.UTC)
	f := start(t, func(o *ghes.Options) { o.Now = func() time.Time { return now } })
	token := f.World.AddToken(ghes.Token{
		Login: "olga", ExpiresAt: time.Date(2023, 6, 7, 8, 27, 57, 0, time.UTC),
	}).Secret
	r := f.get("/user", token)
	if got := r.Header.Get("github-authentication-token-expiration"); got != "2023-06-07 08:27:57 UTC" {
		t.Errorf("got %q", got)
	}
	if got := f.get("/user", f.owner).Header.Get("github-authentication-token-expiration"); got != "" {
		t.Errorf("a token that does not expire: got %q", got)
	}
	now = now.Add(24 * time.Hour)
	f.get("/user", token).wants(t, 401, "Bad credentials")
}

func TestRevokedTokenIsBad(t *testing.T) { // [rec]
	t.Parallel()
	f := start(t, nil)
	f.World.RevokeToken(f.owner)
	f.get("/user", f.owner).wants(t, 401, "Bad credentials")
}

func TestFineGrainedTokenHasNoScopesAndOneOwner(t *testing.T) { // [docs feature pat-v2]
	t.Parallel()
	f := start(t, nil)
	token := f.World.AddToken(ghes.Token{
		Login: "olga", Kind: ghes.FineGrainedToken, Owner: "acme", Repos: []string{"web"},
		Permissions: map[string]string{"metadata": "read", "contents": "read"},
	}).Secret
	r := f.get("/repos/acme/web", token)
	r.wants(t, 200, "")
	if _, there := r.Header["X-Oauth-Scopes"]; there {
		t.Error("a fine-grained token has scopes")
	}
	if got := r.Header.Get("X-Accepted-GitHub-Permissions"); got != "metadata=read" {
		t.Errorf("accepted: got %q", got)
	}
	f.get("/repos/acme/tools", token).wants(t, 404, "")
	f.get("/orgs/acme/memberships/max", token).wants(t, 403, "Resource not accessible by personal access token")
	orgs := f.get("/user/orgs", token)
	orgs.wants(t, 200, "")
	if string(orgs.body) != "[]" {
		t.Errorf("/user/orgs: got %s, want []", orgs.body)
	}
}

func TestFineGrainedTokenAwaitingApprovalReadsPublicThings(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	token := f.World.AddToken(ghes.Token{
		Login: "olga", Kind: ghes.FineGrainedToken, Owner: "acme", Pending: true,
		Permissions: map[string]string{"metadata": "read", "contents": "read"},
	}).Secret
	f.get("/repos/acme/web", token).wants(t, 404, "")
	f.get("/repos/acme/docs", token).wants(t, 200, "")
	if err := f.World.UpdateToken(token, func(t *ghes.Token) { t.Pending = false }); err != nil {
		t.Fatal(err)
	}
	f.get("/repos/acme/web", token).wants(t, 200, "")
}

func TestOrganizationMayBarClassicTokens(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	if err := f.World.UpdateOrganization("acme", func(o *ghes.Organization) { o.RefusesClassicTokens = true }); err != nil {
		t.Fatal(err)
	}
	f.get("/orgs/acme", f.owner).wants(t, 403, "")
	f.get("/orgs/acme/repos", f.owner).wants(t, 403, "")
	f.get("/repos/acme/web", f.owner).wants(t, 404, "")
	f.get("/orgs/acme/repos", "", "Authorization", basic("olga", "pw-olga")).wants(t, 200, "")
}

func TestPrivateThingsAreNotThereForStrangers(t *testing.T) { // [docs]: 404 and not 403
	t.Parallel()
	f := start(t, nil)
	f.get("/repos/acme/web", f.stranger).wants(t, 404, "Not Found")
	f.get("/repos/acme/web", "").wants(t, 404, "Not Found")
	f.get("/repos/acme/tools", f.stranger).wants(t, 200, "") // internal: every account
	f.get("/repos/acme/tools", "").wants(t, 404, "Not Found")
	if err := f.World.SetCollaborator("acme/web", "sven", ghes.Pull); err != nil {
		t.Fatal(err)
	}
	f.get("/repos/acme/web", f.stranger).wants(t, 200, "")
}

func TestGraphQLRefusesPasswords(t *testing.T) { // [docs]
	t.Parallel()
	f := start(t, nil)
	f.post("olga:pw-olga", "{viewer{login}}", nil).wants(t, 401, "This endpoint requires you to be authenticated.")
	f.post("", "{viewer{login}}", nil).wants(t, 401, "This endpoint requires you to be authenticated.")
	f.post("x:"+f.owner, "{viewer{login}}", nil).wants(t, 200, "")
}

// No request log entry holds what signs somebody in.
func TestRequestLogHoldsNoSecret(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	f.get("/user", f.owner)
	f.get("/user", "", "Authorization", basic("olga", "pw-olga"))
	f.get("/user", "ghp_wrong")
	f.post(f.owner, "mutation { addStar(input: {starrableId: \"x\"}) { clientMutationId } }", nil)
	f.do("GET", "/login?token="+f.owner, "")
	var kinds []string
	for _, r := range f.Requests() {
		kinds = append(kinds, r.Credential+" "+r.Login+" "+r.Operation)
		if strings.Contains(r.Path+r.Query+r.Login, f.owner) {
			t.Errorf("a secret is in %+v", r)
		}
	}
	want := []string{"token olga ", "password olga ", "unknown  ", "token olga mutation", "none  "}
	if !slices.Equal(kinds, want) {
		t.Errorf("got %q, want %q", kinds, want)
	}
	if f.ForgetRequests(); len(f.Requests()) != 0 {
		t.Error("requests are not forgotten")
	}
}
