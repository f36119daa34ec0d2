package ghes

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"sync"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// schemas are the official ones, cut down to what queries can reach: ghestest.Prune made them.
//
//go:embed schema
var schemas embed.FS

var (
	schemaOf2022  = sync.OnceValues(func() (*ast.Schema, error) { return loadSchema("ghes-2022") })
	currentSchema = sync.OnceValues(func() (*ast.Schema, error) { return loadSchema("current") })
)

// schemaFor is the schema that a release has: the old one before 3.12.
func schemaFor(version string) (*ast.Schema, error) {
	if atLeast(version, 3, 12) {
		return currentSchema()
	}
	return schemaOf2022()
}

func loadSchema(name string) (*ast.Schema, error) {
	packed, err := schemas.ReadFile("schema/" + name + ".graphql.gz")
	if err != nil {
		return nil, fmt.Errorf("load schema %s: %w", name, err)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("load schema %s: %w", name, err)
	}
	text, err := io.ReadAll(unpacked)
	if err != nil {
		return nil, fmt.Errorf("load schema %s: %w", name, err)
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: name, Input: string(text)})
	if err != nil {
		return nil, fmt.Errorf("load schema %s: %w", name, err)
	}
	return schema, nil
}
