package ingest

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"strings"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/jobs"
	"weir/internal/secret"
)

// Fetch brings a repo's mirror and the list of its refs up to date. It answers jobs.ErrNothingNew when
// all of it was replayed and judged before.
func (in *Ingest) Fetch(ctx context.Context, id facts.RepoID) error {
	w, err := in.admitToServer(ctx, id)
	if errors.Is(err, errNotWanted) {
		return jobs.ErrNothingNew
	}
	if err != nil {
		return err
	}
	p := in.progress(ctx, id)
	wasReady := p.state.Phase == facts.PhaseReady
	err = in.fetch(ctx, w, p)
	if err == nil && wasReady && in.replayed(ctx, w) {
		p.ready(ctx)
		if in.sizesDue(ctx, id) {
			return cmp.Or(in.Queue.JudgeRepos(ctx, id), jobs.ErrNothingNew)
		}
		return jobs.ErrNothingNew
	}
	return in.ended(ctx, w, p, err)
}

func (in *Ingest) fetch(ctx context.Context, w work, p *progress) error {
	result, err := in.fetchMirror(ctx, w, p)
	if err != nil {
		return err
	}
	if err := in.Store.SaveRefs(ctx, w.repo.ID, result.Refs, in.unix()); err != nil {
		return err
	}
	return in.saveDefaultBranch(ctx, w.repo, result.DefaultBranch)
}

// fetchMirror runs git, and once more with another password when the server refuses the first and there is
// another: renewed meanwhile, or an app's token that ended early.
func (in *Ingest) fetchMirror(ctx context.Context, w work, p *progress) (git.FetchResult, error) {
	access, err := in.AccessFunc(ctx, w.integration, w.repo, secret.String{})
	if err != nil {
		return git.FetchResult{}, err
	}
	p.enter(ctx, facts.PhaseFetching, "objects")
	tell := func(f git.FetchProgress) { p.report(ctx, fetchUnits[f.Phase], f.Done, f.Total) }
	result, err := in.mirror(w).Fetch(ctx, access, tell)
	var refused *git.FetchError
	if !errors.As(err, &refused) || refused.Code != git.FetchSignIn {
		return result, err
	}
	other, accessErr := in.AccessFunc(ctx, w.integration, w.repo, access.Password)
	if accessErr != nil || other.Password.Reveal() == access.Password.Reveal() {
		return result, err
	}
	return in.mirror(w).Fetch(ctx, other, tell)
}

// fetchUnits name what is being counted, for people.
var fetchUnits = map[git.FetchPhase]string{
	git.FetchCounting: "objects counted by the server", git.FetchCompressing: "objects compressed by the server",
	git.FetchReceiving: "objects", git.FetchResolving: "deltas",
}

// saveDefaultBranch believes git rather than the list of repos, which may be an hour old.
func (in *Ingest) saveDefaultBranch(ctx context.Context, repo facts.Repo, branch string) error {
	if branch == "" || branch == repo.DefaultBranch {
		return nil
	}
	repo.DefaultBranch = branch
	_, err := in.Store.SaveRepos(ctx, repo.Integration, []facts.Repo{repo})
	return err
}

func (in *Ingest) mirror(w work) *git.Mirror {
	return &git.Mirror{Dir: MirrorDir(in.Dir, w.repo.ID), Ledger: in.ledger(w), Log: in.Log}
}

// ledger writes each run of git down as a request of its own kind.
func (in *Ingest) ledger(w work) func(git.Run) {
	return func(run git.Run) {
		path := run.URL
		if u, err := url.Parse(run.URL); err == nil {
			path = u.Path
		}
		err := in.Store.Record(context.Background(), facts.Request{
			Integration: w.integration.ID, At: run.At.Unix(), Kind: "git", Method: run.Operation, Path: path,
			Status: run.Exit, Bytes: run.Bytes, TookMS: run.Took.Milliseconds(), Why: "sync of " + w.repo.FullName,
		})
		if err != nil {
			in.Log.Error("run of git not in the ledger", "repo", w.repo.ID, "error", err)
		}
	}
}

// repoPath escapes OWNER/NAME for an address; the slash between them stays.
func repoPath(fullName string) string {
	owner, name, _ := strings.Cut(fullName, "/")
	return url.PathEscape(owner) + "/" + url.PathEscape(name)
}
