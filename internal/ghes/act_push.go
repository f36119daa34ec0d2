package ghes

import (
	"context"
	"fmt"
	"strings"
)

// Change is a commit to be pushed.
type Change struct {
	Message string
	// Files are new contents by path; an empty one deletes.
	Files map[string]string
}

// Push adds commits to a branch, which is made from the default branch when it is not there, and
// returns the new tip.
func (p Person) Push(ctx context.Context, fullName, branch string, changes ...Change) (string, error) {
	r, ok := p.w.Repo(fullName)
	if !ok {
		return "", fmt.Errorf("push to %s: %w", fullName, ErrNotFound)
	}
	p.w.pushing.Lock()
	defer p.w.pushing.Unlock()
	before, err := gitTip(ctx, r.GitDir, "refs/heads/"+branch)
	created := err != nil
	tip := before
	if created {
		tip, _ = gitTip(ctx, r.GitDir, "refs/heads/"+r.DefaultBranch)
		if tip != "" {
			if err := gitUpdate(ctx, r.GitDir, "refs/heads/"+branch, tip); err != nil {
				return "", fmt.Errorf("push to %s: %w", fullName, err)
			}
		}
	}
	for _, c := range changes {
		if tip, err = gitCommitFiles(ctx, r.GitDir, "refs/heads/"+branch, tip, p.signer(), c.Message, c.Files); err != nil {
			return "", fmt.Errorf("push to %s: %w", fullName, err)
		}
	}
	return tip, p.pushed(ctx, r, branch, before, tip, false)
}

// ForcePush makes a branch name another commit.
func (p Person) ForcePush(ctx context.Context, fullName, branch, sha string) error {
	r, ok := p.w.Repo(fullName)
	if !ok {
		return fmt.Errorf("push to %s: %w", fullName, ErrNotFound)
	}
	p.w.pushing.Lock()
	defer p.w.pushing.Unlock()
	before, err := gitTip(ctx, r.GitDir, "refs/heads/"+branch)
	if err != nil {
		return fmt.Errorf("push to %s: %w", fullName, err)
	}
	if err := gitUpdate(ctx, r.GitDir, "refs/heads/"+branch, sha); err != nil {
		return fmt.Errorf("push to %s: %w", fullName, err)
	}
	return p.pushed(ctx, r, branch, before, sha, true)
}

// DeleteBranch removes a branch. Open pull requests from it are closed.
func (p Person) DeleteBranch(ctx context.Context, fullName, branch string) error {
	r, ok := p.w.Repo(fullName)
	if !ok {
		return fmt.Errorf("delete branch of %s: %w", fullName, ErrNotFound)
	}
	p.w.pushing.Lock()
	defer p.w.pushing.Unlock()
	before, err := gitTip(ctx, r.GitDir, "refs/heads/"+branch)
	if err != nil {
		return fmt.Errorf("delete branch of %s: %w", fullName, err)
	}
	if err := gitUpdate(ctx, r.GitDir, "refs/heads/"+branch, ""); err != nil {
		return fmt.Errorf("delete branch of %s: %w", fullName, err)
	}
	p.w.tell(p.refEvent(r, "delete", branch, "branch"), p.push(r, "refs/heads/"+branch, before, "", false, nil))
	e := p.event(EventHeadDeleted)
	for _, number := range p.w.pullsFrom(r, branch) {
		if i, _ := p.w.Issue(fullName, number); !i.Closed {
			if err := p.Close(fullName, number, ""); err != nil {
				return err
			}
		}
		if _, _, err := p.change(fullName, number, false, func(i *Issue) error {
			i.Events = append(i.Events, e)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// Tag makes tags of a commit in one push. More than three at once tell no hook, as on the real server.
func (p Person) Tag(ctx context.Context, fullName, sha string, names ...string) error {
	r, ok := p.w.Repo(fullName)
	if !ok {
		return fmt.Errorf("tag %s: %w", fullName, ErrNotFound)
	}
	for _, name := range names {
		if err := gitUpdate(ctx, r.GitDir, "refs/tags/"+name, sha); err != nil {
			return fmt.Errorf("tag %s: %w", fullName, err)
		}
	}
	p.w.touch(r.ID, p.now())
	if len(names) > 3 {
		return nil
	}
	for _, name := range names {
		p.w.tell(p.refEvent(r, "create", name, "tag"), p.push(r, "refs/tags/"+name, "", sha, false, nil))
	}
	return nil
}

// pushed notes what a push means for the repo and its pull requests, and tells it.
func (p Person) pushed(ctx context.Context, r Repo, branch, before, after string, forced bool) error {
	p.w.touch(r.ID, p.now())
	r, _ = p.w.RepoByID(r.ID)
	commits, err := gitRevisions(ctx, r.GitDir, before, after)
	if err == nil && before == "" {
		commits, err = gitRevisions(ctx, r.GitDir, "refs/heads/"+r.DefaultBranch, after)
	}
	if err != nil {
		return fmt.Errorf("push to %s: %w", r.FullName(), err)
	}
	if before == "" {
		p.w.tell(p.refEvent(r, "create", branch, "branch"))
	}
	p.w.tell(p.push(r, "refs/heads/"+branch, before, after, forced, commits))
	for _, number := range p.w.pullsFrom(r, branch) {
		if err := p.synchronize(ctx, r, number, before, after, forced); err != nil {
			return fmt.Errorf("push to %s: %w", r.FullName(), err)
		}
	}
	return nil
}

// synchronize gives an open pull request its new head.
func (p Person) synchronize(ctx context.Context, r Repo, number int, before, after string, forced bool) error {
	old, ok := p.w.Issue(r.FullName(), number)
	if !ok || old.Closed {
		return nil
	}
	now := *old.Pull
	if err := now.measure(ctx, r); err != nil {
		return err
	}
	if err := gitUpdate(ctx, r.GitDir, fmt.Sprintf("refs/pull/%d/head", number), after); err != nil {
		return err
	}
	var e *Event
	if forced {
		e = new(Event)
		*e = p.event(EventHeadForcePushed)
		e.From, e.To = before, after
	}
	text := func(s string) func(*call, Repo, *Issue) any { return func(*call, Repo, *Issue) any { return s } }
	return p.act(r.FullName(), number, e, "synchronize", more{"before": text(before), "after": text(after)}, func(i *Issue) error {
		q := i.Pull
		q.HeadSHA, q.BaseSHA, q.Commits = now.HeadSHA, now.BaseSHA, nil
		q.Additions, q.Deletions, q.ChangedFiles = now.Additions, now.Deletions, now.ChangedFiles
		for n := range q.Threads {
			q.Threads[n].Outdated = q.Threads[n].Outdated || forced
		}
		return nil
	})
}

// pullsFrom are the numbers of the pull requests of a branch of the repo itself, open or not.
func (w *World) pullsFrom(r Repo, branch string) []int {
	var numbers []int
	for _, e := range w.entries(r.ID, true, false) {
		if i, ok := w.issue(r.ID, e.Number); ok && i.Pull.HeadRef == branch && i.Pull.HeadRepo == "" {
			numbers = append(numbers, e.Number)
		}
	}
	return numbers
}

// signer is the person in a commit.
func (p Person) signer() signer {
	u, _ := p.w.account(p.login)
	s := signer{u.Name, u.Email(), p.now()}
	if s.name == "" {
		s.name = p.login
	}
	if s.email == "" {
		s.email = strings.ReplaceAll(p.login, "[bot]", "") + "@users.noreply.example"
	}
	return s
}
