package git

import (
	"errors"
	"fmt"
	"strings"
)

// MissingError says that an object is not in the repository: never fetched (a partial clone), pruned, or cut off.
type MissingError struct{ Hash Hash }

// Error names the object.
func (e *MissingError) Error() string { return fmt.Sprintf("object %s is missing", e.Hash) }

// CorruptError says that an object is there and cannot be understood.
type CorruptError struct {
	Hash Hash
	Why  string
}

// Error names the object and what is wrong with it.
func (e *CorruptError) Error() string { return fmt.Sprintf("object %s is damaged: %s", e.Hash, e.Why) }

// Unreadable tells whether err concerns one object only, so that the work can go on with the rest.
func Unreadable(err error) bool {
	var missing *MissingError
	var corrupt *CorruptError
	return errors.As(err, &missing) || errors.As(err, &corrupt)
}

// RunError says that a run of git ended badly.
type RunError struct {
	// Command is git's own subcommand; arguments are left out since they may be long.
	Command string
	// ExitCode is -1 when git was killed or could not be started.
	ExitCode int
	// Stderr is what git said, cut to its last few kilobytes.
	Stderr string
	Err    error
}

// Error gives git's own last words, on one line.
func (e *RunError) Error() string {
	if said := strings.Join(strings.Fields(e.Stderr), " "); said != "" {
		return fmt.Sprintf("git %s: %s", e.Command, said)
	}
	return fmt.Sprintf("git %s: %v", e.Command, e.Err)
}

// Unwrap gives the cause: an *exec.ExitError, exec.ErrNotFound, or the context's error.
func (e *RunError) Unwrap() error { return e.Err }
