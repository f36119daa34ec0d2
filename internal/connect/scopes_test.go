package connect_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"weir/internal/connect"
)

func TestAnalyseScopes(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, header string
		granted      []string // of the set-up guide's list
		missing      []string
	}{
		{"the whole list", "admin:org, admin:org_hook, admin:repo_hook, read:org, read:user, repo, user",
			[]string{"repo", "admin:org", "read:org", "admin:repo_hook", "admin:org_hook", "user", "read:user"}, nil},
		{"implied ones", "repo,admin:org,admin:repo_hook,admin:org_hook,user",
			[]string{"repo", "admin:org", "read:org", "admin:repo_hook", "admin:org_hook", "user", "read:user"}, nil},
		{"write:org holds read:org", "repo, write:org", []string{"repo", "read:org"}, []string{"admin:org_hook"}},
		{"the least", "repo, read:org", []string{"repo", "read:org"}, []string{"admin:org_hook"}},
		{"none", "", nil, []string{"repo", "read:org", "admin:org_hook"}},
		{"public_repo is not repo", "public_repo", nil, []string{"repo", "read:org", "admin:org_hook"}},
		{"a scope of tomorrow", "repo, read:org, admin:org_hook, fly", []string{"repo", "read:org", "admin:org_hook"}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			report := connect.AnalyseScopes(c.header)
			var granted []string
			for _, row := range report.Rows {
				if row.Granted {
					granted = append(granted, row.Name)
				}
			}
			if !slices.Equal(granted, c.granted) || !slices.Equal(report.Missing, c.missing) {
				t.Errorf("granted %v missing %v, want %v and %v", granted, report.Missing, c.granted, c.missing)
			}
		})
	}
}

func TestNewTokenURL(t *testing.T) {
	t.Parallel()
	address, err := connect.ParseAddress("https://github.example.com")
	if err != nil {
		t.Fatal(err)
	}
	got := connect.NewTokenURL(address, "Weir & friends", connect.ScopeSets[0].Scopes)
	u, err := url.Parse(got)
	if err != nil || !strings.HasPrefix(got, "https://github.example.com/settings/tokens/new?") {
		t.Fatal(got, err)
	}
	if u.Query().Get("description") != "Weir & friends" || u.Query().Get("scopes") != "repo,admin:org,read:org,admin:repo_hook,admin:org_hook,user,read:user" {
		t.Error(got)
	}
}
