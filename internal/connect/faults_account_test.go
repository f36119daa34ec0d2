package connect_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/ghes"
	"weir/internal/secret"
)

// onDouble makes a case of a double that a function changes and points a target at.
func onDouble(name string, stage connect.StageID, code connect.Code, result connect.Result, change func(t *testing.T, d double) connect.Target) faultCase {
	return faultCase{
		name: name, stage: stage, code: code, result: result,
		provoke: func(t *testing.T) (connect.Target, connect.Options) { return change(t, newDouble(t, nil)), quick() },
	}
}

func signInFaults() []faultCase {
	refused := func(name string, code connect.Code, change func(t *testing.T, d double) connect.Target) faultCase {
		return onDouble(name, connect.StageSignIn, code, connect.ResultAuthorizationFailed, change)
	}
	atUser := func(name string, code connect.Code, result connect.Result, effect ghes.Effect) faultCase {
		return faulty(name, connect.StageSignIn, code, result, "/api/v3/user", effect)
	}
	const lost = connect.ResultCouldNotConnect
	return []faultCase{
		refused("nothing to sign in with", connect.SignInNothing, func(_ *testing.T, d double) connect.Target { return d.targetWith("") }),
		refused("a bad token", connect.SignInBadToken, func(_ *testing.T, d double) connect.Target { return d.targetWith("ghp_" + strings.Repeat("0", 36)) }),
		refused("a token copied in part", connect.SignInTokenCut, func(_ *testing.T, d double) connect.Target { return d.targetWith(d.token[:20]) }),
		refused("an expired token", connect.SignInExpiredToken, func(_ *testing.T, d double) connect.Target {
			ended := time.Now().Add(-time.Hour)
			target := d.targetWith(d.World.AddToken(ghes.Token{Login: "weir-bot", ExpiresAt: ended}).Secret)
			target.Credential.ExpiresAt = ended
			return target
		}),
		onDouble("a token that ends soon", connect.StageSignIn, connect.SignInTokenExpiresSoon, connect.ResultOK, func(_ *testing.T, d double) connect.Target {
			return d.targetWith(d.World.AddToken(ghes.Token{Login: "weir-bot", Scopes: strings.Split(goodScopes, ","), ExpiresAt: time.Now().Add(72 * time.Hour)}).Secret)
		}),
		atUser("a token that a rule bars", connect.SignInTokenBarred, connect.ResultAuthorizationFailed,
			ghes.Status(403, "`acme` forbids access via a personal access token (classic).", nil)),
		refused("a refresh token", connect.SignInWrongTokenKind, func(_ *testing.T, d double) connect.Target { return d.targetWith("ghr_" + strings.Repeat("a", 36)) }),
		refused("an installation token", connect.SignInWrongTokenKind, func(_ *testing.T, d double) connect.Target { return d.targetWith("ghs_" + strings.Repeat("a", 36)) }),
		refused("a wrong password", connect.SignInBadPassword, func(_ *testing.T, d double) connect.Target {
			return d.passwordTarget("weir-bot", "not-the-password-990")
		}),
		refused("a password with two-factor on", connect.SignInTwoFactor, func(_ *testing.T, d double) connect.Target {
			d.World.AddUser(ghes.User{Login: "careful", Password: plantedPassword, OTP: "123456"})
			return d.passwordTarget("careful", plantedPassword)
		}),
		refused("a password under SAML", connect.SignInPasswordBarred, func(_ *testing.T, d double) connect.Target {
			d.Configure(func(s *ghes.Settings) { s.SignIn = ghes.SAML })
			return d.passwordTarget("weir-bot", plantedPassword)
		}),
		refused("a password under CAS", connect.SignInPasswordBarred, func(_ *testing.T, d double) connect.Target {
			d.Configure(func(s *ghes.Settings) { s.SignIn = ghes.CAS })
			return d.passwordTarget("weir-bot", plantedPassword)
		}),
		refused("an account locked out", connect.SignInLockedOut, func(t *testing.T, d double) connect.Target {
			d.Configure(func(s *ghes.Settings) { s.BadTries = 1 })
			connect.Diagnose(t.Context(), d.passwordTarget("weir-bot", "not-the-password-990"), quick())
			return d.passwordTarget("weir-bot", plantedPassword)
		}),
		refused("a suspended account", connect.SignInSuspended, func(_ *testing.T, d double) connect.Target {
			d.World.AddUser(ghes.User{Login: "gone", Suspended: true})
			return d.targetWith(d.World.AddToken(ghes.Token{Login: "gone"}).Secret)
		}),
		atUser("a credential that is forbidden", connect.SignInForbidden, connect.ResultAuthorizationFailed, ghes.Status(403, "Your IP address is not on the allow list.", nil)),
		atUser("a page in place of the account", connect.SignInBlockedPage, lost, ghes.LoginPage()),
		atUser("a redirect in place of the account", connect.SignInBlockedPage, lost, ghes.LoginRedirect("https://sso.example.com/login")),
		atUser("an account without a name", connect.SignInUnreadable, lost, ghes.EmptyBody()),
		atUser("an error while signing in", connect.SignInServerError, lost, ghes.ServerError()),
		atUser("maintenance while signing in", connect.SignInMaintenance, lost, ghes.MaintenancePage()),
		atUser("a limit while signing in", connect.SignInLimited, lost, ghes.Status(403, "API rate limit exceeded", http.Header{"X-RateLimit-Remaining": {"0"}, "X-RateLimit-Reset": {"4102444800"}})),
		atUser("a connection lost while signing in", connect.SignInLost, lost, ghes.Drop()),
	}
}

