package ghes

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
)

// connection is one page of a list, as an object of the type NAMEConnection.
type connection struct {
	field string // that the connection was asked for by
	name  string // of the types, without Connection
	total int
	items []connected
	// after and before are whether there is something on either side of the page.
	after, before bool
	// filtered is how many are left by the cursors; updated the time of the latest of them all.
	filtered int
	updated  time.Time
}

// connected is a node with its key, which the cursor is made of: a cursor stays where it is when
// others come and go.
type connected struct {
	key  string
	node *object
	// edge holds fields of the edge besides cursor and node.
	edge map[string]any
}

// listing is what a page is cut out of. Items are made only for the page.
type listing struct {
	total int
	item  func(i int) connected
	// seek is the index of the first item after a key; false when no key looks like that.
	seek func(key string) (int, bool)
	// upTo is the index of the first item that is not before a key.
	upTo    func(key string) (int, bool)
	updated time.Time
}

// connect cuts the page that the arguments ask for out of all items.
func connect(field, name string, all []connected, a args) (*object, error) {
	find := func(key string) (int, bool) {
		i := slices.IndexFunc(all, func(c connected) bool { return c.key == key })
		return i, i >= 0
	}
	return listing{
		total: len(all),
		item:  func(i int) connected { return all[i] },
		seek: func(key string) (int, bool) {
			i, ok := find(key)
			return i + 1, ok
		},
		upTo: find,
	}.page(field, name, a)
}

// page cuts what the arguments ask for out of a list.
func (l listing) page(field, name string, a args) (*object, error) {
	from, to, err := l.bounds(a)
	if err != nil {
		return nil, err
	}
	c := connection{field: field, name: name, total: l.total, filtered: to - from, updated: l.updated}
	c.before, c.after = from > 0, to < l.total
	first, hasFirst := toInt(a["first"])
	last, hasLast := toInt(a["last"])
	if hasFirst && to-from > first {
		to, c.after = from+first, true
	}
	if hasLast && to-from > last {
		from, c.before = to-last, true
	}
	if !hasFirst && !hasLast {
		return countOnly(objectOf(name+"Connection", c, connectionFields), c), nil
	}
	for i := from; i < to; i++ {
		c.items = append(c.items, l.item(i))
	}
	return objectOf(name+"Connection", c, connectionFields), nil
}

// bounds are what the cursors leave of the list.
func (l listing) bounds(a args) (from, to int, err error) {
	to = l.total
	if text, given := a["after"].(string); given {
		i, ok := l.seek(keyOf(text))
		if !ok {
			return 0, 0, badCursor(text)
		}
		from = i
	}
	if text, given := a["before"].(string); given {
		i, ok := l.upTo(keyOf(text))
		if !ok {
			return 0, 0, badCursor(text)
		}
		to = i
	}
	return from, max(from, to), nil
}

func badCursor(text string) error {
	return graphQLError{Type: "INVALID_CURSOR_ARGUMENTS",
		Message: fmt.Sprintf("`%s` does not appear to be a valid cursor.", text)}
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

func cursor(key string) string {
	return base64.StdEncoding.EncodeToString([]byte("cursor:v2:" + key))
}

// keyOf is the reverse of cursor; what is none gives a key that nothing has.
func keyOf(text string) string {
	data, err := base64.StdEncoding.DecodeString(text)
	key, ok := strings.CutPrefix(string(data), "cursor:v2:")
	if err != nil || !ok {
		return "\x00"
	}
	return key
}

var connectionFields = fields[connection]{
	"totalCount":    is(func(c connection) any { return c.total }),
	"filteredCount": is(func(c connection) any { return c.filtered }),
	"pageCount":     is(func(c connection) any { return len(c.items) }),
	"updatedAt":     is(func(c connection) any { return stamp(c.updated) }),
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
