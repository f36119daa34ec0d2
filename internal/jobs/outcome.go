package jobs

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river/rivertype"
)

// ErrAgain says that a handler has used up its slice and has more to do. It is called again after the
// others that wait have had their turn.
var ErrAgain = errors.New("more to do")

// ErrNothingNew says that a step found nothing to do, so that the steps after it are left out.
var ErrNothingNew = errors.New("nothing new")

// StopError says that trying again is of no use until a person has done something.
type StopError struct{ Err error }

// Error gives the reason.
func (e *StopError) Error() string { return fmt.Sprintf("stopped: %v", e.Err) }

// Unwrap gives the reason.
func (e *StopError) Unwrap() error { return e.Err }

// LaterError says that the work is to be done after a while, without counting as a failure.
type LaterError struct {
	After time.Duration
	Err   error
}

// Error gives the reason and the time.
func (e *LaterError) Error() string { return fmt.Sprintf("in %s: %v", e.After, e.Err) }

// Unwrap gives the reason.
func (e *LaterError) Unwrap() error { return e.Err }

// retryPolicy doubles from five seconds to a quarter of an hour, with a fifth of chance in it, so that
// a server that comes back is not met by everybody at once.
type retryPolicy struct{}

const (
	firstRetry = 5 * time.Second
	lastRetry  = 15 * time.Minute
)

// NextRetry says when a failed job is tried again.
func (retryPolicy) NextRetry(job *rivertype.JobRow) time.Time {
	return time.Now().Add(retryAfter(len(job.Errors)))
}

func retryAfter(failures int) time.Duration {
	wait := lastRetry
	if failures < 8 {
		wait = min(lastRetry, firstRetry<<failures)
	}
	return wait - time.Duration(rand.Int64N(int64(wait/5)))
}

// Cancelled tells whether a handler's context ended because somebody cancelled the job, rather than
// because the process stops or the job's time is over.
func Cancelled(ctx context.Context) bool {
	return errors.Is(context.Cause(ctx), rivertype.ErrJobCancelledRemotely)
}