// fineGrained adds a token with permissions in place of scopes.
func fineGrained(d double, change func(*ghes.Token)) string {
	token := ghes.Token{
		Login: "weir-bot", Kind: ghes.FineGrainedToken, Owner: "acme",
		Permissions: map[string]string{"metadata": "read", "contents": "read", "pull_requests": "read", "issues": "read", "organization_hooks": "read"},
	}
	change(&token)
	return d.World.AddToken(token).Secret
}

func accountFaults() []faultCase {
	const ok, limited = connect.ResultOK, connect.ResultLimited
	scopes := func(name, granted string, code connect.Code, result connect.Result) faultCase {
		return onDouble(name, connect.StageScopes, code, result, func(_ *testing.T, d double) connect.Target { return d.targetWith(d.addToken(granted)) })
	}
	orgs := func(name string, code connect.Code, result connect.Result, change func(t *testing.T, d double) connect.Target) faultCase {
		return onDouble(name, connect.StageOrganizations, code, result, change)
	}
	member := orgs("a member and not an owner", connect.OrgsMember, limited, func(_ *testing.T, d double) connect.Target {
		d.World.SetMember("globex", ghes.Member{Login: "weir-bot", Role: ghes.RoleMember})
		return d.target()
	})
	member.check = func(t *testing.T, r *connect.Report) {
		var off []string
		for _, s := range r.Services {
			if !s.Available {
				off = append(off, s.Organization+" "+s.Service)
			}
		}
		if !slices.Equal(off, []string{"globex webhooks"}) {
			t.Errorf("services off: %v", off)
		}
	}
	return []faultCase{
		onDouble("a password has no scopes", connect.StageScopes, connect.ScopesNotApplicable, ok, func(_ *testing.T, d double) connect.Target {
			return d.passwordTarget("weir-bot", plantedPassword)
		}),
		scopes("a token without scopes", "", connect.ScopesNone, limited),
		scopes("a token without admin:org_hook", "repo,read:org", connect.ScopesMissing, limited),
		scopes("a token without repo", "read:org,admin:org_hook", connect.ScopesMissing, limited),
		scopesHidden(),
		onDouble("a fine-grained token", connect.StageScopes, connect.ScopesFineGrained, ok, func(_ *testing.T, d double) connect.Target {
			return d.targetWith(fineGrained(d, func(*ghes.Token) {}))
		}),
		orgs("no organization visible", connect.OrgsNone, limited, func(_ *testing.T, d double) connect.Target {
			d.World.AddUser(ghes.User{Login: "lonely"})
			return d.targetWith(d.World.AddToken(ghes.Token{Login: "lonely", Scopes: strings.Split(goodScopes, ",")}).Secret)
		}),
		orgs("a fine-grained token that waits for approval", connect.OrgsAwaitingApproval, limited, func(_ *testing.T, d double) connect.Target {
			return d.targetWith(fineGrained(d, func(token *ghes.Token) { token.Pending = true }))
		}),
		orgs("a fine-grained token without a permission", connect.OrgsPermission, limited, func(_ *testing.T, d double) connect.Target {
			d.Faults.Add(ghes.Fault{Path: "/api/v3/repos/acme/web/pulls", Effect: ghes.Status(403, "Resource not accessible by personal access token", nil)})
			return d.targetWith(fineGrained(d, func(*ghes.Token) {}))
		}),
		orgs("an invitation that is not accepted", connect.OrgsPending, ok, func(_ *testing.T, d double) connect.Target {
			d.World.SetMember("globex", ghes.Member{Login: "weir-bot", Pending: true})
			return d.target()
		}),
		member,
		orgs("roles that are hidden", connect.OrgsRolesHidden, limited, func(_ *testing.T, d double) connect.Target {
			d.Faults.Add(ghes.Fault{Path: "/api/v3/user/memberships/orgs", Effect: ghes.Status(403, "You need read:org", nil)})
			return d.target()
		}),
		faulty("a list of organizations that fails", connect.StageOrganizations, connect.OrgsFailed, limited, "/api/v3/user/memberships/orgs", ghes.ServerError()),
	}
}

// scopesHidden is a gateway that drops the header with the scopes.
func scopesHidden() faultCase {
	return onDouble("scopes that a gateway hides", connect.StageScopes, connect.ScopesUnknown, connect.ResultOK, func(t *testing.T, d double) connect.Target {
		target := d.target()
		target.Address, target.CAPEM = tlsServer(t, nil, withoutHeader("X-OAuth-Scopes", d.Handler()))
		return target
	})
}

