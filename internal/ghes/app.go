package ghes

import (
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// App is a GitHub App: it acts for itself, where an organization has installed it.
type App struct {
	ID   int64
	Slug string
	Name string
	// Owner is the login of the account or organization that made it.
	Owner       string
	Description string
	URL         string
	// CallbackURL and SetupURL are where people are sent after authorizing and after installing.
	CallbackURL, SetupURL string
	// Public apps can be installed by every account of the server, others by Owner alone.
	Public      bool
	Permissions map[string]string
	Events      []string

	ClientID, ClientSecret, WebhookSecret string
	// WebhookURL is where the app's own hook is when it is made; empty makes no hook.
	WebhookURL string
	// Key signs the app's tokens. It is made when not given, which takes a moment.
	Key       *rsa.PrivateKey
	CreatedAt time.Time
}

// PrivateKeyPEM is the app's key in the form in which the server hands it out.
func (a App) PrivateKeyPEM() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(a.Key)}))
}

// AddApp adds an app with the account of its bot, and returns it complete.
func (w *World) AddApp(a App) (App, error) {
	if a.Key == nil {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return App{}, fmt.Errorf("make the key of app %s: %w", a.Name, err)
		}
		a.Key = key
	}
	a.Slug = cmp.Or(a.Slug, slugOf(a.Name))
	w.AddUser(User{Login: a.Slug + "[bot]", Type: "Bot"})
	if a.ID == 0 {
		a.ID = w.takeID()
	}
	if a.WebhookURL != "" {
		w.AddHook(Hook{App: a.ID, URL: a.WebhookURL, ContentType: "json", Secret: a.WebhookSecret, Events: a.Events})
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	a.ID = w.nextID(a.ID)
	a.ClientID = cmp.Or(a.ClientID, "Iv23li"+rand.Text()[:14])
	a.ClientSecret = cmp.Or(a.ClientSecret, strings.ToLower(rand.Text() + rand.Text())[:40])
	a.CreatedAt = orDefault(a.CreatedAt)
	w.apps[a.ID] = a
	return a, nil
}

// RemoveApp forgets an app with its installations, as when its owner deletes it.
func (w *World) RemoveApp(id int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.apps, id)
	maps.DeleteFunc(w.hooks, func(_ int64, h Hook) bool { return h.App == id })
	maps.DeleteFunc(w.installations, func(_ int64, i Installation) bool { return i.App == id })
}

func slugOf(name string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(name)), "-")
}

// appByIssuer finds an app by its id or its client id.
func (w *World) appByIssuer(issuer string) (App, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	for _, a := range w.apps {
		if fmt.Sprint(a.ID) == issuer || a.ClientID == issuer {
			return a, true
		}
	}
	return App{}, false
}

// AppNamed returns the app of a slug.
func (w *World) AppNamed(slug string) (App, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	for _, a := range w.apps {
		if a.Slug == slug {
			return a, true
		}
	}
	return App{}, false
}

// Installation is an app's place in an organization or an account.
type Installation struct {
	ID  int64
	App int64
	// Account is the login of the organization or account.
	Account string
	// Permissions are those that the account accepted; nil is what the app asks for.
	Permissions map[string]string
	// Repos are the names, without owner, that were chosen; nil is all.
	Repos     []string
	Suspended bool
	CreatedAt time.Time
}

// AddInstallation installs an app in an account, or replaces its installation of that id.
func (w *World) AddInstallation(i Installation) Installation {
	w.mu.Lock()
	defer w.mu.Unlock()
	i.ID = w.nextID(i.ID)
	i.CreatedAt = orDefault(i.CreatedAt)
	if i.Permissions == nil {
		i.Permissions = w.apps[i.App].Permissions
	}
	w.installations[i.ID] = i
	return i
}

// RemoveInstallation uninstalls an app: its tokens end at once.
func (w *World) RemoveInstallation(id int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.installations, id)
	maps.DeleteFunc(w.tokens, func(_ string, t Token) bool { return t.Installation == id })
}

// Installations returns where an app is installed, in order of id.
func (w *World) Installations(app int64) []Installation {
	w.mu.RLock()
	defer w.mu.RUnlock()
	var found []Installation
	for _, i := range w.installations {
		if i.App == app {
			found = append(found, i)
		}
	}
	slices.SortFunc(found, func(a, b Installation) int { return cmp.Compare(a.ID, b.ID) })
	return found
}

// byInstallation is what an installation token may do in a repo.
func byInstallation(t Token, r Repo) Permission {
	chosen := t.Repos == nil || slices.ContainsFunc(t.Repos, func(name string) bool { return fold(name) == fold(r.Name) })
	switch {
	case fold(t.Owner) == fold(r.Owner) && chosen:
		return Pull
	case r.Visibility == Public:
		return Pull
	default:
		return NoPermission
	}
}
