package connect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"weir/internal/secret"
)

// Installation is an organization or an account that has installed a GitHub App.
type Installation struct {
	ID int64
	// Account is the login, AccountID the server's id of it; Personal says that it is a person's.
	Account   string
	AccountID int64
	Personal  bool
	// Permissions are those that the account granted, such as contents to read.
	Permissions map[string]string
	Suspended   bool
	// Page is the server's page on which the installation is changed.
	Page string
}

// NotInstalledError says that a GitHub App may not read an owner's repos.
type NotInstalledError struct {
	// Owner is empty when the app is installed nowhere.
	Owner     string
	Suspended bool
}

func (e *NotInstalledError) Error() string {
	switch {
	case e.Owner == "":
		return "the GitHub App is not installed in any organization"
	case e.Suspended:
		return "the GitHub App's installation in " + e.Owner + " is suspended"
	}
	return "the GitHub App is not installed in " + e.Owner
}

// Installations keeps the installations and tokens of GitHub Apps for all transports of the program: in
// memory alone, tokens until shortly before their end. The program has one, made at its start.
type Installations struct {
	mu   sync.Mutex
	apps map[string]*appHeld
}

// NewInstallations starts with nothing.
func NewInstallations() *Installations { return &Installations{apps: map[string]*appHeld{}} }

// appHeld is what is known of one app; its lock is held while the server is asked, so that one answer
// serves all who wait for it.
type appHeld struct {
	mu     sync.Mutex
	list   []Installation
	listed time.Time
	tokens map[int64]installationToken
}

type installationToken struct {
	token secret.String
	ends  time.Time
}

const (
	// listLife is how old the list of installations may be; a missing owner has it read again after relist.
	listLife = 10 * time.Minute
	relist   = 20 * time.Second
	// tokenMargin is how long before its end a token is no longer used: longer than a request may take.
	tokenMargin = 5 * time.Minute
)

func (i *Installations) app(base string, c Credential) *appHeld {
	sum := sha256.Sum256([]byte(c.PrivateKey.Reveal()))
	key := fmt.Sprint(base, " ", c.AppID, " ", hex.EncodeToString(sum[:]))
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.apps[key] == nil {
		i.apps[key] = &appHeld{tokens: map[int64]installationToken{}}
	}
	return i.apps[key]
}

type ownerKey struct{}

// WithOwner names the organization that requests made with the context are about. A GitHub App needs it
// to choose the installation where the path does not tell, as in GraphQL.
func WithOwner(ctx context.Context, login string) context.Context {
	return context.WithValue(ctx, ownerKey{}, login)
}

// ownerOf finds whom a request is about: by the context, else by the path; "" when neither tells.
func ownerOf(ctx context.Context, path string) string {
	if owner, _ := ctx.Value(ownerKey{}).(string); owner != "" {
		return owner
	}
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	switch {
	case len(parts) >= 4 && parts[0] == "api" && slices.Contains([]string{"repos", "orgs", "users"}, parts[2]):
		return parts[3]
	case len(parts) >= 2 && strings.HasSuffix(parts[1], ".git"):
		return parts[0]
	}
	return ""
}

// Installations lists where the GitHub App is installed, as of now.
func (t *Transport) Installations(ctx context.Context) ([]Installation, error) {
	held := t.options.Installations.app(t.address.Base, t.held())
	held.mu.Lock()
	defer held.mu.Unlock()
	if err := t.list(ctx, held); err != nil {
		return nil, err
	}
	return slices.Clone(held.list), nil
}

// list reads the installations anew. The lock of held is with the caller.
func (t *Transport) list(ctx context.Context, held *appHeld) error {
	var found []Installation
	for path := "/api/v3/app/installations?per_page=100"; path != ""; {
		answer, err := t.Get(ctx, path)
		if err != nil {
			return err
		}
		if f := appRefusal(answer, t.address.values()); f != nil {
			return f
		}
		if f := t.AnswerFault(answer); f != nil {
			return f
		}
		var items []installationAnswer
		if err := answer.Decode(&items); err != nil {
			return fmt.Errorf("list installations: %w", err)
		}
		for _, item := range items {
			found = append(found, t.read(item))
		}
		path = t.NextPage(answer)
	}
	for _, i := range found {
		if before, known := byID(held.list, i.ID); known && !maps.Equal(before.Permissions, i.Permissions) {
			delete(held.tokens, i.ID) // its token was made for the permissions of before
		}
	}
	held.list, held.listed = found, t.options.Now()
	return nil
}

