package ghes

import (
	"context"
	"net/http"
	"time"
)

// payload is the JSON document that a hook is told; nil when there is nothing to tell.
func (s *Server) payload(h happening, a audience) []byte {
	c := s.ownCall()
	body, err := h.body(c)
	if err != nil {
		return nil
	}
	if h.action != "" {
		body["action"] = h.action
	}
	body["sender"] = c.accountDocument(h.actor)
	organization := h.organization
	if h.repo != nil {
		organization = h.repo.Owner
		body["repository"] = c.repositoryOfPayload(*h.repo, h.event)
	}
	if o, ok := s.World.Organization(organization); ok {
		body["organization"] = c.organizationSimple(o)
	}
	if a.installation != 0 && body["installation"] == nil {
		body["installation"] = document{"id": a.installation, "node_id": nodeID("IntegrationInstallation", a.installation)}
	}
	body["enterprise"] = c.enterprise()
	return encode(body)
}

// ownCall is a call that the server makes itself: what it renders is seen by nobody in particular,
// with the server's own address.
func (s *Server) ownCall() *call {
	base := s.URL()
	r, _ := http.NewRequestWithContext(context.Background(), http.MethodGet, base+"/", nil)
	return &call{Request: r, s: s, api: base + "/api/v3", web: base, header: http.Header{},
		viewer: viewer{kind: "hook"}}
}

// repositoryOfPayload is a repo as hooks are told it. In a push its times are numbers.
func (c *call) repositoryOfPayload(r Repo, event string) document {
	body := c.listedRepo(r)
	delete(body, "permissions")
	body["custom_properties"] = document{}
	if event == "push" {
		body["created_at"], body["pushed_at"] = r.CreatedAt.Unix(), r.PushedAt.Unix()
		body["stargazers"], body["master_branch"] = 0, r.DefaultBranch
		if _, ok := c.s.World.Organization(r.Owner); ok {
			body["organization"] = r.Owner
		}
	}
	return body
}

// enterprise is the server as an account of its own, which payloads of GHES carry.
func (c *call) enterprise() document {
	return document{
		"id": 1, "slug": "github", "name": "GitHub", "node_id": nodeID("Enterprise", 1),
		"avatar_url": c.web + "/avatars/b/1?", "description": nil, "website_url": nil,
		"html_url":   c.web + "/enterprises/github",
		"created_at": stamp(time.Date(2021, 3, 1, 9, 0, 0, 0, time.UTC)), "updated_at": stamp(time.Date(2021, 3, 1, 9, 0, 0, 0, time.UTC)),
	}
}
