package ghes

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// maxNodes is the most that one query may ask for.
const maxNodes = 500_000

// cost is what a query asks for at most, found without executing it: nodes, and the requests that
// the server's formula counts, one for each connection of each parent.
type cost struct {
	vars            map[string]any
	nodes, requests int
	errors          []graphQLError
}

func (c *cost) points() int { return max(1, (c.requests+50)/100) }

// selections adds what a set asks for each of a number of parents.
func (c *cost) selections(set ast.SelectionSet, parents int) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.InlineFragment:
			c.selections(s.SelectionSet, parents)
		case *ast.FragmentSpread:
			c.selections(s.Definition.SelectionSet, parents)
		case *ast.Field:
			c.field(s, parents)
		}
	}
}

func (c *cost) field(f *ast.Field, parents int) {
	if f.Definition == nil || !strings.HasSuffix(f.Definition.Type.Name(), "Connection") {
		c.selections(f.SelectionSet, parents)
		return
	}
	size, err := connectionSize(f.Name, f.ArgumentMap(c.vars))
	if err != nil {
		err.Locations = locate(f.Position)
		c.errors = append(c.errors, *err)
		return
	}
	c.requests += parents
	c.nodes += parents * size
	if c.nodes > maxNodes {
		c.errors = []graphQLError{{Type: "MAX_NODE_LIMIT_EXCEEDED", Locations: locate(f.Position),
			Message: fmt.Sprintf("This query requests up to %d possible nodes which exceeds the maximum limit of %d.", c.nodes, maxNodes)}}
		return
	}
	c.selections(f.SelectionSet, parents*size)
}

// connectionSize is first or last, which may be up to 100. It is 0 without either: then only the
// count may be asked for, which countOnly sees to.
func connectionSize(name string, a args) (int, *graphQLError) {
	for _, bound := range []string{"first", "last"} {
		n, given := toInt(a[bound])
		switch {
		case !given:
			continue
		case n > 100:
			return 0, &graphQLError{Type: "EXCESSIVE_PAGINATION", Message: fmt.Sprintf(
				"Requesting %d records on the `%s` connection exceeds the `%s` limit of 100 records.", n, name, bound)}
		case n < 0:
			return 0, &graphQLError{Type: "INVALID_PAGINATION", Message: fmt.Sprintf(
				"`%s` on the `%s` connection cannot be less than zero.", bound, name)}
		}
		return n, nil
	}
	return 0, nil
}

// toInt reads an Int argument in any of the forms that literals and variables take.
func toInt(v any) (int, bool) {
	switch n := v.(type) {
	case int:
		return n, true
	case int64:
		return int(n), true
	case float64:
		return int(n), true
	case json.Number:
		i, err := n.Int64()
		return int(i), err == nil
	default:
		return 0, false
	}
}
