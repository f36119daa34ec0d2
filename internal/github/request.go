package github

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"weir/internal/connect"
)

// get asks for a path or URL and decodes the answer; op says what we did, for errors.
func (c *Client) get(ctx context.Context, op, path string, into any) (*connect.Answer, error) {
	answer, err := c.ask(ctx, op, func() (*connect.Answer, error) { return c.transport.Get(ctx, path) })
	if err != nil {
		return answer, err
	}
	if err := answer.Decode(into); err != nil {
		return answer, c.unreadable(op, answer, "its JSON is not what was asked for", err)
	}
	return answer, nil
}

// ask sends a request until it succeeds, fails for good or has been tried often enough.
func (c *Client) ask(ctx context.Context, op string, send func() (*connect.Answer, error)) (*connect.Answer, error) {
	pause := time.Second
	for try := 1; ; try++ {
		answer, err := send()
		if err == nil && success(answer.Status) && !answer.IsPage() {
			return answer, nil
		}
		failure := c.failure(op, answer, err)
		// A pause that the server asks for is for the caller's queue, not for a request that holds a worker.
		again := errors.Is(failure, ErrTemporary) || errors.Is(failure, ErrUnreadable)
		if try == c.options.Tries || !again || !failure.Until.IsZero() || failure.Status == http.StatusNotImplemented {
			return answer, failure
		}
		if err := c.options.WaitFunc(ctx, pause); err != nil {
			return answer, failure
		}
		pause *= 4
	}
}

func (c *Client) failure(op string, answer *connect.Answer, err error) *Error {
	if err == nil {
		return c.fromAnswer(op, answer)
	}
	if answer != nil {
		var large *connect.BodyTooLargeError
		if !errors.As(err, &large) {
			return c.unreadable(op, answer, "it breaks off in the middle", err)
		}
	}
	f := connect.FaultOf(err, c.transport.Address())
	f.Cause, f.Next = c.transport.Scrub(f.Cause), c.transport.Scrub(f.Next)
	return fromFault(op, 0, f)
}

func (c *Client) unreadable(op string, answer *connect.Answer, reason string, err error) *Error {
	info := connect.APIUnreadable.Info()
	return &Error{
		Kind: ErrUnreadable, Op: op, Status: answer.Status, Code: info.Code,
		Cause: strings.ReplaceAll(info.Cause, "{reason}", reason), Next: info.Next, Err: err,
	}
}
