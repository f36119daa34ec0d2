package ghes

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// GET .../hooks/{hook_id}/deliveries
func (s *Server) deliveries(c *call, o hookOwner) (any, error) {
	h, err := c.hookOf(o)
	if err != nil {
		return nil, err
	}
	return c.deliveryPage(fmt.Sprintf("%s/%d/deliveries", o.path(c), h.ID), s.Deliveries(h.ID))
}

// deliveryPage cuts a page by cursor out of a list, the last delivery first, and links the next and
// the previous one. There is no number of pages.
func (c *call) deliveryPage(path string, list []Delivery) (any, error) {
	q := c.URL.Query()
	switch status := q.Get("status"); status {
	case "":
	case "success", "failure":
		list = slices.DeleteFunc(list, func(d Delivery) bool { return d.successful() != (status == "success") })
	default:
		return nil, refuse(http.StatusUnprocessableEntity, "Invalid status")
	}
	from := 0
	if cursor := q.Get("cursor"); cursor != "" {
		id, err := strconv.ParseInt(cursor[1:], 10, 64)
		if err != nil || cursor[0] != 'v' {
			return nil, refuse(http.StatusBadRequest, "Invalid cursor")
		}
		from = slices.IndexFunc(list, func(d Delivery) bool { return d.ID <= id })
		if from < 0 {
			from = len(list)
		}
	}
	to := min(from+pageSize(q), len(list))
	var links string
	if to < len(list) {
		links = c.cursorLink(path, q, list[to].ID, "next")
	}
	if from > 0 {
		if links != "" {
			links += ", "
		}
		links += c.cursorLink(path, q, list[max(0, from-pageSize(q))].ID, "prev")
	}
	if links != "" {
		c.header.Set("Link", links)
	}
	return each(list[from:to], func(d Delivery) document { return d.item() }), nil
}

func (c *call) cursorLink(path string, q url.Values, id int64, rel string) string {
	q.Set("cursor", fmt.Sprintf("v%d", id))
	return fmt.Sprintf(`<%s%s?%s>; rel="%s"`, c.api, path, q.Encode(), rel)
}

func (d Delivery) successful() bool { return d.StatusCode >= 200 && d.StatusCode < 300 }

// item is a delivery in a list.
func (d Delivery) item() document {
	body := document{
		"id": d.ID, "guid": d.GUID, "delivered_at": stamp(d.DeliveredAt), "redelivery": d.Redelivery,
		"duration": float64(d.Duration.Milliseconds()) / 1000, "status": d.Status, "status_code": d.StatusCode,
		"event": d.Event, "action": orNull(d.Action), "installation_id": nil, "repository_id": nil, "throttled_at": nil,
	}
	if d.Repo != 0 {
		body["repository_id"] = d.Repo
	}
	if d.Installation != 0 {
		body["installation_id"] = d.Installation
	}
	return body
}

// GET .../deliveries/{delivery_id}
func (s *Server) delivery(c *call, o hookOwner) (any, error) {
	h, err := c.hookOf(o)
	if err != nil {
		return nil, err
	}
	d, err := c.deliveryOf(h)
	if err != nil {
		return nil, err
	}
	return d.whole(), nil
}

// deliveryOf is the delivery of a hook that the path names.
func (c *call) deliveryOf(h Hook) (Delivery, error) {
	id, _ := strconv.ParseInt(c.PathValue("delivery_id"), 10, 64)
	for _, d := range c.s.Deliveries(h.ID) {
		if d.ID == id {
			return d, nil
		}
	}
	return Delivery{}, errNotFound
}

// whole is a delivery with what was sent and what came back. Signatures are shown, the secret is not.
func (d Delivery) whole() document {
	body := d.item()
	body["url"] = d.URL
	body["request"] = document{"headers": d.RequestHeaders, "payload": rawJSON(d.Payload)}
	response := document{"headers": nil, "payload": nil}
	if d.ResponseHeaders != nil {
		response["headers"], response["payload"] = d.ResponseHeaders, d.ResponseBody
	}
	body["response"] = response
	return body
}

// POST .../deliveries/{delivery_id}/attempts
//
// A redelivery keeps the GUID of what happened and has an id of its own.
func (s *Server) redeliver(c *call, o hookOwner) (any, error) {
	h, err := c.hookOf(o)
	if err != nil {
		return nil, err
	}
	return c.redeliver(h)
}

func (c *call) redeliver(h Hook) (any, error) {
	d, err := c.deliveryOf(h)
	if err != nil {
		return nil, err
	}
	c.s.deliverer.send(c.s.again(d, h))
	return accepted{}, nil
}
