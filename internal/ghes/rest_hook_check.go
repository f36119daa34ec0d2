package ghes

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

// invalidHook is a refusal by validation.
func invalidHook(field, message string) error {
	err := refuse(http.StatusUnprocessableEntity, "Validation Failed")
	err.errors = []document{{"resource": "Hook", "code": "custom", "field": field, "message": message}}
	return err
}

// checkHook refuses addresses that are none, and more hooks than may be.
func (s *Server) checkHook(o hookOwner, h Hook) error {
	at, err := url.Parse(h.URL)
	if h.URL == "" || err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" {
		return invalidHook("url", "url is not a valid URL")
	}
	if set := s.Settings(); set.HooksRefuseLoopback && isLoopback(at.Hostname()) {
		return invalidHook("url", fmt.Sprintf("URL host %s is not supported", at.Hostname())+
			" because it isn't reachable over the public Internet ("+at.Hostname()+")")
	}
	if h.ContentType != "" && h.ContentType != "form" && h.ContentType != "json" {
		return invalidHook("content_type", "content_type must be form or json")
	}
	return s.checkOthers(o, h)
}

// hooksPerEvent is how many hooks of one event a target may have.
const hooksPerEvent = 250

func (s *Server) checkOthers(o hookOwner, h Hook) error {
	events := h.Events
	if len(events) == 0 {
		events = []string{"push"}
	}
	count := map[string]int{}
	for _, other := range s.World.hooksWhere(func(k Hook) bool { return o.owns(k) && k.ID != h.ID }) {
		if other.URL == h.URL && other.ContentType == orForm(h.ContentType) && slices.Equal(slices.Sorted(slices.Values(other.Events)), slices.Sorted(slices.Values(events))) {
			return invalidHook("", "Hook already exists on this "+o.noun())
		}
		for _, e := range other.Events {
			count[e]++
		}
	}
	for _, e := range events {
		if count[e] >= hooksPerEvent {
			return invalidHook("base", fmt.Sprintf("The %q event cannot have more than %d hooks", e, hooksPerEvent))
		}
	}
	return nil
}

func orForm(contentType string) string {
	if contentType == "" {
		return "form"
	}
	return contentType
}

func isLoopback(host string) bool {
	return host == "localhost" || host == "::1" || len(host) > 4 && host[:4] == "127."
}
