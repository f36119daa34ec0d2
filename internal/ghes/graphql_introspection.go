package ghes

import (
	"maps"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// typeField tells what the schema knows of a type, null when it has none of that name.
func typeField(x *execution, _ *Server, a args) (any, error) {
	name, _ := a["name"].(string)
	return typeObject(x.schema.Types[name]), nil
}

func schemaField(x *execution, _ *Server, _ args) (any, error) {
	return &object{"__Schema", func(_ *execution, name string, _ args) (any, error) {
		switch name {
		case "queryType":
			return typeObject(x.schema.Query), nil
		case "mutationType", "subscriptionType":
			return nil, nil
		case "types":
			var all []*object
			for _, typeName := range slices.Sorted(maps.Keys(x.schema.Types)) {
				all = append(all, typeObject(x.schema.Types[typeName]))
			}
			return all, nil
		}
		return nil, errUnsupported
	}}, nil
}

func typeObject(def *ast.Definition) *object {
	if def == nil {
		return nil
	}
	return &object{"__Type", func(_ *execution, name string, a args) (any, error) {
		switch name {
		case "name":
			return def.Name, nil
		case "kind":
			return string(def.Kind), nil
		case "description":
			return orNull(def.Description), nil
		case "fields":
			return fieldObjects(def, a["includeDeprecated"] == true), nil
		case "enumValues":
			return enumObjects(def), nil
		}
		return nil, errUnsupported
	}}
}

// fieldObjects are the fields of a type; those that every type has are not among them.
func fieldObjects(def *ast.Definition, deprecated bool) any {
	if def.Kind != ast.Object && def.Kind != ast.Interface {
		return nil
	}
	all := []*object{}
	for _, f := range def.Fields {
		if len(f.Name) > 2 && f.Name[:2] == "__" || f.Directives.ForName("deprecated") != nil && !deprecated {
			continue
		}
		all = append(all, named("__Field", f.Name))
	}
	return all
}

func enumObjects(def *ast.Definition) any {
	if def.Kind != ast.Enum {
		return nil
	}
	all := []*object{}
	for _, v := range def.EnumValues {
		all = append(all, named("__EnumValue", v.Name))
	}
	return all
}

func named(typeName, is string) *object {
	return &object{typeName, func(_ *execution, name string, _ args) (any, error) {
		if name == "name" {
			return is, nil
		}
		return nil, errUnsupported
	}}
}
