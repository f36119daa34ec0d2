package connect

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Fault is something that stands in the way, in words for a person. It is an error wherever one is
// returned, and a row of a Report in Diagnose.
type Fault struct {
	Code   Code
	Stage  StageID
	Status Status
	// Cause is one sentence, Next what to do about it.
	Cause, Next string
	// Detail is what was seen; it holds no secret.
	Detail string
	// Until is when to try again, zero when the server gave no time.
	Until time.Time
	// Err is what happened below, for errors.Is and logs; it may be nil.
	Err error
}

// Error gives the cause and the next step.
func (f *Fault) Error() string { return f.Cause + " " + f.Next }

// Unwrap gives what happened below.
func (f *Fault) Unwrap() error { return f.Err }

// values fills the {placeholders} of a code's texts.
type values map[string]string

// fault makes the Fault of a code; every placeholder of its texts must be in v.
func fault(code Code, v values) *Fault {
	info := code.Info()
	return &Fault{
		Code: code, Stage: info.Stage, Status: info.Status,
		Cause: fill(info.Cause, v), Next: fill(info.Next, v),
	}
}

func fill(text string, v values) string {
	if !strings.Contains(text, "{") {
		return text
	}
	pairs := make([]string, 0, 2*len(v))
	for name, value := range v {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

func (f *Fault) because(err error) *Fault {
	f.Err = err
	if f.Detail == "" && err != nil {
		f.Detail = err.Error()
	}
	return f
}

func (f *Fault) saw(format string, args ...any) *Fault {
	f.Detail = fmt.Sprintf(format, args...)
	return f
}

// RefusedError says that the read-only rule did not let a request leave.
type RefusedError struct {
	Method, Path, Reason string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("refused to send %s %s: %s", e.Method, e.Path, e.Reason)
}

// RedirectError says that the server pointed somewhere a request must not follow.
type RedirectError struct {
	Status int
	// To is the address it pointed at, without its query.
	To string
	// Login says that this looks like a page to sign in on.
	Login bool
}

func (e *RedirectError) Error() string {
	return fmt.Sprintf("the answer redirects to %s (HTTP %d), which is not followed", e.To, e.Status)
}

// RateLimitError says that the server wants no request before Until.
type RateLimitError struct {
	Until time.Time
	// Secondary is a limit on the pace rather than the hourly budget.
	Secondary bool
}

func (e *RateLimitError) Error() string {
	kind := "the hourly budget of requests is used up"
	if e.Secondary {
		kind = "the server asks for a slower pace"
	}
	return fmt.Sprintf("%s; it takes requests again at %s", kind, e.Until.UTC().Format("15:04:05 MST on 2 Jan 2006"))
}

// BodyTooLargeError says that an answer was longer than Weir reads.
type BodyTooLargeError struct{ Limit int64 }

func (e *BodyTooLargeError) Error() string {
	return fmt.Sprintf("the answer is longer than %d bytes", e.Limit)
}

// ProxyError is a proxy's answer to CONNECT other than yes.
type ProxyError struct {
	// Proxy is its host and port; SignedIn tells whether it was given a user name and password.
	Proxy    string
	SignedIn bool
	Status   int
	// Challenges are the ways of signing in that the proxy offers, such as Basic or NTLM.
	Challenges []string
}

func (e *ProxyError) Error() string {
	if len(e.Challenges) == 0 {
		return fmt.Sprintf("the proxy answers HTTP %d", e.Status)
	}
	return fmt.Sprintf("the proxy answers HTTP %d and offers to sign in by %s", e.Status, strings.Join(e.Challenges, ", "))
}

// asFault finds a Fault in an error's chain.
func asFault(err error) (*Fault, bool) {
	var f *Fault
	ok := errors.As(err, &f)
	return f, ok
}
