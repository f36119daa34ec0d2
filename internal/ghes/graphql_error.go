package ghes

import (
	"fmt"
	"regexp"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
)

// graphQLError is one entry of errors in the server's own form, which has a type.
type graphQLError struct {
	Type       string         `json:"type,omitempty"`
	Path       []any          `json:"path,omitempty"`
	Extensions map[string]any `json:"extensions,omitempty"`
	Locations  []location     `json:"locations,omitempty"`
	Message    string         `json:"message"`
}

// Error is the message.
func (e graphQLError) Error() string { return e.Message }

type location struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

func locate(p *ast.Position) []location {
	if p == nil {
		return nil
	}
	return []location{{p.Line, p.Column}}
}

var (
	unknownField    = regexp.MustCompile(`^Cannot query field "(\w+)" on type "(\w+)"`)
	unknownArgument = regexp.MustCompile(`^Unknown argument "(\w+)" on field "(\w+)\.(\w+)"`)
)

// explain says what is wrong with a query in the server's words.
func explain(problems gqlerror.List) []graphQLError {
	var list []graphQLError
	for _, p := range problems {
		e := graphQLError{Message: p.Message}
		for _, l := range p.Locations {
			e.Locations = append(e.Locations, location{l.Line, l.Column})
		}
		if m := unknownField.FindStringSubmatch(p.Message); m != nil {
			e.Message = fmt.Sprintf("Field '%s' doesn't exist on type '%s'", m[1], m[2])
			e.Extensions = map[string]any{"code": "undefinedField", "typeName": m[2], "fieldName": m[1]}
		}
		if m := unknownArgument.FindStringSubmatch(p.Message); m != nil {
			e.Message = fmt.Sprintf("Field '%s' doesn't accept argument '%s'", m[3], m[1])
			e.Extensions = map[string]any{
				"code": "argumentNotAccepted", "name": m[3], "typeName": "Field", "argumentName": m[1],
			}
		}
		list = append(list, e)
	}
	return list
}

// operationOf tells a mutation from a query where the schema did not accept it.
func operationOf(query string) string {
	doc, err := parser.ParseQuery(&ast.Source{Input: query})
	if err != nil || len(doc.Operations) == 0 {
		return "query"
	}
	return string(doc.Operations[0].Operation)
}

func notResolved(what, name string) error {
	return graphQLError{Type: "NOT_FOUND", Message: fmt.Sprintf("Could not resolve to %s with the %s.", what, name)}
}
