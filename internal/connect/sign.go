package connect

import (
	"context"
	"net/http"
	"regexp"
	"time"

	"weir/internal/secret"
)

// renewBefore is how long before its end an OAuth token is renewed.
const renewBefore = 30 * time.Minute

// appPath are the paths at which a GitHub App signs in as itself rather than by an installation.
var appPath = regexp.MustCompile(`^/api/v3/(app(/.*)?|(orgs|users)/[^/]+/installation|repos/[^/]+/[^/]+/installation)$`)

// pass is what one request is signed with. Its zero value signs nothing.
type pass struct {
	username string
	secret   secret.String
	// basic says that user name and secret go by Basic, as git and passwords want it.
	basic bool
}

func (p pass) sign(r *http.Request) {
	switch {
	case p.secret.Empty():
	case p.basic:
		r.SetBasicAuth(p.username, p.secret.Reveal())
	default:
		r.Header.Set("Authorization", "Bearer "+p.secret.Reveal())
	}
}

// held is the credential in use; renewal changes it.
func (t *Transport) held() Credential {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.credential
}

// Method is the way of signing in.
func (t *Transport) Method() Method { return t.held().Method }

// passFor decides what a request is signed with, after renewing what is about to end.
func (t *Transport) passFor(ctx context.Context, path, kind string) (pass, error) {
	c := t.held()
	switch {
	case c.Empty():
		return pass{}, nil
	case c.Method == MethodApp:
		return t.appPass(ctx, c, path, kind)
	case c.NeedsRenewal(t.options.Now()):
		renewed, _, err := t.renew(ctx, c, false)
		if err != nil {
			return pass{}, err
		}
		c = renewed
	}
	username, secret := c.GitAccount()
	return pass{username, secret, kind == KindGit || c.Method == MethodPassword}, nil
}

func (t *Transport) appPass(ctx context.Context, c Credential, path, kind string) (pass, error) {
	if appPath.MatchString(path) {
		key, err := parseKey(c.PrivateKey)
		if err != nil {
			return pass{}, fault(SignInAppKeyUnreadable, t.address.values())
		}
		token, err := appJWT(key, c.AppID, t.options.Now())
		return pass{secret: secret.New(token)}, err
	}
	token, err := t.installationToken(ctx, ownerOf(ctx, path))
	return pass{username: "x-access-token", secret: token, basic: kind == KindGit}, err
}

// GitPass answers the user name and password that git signs in with for a repo of an owner.
func (t *Transport) GitPass(ctx context.Context, owner string) (username string, password secret.String, err error) {
	p, err := t.passFor(WithOwner(ctx, owner), "", KindGit)
	if err != nil {
		return "", secret.String{}, err
	}
	return p.username, p.secret, nil
}

// Refused says that the server did not accept a password of GitPass any more, and tells whether another
// one is to be had: renewed meanwhile, or made anew.
func (t *Transport) Refused(ctx context.Context, owner string, password secret.String) (again bool) {
	used := pass{username: "x-access-token", secret: password, basic: true}
	return t.another(ctx, "", used) && func() bool {
		_, fresh, err := t.GitPass(ctx, owner)
		return err == nil && fresh.Reveal() != password.Reveal()
	}()
}

// another looks, after a 401, whether there is something else to sign in with.
func (t *Transport) another(ctx context.Context, path string, used pass) bool {
	c := t.held()
	if c.Method == MethodApp {
		if appPath.MatchString(path) {
			return false
		}
		t.forget(used.secret)
		return true
	}
	_, password := c.GitAccount()
	if password.Reveal() != used.secret.Reveal() {
		return true // somebody else has renewed it meanwhile
	}
	_, changed, err := t.renew(ctx, c, true)
	return err == nil && changed
}

// renew gets the credential that is to be used in place of c, and keeps it.
func (t *Transport) renew(ctx context.Context, c Credential, refused bool) (_ Credential, changed bool, err error) {
	if t.options.RenewFunc == nil {
		return c, false, nil
	}
	fresh, err := t.options.RenewFunc(ctx, t, c, refused)
	if err != nil {
		return c, false, err
	}
	_, before := c.GitAccount()
	_, now := fresh.GitAccount()
	if before.Reveal() == now.Reveal() {
		return fresh, false, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.credential, t.scrubber = fresh, scrubber(Target{Credential: fresh, Proxy: t.proxy})
	return fresh, true, nil
}
