package git

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Ref is a name for a commit.
type Ref struct {
	// Name is full, such as refs/heads/main.
	Name string
	// Hash is the commit, annotated tags followed to it.
	Hash Hash
}

// Refs lists the refs that lead to commits, sorted by name: all, or those under the given prefixes such as
// refs/heads. A ref that leads to something else, or to nothing that is here, is left out.
func (r *Repository) Refs(ctx context.Context, prefixes ...string) ([]Ref, error) {
	const format = "%(refname) %(objecttype) %(objectname) %(*objecttype) %(*objectname)"
	out, err := r.git(append([]string{"for-each-ref", "--format=" + format, "--"}, prefixes...)...).run(ctx)
	if err != nil {
		return nil, fmt.Errorf("list refs: %w", err)
	}
	var refs []Ref
	for line := range strings.Lines(string(out)) {
		ref, ok := parseRef(strings.Split(strings.TrimSuffix(line, "\n"), " "))
		if ok {
			refs = append(refs, ref)
		}
	}
	return refs, nil
}

// parseRef takes name, type, id, and the type and id that a tag leads to.
func parseRef(field []string) (Ref, bool) {
	if len(field) != 5 {
		return Ref{}, false
	}
	kind, id := field[1], field[2]
	if kind == "tag" {
		kind, id = field[3], field[4]
	}
	h, err := ParseHash(id)
	return Ref{Name: field[0], Hash: h}, kind == "commit" && err == nil
}

// ErrUnknownRevision says that a revision names no commit of the repository.
var ErrUnknownRevision = errors.New("unknown revision")

// Resolve gives the commit that a revision such as HEAD, main, v1.2 or an abbreviated id stands for.
func (r *Repository) Resolve(ctx context.Context, rev string) (Hash, error) {
	out, err := r.git("rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}").run(ctx)
	if err != nil {
		var run *RunError
		if errors.As(err, &run) && run.ExitCode > 0 {
			return Hash{}, fmt.Errorf("resolve %q: %w", rev, ErrUnknownRevision)
		}
		return Hash{}, fmt.Errorf("resolve %q: %w", rev, err)
	}
	return ParseHash(strings.TrimSpace(string(out)))
}

// DefaultBranch gives the full name of the branch that HEAD names, also when that has no commit yet; "" when HEAD
// is detached.
func (r *Repository) DefaultBranch(ctx context.Context) (string, error) {
	out, err := r.git("symbolic-ref", "--quiet", "HEAD").run(ctx)
	var run *RunError
	if errors.As(err, &run) && run.ExitCode == 1 {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read HEAD: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}
