package facts_test

import (
	"strings"
	"testing"
	"time"

	"weir/internal/facts"
)

func TestExclusionMatches(t *testing.T) {
	t.Parallel()
	day := time.Date(2024, 1, 31, 0, 0, 0, 0, time.UTC).Unix()
	for _, c := range []struct {
		kind  facts.ExclusionKind
		value string
		repo  facts.Repo
		want  bool
	}{
		{facts.ExcludeName, "legacy-*", facts.Repo{Name: "Legacy-Shop", FullName: "acme/Legacy-Shop"}, true},
		{facts.ExcludeName, "LEGACY-*", facts.Repo{Name: "legacy-shop", FullName: "acme/legacy-shop"}, true},
		{facts.ExcludeName, "legacy-*", facts.Repo{Name: "not-legacy-shop", FullName: "acme/not-legacy-shop"}, false},
		{facts.ExcludeName, "acme/legacy-*", facts.Repo{Name: "legacy-shop", FullName: "Acme/legacy-shop"}, true},
		{facts.ExcludeName, "acme/legacy-*", facts.Repo{Name: "legacy-shop", FullName: "globex/legacy-shop"}, false},
		{facts.ExcludeName, "*", facts.Repo{Name: "web", FullName: "acme/web"}, true},
		{facts.ExcludeRegex, "^acme/(old|tmp)-", facts.Repo{FullName: "ACME/tmp-1"}, true},
		{facts.ExcludeRegex, "^acme/(old|tmp)-", facts.Repo{FullName: "acme/web-tmp-1"}, false},
		{facts.ExcludePushedBefore, "2024-01-31", facts.Repo{PushedAt: day - 1}, true},
		{facts.ExcludePushedBefore, "2024-01-31", facts.Repo{PushedAt: day}, false},
		{facts.ExcludePushedBefore, "2024-01-31", facts.Repo{}, true},
		{facts.ExcludeArchived, "", facts.Repo{Archived: true}, true},
		{facts.ExcludeArchived, "", facts.Repo{}, false},
		{facts.ExcludeFork, "", facts.Repo{Fork: true}, true},
		{facts.ExcludeVisibility, "private", facts.Repo{Visibility: "private"}, true},
		{facts.ExcludeVisibility, "private", facts.Repo{Visibility: "internal"}, false},
	} {
		rule := facts.Exclusion{Kind: c.kind, Value: c.value}
		matches, err := rule.Matcher()
		if err != nil {
			t.Fatal(err)
		}
		if got := matches(&c.repo); got != c.want {
			t.Errorf("%s on %+v: %t, want %t", rule, c.repo, got, c.want)
		}
	}
}

func TestExclusionThatIsWrongSaysWhy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rule facts.Exclusion
		want string
	}{
		{facts.Exclusion{Kind: facts.ExcludeName}, "is empty"},
		{facts.Exclusion{Kind: facts.ExcludeName, Value: "a[b"}, "is not a pattern"},
		{facts.Exclusion{Kind: facts.ExcludeRegex}, "is empty"},
		{facts.Exclusion{Kind: facts.ExcludeRegex, Value: "a(b"}, "is not a regular expression"},
		{facts.Exclusion{Kind: facts.ExcludePushedBefore, Value: "yesterday"}, "is not a day"},
		{facts.Exclusion{Kind: facts.ExcludeVisibility, Value: "secret"}, "is no visibility"},
		{facts.Exclusion{Kind: "colour"}, "no rule of the kind"},
		{facts.Exclusion{Kind: facts.ExcludeRegex, Value: strings.Repeat("x", 501)}, "characters long"},
	} {
		if _, err := c.rule.Matcher(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.rule, err, c.want)
		}
	}
}

func TestTheFirstRuleThatMatchesIsNamed(t *testing.T) {
	t.Parallel()
	first := facts.Exclusions{
		{ID: 1, Kind: "of a newer Weir"}, {ID: 2, Kind: facts.ExcludeArchived}, {ID: 3, Kind: facts.ExcludeName, Value: "old-*"},
	}.First()
	for name, c := range map[string]struct {
		repo facts.Repo
		want facts.ExclusionID
	}{
		"none":   {facts.Repo{Name: "web"}, 0},
		"second": {facts.Repo{Name: "old-web", Archived: true}, 2},
		"third":  {facts.Repo{Name: "old-web"}, 3},
	} {
		if got := first(&c.repo); got != c.want {
			t.Errorf("%s: rule %d, want %d", name, got, c.want)
		}
	}
}
