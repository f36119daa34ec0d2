package ghes

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// scopedFields are fields that a token with scopes may ask for with one of some scopes only. The whole query is refused for
// one of them, whatever it would find.
var scopedFields = map[string][]string{
	"Team.name": orgReaders, "Team.slug": orgReaders, "Team.combinedSlug": orgReaders, "Team.description": orgReaders,
}

// lacksScope gives the refusal of a query that asks for a field beyond the token's scopes, nil when it asks for none.
func lacksScope(v viewer, set ast.SelectionSet, web string) *graphQLError {
	for _, selection := range set {
		var inner ast.SelectionSet
		switch s := selection.(type) {
		case *ast.InlineFragment:
			inner = s.SelectionSet
		case *ast.FragmentSpread:
			inner = s.Definition.SelectionSet
		case *ast.Field:
			inner = s.SelectionSet
			if wanted := scopedFields[fieldName(s)]; !v.token.grants(wanted) {
				refusal := insufficientScopes(s.Name, wanted, v.token, web)
				refusal.Locations = locate(s.Position)
				return &refusal
			}
		}
		if refusal := lacksScope(v, inner, web); refusal != nil {
			return refusal
		}
	}
	return nil
}

func fieldName(f *ast.Field) string {
	if f.ObjectDefinition == nil {
		return f.Name
	}
	return f.ObjectDefinition.Name + "." + f.Name
}

func insufficientScopes(field string, wanted []string, t Token, web string) graphQLError {
	return graphQLError{Type: "INSUFFICIENT_SCOPES", Message: fmt.Sprintf("Your token has not been granted the required scopes to "+
		"execute this query. The '%s' field requires one of the following scopes: ['%s'], but your token has only been granted the: "+
		"['%s'] scopes. Please modify your token's scopes at: %s/settings/tokens.", field, strings.Join(wanted, "', '"), strings.Join(t.Scopes, "', '"), web)}
}
