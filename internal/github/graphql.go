package github

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"weir/internal/connect"
)

// QueryError is one error inside a GraphQL answer.
type QueryError struct {
	Message string
	// Type is the server's word, such as NOT_FOUND, FORBIDDEN or RATE_LIMITED; it may be empty.
	Type string
	// Path is where in the answer, such as repository.pullRequests.
	Path string
}

// QueryErrors is what a GraphQL answer complains of. Beside it the answer may hold data: Query has
// then decoded what there is.
type QueryErrors []QueryError

func (e QueryErrors) Error() string {
	messages := make([]string, len(e))
	for i, one := range e {
		messages[i] = one.Message
	}
	return "graphql: " + strings.Join(messages, "; ")
}

// Query asks GraphQL and decodes the answer's data into a value. op says what we did. An answer with
// errors is an *Error around QueryErrors, and what data there was is decoded all the same. A variable
// named owner says whose repos the question is about.
func (c *Client) Query(ctx context.Context, op, query string, variables map[string]any, into any) error {
	_, err := c.query(ctx, op, query, variables, into)
	return err
}

// query is Query that tells when the answer was worked out.
func (c *Client) query(ctx context.Context, op, query string, variables map[string]any, into any) (answered, error) {
	if owner, ok := variables["owner"].(string); ok {
		ctx = connect.WithOwner(ctx, owner) // which installation of a GitHub App is to ask
	}
	answer, err := c.ask(ctx, op, func() (*connect.Answer, error) { return c.transport.Query(ctx, query, variables) })
	if err != nil {
		return answered{}, err
	}
	return answeredAt(answer), c.decodeReply(op, answer, into)
}

// decodeReply decodes the data of an answer and gives what it complains of.
func (c *Client) decodeReply(op string, answer *connect.Answer, into any) error {
	var reply struct {
		Data   json.RawMessage `json:"data"`
		Errors []struct {
			Message string `json:"message"`
			Type    string `json:"type"`
			Path    []any  `json:"path"`
		} `json:"errors"`
	}
	if err := answer.Decode(&reply); err != nil {
		return c.unreadable(op, answer, "its JSON is not what was asked for", err)
	}
	if len(reply.Data) > 0 && string(reply.Data) != "null" {
		if err := json.Unmarshal(reply.Data, into); err != nil {
			return c.unreadable(op, answer, "its data is not what was asked for", err)
		}
	}
	var complaints QueryErrors
	for _, e := range reply.Errors {
		complaints = append(complaints, QueryError{Message: c.transport.Scrub(e.Message), Type: e.Type, Path: pathText(e.Path)})
	}
	if len(complaints) > 0 {
		return c.complaint(op, answer, complaints)
	}
	if len(reply.Data) == 0 || string(reply.Data) == "null" {
		return c.unreadable(op, answer, "it holds no data", nil)
	}
	return nil
}

func pathText(path []any) string {
	parts := make([]string, len(path))
	for i, p := range path {
		text, _ := json.Marshal(p)
		parts[i] = strings.Trim(string(text), `"`)
	}
	return strings.Join(parts, ".")
}

// complaint sorts errors inside an answer by the server's word for the first that an item may not lack.
func (c *Client) complaint(op string, answer *connect.Answer, complaints QueryErrors) *Error {
	first := complaints[max(0, slices.IndexFunc(complaints, func(e QueryError) bool { return !e.spared() }))]
	code, kind := connect.APIGraphQL, ErrUnreadable
	var limited *connect.RateLimitError
	switch {
	case first.Type == "RATE_LIMITED", strings.Contains(strings.ToLower(first.Message), "rate limit"):
		code, kind = connect.APILimited, ErrRateLimited
		limited = answer.LimitedUntil()
		c.transport.LimitQueries(limited)
	case first.Type == "NOT_FOUND":
		code, kind = connect.APINotFound, ErrNotFound
	case first.Type == "FORBIDDEN", first.Type == "INSUFFICIENT_SCOPES":
		code, kind = connect.APIForbidden, ErrForbidden
	case first.Type == "SERVICE_UNAVAILABLE", strings.HasPrefix(first.Message, "Something went wrong"), strings.Contains(first.Message, "timeout"):
		code, kind = connect.APIServerError, ErrTemporary
	}
	f := c.transport.ComplaintFault(code, answer.Status, first.Message, limited)
	failure := fromFault(op, answer.Status, f)
	failure.Kind, failure.Err = kind, complaints
	return failure
}

// Complaints answers the errors inside a GraphQL answer, if err is of such.
func Complaints(err error) QueryErrors {
	var complaints QueryErrors
	errors.As(err, &complaints)
	return complaints
}

// SmallerMayHelp tells whether a query failed in a way that asking for fewer items at a time may cure:
// a server that runs out of time answers 502, 504, nothing, or that something went wrong.
func SmallerMayHelp(err error) bool {
	var failure *Error
	if !errors.As(err, &failure) {
		return false
	}
	switch failure.Status {
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		return true
	}
	return failure.Code == connect.HTTPTimeout || errors.Is(err, ErrTemporary) && len(Complaints(err)) > 0
}
