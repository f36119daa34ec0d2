package ghes

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// graphQLRequest is the body of a POST.
type graphQLRequest struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
}

// graphQLAnswer is the body of a 200, whatever went wrong inside.
type graphQLAnswer struct {
	Data   any            `json:"data,omitempty"`
	Errors []graphQLError `json:"errors,omitempty"`
}

// POST /api/graphql
func (s *Server) graphQL(w http.ResponseWriter, r *http.Request) {
	base := s.base(r)
	c := &call{Request: r, s: s, api: base + "/api/v3", web: base, header: w.Header()}
	s.commonHeaders(c)
	w.Header().Del("Cache-Control")
	body, err := s.graphQLBody(c)
	if err != nil {
		writeError(c, w, err)
		return
	}
	_, _ = w.Write(encode(body))
}

func (s *Server) graphQLBody(c *call) (any, error) {
	if s.Settings().GraphQLOff || c.Method != http.MethodPost {
		return nil, errNotFound
	}
	v, err := s.authenticate(c.Request)
	if err != nil {
		return nil, err
	}
	// A password signs in to REST and git but not here.
	if v.kind != "token" && (v.kind != "password" || !s.Settings().GraphQLPasswords) {
		return nil, refuse(http.StatusUnauthorized, "This endpoint requires you to be authenticated.")
	}
	c.viewer = v
	scopeHeaders(c, route{})
	var asked graphQLRequest
	data, err := io.ReadAll(http.MaxBytesReader(nil, c.Body, 1<<20))
	if err != nil || json.Unmarshal(data, &asked) != nil {
		return nil, refuse(http.StatusBadRequest, "Problems parsing JSON")
	}
	if asked.Query == "" {
		return nil, refuse(http.StatusBadRequest, "A query attribute must be specified and must be a string.")
	}
	return s.answerGraphQL(c, asked)
}

// answerGraphQL checks the query, counts its cost, and executes it.
func (s *Server) answerGraphQL(c *call, asked graphQLRequest) (any, error) {
	schema, err := schemaFor(s.Settings().Version)
	if err != nil {
		return nil, err
	}
	query, problems := gqlparser.LoadQueryWithRules(schema, asked.Query, rules.NewDefaultRules())
	if problems != nil {
		record(c.Request).Operation = operationOf(asked.Query)
		return graphQLAnswer{Errors: explain(problems)}, nil
	}
	operation := query.Operations.ForName(asked.OperationName)
	if operation == nil {
		return graphQLAnswer{Errors: []graphQLError{{Message: "No operation named \"" + asked.OperationName + "\""}}}, nil
	}
	record(c.Request).Operation = string(operation.Operation)
	vars, err := validator.VariableValues(schema, operation, asked.Variables)
	if err != nil {
		return graphQLAnswer{Errors: []graphQLError{{Message: err.Error()}}}, nil //nolint:nilerr // told in the answer
	}
	if refusal := lacksScope(c.viewer, operation.SelectionSet, c.web); refusal != nil {
		return graphQLAnswer{Errors: []graphQLError{*refusal}}, nil //nolint:nilerr // told in the answer
	}
	return s.execute(c, schema, operation, vars)
}

// errTooSlow is how the server gives up on a query.
var errTooSlow = &apiError{status: http.StatusBadGateway, message: "We couldn't respond to your request in time. " +
	"Sorry about that. Please try resubmitting your request and contact us if the problem persists."}

func (s *Server) execute(c *call, schema *ast.Schema, op *ast.OperationDefinition, vars map[string]any) (any, error) {
	cost := &cost{vars: vars}
	cost.selections(op.SelectionSet, 1)
	if cost.errors != nil {
		return graphQLAnswer{Errors: cost.errors}, nil
	}
	err := s.limits.spend(c.Request, c.header, s.Settings().Limits, c.viewer, graphQLBudget, cost.points())
	var refused *apiError
	switch {
	case errors.As(err, &refused) && refused.primary:
		return graphQLAnswer{Errors: []graphQLError{{Type: "RATE_LIMITED", Message: refused.message}}}, nil
	case err != nil:
		return nil, err
	}
	if most := s.Settings().GraphQLNodes; most > 0 && cost.nodes > most {
		return nil, errTooSlow
	}
	x := &execution{call: c, schema: schema, vars: vars, cost: cost, failing: s.Settings().GraphQLFails}
	data, _ := x.object(x.query(), op.SelectionSet, nil)
	return graphQLAnswer{Data: data, Errors: x.errors}, nil
}
