package git

import (
	"context"
	"errors"
	"fmt"
)

// ErrNoFile says that a revision holds no such file, or one that is larger than was asked for.
var ErrNoFile = errors.New("no such file")

// File gives the bytes of one file of a revision, which may be an object id with "^" after it. More than
// limit bytes are not read: the error is then ErrNoFile, as for a path that is not there or is no file.
func (r *Repository) File(ctx context.Context, revision, path string, limit int64) ([]byte, error) {
	out, err := r.git("rev-parse", "--verify", "--quiet", "--end-of-options", revision+":"+path).run(ctx)
	if err != nil {
		var run *RunError
		if errors.As(err, &run) && run.ExitCode > 0 {
			return nil, fmt.Errorf("find %q of %s: %w", path, revision, ErrNoFile)
		}
		return nil, fmt.Errorf("find %q of %s: %w", path, revision, err)
	}
	hash, err := ParseHash(string(out[:max(0, len(out)-1)]))
	if err != nil {
		return nil, fmt.Errorf("find %q of %s: %w", path, revision, err)
	}
	objects, err := r.Objects(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = objects.Close() }()
	objects.MaxSize = limit
	object, err := objects.Read(hash, nil)
	if err != nil {
		return nil, fmt.Errorf("read %q of %s: %w", path, revision, err)
	}
	if object.Kind != KindBlob || object.Large {
		return nil, fmt.Errorf("read %q of %s: %w", path, revision, ErrNoFile)
	}
	return object.Data, nil
}
