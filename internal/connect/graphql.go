package connect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

const (
	maxQueryBytes  = 1 << 20
	maxQueryTokens = 20_000
)

// graphQLRequest is all that a request to GraphQL may hold.
type graphQLRequest struct {
	Query         string          `json:"query"`
	OperationName string          `json:"operationName,omitempty"`
	Variables     json.RawMessage `json:"variables,omitempty"`
}

// onlyQueries reads a GraphQL request's body and answers the bytes to send in its place, or why it is
// refused. The bytes are written anew from what was checked, so that a body which two parsers
// understand differently (a key given twice) cannot carry something else past the check.
func onlyQueries(body io.Reader) (send []byte, refused string) {
	if body == nil {
		return nil, "it has no GraphQL document"
	}
	raw, err := io.ReadAll(io.LimitReader(body, maxQueryBytes+1))
	if err != nil || len(raw) > maxQueryBytes {
		return nil, "its GraphQL document is too long or cannot be read"
	}
	var request graphQLRequest
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&request); err != nil || decoder.More() {
		return nil, "its body is not a GraphQL request"
	}
	if reason := notAQuery(request.Query); reason != "" {
		return nil, reason
	}
	if send, err = json.Marshal(request); err != nil {
		return nil, "its body is not a GraphQL request"
	}
	return send, ""
}

// notAQuery says why a document is more than queries, or "".
func notAQuery(document string) string {
	parsed, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: document}, maxQueryTokens)
	if err != nil || parsed == nil {
		return "its GraphQL document cannot be understood"
	}
	if len(parsed.Operations) == 0 {
		return "its GraphQL document asks nothing"
	}
	for _, operation := range parsed.Operations {
		if operation.Operation != ast.Query {
			return fmt.Sprintf("its GraphQL document holds a %s", operation.Operation)
		}
	}
	return ""
}
