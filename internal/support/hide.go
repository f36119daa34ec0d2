package support

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/secret"
	"weir/internal/store"
)

// hider takes out what must not leave: every secret that is held, and the names of people.
type hider struct {
	secretPairs *strings.Replacer
	people      names
	repos       *strings.Replacer
}

func newHider(ctx context.Context, s *store.Store) (*hider, error) {
	h := &hider{}
	var err error
	if h.secretPairs, err = heldSecrets(ctx, s); err != nil {
		return nil, err
	}
	if h.people, err = knownNames(ctx, s); err != nil {
		return nil, err
	}
	repos, _, err := s.Repos(ctx, store.RepoFilter{Gone: true}, facts.Page{})
	if err != nil {
		return nil, err
	}
	var pairs []string
	for _, r := range repos {
		pairs = append(pairs, r.FullName, fmt.Sprintf("repo=%d", r.ID))
	}
	h.repos = longestFirst(pairs)
	return h, nil
}

// secrets is the last gate of every file. Nothing should be left for it to find.
func (h *hider) secrets(content []byte) []byte {
	return []byte(h.secretPairs.Replace(string(content)))
}

// names takes people and repos out of a sentence.
func (h *hider) names(text string) string { return h.people.hide(h.repos.Replace(text)) }

// ofSomebody is a part of a path that is followed by a login.
var ofSomebody = regexp.MustCompile(`/(users|memberships|members|collaborators|assignees|outside_collaborators)/[^/?]+`)

// ofARepo is the owner and the name of a repo in a path.
var ofARepo = regexp.MustCompile(`^(/api/v3/repos)/[^/?]+/[^/?]+|^()/[^/?]+/[^/?]+\.git`)

// path shows what was asked for, not about whom, and without the values of parameters.
func (h *hider) path(path string) string {
	path, query, asked := strings.Cut(path, "?")
	path = ofARepo.ReplaceAllString(ofSomebody.ReplaceAllString(h.repos.Replace(path), "/$1/…"), "$1/…/…")
	if asked {
		var names []string
		for part := range strings.SplitSeq(query, "&") {
			name, _, _ := strings.Cut(part, "=")
			names = append(names, name+"=")
		}
		path += "?" + strings.Join(names, "&")
	}
	return h.people.hide(path)
}

// allIntegrations are those that are there and those that were deleted, of which the log may speak.
func allIntegrations(ctx context.Context, s *store.Store) ([]facts.Integration, error) {
	live, err := s.Integrations(ctx)
	if err != nil {
		return nil, err
	}
	deleted, err := s.DeletedIntegrations(ctx)
	return append(live, deleted...), err
}

// heldSecrets opens everything that is sealed, to look for it.
func heldSecrets(ctx context.Context, s *store.Store) (*strings.Replacer, error) {
	all, err := allIntegrations(ctx, s)
	if err != nil {
		return nil, err
	}
	var held []secret.String
	for _, i := range all {
		// One that cannot be opened cannot leak either.
		if c, err := s.Credential(ctx, i.ID); err == nil {
			held = append(held, c.Secrets()...)
		}
		if proxy, err := s.ProxyURL(ctx, i.ID); err == nil {
			held = append(held, connect.ProxyPassword(proxy))
		}
	}
	var pairs []string
	for _, value := range held {
		if len(value.Reveal()) > 3 { // a shorter one is part of many words
			pairs = append(pairs, value.Reveal(), "***")
		}
	}
	return longestFirst(pairs), nil
}

// longestFirst replaces by pairs of texts, so that acme/api-docs is not taken for acme/api with something after it.
func longestFirst(pairs []string) *strings.Replacer {
	inOrder := slices.Collect(slices.Chunk(pairs, 2))
	slices.SortStableFunc(inOrder, func(a, b []string) int { return len(b[0]) - len(a[0]) })
	return strings.NewReplacer(slices.Concat(inOrder...)...)
}

// names finds names as whole words.
type names struct {
	words   map[string]bool
	phrases *strings.Replacer
}

var (
	word    = regexp.MustCompile(`[\pL\pN_.\-\[\]]+`)
	address = regexp.MustCompile(`[^\s"'<>(),;:]+@[^\s"'<>(),;:]+`)
)

// generic are logins that name nobody, and are words of many sentences.
var generic = map[string]bool{"admin": true, "root": true, "user": true, "bot": true, "git": true, "github": true, "weir": true, "system": true}

func newNames(all ...string) names {
	n := names{words: map[string]bool{}}
	var phrases []string
	for _, name := range all {
		name = strings.TrimSpace(name)
		switch {
		case name == "", generic[strings.ToLower(name)]:
		case strings.ContainsAny(name, " \t"):
			phrases = append(phrases, name, "…")
		default:
			n.words[strings.ToLower(name)] = true
		}
	}
	n.phrases = longestFirst(phrases)
	return n
}

func (n names) hide(text string) string {
	text = address.ReplaceAllString(n.phrases.Replace(text), "…")
	return word.ReplaceAllStringFunc(text, func(w string) string {
		if n.words[strings.ToLower(strings.Trim(w, ".-"))] {
			return "…"
		}
		return w
	})
}

// knownNames are those of everybody whom Weir knows: its users, the accounts of integrations, and the
// people of the reports.
func knownNames(ctx context.Context, s *store.Store) (names, error) {
	users, err := s.Users(ctx)
	if err != nil {
		return names{}, err
	}
	var all []string
	for _, u := range users {
		all = append(all, u.Login, u.Name)
	}
	integrations, err := allIntegrations(ctx, s)
	if err != nil {
		return names{}, err
	}
	for _, i := range integrations {
		all = append(all, i.Account)
	}
	people, err := s.People(ctx)
	if err != nil {
		return names{}, err
	}
	for _, p := range people {
		all = append(all, p.Name, p.Login, p.Email)
	}
	identities, err := s.Identities(ctx)
	if err != nil {
		return names{}, err
	}
	for _, i := range identities {
		all = append(all, i.Name, i.Login, i.Email)
	}
	return newNames(all...), nil
}
