package history

import (
	"context"

	"weir/internal/git"
)

// Replay goes through the ancestry of o.Tips, parents before children, and emits each commit with its typed changes
// in the order of its number. It stops at the first error of emit; what was emitted before counts as emitted.
//
// Objects that cannot be read are reported in the Summary and the rest goes on.
func Replay(ctx context.Context, repo *git.Repository, o Options, emit func(*Commit) error) (*Summary, error) {
	return replay(ctx, repo, o, emit)
}

// Blame tells who wrote each line of a file at a commit, from the replay's own ownership. It replays what o.StateDir
// does not hold yet; o.Tips is not looked at.
func Blame(ctx context.Context, repo *git.Repository, commit git.Hash, path string, o Options) ([]BlamedLine, error) {
	v, err := At(ctx, repo, commit, o)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	return v.Blame(path)
}
