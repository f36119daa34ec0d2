package history

import (
	"context"
	"errors"

	"weir/internal/git"
)

// View is the ownership at one commit.
type View struct{}

// At replays up to a commit and gives the ownership there. Close it.
func At(ctx context.Context, repo *git.Repository, commit git.Hash, o Options) (*View, error) {
	return nil, errors.New("view: not there yet")
}

// Blame gives the lines of a file.
func (v *View) Blame(path string) ([]BlamedLine, error) { return nil, errors.New("view: not there yet") }

// Close ends the view.
func (v *View) Close() error { return nil }

func replay(ctx context.Context, repo *git.Repository, o Options, emit func(*Commit) error) (*Summary, error) {
	return nil, errors.New("replay: not there yet")
}
