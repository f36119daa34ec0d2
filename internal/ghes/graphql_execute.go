package ghes

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
)

// execution is one query under way. It knows nothing of what the types mean: objects answer for
// their fields, the schema says what may be null.
type execution struct {
	*call
	schema *ast.Schema
	vars   map[string]any
	cost   *cost
	errors []graphQLError
	// failing are fields that end in errFailing.
	failing []string
}

var errFailing = errors.New("this field fails by the settings")

// args are a field's arguments.
type args = map[string]any

// fields says for each field of a type how it is found. What is in the schema and not here is
// answered with an error that says so.
type fields[T any] map[string]func(x *execution, of T, a args) (any, error)

// table makes the fields of a type at their first use: types lead to one another in circles, which
// variables with initial values may not.
type table[T any] struct {
	once sync.Once
	all  fields[T]
}

func (t *table[T]) of(build func() fields[T]) fields[T] {
	t.once.Do(func() { t.all = build() })
	return t.all
}

// object is a value of an object type.
type object struct {
	typeName string
	field    func(x *execution, name string, a args) (any, error)
}

var errUnsupported = errors.New("unsupported")

// objectOf binds a value to the fields of its type.
func objectOf[T any](typeName string, of T, all fields[T]) *object {
	return &object{typeName, func(x *execution, name string, a args) (any, error) {
		find, ok := all[name]
		if !ok {
			return nil, errUnsupported
		}
		return find(x, of, a)
	}}
}

// is makes a field of a plain function.
func is[T any](find func(of T) any) func(*execution, T, args) (any, error) {
	return func(_ *execution, of T, _ args) (any, error) { return find(of), nil }
}

// ordered is a JSON object whose keys stand in the order of the query.
type ordered []entry

type entry struct {
	key   string
	value any
}

// MarshalJSON writes the entries in their order.
func (o ordered) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	writeJSON(&b, o)
	return b.Bytes(), nil
}

// writeJSON writes an answer in one go: encoding/json would look through each object once more for
// every object around it.
func writeJSON(b *bytes.Buffer, v any) {
	switch v := v.(type) {
	case ordered:
		b.WriteByte('{')
		for i, e := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + e.key + `":`) // a name, in which nothing needs escaping
			writeJSON(b, e.value)
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, item)
		}
		b.WriteByte(']')
	default:
		b.Write(encode(v))
	}
}

// object answers a selection set. It is false when a field that cannot be null was null, so that
// the object itself must be.
func (x *execution) object(o *object, set ast.SelectionSet, path []any) (any, bool) {
	var result ordered
	for _, group := range x.collect(o.typeName, set, nil) {
		at := append(slices.Clone(path), group[0].Alias)
		value, ok := x.fieldValue(o, group, at)
		if !ok {
			return nil, false
		}
		result = append(result, entry{group[0].Alias, value})
	}
	return result, true
}

// collect gathers the fields of a set by the name of their answer, through fragments and
// conditions.
func (x *execution) collect(typeName string, set ast.SelectionSet, groups [][]*ast.Field) [][]*ast.Field {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if x.included(s.Directives) {
				groups = addField(groups, s)
			}
		case *ast.InlineFragment:
			if x.included(s.Directives) && x.applies(s.TypeCondition, typeName) {
				groups = x.collect(typeName, s.SelectionSet, groups)
			}
		case *ast.FragmentSpread:
			if x.included(s.Directives) && x.applies(s.Definition.TypeCondition, typeName) {
				groups = x.collect(typeName, s.Definition.SelectionSet, groups)
			}
		}
	}
	return groups
}

func addField(groups [][]*ast.Field, f *ast.Field) [][]*ast.Field {
	for i, g := range groups {
		if g[0].Alias == f.Alias {
			groups[i] = append(g, f)
			return groups
		}
	}
	return append(groups, []*ast.Field{f})
}

func (x *execution) included(directives ast.DirectiveList) bool {
	for _, d := range directives {
		condition, _ := d.ArgumentMap(x.vars)["if"].(bool)
		if d.Name == "skip" && condition || d.Name == "include" && !condition {
			return false
		}
	}
	return true
}

// applies is whether a fragment on a type is for an object of another.
func (x *execution) applies(condition, typeName string) bool {
	if condition == "" || condition == typeName {
		return true
	}
	return slices.ContainsFunc(x.schema.PossibleTypes[condition], func(d *ast.Definition) bool {
		return d.Name == typeName
	})
}

// fieldValue answers one field, which may stand several times in the query.
func (x *execution) fieldValue(o *object, group []*ast.Field, path []any) (any, bool) {
	f := group[0]
	if f.Name == "__typename" {
		return o.typeName, true
	}
	// The definition of the object's own type: a fragment on an interface has the interface's.
	def := x.schema.Types[o.typeName].Fields.ForName(f.Name)
	value, err := o.field(x, f.Name, f.ArgumentMap(x.vars))
	if slices.Contains(x.failing, o.typeName+"."+f.Name) {
		err = errFailing
	}
	if err != nil {
		x.fail(o, f, path, err)
		return nil, !def.Type.NonNull
	}
	var set ast.SelectionSet
	for _, same := range group {
		set = append(set, same.SelectionSet...)
	}
	return x.complete(value, def.Type, set, path)
}

// fail notes why a field has no value.
func (x *execution) fail(o *object, f *ast.Field, path []any, err error) {
	var told graphQLError
	switch {
	case errors.Is(err, errUnsupported):
		told = graphQLError{Type: "NOT_IMPLEMENTED", Message: fmt.Sprintf(
			"Field '%s' of type '%s' is valid, but this double of a server does not hold it.", f.Name, o.typeName)}
	case errors.As(err, &told):
	default:
		told = graphQLError{Message: "Something went wrong while executing your query."}
	}
	told.Path, told.Locations = path, locate(f.Position)
	x.errors = append(x.errors, told)
}

// complete turns what a field found into what is sent, by the field's type.
func (x *execution) complete(value any, t *ast.Type, set ast.SelectionSet, path []any) (any, bool) {
	switch v := value.(type) {
	case nil:
		return nil, !t.NonNull
	case *object:
		if v == nil {
			return nil, !t.NonNull
		}
		result, ok := x.object(v, set, path)
		return result, ok || !t.NonNull
	case []*object:
		return x.list(v, t, set, path)
	default:
		return v, true
	}
}

func (x *execution) list(items []*object, t *ast.Type, set ast.SelectionSet, path []any) (any, bool) {
	results := make([]any, 0, len(items))
	for i, item := range items {
		result, ok := x.complete(item, t.Elem, set, append(slices.Clone(path), i))
		if !ok {
			return nil, !t.NonNull
		}
		results = append(results, result)
	}
	return results, true
}
