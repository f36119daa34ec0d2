package ghes

import "strings"

func (s *Server) metaRoutes() []route {
	return []route{
		{pattern: "GET /{$}", anonymous: true, answer: s.root},
		{pattern: "GET ", anonymous: true, answer: s.root},
		{pattern: "GET /meta", anonymous: true, answer: s.meta},
		{pattern: "GET /zen", anonymous: true, answer: s.zen},
	}
}

// rootURLs are the templates of the API's root, by field.
var rootURLs = map[string]string{
	"authorizations_url":            "/authorizations",
	"code_search_url":               "/search/code?q={query}{&page,per_page,sort,order}",
	"commit_search_url":             "/search/commits?q={query}{&page,per_page,sort,order}",
	"current_user_repositories_url": "/user/repos{?type,page,per_page,sort}",
	"current_user_url":              "/user",
	"emails_url":                    "/user/emails",
	"emojis_url":                    "/emojis",
	"events_url":                    "/events",
	"feeds_url":                     "/feeds",
	"followers_url":                 "/user/followers",
	"following_url":                 "/user/following{/target}",
	"gists_url":                     "/gists{/gist_id}",
	"hub_url":                       "/hub",
	"issue_search_url":              "/search/issues?q={query}{&page,per_page,sort,order}",
	"issues_url":                    "/issues",
	"keys_url":                      "/user/keys",
	"label_search_url":              "/search/labels?q={query}&repository_id={repository_id}{&page,per_page}",
	"notifications_url":             "/notifications",
	"organization_repositories_url": "/orgs/{org}/repos{?type,page,per_page,sort}",
	"organization_teams_url":        "/orgs/{org}/teams",
	"organization_url":              "/orgs/{org}",
	"public_gists_url":              "/gists/public",
	"rate_limit_url":                "/rate_limit",
	"repository_search_url":         "/search/repositories?q={query}{&page,per_page,sort,order}",
	"repository_url":                "/repos/{owner}/{repo}",
	"starred_gists_url":             "/gists/starred",
	"starred_url":                   "/user/starred{/owner}{/repo}",
	"topic_search_url":              "/search/topics?q={query}{&page,per_page}",
	"user_organizations_url":        "/user/orgs",
	"user_repositories_url":         "/users/{user}/repos{?type,page,per_page,sort}",
	"user_search_url":               "/search/users?q={query}{&page,per_page,sort,order}",
	"user_url":                      "/users/{user}",
}

// GET /
func (s *Server) root(c *call) (any, error) {
	urls := document{
		"current_user_authorizations_html_url": c.web + "/settings/connections/applications{/client_id}",
	}
	for field, path := range rootURLs {
		urls[field] = c.api + path
	}
	return urls, nil
}

// GET /meta
func (s *Server) meta(c *call) (any, error) {
	set := s.Settings()
	body := document{
		"verifiable_password_authentication": set.SignIn != SAML && set.SignIn != CAS,
		"installed_version":                  set.Version,
	}
	if atLeast(set.Version, 3, 10) {
		host := strings.TrimPrefix(strings.TrimPrefix(c.web, "https://"), "http://")
		body["packages"] = []string{}
		body["domains"] = document{"website": []string{host}, "packages": []string{}}
	}
	return body, nil
}

// GET /zen
func (s *Server) zen(*call) (any, error) { return plainText("Keep it logically awesome."), nil }
