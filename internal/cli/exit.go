package cli

import (
	"context"
	"errors"
	"fmt"
)

// The exit codes of every command. doctor has its own meanings for 1 to 3.
const (
	exitOK          = 0
	exitFailed      = 1
	exitAuth        = 2
	exitLimited     = 3
	exitUsage       = 64
	exitInterrupted = 130
)

// usageError says that the command line was wrong.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

// exitError ends a command with a code after it has printed what there is to say.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// conclude prints an error for the person at the keyboard and gives the exit code that belongs to it.
func conclude(std streams, err error) int {
	var (
		code  exitError
		usage usageError
	)
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, context.Canceled), errors.Is(err, errInterrupted):
		fmt.Fprintln(std.err, "weir: interrupted")
		return exitInterrupted
	case errors.As(err, &usage):
		fmt.Fprintf(std.err, "weir: %v\nRun `weir --help` for the commands and their flags.\n", err)
		return exitUsage
	}
	fmt.Fprintf(std.err, "weir: %v\n", err)
	return exitFailed
}
