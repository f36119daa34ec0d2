package ghes

import (
	"encoding/base64"
	"fmt"
	"slices"
)

// connection is a list with pages, as an object of the type NAMEConnection.
type connection struct {
	field string // that the connection was asked for by
	name  string // of the types, without Connection
	total int
	items []connected
	// more is whether there is something after and before the page.
	after, before bool
}

// connected is a node with its key, which the cursor is made of: a cursor stays where it is when
// others come and go.
type connected struct {
	key  string
	node *object
	// edge holds fields of the edge besides cursor and node.
	edge map[string]any
}

// connect cuts the page that the arguments ask for out of all items.
func connect(field, name string, all []connected, a args) (*object, error) {
	c := connection{field: field, name: name, total: len(all), items: all}
	if err := c.cutCursors(a); err != nil {
		return nil, err
	}
	first, hasFirst := toInt(a["first"])
	last, hasLast := toInt(a["last"])
	if hasFirst && len(c.items) > first {
		c.items, c.after = c.items[:first], true
	}
	if hasLast && len(c.items) > last {
		c.items, c.before = c.items[len(c.items)-last:], true
	}
	page := objectOf(name+"Connection", c, connectionFields)
	if hasFirst || hasLast {
		return page, nil
	}
	return countOnly(page, c), nil
}

// countOnly refuses nodes without first or last, which the server wants for all but the count.
func countOnly(page *object, c connection) *object {
	return &object{page.typeName, func(x *execution, name string, a args) (any, error) {
		if name == "totalCount" {
			return c.total, nil
		}
		return nil, graphQLError{Type: "MISSING_PAGINATION_BOUNDARIES", Message: fmt.Sprintf(
			"You must provide a `first` or `last` value to properly paginate the `%s` connection.", c.field)}
	}}
}

func (c *connection) cutCursors(a args) error {
	if text, ok := a["after"].(string); ok {
		i, err := c.find(text)
		if err != nil {
			return err
		}
		c.items, c.before = c.items[i+1:], true
	}
	if text, ok := a["before"].(string); ok {
		i, err := c.find(text)
		if err != nil {
			return err
		}
		c.items, c.after = c.items[:i], true
	}
	return nil
}

func (c *connection) find(text string) (int, error) {
	i := slices.IndexFunc(c.items, func(item connected) bool { return cursor(item.key) == text })
	if i < 0 {
		return 0, graphQLError{Type: "INVALID_CURSOR_ARGUMENTS",
			Message: fmt.Sprintf("`%s` does not appear to be a valid cursor.", text)}
	}
	return i, nil
}

func cursor(key string) string {
	return base64.StdEncoding.EncodeToString([]byte("cursor:v2:" + key))
}

var connectionFields = fields[connection]{
	"totalCount": is(func(c connection) any { return c.total }),
	"nodes": is(func(c connection) any {
		nodes := make([]*object, 0, len(c.items))
		for _, item := range c.items {
			nodes = append(nodes, item.node)
		}
		return nodes
	}),
	"edges": is(func(c connection) any {
		edges := make([]*object, 0, len(c.items))
		for _, item := range c.items {
			edges = append(edges, item.asEdge(c.name))
		}
		return edges
	}),
	"pageInfo": is(func(c connection) any { return objectOf("PageInfo", c, pageInfoFields) }),
}

func (item connected) asEdge(name string) *object {
	return &object{name + "Edge", func(_ *execution, field string, _ args) (any, error) {
		switch field {
		case "node":
			return item.node, nil
		case "cursor":
			return cursor(item.key), nil
		}
		if value, ok := item.edge[field]; ok {
			return value, nil
		}
		return nil, errUnsupported
	}}
}

var pageInfoFields = fields[connection]{
	"hasNextPage":     is(func(c connection) any { return c.after }),
	"hasPreviousPage": is(func(c connection) any { return c.before }),
	"startCursor": is(func(c connection) any {
		if len(c.items) == 0 {
			return nil
		}
		return cursor(c.items[0].key)
	}),
	"endCursor": is(func(c connection) any {
		if len(c.items) == 0 {
			return nil
		}
		return cursor(c.items[len(c.items)-1].key)
	}),
}
