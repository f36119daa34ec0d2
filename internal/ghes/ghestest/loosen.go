package ghestest

import (
	"fmt"
	"maps"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// alsoNull are values that the description says are never null and that real servers were recorded
// to answer with null: what a deleted account did, a fork that is gone, a label without a text.
var alsoNull = []string{
	"pull-request.user", "pull-request.head.user", "pull-request.head.repo", "pull-request-simple.head.repo",
	"pull-request.labels[].description", "pull-request-simple.labels[].description",
	"pull-request-review-comment.user", "review-comment.user", "state-change-issue-event.actor",
}

// loosen lets those values be null.
func loosen(doc *openapi3.T) error {
	for _, path := range alsoNull {
		name, rest, _ := strings.Cut(path, ".")
		at := doc.Components.Schemas[name]
		if at == nil {
			continue // a release that does not have it
		}
		if err := allowNull(at.Value, rest); err != nil {
			return fmt.Errorf("loosen %s: %w", path, err)
		}
	}
	return nil
}

func allowNull(schema *openapi3.Schema, path string) error {
	name, rest, deeper := strings.Cut(path, ".")
	name, list := strings.CutSuffix(name, "[]")
	property := schema.Properties[name]
	if property == nil {
		return fmt.Errorf("no property %s", name)
	}
	// A copy: what the reference leads to is used elsewhere too.
	own := *property.Value
	if list {
		items := *own.Items.Value
		items.Properties = maps.Clone(items.Properties)
		own.Items = &openapi3.SchemaRef{Value: &items}
		schema.Properties[name] = &openapi3.SchemaRef{Value: &own}
		return allowNull(&items, rest)
	}
	schema.Properties[name] = &openapi3.SchemaRef{Value: &own}
	if deeper {
		own.Properties = maps.Clone(own.Properties)
		return allowNull(&own, rest)
	}
	own.Nullable = true
	return nil
}
