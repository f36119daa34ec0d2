package ingest

import (
	"context"
	"errors"
	"time"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history"
	"weir/internal/judge"
	"weir/internal/people"
)

// Replay reads the commits that the mirror has and the store has not, and writes their facts. It
// answers jobs.ErrAgain when its turn is over before it has come to the end.
func (in *Ingest) Replay(ctx context.Context, id facts.RepoID) error {
	w, err := in.admit(ctx, id)
	if errors.Is(err, errNotWanted) {
		return nil
	}
	if err != nil {
		return err
	}
	p := in.progress(ctx, id)
	p.enter(ctx, facts.PhaseReplaying, unitCommits)
	r := &replay{in: in, work: w, progress: p}
	if err := r.run(ctx); err != nil {
		return in.ended(ctx, w, p, err)
	}
	// Only now is a judgement the last step of the sync; one that ran before judged what was there.
	p.enter(ctx, facts.PhaseJudging, unitCommits)
	return nil
}

// replay is one Replay under way.
type replay struct {
	in *Ingest
	work
	progress *progress
	mirror   *git.Repository
	tips     []git.Hash
	rebuilt  bool
}

func (r *replay) run(ctx context.Context) error {
	var err error
	if r.mirror, err = git.Open(ctx, MirrorDir(r.in.Dir, r.repo.ID)); err != nil {
		return err
	}
	if r.tips, err = tipsOf(ctx, r.mirror, r.repo.DefaultBranch); err != nil {
		return err
	}
	mailmap, err := r.readDefaultBranch(ctx)
	if err != nil {
		return err
	}
	if len(r.tips) == 0 {
		return r.in.mark(r.repo.ID, nil, 0)
	}
	summary, err := r.replay(ctx, mailmap)
	if err != nil {
		return err
	}
	if err := r.addCoAuthors(ctx, mailmap); err != nil {
		return err
	}
	return r.finish(ctx, summary)
}

// readDefaultBranch keeps what the repo says about its own files, and gives what it says about its people.
func (r *replay) readDefaultBranch(ctx context.Context) (*people.Mailmap, error) {
	head, err := r.mirror.Resolve(ctx, "HEAD")
	if errors.Is(err, git.ErrUnknownRevision) {
		return people.ParseMailmap(""), nil
	}
	if err != nil {
		return nil, err
	}
	settings, err := r.mirror.Settings(ctx, head)
	if git.Unreadable(err) || runFailed(ctx, err) {
		// A tree that cannot be read is reported by the replay, commit by commit.
		return people.ParseMailmap(""), nil
	}
	if err != nil {
		return nil, err
	}
	if err := r.in.Store.SetRepoAttributes(ctx, r.repo.ID, judge.ParseAttributes(settings.Attributes)); err != nil {
		return nil, err
	}
	return r.applyMailmap(ctx, settings.Mailmap)
}

func (r *replay) applyMailmap(ctx context.Context, text string) (*people.Mailmap, error) {
	mailmap := people.ParseMailmap(text)
	changed, err := r.in.people.apply(ctx, r.repo.ID, text, mailmap)
	if err != nil || len(changed) == 0 {
		return mailmap, err
	}
	return mailmap, r.in.judgeAgain(ctx, changed...)
}

// runFailed tells a git that stopped with an error from a context that ended.
func runFailed(ctx context.Context, err error) bool {
	var run *git.RunError
	return ctx.Err() == nil && errors.As(err, &run)
}

func (r *replay) replay(ctx context.Context, mailmap *people.Mailmap) (*history.Summary, error) {
	held, err := r.in.Store.LastCommitNumber(ctx, r.repo.ID)
	if err != nil {
		return nil, err
	}
	facts := newWriter(ctx, r.in.Store, r.repo.ID)
	// The turn begins with its first commit: however slow the machine, each turn comes further.
	var began time.Time
	emit := func(c *history.Commit) error {
		if now := r.in.Now(); began.IsZero() {
			began = now
		} else if now.Sub(began) >= r.in.Slice {
			return errSlice
		}
		return facts.add(c)
	}
	summary, err := history.Replay(ctx, r.mirror, history.Options{
		StateDir:    StateDir(r.in.Dir, r.repo.ID),
		Tips:        r.tips,
		FromNumber:  held,
		Identify:    r.in.people.identify(ctx, mailmap),
		MemoryLimit: r.in.memoryOfOne(),
		Progress:    func(done, total int) { r.progress.report(ctx, unitCommits, int64(done), int64(total)) },
		Rebuild:     func(reason string) error { return r.startOver(ctx, reason) },
	}, emit)
	// What was emitted is worth keeping however the replay ended; what could not be kept is the graver error.
	if closeErr := facts.close(); closeErr != nil {
		return nil, closeErr
	}
	return summary, err
}

// memoryOfOne is a replay's part of the ceiling that all of them share.
func (in *Ingest) memoryOfOne() int64 { return in.MemoryLimit / int64(in.Workers) }

// startOver drops the facts of a repo whose line history cannot be continued: the numbers of its
// commits may come out differently.
func (r *replay) startOver(ctx context.Context, reason string) error {
	r.in.Log.WarnContext(ctx, "line history is read from the start again", "repo", r.repo.ID, "reason", reason)
	r.rebuilt = true
	if err := r.in.Store.DeleteFacts(ctx, r.repo.ID); err != nil {
		return err
	}
	return r.in.Store.ClearProblems(ctx, r.repo.ID, facts.SyncCommits)
}

// finish keeps what a page wants to know of the whole, then says that all of it is there.
func (r *replay) finish(ctx context.Context, summary *history.Summary) error {
	if err := r.in.Store.SaveProblems(ctx, r.repo.ID, r.problems(summary)); err != nil {
		return err
	}
	there, err := r.mirror.CountCommits(ctx, r.tips)
	if err != nil {
		// Objects are missing: what could be read is held, and the problems say what could not.
		there = 0
	}
	held, err := r.in.Store.HeldCommits(ctx, r.repo.ID)
	if err != nil {
		return err
	}
	last, err := r.in.Store.LastCommitNumber(ctx, r.repo.ID)
	if err != nil {
		return err
	}
	_, problems, err := r.in.Store.Problems(ctx, r.repo.ID, facts.Page{Limit: 1})
	if err != nil {
		return err
	}
	r.in.Log.InfoContext(ctx, "commits replayed", "repo", r.repo.ID, "name", r.repo.FullName,
		"commits", summary.Commits, "emitted", summary.Emitted, "held", held, "problems", summary.ProblemCount)
	p := r.progress
	p.state.Held, p.state.Server, p.state.ServerAt, p.state.Problems = int64(held), int64(there), r.in.unix(), int64(problems)
	if summary.Holes > 0 {
		// What is absent or damaged may come back without a new tip: the replay is to be asked.
		return r.in.unmark(r.repo.ID)
	}
	return r.in.mark(r.repo.ID, r.tips, last)
}

func (r *replay) problems(summary *history.Summary) []facts.Problem {
	var all []facts.Problem
	for _, problem := range summary.Problems {
		item := problem.Commit.String()
		if problem.Path != "" {
			item += " " + git.Text(problem.Path, "")
		}
		all = append(all, facts.Problem{
			Repo: r.repo.ID, Kind: facts.SyncCommits, Item: shorten(item), Code: problem.Code, Cause: problem.Cause, SeenAt: r.in.unix(),
		})
	}
	return all
}