func byID(list []Installation, id int64) (Installation, bool) {
	for _, i := range list {
		if i.ID == id {
			return i, true
		}
	}
	return Installation{}, false
}

type installationAnswer struct {
	ID          int64             `json:"id"`
	Account     *ownerAnswer      `json:"account"`
	Permissions map[string]string `json:"permissions"`
	SuspendedAt *string           `json:"suspended_at"`
	HTMLURL     string            `json:"html_url"`
}

func (t *Transport) read(a installationAnswer) Installation {
	i := Installation{ID: a.ID, Permissions: a.Permissions, Suspended: a.SuspendedAt != nil}
	if a.Account != nil {
		i.Account, i.AccountID, i.Personal = a.Account.Login, a.Account.ID, a.Account.Type == "User"
	}
	if page, err := t.Rebase(a.HTMLURL); err == nil && a.HTMLURL != "" {
		i.Page = page
	}
	return i
}

// installationToken gives a token for the owner's installation, made on demand. With no owner it is the
// first installation's: what does not belong to an organization can be read with any.
func (t *Transport) installationToken(ctx context.Context, owner string) (secret.String, error) {
	held := t.options.Installations.app(t.address.Base, t.held())
	held.mu.Lock()
	defer held.mu.Unlock()
	i, err := t.chosen(ctx, held, owner)
	if err != nil {
		return secret.String{}, err
	}
	if kept, ok := held.tokens[i.ID]; ok && t.options.Now().Add(tokenMargin).Before(kept.ends) {
		return kept.token, nil
	}
	made, err := t.makeToken(ctx, i)
	if err != nil {
		held.listed = time.Time{} // what is known of the installation may be out of date
		return secret.String{}, err
	}
	held.tokens[i.ID] = made
	return made.token, nil
}

func (t *Transport) chosen(ctx context.Context, held *appHeld, owner string) (Installation, error) {
	age := t.options.Now().Sub(held.listed)
	i, found := find(held.list, owner)
	if held.listed.IsZero() || age > listLife || !found && age > relist {
		if err := t.list(ctx, held); err != nil {
			return i, err
		}
		i, found = find(held.list, owner)
	}
	if !found {
		return i, &NotInstalledError{Owner: owner, Suspended: i.Suspended}
	}
	return i, nil
}

// find is the installation of an owner; one that is suspended is not found, and told all the same.
func find(list []Installation, owner string) (Installation, bool) {
	var suspended Installation
	for _, i := range list {
		switch {
		case owner != "" && !strings.EqualFold(i.Account, owner):
		case i.Suspended:
			suspended = i
		default:
			return i, true
		}
	}
	return suspended, false
}

func (t *Transport) makeToken(ctx context.Context, i Installation) (installationToken, error) {
	body := readOnlyRequest(i.Permissions)
	answer, err := t.post(ctx, fmt.Sprintf("/api/v3/app/installations/%d/access_tokens", i.ID), "application/json", body)
	if err != nil {
		return installationToken{}, err
	}
	var made struct {
		Token     string    `json:"token"`
		ExpiresAt time.Time `json:"expires_at"`
	}
	switch {
	case answer.Status == http.StatusNotFound, answer.Status == http.StatusForbidden && strings.Contains(answer.Message(), "suspended"):
		return installationToken{}, &NotInstalledError{Owner: i.Account, Suspended: answer.Status == http.StatusForbidden}
	case answer.Status != http.StatusCreated:
		if f := t.AnswerFault(answer); f != nil {
			return installationToken{}, f
		}
		return installationToken{}, fault(APIUnreadable, t.address.values().with("reason", "it gives no installation token"))
	case json.Unmarshal(answer.Body, &made) != nil || made.Token == "":
		return installationToken{}, fault(APIUnreadable, t.address.values().with("reason", "it gives no installation token"))
	}
	return installationToken{secret.New(made.Token), made.ExpiresAt}, nil
}

// forget drops a token that the server no longer accepts.
func (t *Transport) forget(token secret.String) {
	held := t.options.Installations.app(t.address.Base, t.held())
	held.mu.Lock()
	defer held.mu.Unlock()
	for id, kept := range held.tokens {
		if kept.token.Reveal() == token.Reveal() {
			delete(held.tokens, id)
		}
	}
	held.listed = time.Time{}
}
