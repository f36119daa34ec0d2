package ghestest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
)

// Prune packs an official schema for the double's use at run time: what can be reached from Query,
// without descriptions and mutations. The name is that of graphQL's list.
func Prune(name string) ([]byte, error) {
	load, ok := graphQL[name]
	if !ok {
		return nil, fmt.Errorf("prune schema: no schema %q", name)
	}
	full, err := load()
	if err != nil {
		return nil, err
	}
	keep := reach(full, full.Query)
	small := &ast.Schema{Query: full.Query, Types: map[string]*ast.Definition{}, Directives: full.Directives}
	for typeName := range keep {
		small.Types[typeName] = full.Types[typeName]
	}
	var text, packed bytes.Buffer
	formatter.NewFormatter(&text, formatter.WithoutDescription()).FormatSchema(small)
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("prune schema: %w", err)
	}
	if _, err := z.Write(text.Bytes()); err != nil {
		return nil, fmt.Errorf("prune schema: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("prune schema: %w", err)
	}
	return packed.Bytes(), nil
}

// reach collects the types that a query can come across.
func reach(schema *ast.Schema, from *ast.Definition) map[string]bool {
	seen := map[string]bool{}
	queue := []*ast.Definition{from}
	for len(queue) > 0 {
		def := queue[0]
		queue = queue[1:]
		if def == nil || seen[def.Name] {
			continue
		}
		seen[def.Name] = true
		for _, name := range slices.Concat(def.Interfaces, def.Types) {
			queue = append(queue, schema.Types[name])
		}
		queue = append(queue, schema.PossibleTypes[def.Name]...)
		for _, f := range def.Fields {
			queue = append(queue, schema.Types[f.Type.Name()])
			for _, a := range f.Arguments {
				queue = append(queue, schema.Types[a.Type.Name()])
			}
		}
	}
	for _, d := range schema.Directives {
		for _, a := range d.Arguments {
			seen[a.Type.Name()] = true
		}
	}
	return seen
}
