package ghes

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
)

// hookConfigBody is what a client sends of a hook's configuration.
type hookConfigBody struct {
	URL         *string `json:"url"`
	ContentType *string `json:"content_type"`
	Secret      *string `json:"secret"`
	InsecureSSL any     `json:"insecure_ssl"`
}

// hookBody is what a client sends to make or change a hook.
type hookBody struct {
	Name         string          `json:"name"`
	Config       *hookConfigBody `json:"config"`
	Events       []string        `json:"events"`
	AddEvents    []string        `json:"add_events"`
	RemoveEvents []string        `json:"remove_events"`
	Active       *bool           `json:"active"`
}

func readBody(c *call, into any) error {
	data, err := io.ReadAll(http.MaxBytesReader(nil, c.Body, 1<<20))
	if err != nil || len(data) > 0 && json.Unmarshal(data, into) != nil {
		return refuse(http.StatusBadRequest, "Problems parsing JSON")
	}
	return nil
}

// apply takes over what the client sent. What it does not send of a configuration goes, as on the
// real server; of a hook it stays.
func (b hookBody) apply(h *Hook) {
	if b.Config != nil {
		h.ContentType, h.Secret, h.InsecureSSL = "form", "", "0"
		b.Config.apply(h)
	}
	if b.Events != nil {
		h.Events = b.Events
	}
	for _, e := range b.AddEvents {
		if !slices.Contains(h.Events, e) {
			h.Events = append(slices.Clone(h.Events), e)
		}
	}
	h.Events = slices.DeleteFunc(slices.Clone(h.Events), func(e string) bool { return slices.Contains(b.RemoveEvents, e) })
	if b.Active != nil {
		h.Inactive = !*b.Active
	}
}

func (b hookConfigBody) apply(h *Hook) {
	if b.URL != nil {
		h.URL = *b.URL
	}
	if b.ContentType != nil {
		h.ContentType = *b.ContentType
	}
	if b.Secret != nil {
		h.Secret = *b.Secret
	}
	if b.InsecureSSL != nil {
		h.InsecureSSL = fmt.Sprint(b.InsecureSSL)
	}
}

// POST .../hooks
func (s *Server) createHook(c *call, o hookOwner) (any, error) {
	var b hookBody
	if err := readBody(c, &b); err != nil {
		return nil, err
	}
	now := s.now().UTC()
	h := Hook{Organization: o.organization.Login, Repo: o.repo.ID, Maker: c.viewer.maker(), CreatedAt: now, UpdatedAt: now}
	b.apply(&h)
	if o.repo.ID == 0 && b.Name != "web" {
		return nil, invalidHook("name", "is invalid")
	}
	if err := s.checkHook(o, h); err != nil {
		return nil, err
	}
	h = s.World.AddHook(h)
	c.header.Set("Location", fmt.Sprintf("%s%s/%d", c.api, o.path(c), h.ID))
	s.ping(c, o, h)
	h, _ = s.World.Hook(h.ID)
	return created{c.hookDocument(o, h)}, nil
}

// PATCH .../hooks/{hook_id}
func (s *Server) patchHook(c *call, o hookOwner) (any, error) {
	var b hookBody
	if err := readBody(c, &b); err != nil {
		return nil, err
	}
	h, err := c.hookOf(o)
	if err != nil {
		return nil, err
	}
	return s.changeHook(c, o, h, b.apply)
}

// changeHook changes a hook if what becomes of it is valid.
func (s *Server) changeHook(c *call, o hookOwner, h Hook, change func(*Hook)) (any, error) {
	tried := h
	change(&tried)
	if err := s.checkHook(o, tried); err != nil {
		return nil, err
	}
	now := s.now().UTC()
	h, ok := s.World.updateHook(h.ID, func(h *Hook) {
		change(h)
		h.UpdatedAt = now
	})
	if !ok {
		return nil, errNotFound
	}
	return c.hookDocument(o, h), nil
}

// DELETE .../hooks/{hook_id}
func (s *Server) deleteHook(c *call, o hookOwner) (any, error) {
	h, err := c.hookOf(o)
	if err != nil {
		return nil, err
	}
	s.World.RemoveHook(h.ID)
	return nothing{}, nil
}

// PATCH .../hooks/{hook_id}/config
func (s *Server) patchHookConfig(c *call, o hookOwner) (any, error) {
	var b hookConfigBody
	if err := readBody(c, &b); err != nil {
		return nil, err
	}
	h, err := c.hookOf(o)
	if err != nil {
		return nil, err
	}
	if _, err := s.changeHook(c, o, h, b.apply); err != nil {
		return nil, err
	}
	h, _ = s.World.Hook(h.ID)
	return h.config(), nil
}

// POST .../hooks/{hook_id}/pings
func (s *Server) pingHook(c *call, o hookOwner) (any, error) {
	h, err := c.hookOf(o)
	if err != nil {
		return nil, err
	}
	s.ping(c, o, h)
	return nothing{}, nil
}

// ping tells a hook that it is there, whatever events it wants.
func (s *Server) ping(c *call, o hookOwner, hook Hook) {
	if hook.Inactive || s.Settings().HooksOff {
		return
	}
	h := happening{event: "ping", actor: c.viewer.user.Login, organization: o.organization.Login,
		body: func(own *call) (document, error) {
			return document{"zen": "Keep it logically awesome.", "hook_id": hook.ID, "hook": own.hookDocument(o, hook)}, nil
		}}
	if o.repo.ID != 0 {
		h.repo = &o.repo
	}
	a := audience{hook: hook}
	s.deliverer.send(s.prepare(a, h, newGUID(), s.payload(h, a)))
}