func laterFaults() []faultCase {
	const ok, limited = connect.ResultOK, connect.ResultLimited
	const limits, graphql, git = connect.StageLimits, connect.StageGraphQL, connect.StageGit
	budget := func(name string, code connect.Code, remaining string) faultCase {
		return onDouble(name, limits, code, ok, func(t *testing.T, d double) connect.Target {
			return d.behind(t, "/api/v3/rate_limit", page(200, http.Header{"Content-Type": {"application/json"}}, `{"resources":{"core":{"limit":5000,"remaining":`+remaining+`,"reset":1900000000}}}`))
		})
	}
	atGraphQL := func(name string, code connect.Code, status int, kind, body string) faultCase {
		return onDouble(name, graphql, code, ok, func(t *testing.T, d double) connect.Target {
			return d.behind(t, "/api/graphql", page(status, http.Header{"Content-Type": {kind}}, body))
		})
	}
	const gitPath = "/*/*/info/refs"
	return []faultCase{
		budget("a budget that is low", connect.LimitsLow, "12"),
		budget("a budget that is used up", connect.LimitsExhausted, "0"),
		faulty("limits that are not told", limits, connect.LimitsUnknown, ok, "/api/v3/rate_limit", ghes.ServerError()),
		onDouble("GraphQL switched off", graphql, connect.GraphQLOff, ok, func(_ *testing.T, d double) connect.Target {
			d.Configure(func(s *ghes.Settings) { s.GraphQLOff = true })
			return d.target()
		}),
		onDouble("GraphQL that refuses a password", graphql, connect.GraphQLPasswordRefused, ok, func(t *testing.T, d double) connect.Target {
			target := d.behind(t, "/api/graphql", page(401, http.Header{"Content-Type": {"application/json"}}, `{"message":"This endpoint requires you to be authenticated."}`))
			target.Credential = connect.PasswordCredential("weir-bot", secret.New(plantedPassword))
			return target
		}),
		atGraphQL("GraphQL that refuses a token", connect.GraphQLForbidden, 403, "application/json", `{"message":"Resource not accessible"}`),
		atGraphQL("GraphQL that answers errors", connect.GraphQLErrors, 200, "application/json", `{"errors":[{"message":"Something broke while executing your query"}]}`),
		atGraphQL("GraphQL that answers nothing of use", connect.GraphQLErrors, 200, "application/json", `{"data":{"viewer":null}}`),
		atGraphQL("GraphQL that fails", connect.GraphQLServerError, 502, "text/html", "<html>502</html>"),
		atGraphQL("a page in place of GraphQL", connect.GraphQLPage, 200, "text/html", "<html><title>Blocked</title></html>"),
		faulty("GraphQL that gives no answer", graphql, connect.GraphQLLost, ok, "/api/graphql", ghes.Drop()),
		atGraphQL("GraphQL that is limited", connect.GraphQLLimited, 200, "application/json", `{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}`),
		onDouble("no repo to try git on", git, connect.GitNoRepo, ok, func(_ *testing.T, d double) connect.Target {
			d.World.AddUser(ghes.User{Login: "newcomer"})
			d.World.AddOrganization(ghes.Organization{Login: "empty"})
			d.World.SetMember("empty", ghes.Member{Login: "newcomer", Role: ghes.RoleAdmin})
			return d.targetWith(d.World.AddToken(ghes.Token{Login: "newcomer", Scopes: strings.Split(goodScopes, ",")}).Secret)
		}),
		faulty("git that refuses the credential", git, connect.GitUnauthorized, limited, gitPath, ghes.Status(401, "Invalid username or password.", nil)),
		onDouble("git switched off", git, connect.GitForbidden, limited, func(_ *testing.T, d double) connect.Target {
			d.Configure(func(s *ghes.Settings) { s.GitOff = true })
			return d.target()
		}),
		faulty("git that does not find the repo", git, connect.GitNotFound, limited, gitPath, ghes.Status(404, "Repository not found.", nil)),
		faulty("a page in place of git", git, connect.GitPage, limited, gitPath, ghes.LoginPage()),
		faulty("a redirect in place of git", git, connect.GitPage, limited, gitPath, ghes.LoginRedirect("https://sso.example.com/login")),
		faulty("git that fails", git, connect.GitServerError, limited, gitPath, ghes.ServerError()),
		faulty("git that gives no answer", git, connect.GitLost, limited, gitPath, ghes.Reset()),
		faulty("git that is limited", git, connect.GitLimited, ok, gitPath, ghes.Status(429, "Too many requests", http.Header{"Retry-After": {"60"}})),
		onDouble("no webhook yet", connect.StageWebhook, connect.WebhookNone, ok, func(_ *testing.T, d double) connect.Target { return d.target() }),
	}
}

// behind puts a front before the double that answers one path itself.
func (d double) behind(t *testing.T, path string, handler http.Handler) connect.Target {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle(path, handler)
	mux.Handle("/", d.Handler())
	target := d.target()
	target.Address, target.CAPEM = tlsServer(t, nil, mux)
	return target
}
