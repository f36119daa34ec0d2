package ingest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/git"
	"weir/internal/github"
	"weir/internal/ingest"
	"weir/internal/secret"
	"weir/internal/store/storetest"
)

// ways asks the server once by each of the three ways, with what the integration trusts.
func (o *onServer) ways() map[string]error {
	o.t.Helper()
	ctx := o.t.Context()
	way := &ingest.Way{Store: o.store, Log: testLog(o.t)}
	i, err := o.store.Integration(ctx, o.integration)
	if err != nil {
		o.t.Fatal(err)
	}
	credential, err := o.store.Credential(ctx, i.ID)
	if err != nil {
		o.t.Fatal(err)
	}
	asked := map[string]error{}
	target := connect.Target{Address: i.Address, CAPEM: i.CAPEM, Credential: credential}
	client, err := github.Open(target, connect.Options{WaitFunc: func(context.Context, time.Duration) error { return nil }})
	if err != nil {
		o.t.Fatal(err)
	}
	defer client.Close()
	_, asked["rest"] = client.Viewer(ctx)
	var reply struct {
		Viewer struct {
			Login string `json:"login"`
		} `json:"viewer"`
	}
	asked["graphql"] = client.Query(ctx, "ask", "query { viewer { login } }", nil, &reply)
	access, err := way.Access(ctx, i, facts.Repo{FullName: "acme/api"}, secret.String{})
	if err != nil {
		o.t.Fatal(err)
	}
	_, asked["git"] = (&git.Mirror{Dir: o.t.TempDir() + "/api.git"}).Fetch(ctx, access, nil)
	return asked
}

// TestTheTrustedAuthorityServesRESTGraphQLAndGitAlike gives an integration an authority that this machine
// does not know, then another one.
func TestTheTrustedAuthorityServesRESTGraphQLAndGitAlike(t *testing.T) {
	t.Parallel()
	o := newOnServer(t, storetest.Open(t))
	for way, err := range o.ways() {
		if err != nil {
			t.Errorf("%s with the authority that is trusted: %v", way, err)
		}
	}
	seen := map[string]bool{}
	for _, r := range o.server.Requests() {
		switch {
		case r.Path == "/api/graphql":
			seen["graphql"] = true
		case strings.HasSuffix(r.Path, "/git-upload-pack"):
			seen["git"] = true
		case strings.HasPrefix(r.Path, "/api/v3/"):
			seen["rest"] = true
		}
	}
	if len(seen) != 3 {
		t.Errorf("the server was asked by %v, want rest, graphql and git", seen)
	}
	other, err := ghes.NewAuthority("Somebody else's")
	if err != nil {
		t.Fatal(err)
	}
	for name, ca := range map[string]string{"none": "", "another": other.PEM()} {
		o.point(ca)
		o.server.ForgetRequests()
		for way, err := range o.ways() {
			var api *github.Error
			var fetch *git.FetchError
			switch {
			case errors.As(err, &api) && strings.HasPrefix(string(api.Code), "tls_"):
			case errors.As(err, &fetch) && fetch.Code == git.FetchTLS:
			default:
				t.Errorf("%s with %s authority: %v, want a refusal by TLS", way, name, err)
			}
		}
		if n := len(o.server.Requests()); n != 0 {
			t.Errorf("with %s authority %d requests reached the server", name, n)
		}
	}
}
