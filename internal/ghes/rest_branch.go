package ghes

import (
	"fmt"
	"net/url"
	"strings"
)

func (s *Server) branchRoutes() []route {
	var routes []route
	for _, at := range []string{"/repos/{owner}/{repo}", "/repositories/{repository_id}"} {
		routes = append(routes,
			route{pattern: "GET " + at + "/branches", scopes: repoScopes, anonymous: true,
				permission: "contents=read", answer: s.branches},
			route{pattern: "GET " + at + "/tags", scopes: repoScopes, anonymous: true,
				permission: "metadata=read", answer: s.tags})
	}
	return routes
}

// GET /repos/{owner}/{repo}/branches
func (s *Server) branches(c *call) (any, error) {
	r, err := c.repo()
	if err != nil {
		return nil, err
	}
	refs, err := gitRefs(c.Context(), r.GitDir, "refs/heads/")
	if err != nil {
		return nil, err
	}
	refs = page(c, fmt.Sprintf("/repositories/%d/branches", r.ID), refs)
	return each(refs, func(ref gitRef) document {
		name := strings.TrimPrefix(ref.Name, "refs/heads/")
		at := c.api + "/repos/" + r.FullName()
		return document{
			"name":           name,
			"commit":         document{"sha": ref.SHA, "url": at + "/commits/" + ref.SHA},
			"protected":      false,
			"protection":     document{"enabled": false},
			"protection_url": at + "/branches/" + url.PathEscape(name) + "/protection",
		}
	}), nil
}

// GET /repos/{owner}/{repo}/tags
func (s *Server) tags(c *call) (any, error) {
	r, err := c.repo()
	if err != nil {
		return nil, err
	}
	refs, err := gitRefs(c.Context(), r.GitDir, "refs/tags/")
	if err != nil {
		return nil, err
	}
	refs = page(c, fmt.Sprintf("/repositories/%d/tags", r.ID), refs)
	return each(refs, func(ref gitRef) document {
		name := strings.TrimPrefix(ref.Name, "refs/tags/")
		at := c.api + "/repos/" + r.FullName()
		return document{
			"name":        name,
			"commit":      document{"sha": ref.SHA, "url": at + "/commits/" + ref.SHA},
			"zipball_url": at + "/zipball/" + ref.Name,
			"tarball_url": at + "/tarball/" + ref.Name,
			"node_id":     nodeID("Ref", r.ID),
		}
	}), nil
}
