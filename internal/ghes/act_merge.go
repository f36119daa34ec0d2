package ghes

import (
	"context"
	"fmt"
	"time"
)

// MergePull merges an open pull request with a real commit, or several, on its base branch, and
// returns the id of the last. Issues that it closes are closed. ErrConflict means that git could not.
func (p Person) MergePull(ctx context.Context, fullName string, number int, method MergeMethod) (string, error) {
	r, known := p.w.Repo(fullName)
	i, ok := p.w.Issue(fullName, number)
	if !known || !ok || i.Pull == nil {
		return "", fmt.Errorf("merge %s#%d: %w", fullName, number, ErrNotFound)
	}
	if i.Closed || i.Pull.Draft {
		return "", fmt.Errorf("merge %s#%d: %w: it is closed or a draft", fullName, number, ErrConflict)
	}
	p.w.pushing.Lock()
	defer p.w.pushing.Unlock()
	ref := "refs/heads/" + i.Pull.BaseRef
	before, err := gitTip(ctx, r.GitDir, ref)
	if err != nil {
		return "", fmt.Errorf("merge %s#%d: %w", fullName, number, err)
	}
	after, err := p.mergeCommits(ctx, r, &i, before, method)
	if err != nil {
		return "", fmt.Errorf("merge %s#%d: %w", fullName, number, err)
	}
	if err := gitUpdate(ctx, r.GitDir, ref, after); err != nil {
		return "", fmt.Errorf("merge %s#%d: %w", fullName, number, err)
	}
	return after, p.merged(ctx, r, &i, before, after, method)
}

// mergeCommits writes what the method makes of the pull request on top of a tip.
func (p Person) mergeCommits(ctx context.Context, r Repo, i *Issue, tip string, method MergeMethod) (string, error) {
	web := signer{"GitHub Enterprise", "noreply@github.example", p.now()}
	if method == Rebase {
		return p.rebase(ctx, r, i, tip, web)
	}
	tree, err := gitMergeTree(ctx, r.GitDir, tip, i.Pull.HeadSHA)
	if err != nil {
		return "", err
	}
	if method == Squash {
		author := Person{p.w, i.Author, p.now()}.signer()
		return gitCommitTree(ctx, r.GitDir, tree, fmt.Sprintf("%s (#%d)\n", i.Title, i.Number), author, web, tip)
	}
	message := fmt.Sprintf("Merge pull request #%d from %s/%s\n\n%s\n", i.Number, r.Owner, i.Pull.HeadRef, i.Title)
	return gitCommitTree(ctx, r.GitDir, tree, message, p.signer(), web, tip, i.Pull.HeadSHA)
}

// rebase writes each commit of a pull request again; merges among them fall away.
func (p Person) rebase(ctx context.Context, r Repo, i *Issue, tip string, web signer) (string, error) {
	ids, err := gitRevisions(ctx, r.GitDir, tip, i.Pull.HeadSHA)
	if err != nil {
		return "", err
	}
	commits, err := gitCommitsByID(ctx, r.GitDir, ids)
	if err != nil {
		return "", err
	}
	for _, c := range commits {
		if len(c.parents) != 1 {
			continue
		}
		tree, err := gitPick(ctx, r.GitDir, tip, c)
		if err != nil {
			return "", err
		}
		at, _ := time.Parse(time.RFC3339, c.authorDate)
		author := signer{c.authorName, c.authorEmail, at}
		if tip, err = gitCommitTree(ctx, r.GitDir, tree, c.message+"\n", author, web, tip); err != nil {
			return "", err
		}
	}
	return tip, nil
}

// merged notes the merge, tells it, and closes the issues that end with it.
func (p Person) merged(ctx context.Context, r Repo, i *Issue, before, after string, method MergeMethod) error {
	if err := p.pushed(ctx, r, i.Pull.BaseRef, before, after, false); err != nil {
		return err
	}
	merged, closed := p.event(EventMerged), p.event(EventClosed)
	merged.Commit = after
	if err := p.act(r.FullName(), i.Number, &closed, "closed", nil, func(i *Issue) error {
		q := i.Pull
		if q.Commits == nil {
			ids, err := gitRevisions(ctx, r.GitDir, q.BaseSHA, q.HeadSHA)
			if err != nil {
				return err
			}
			q.Commits = ids
		}
		q.MergedAt, q.MergedBy, q.MergeMethod, q.MergeCommit, q.AutoMerge = merged.At, p.login, method, after, nil
		i.Closed, i.ClosedAt, i.ClosedBy = true, merged.At, p.login
		i.Events = append(i.Events, merged)
		return nil
	}); err != nil {
		return err
	}
	for _, number := range i.Pull.Closes {
		if other, ok := p.w.Issue(r.FullName(), number); !ok || other.Closed {
			continue
		}
		e := closed
		e.Reason, e.Closer, e.Commit = "completed", i.Number, after
		if err := p.act(r.FullName(), number, &e, "closed", nil, func(other *Issue) error {
			other.Closed, other.ClosedAt, other.ClosedBy, other.Reason = true, e.At, p.login, e.Reason
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// touch notes the time of a push.
func (w *World) touch(repo int64, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if r, ok := w.repos[repo]; ok {
		r.PushedAt = latest(r.PushedAt, at)
		r.UpdatedAt = latest(r.UpdatedAt, at)
		w.repos[repo] = r
	}
}

// push is a push as hooks are told it.
func (p Person) push(r Repo, ref, before, after string, forced bool, commits []string) happening {
	return happening{event: "push", actor: p.login, repo: &r, body: func(c *call) (document, error) {
		list, err := gitCommitsByID(c.Context(), r.GitDir, commits)
		if err != nil {
			return nil, err
		}
		docs := each(list, func(g gitCommit) document { return c.pushedCommit(r, g) })
		u, _ := c.s.World.account(p.login)
		body := document{
			"ref": ref, "before": orNone(before), "after": orNone(after), "created": before == "", "deleted": after == "",
			"forced": forced, "base_ref": nil, "compare": c.web + "/" + r.FullName() + "/compare/" + short(before) + "..." + short(after),
			"commits": docs, "head_commit": nil, "pusher": document{"name": p.login, "email": orNull(u.Email())},
		}
		if len(docs) > 0 {
			body["head_commit"] = docs[len(docs)-1]
		}
		return body, nil
	}}
}

func orNone(sha string) string {
	if sha == "" {
		return noObject
	}
	return sha
}

func short(sha string) string { return orNone(sha)[:12] }

func (c *call) pushedCommit(r Repo, g gitCommit) document {
	person := func(name, email string) document {
		d := document{"name": name, "email": email}
		if u, ok := c.s.World.userByEmail(email); ok {
			d["username"] = u.Login
		}
		return d
	}
	return document{
		"id": g.sha, "tree_id": g.tree, "distinct": true, "message": g.message, "timestamp": g.dated,
		"url":    c.web + "/" + r.FullName() + "/commit/" + g.sha,
		"author": person(g.authorName, g.authorEmail), "committer": person(g.committerName, g.committerEmail),
		"added": []string{}, "removed": []string{}, "modified": []string{},
	}
}

// refEvent is the making or the end of a branch or a tag.
func (p Person) refEvent(r Repo, event, name, kind string) happening {
	return happening{event: event, actor: p.login, repo: &r, body: func(*call) (document, error) {
		body := document{"ref": name, "ref_type": kind, "pusher_type": "user"}
		if event == "create" {
			body["master_branch"], body["description"] = r.DefaultBranch, orNull(r.Description)
		}
		return body, nil
	}}
}
