package connect

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

const viewerQuery = `query WeirTest { viewer { login } }`

// checkGraphQL asks GraphQL for the account's own login. Without GraphQL the import goes on by REST, so
// that no fault here is more than a warning.
func (d *diagnosis) checkGraphQL(ctx context.Context) outcome {
	answer, err := d.signed.Query(ctx, viewerQuery, nil)
	if err != nil {
		return bad(d.graphQLLost(err))
	}
	v := d.values().with("status", fmt.Sprint(answer.Status), "title", answer.title(), "message", said(answer.Message()))
	if f := d.graphQLFault(answer, v); f != nil {
		return bad(f.saw("POST /api/graphql: HTTP %d %s", answer.Status, answer.Excerpt()))
	}
	return fine("GraphQL answers.")
}

func (d *diagnosis) graphQLLost(err error) *Fault {
	var redirect *RedirectError
	var limited *RateLimitError
	switch {
	case errors.As(err, &redirect):
		return fault(GraphQLPage, d.values().with("status", fmt.Sprint(redirect.Status), "title", "")).saw("it redirects to %s", redirect.To)
	case errors.As(err, &limited):
		return fault(GraphQLLimited, d.values().with("until", until(limited)))
	}
	return fault(GraphQLLost, d.values().with("reason", FaultOf(err, d.address).Cause)).because(err)
}

func (d *diagnosis) graphQLFault(a *Answer, v values) *Fault {
	if limited := a.Limited(); limited != nil {
		return fault(GraphQLLimited, v.with("until", until(limited)))
	}
	password := d.target.Credential.Method == MethodPassword
	switch {
	case a.Status >= http.StatusInternalServerError:
		return fault(GraphQLServerError, v)
	case a.Status == http.StatusNotFound, a.Status == http.StatusMethodNotAllowed:
		return fault(GraphQLOff, v)
	case a.IsPage():
		return fault(GraphQLPage, v)
	case (a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden) && password:
		return fault(GraphQLPasswordRefused, v)
	case a.Status >= http.StatusBadRequest:
		return fault(GraphQLForbidden, v)
	}
	return d.graphQLReply(a, v)
}

func (d *diagnosis) graphQLReply(a *Answer, v values) *Fault {
	var reply struct {
		Data struct {
			Viewer struct {
				Login string `json:"login"`
			} `json:"viewer"`
		} `json:"data"`
		Errors []struct {
			Type    string `json:"type"`
			Message string `json:"message"`
		} `json:"errors"`
	}
	if err := a.Decode(&reply); err != nil {
		return fault(GraphQLErrors, v.with("message", "its answer is not JSON."))
	}
	if len(reply.Errors) > 0 {
		first := reply.Errors[0]
		if first.Type == "RATE_LIMITED" {
			return fault(GraphQLLimited, v.with("until", ""))
		}
		return fault(GraphQLErrors, v.with("message", said(shorten(first.Message, 300))))
	}
	if !strings.EqualFold(reply.Data.Viewer.Login, d.user.Login) {
		return fault(GraphQLErrors, v.with("message", "its answer does not name the account."))
	}
	return nil
}
