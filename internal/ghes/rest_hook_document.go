package ghes

import (
	"fmt"
)

// config is a hook's configuration; its secret is masked.
func (h Hook) config() document {
	body := document{"url": h.URL, "content_type": h.ContentType, "insecure_ssl": h.InsecureSSL}
	if h.Secret != "" {
		body["secret"] = "********"
	}
	return body
}

func (c *call) hookDocument(o hookOwner, h Hook) document {
	at := fmt.Sprintf("%s%s/%d", c.api, o.path(c), h.ID)
	body := document{
		"type": "Organization", "id": h.ID, "name": "web", "active": !h.Inactive, "events": h.Events,
		"config": h.config(), "updated_at": stamp(h.UpdatedAt), "created_at": stamp(h.CreatedAt),
		"url": at, "ping_url": at + "/pings", "deliveries_url": at + "/deliveries",
	}
	if o.repo.ID != 0 {
		body["type"], body["test_url"], body["last_response"] = "Repository", at+"/test", h.lastResponse()
	}
	return body
}

func (h Hook) lastResponse() document {
	if h.LastCode == 0 && h.LastMessage == "" {
		return document{"code": nil, "status": "unused", "message": nil}
	}
	status := "active"
	if h.LastCode < 200 || h.LastCode > 299 {
		status = "misconfigured"
	}
	return document{"code": h.LastCode, "status": status, "message": h.LastMessage}
}
