package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
)

// Kinds of failure, for errors.Is. An *Error is of exactly one kind.
var (
	// ErrUnauthorized: the server no longer accepts the credential. A person must re-authorize.
	ErrUnauthorized = errors.New("not authorized")
	// ErrForbidden: the credential is good and may not read this.
	ErrForbidden = errors.New("forbidden")
	// ErrNotFound is facts.ErrNotFound: the server does not show this, be it gone or private.
	ErrNotFound = facts.ErrNotFound
	// ErrGone: the server says outright that this is gone or switched off (410, 451).
	ErrGone = errors.New("gone")
	// ErrSwitchedOff: what was asked for belongs to a part of the repo that is switched off, and may be there.
	ErrSwitchedOff = errors.New("switched off")
	// ErrRateLimited: no request before Error.Until.
	ErrRateLimited = errors.New("rate limited")
	// ErrMaintenance: the server is being maintained; try again later.
	ErrMaintenance = errors.New("in maintenance")
	// ErrTemporary: the server or the network failed for the moment; try again later.
	ErrTemporary = errors.New("temporary failure")
	// ErrUnreachable: the way to the server is broken (DNS, TLS, proxy, a page to sign in); a person must look.
	ErrUnreachable = errors.New("server unreachable")
	// ErrUnreadable: the server answered something that is not what was asked for.
	ErrUnreadable = errors.New("unreadable answer")
	// ErrRefused: Weir's own read-only rule did not let the request leave.
	ErrRefused = errors.New("refused by the read-only rule")
)

// Error is a request that did not bring what was asked for.
type Error struct {
	// Kind is one of the kinds above.
	Kind error
	// Op is what we did, such as "list repos of acme".
	Op string
	// Status is the HTTP status, 0 when no answer came.
	Status int
	// Code, Cause and Next are for a person; Code is one of connect.Codes.
	Code        connect.Code
	Cause, Next string
	// Until is when to try again, zero when the server gave no time.
	Until time.Time
	// Err is what happened below; it may be nil.
	Err error
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s", e.Op, e.Cause) }

// Unwrap gives the kind and what happened below.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// Retry tells whether trying again later may help without a person.
func (e *Error) Retry() bool {
	return errors.Is(e.Kind, ErrTemporary) || errors.Is(e.Kind, ErrMaintenance) || errors.Is(e.Kind, ErrRateLimited) || errors.Is(e.Kind, ErrUnreadable)
}

func fromFault(op string, status int, f *connect.Fault) *Error {
	return &Error{
		Kind: kindOf(f), Op: op, Status: status, Code: f.Code,
		Cause: f.Cause, Next: f.Next, Until: f.Until, Err: f.Err,
	}
}

// kinds sorts the codes of an answer or of a request without one.
var kinds = map[connect.Code]error{
	connect.APIUnauthorized: ErrUnauthorized, connect.APIForbidden: ErrForbidden, connect.APINotFound: ErrNotFound,
	connect.APIGone: ErrGone, connect.APILimited: ErrRateLimited, connect.APIMaintenance: ErrMaintenance,
	connect.APIServerError: ErrTemporary, connect.APIPage: ErrUnreachable, connect.APIUnreadable: ErrUnreadable,
	connect.APITooLarge: ErrUnreadable, connect.APIRefused: ErrRefused, connect.APIRejected: ErrUnreadable,
	connect.APIGraphQL: ErrUnreadable, connect.APICancelled: context.Canceled,
	connect.APIAppNotInstalled: ErrForbidden, connect.APIAppSuspended: ErrForbidden, connect.APIAppNowhere: ErrUnauthorized,
	connect.SignInAppKeyUnreadable: ErrUnauthorized, connect.SignInAppKey: ErrUnauthorized, connect.SignInAppGone: ErrUnauthorized,
	connect.SignInOAuthRefresh: ErrUnauthorized, connect.SignInOAuthSecret: ErrUnauthorized, connect.SignInOAuthSuspended: ErrUnauthorized,
	connect.SignInOAuthRefused: ErrUnauthorized, connect.SignInOAuthLost: ErrTemporary, connect.SignInOAuthUnreadable: ErrTemporary,
	connect.HTTPTimeout: ErrTemporary, connect.HTTPReset: ErrTemporary, connect.HTTPFailed: ErrTemporary,
	connect.TCPRefused: ErrTemporary, connect.TCPTimeout: ErrTemporary, connect.TCPReset: ErrTemporary,
	connect.TLSReset: ErrTemporary, connect.TLSTimeout: ErrTemporary, connect.DNSTimeout: ErrTemporary, connect.DNSFailed: ErrTemporary,
}

func kindOf(f *connect.Fault) error {
	if kind, ok := kinds[f.Code]; ok {
		return kind
	}
	return ErrUnreachable
}

// fromAnswer makes the error of an answer that is not a success.
func (c *Client) fromAnswer(op string, a *connect.Answer) *Error {
	return fromFault(op, a.Status, c.transport.AnswerFault(a))
}

func success(status int) bool { return status >= http.StatusOK && status < http.StatusMultipleChoices }
