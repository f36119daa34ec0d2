package github

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"weir/internal/connect"
)

// Capabilities is what a server can do for this credential, found out by asking.
type Capabilities struct {
	// GraphQL tells whether queries are answered.
	GraphQL bool
	// GraphQLCause and GraphQLNext say why not.
	GraphQLCause, GraphQLNext string
	// Fields of the GraphQL schema that only newer servers have, by TYPE.field.
	Fields map[string]bool
	// Limits is the state of the server's limits.
	Limits Limits
	// teamsBarred becomes true when the server refuses a query for the sake of teams; copies share it.
	teamsBarred *atomic.Bool
}

// Has tells whether the GraphQL schema has a field, such as PullRequest.fullDatabaseId.
func (c Capabilities) Has(field string) bool { return c.Fields[field] }

// probedTypes are those whose fields differ between the servers that Weir reads.
var probedTypes = []string{"Repository", "PullRequest", "PullRequestReview", "PullRequestReviewComment", "IssueComment", "Issue", "ConvertedToDiscussionEvent", "Query"}

const tryQuery = `query WeirTry { viewer { login } }`

// probeQuery asks for the fields of all probed types at once, each under its own name.
var probeQuery = func() string {
	var q strings.Builder
	q.WriteString("query WeirCapabilities {")
	for _, name := range probedTypes {
		fmt.Fprintf(&q, " %s: __type(name: %q) { fields(includeDeprecated: true) { name } }", name, name)
	}
	return q.String() + " }"
}()

// Capabilities asks what the server can do. An error means that it could not be found out; a server
// without GraphQL is an answer.
func (c *Client) Capabilities(ctx context.Context) (Capabilities, error) {
	found := Capabilities{Fields: map[string]bool{}, teamsBarred: new(atomic.Bool)}
	limits, err := c.Limits(ctx)
	if err != nil {
		return found, err
	}
	found.Limits = limits
	var who struct {
		Viewer struct {
			Login string `json:"login"`
		} `json:"viewer"`
	}
	if err := c.Query(ctx, "try GraphQL", tryQuery, nil, &who); err != nil {
		return found, found.without(err, c.transport.Method() == connect.MethodPassword)
	}
	found.GraphQL = true
	return found, c.probeFields(ctx, &found)
}

// without notes why there is no GraphQL; it hands back the errors that say nothing about the server.
func (c *Capabilities) without(err error, byPassword bool) error {
	var failure *Error
	if !errors.As(err, &failure) {
		return err
	}
	switch {
	case errors.Is(err, ErrUnauthorized) && failure.Status != 0 && byPassword: // GraphQL takes no passwords
	case errors.Is(err, ErrUnauthorized), failure.Code == connect.APIUnreadable: // a token that is refused, or an answer that was cut off
		return err
	default:
		for _, passing := range []error{ErrTemporary, ErrRateLimited, ErrMaintenance, ErrUnreachable} {
			if errors.Is(err, passing) {
				return err
			}
		}
	}
	c.GraphQLCause, c.GraphQLNext = failure.Cause, failure.Next
	return nil
}

// probesRefused is after how many refusals in a row it is believed that something before the server, such as a filter, lets no
// question about the schema through. One alone may be anything.
const probesRefused = 3

// probeFields asks for the fields of the schema. Where the server says that it does not tell them, only what every server has is
// used; an answer that was cut off or refused says nothing of the kind, and items read without a field are not read again for it.
func (c *Client) probeFields(ctx context.Context, found *Capabilities) error {
	for refused := 1; ; refused++ {
		var types map[string]*schemaType
		err := c.Query(ctx, "ask for the fields of the schema", probeQuery, nil, &types)
		told := len(Complaints(err)) > 0 && (errors.Is(err, ErrUnreadable) || errors.Is(err, ErrForbidden))
		switch {
		case err == nil, told:
			found.learn(types)
			return nil
		case !errors.Is(err, ErrForbidden):
			return err
		case refused == probesRefused:
			return nil
		}
	}
}

type schemaType struct {
	Fields []struct {
		Name string `json:"name"`
	} `json:"fields"`
}

func (c *Capabilities) learn(types map[string]*schemaType) {
	for name, known := range types {
		if known == nil {
			continue
		}
		for _, field := range known.Fields {
			c.Fields[name+"."+field.Name] = true
		}
	}
}

// Limits is how many requests the server allows. Off means that it does not limit.
type Limits struct {
	Off           bool
	Core, GraphQL Budget
}

// Budget is one hourly budget.
type Budget struct {
	Limit, Remaining int
	ResetAt          time.Time
}

// Limits asks for the state of the limits. A GitHub Enterprise Server has them off unless an
// administrator switched them on, and then answers 404.
func (c *Client) Limits(ctx context.Context) (Limits, error) {
	type budget struct {
		Limit     int   `json:"limit"`
		Remaining int   `json:"remaining"`
		Reset     int64 `json:"reset"`
	}
	var reply struct {
		Resources struct {
			Core    budget `json:"core"`
			GraphQL budget `json:"graphql"`
		} `json:"resources"`
	}
	_, err := c.get(ctx, "ask for the limits", "/api/v3/rate_limit", &reply)
	if errors.Is(err, ErrNotFound) {
		return Limits{Off: true}, nil
	}
	if err != nil {
		return Limits{}, err
	}
	read := func(b budget) Budget {
		return Budget{Limit: b.Limit, Remaining: b.Remaining, ResetAt: time.Unix(b.Reset, 0).UTC()}
	}
	return Limits{Core: read(reply.Resources.Core), GraphQL: read(reply.Resources.GraphQL)}, nil
}
