package support

import (
	"log/slog"
	"strings"
	"testing"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/secret"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

func testHider(t *testing.T) *hider {
	t.Helper()
	s := storetest.Open(t)
	w := storetest.NewWorld(t, s, "Main", 1)
	if _, err := s.EnsureIdentity(t.Context(), "Ada Lovelace", "ada@example.com"); err != nil {
		t.Fatal(err)
	}
	err := s.InTx(t.Context(), func(tx *store.Tx) error {
		_, err := tx.CreatePerson(t.Context(), facts.Person{Name: "Grace", Login: "grace-h"})
		return err
	})
	if err == nil {
		err = s.SaveCredential(t.Context(), w.Integration, connect.TokenCredential(secret.New("ghp_planted")))
	}
	if err == nil {
		err = s.SaveProxyURL(t.Context(), w.Integration, secret.New("http://weir:plantedProxy@proxy:3128"))
	}
	if err != nil {
		t.Fatal(err)
	}
	h, err := newHider(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestNamesAreHiddenAsWholeWords(t *testing.T) {
	t.Parallel()
	h := testHider(t)
	for text, want := range map[string]string{
		"Signed in as grace-h by token.":            "Signed in as … by token.",
		"disgraceful graces Grace's":                "disgraceful graces …'s",
		"written by Ada Lovelace <ada@example.com>": "written by … <…>",
		"unknown <who@example.com>":                 "unknown <…>",
		"the scope admin:org of an admin":           "the scope admin:org of an admin",
	} {
		if got := h.names(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestPathsNameNobodyAndNoValue(t *testing.T) {
	t.Parallel()
	h := testHider(t)
	for path, want := range map[string]string{
		"/api/v3/users/somebody":                             "/api/v3/users/…",
		"/api/v3/orgs/acme/memberships/somebody?x=1&y=a%20b": "/api/v3/orgs/acme/memberships/…?x=&y=",
		"/api/v3/repos/who/what/commits?author=ada":          "/api/v3/repos/…/…/commits?author=",
		"/who/what.git/info/refs?service=git-upload-pack":    "/…/…/info/refs?service=",
		"/api/v3/user": "/api/v3/user",
		"/api/graphql": "/api/graphql",
	} {
		if got := h.path(path); got != want {
			t.Errorf("%q becomes %q, want %q", path, got, want)
		}
	}
}

func TestSecretsThatAreHeldAreTakenOutOfEveryFile(t *testing.T) {
	t.Parallel()
	h := testHider(t)
	got := string(h.secrets([]byte("a token ghp_planted and a proxy http://weir:plantedProxy@proxy")))
	if strings.Contains(got, "planted") {
		t.Errorf("left: %s", got)
	}
}

func TestRecentRemembersTheLatestWarnings(t *testing.T) {
	t.Parallel()
	r := &Recent{}
	log := r.Remember(slog.New(slog.DiscardHandler)).With("part", "x")
	for range recentLines {
		log.Warn("before")
	}
	log.Info("not remembered")
	log.Error("the last")
	lines := r.Lines()
	if len(lines) != recentLines || !strings.Contains(lines[len(lines)-1], `msg="the last" part=x`) || !strings.Contains(lines[0], "before") {
		t.Errorf("%d lines, the last %q", len(lines), lines[len(lines)-1])
	}
	var none *Recent
	if none.Lines() != nil {
		t.Error("none remembers something")
	}
}

func TestALongerNameIsNotTakenForAShorterOne(t *testing.T) {
	t.Parallel()
	replacer := longestFirst([]string{"acme/api", "repo=1", "acme/api-docs", "repo=2", "acme/api-docs-old", "repo=3"})
	if got := replacer.Replace("acme/api acme/api-docs acme/api-docs-old"); got != "repo=1 repo=2 repo=3" {
		t.Error(got)
	}
}
