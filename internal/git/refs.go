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
// refs/heads. A ref that leads to something else is left out. One whose object is not here is listed with the id of that
// object, so that who reads it says that it is missing.
func (r *Repository) Refs(ctx context.Context, prefixes ...string) ([]Ref, error) {
	// With a field that needs the object, one that is missing would end it.
	out, err := r.git(append([]string{"for-each-ref", "--format=%(objectname) %(refname)", "--"}, prefixes...)...).run(ctx)
	if err != nil {
		return nil, fmt.Errorf("list refs: %w", err)
	}
	refs := parseRefs(string(out))
	if len(refs) == 0 {
		return nil, nil
	}
	check := r.git("cat-file", "--batch-check=%(objecttype) %(objectname)")
	check.stdin = strings.NewReader(questions(refs))
	if out, err = check.run(ctx); err != nil {
		return nil, fmt.Errorf("list refs: %w", err)
	}
	return commitsOf(refs, strings.Split(string(out), "\n")), nil
}

// parseRefs takes an id and a name a line.
func parseRefs(out string) []Ref {
	var refs []Ref
	for line := range strings.Lines(out) {
		id, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if h, err := ParseHash(id); err == nil {
			refs = append(refs, Ref{Name: name, Hash: h})
		}
	}
	return refs
}

// questions asks of each ref what it leads to, and what that is when tags are followed to a commit.
func questions(refs []Ref) string {
	var b strings.Builder
	for _, ref := range refs {
		id := ref.Hash.String()
		b.WriteString(id + "\n" + id + "^{commit}\n")
	}
	return b.String()
}

// commitsOf keeps the refs that lead to a commit or to nothing that is here, by the answers to both questions of each.
func commitsOf(refs []Ref, answers []string) []Ref {
	kept := refs[:0]
	for i, ref := range refs {
		if 2*i+1 >= len(answers) {
			break
		}
		id, isCommit := strings.CutPrefix(answers[2*i+1], "commit ")
		commit, err := ParseHash(id)
		switch {
		case isCommit && err == nil:
			kept = append(kept, Ref{Name: ref.Name, Hash: commit})
		case strings.HasSuffix(answers[2*i], " missing"):
			kept = append(kept, ref)
		}
	}
	return kept
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
