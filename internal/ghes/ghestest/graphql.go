package ghestest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// graphQL are the oldest and the newest official schema: what both allow runs on every server.
var graphQL = map[string]func() (*ast.Schema, error){
	"ghes of 2022": sync.OnceValues(func() (*ast.Schema, error) {
		return loadSDL("ghes-2022-11.schema.docs-enterprise.graphql.gz")
	}),
	"current": sync.OnceValues(func() (*ast.Schema, error) {
		return loadSDL("dotcom-15.26.1-fixed.schema.graphql.gz")
	}),
}

func loadSDL(name string) (*ast.Schema, error) {
	data, err := official(name)
	if err != nil {
		return nil, err
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: name, Input: string(data)})
	if err != nil {
		return nil, fmt.Errorf("load schema %s: %w", name, err)
	}
	return schema, nil
}

// Query fails the test unless a GraphQL query is valid on the oldest server and on the newest.
func Query(t testing.TB, query string) {
	t.Helper()
	for name := range graphQL {
		QueryOn(t, name, query)
	}
}

// QueryOn fails the test unless a query is valid on the schema of one name: "current" or "ghes of 2022".
func QueryOn(t testing.TB, name, query string) {
	t.Helper()
	schema, err := graphQL[name]()
	if err != nil {
		t.Fatal(err)
	}
	if _, errs := gqlparser.LoadQueryWithRules(schema, query, rules.NewDefaultRules()); len(errs) > 0 {
		t.Errorf("query on the schema of %s: %v", name, errs)
	}
}
