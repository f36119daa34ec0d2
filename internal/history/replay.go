package history

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history/similarity"
)

// Replay goes through the ancestry of o.Tips, parents before children, and emits each commit with its typed changes
// in the order of its number. It stops at the first error of emit; a commit counts as done when emit has returned nil.
//
// Objects that cannot be read are reported in the Summary and the rest goes on.
func Replay(ctx context.Context, repo *git.Repository, o Options, emit func(*Commit) error) (*Summary, error) {
	r := &run{repo: repo, options: o.withDefaults(), emit: emit, summary: &Summary{}}
	return r.summary, r.all(ctx)
}

func (o Options) withDefaults() Options {
	if o.MemoryLimit <= 0 {
		o.MemoryLimit = 1 << 30
	}
	if o.MaxBlob <= 0 {
		o.MaxBlob = 64 << 20
	}
	return o
}

// run is one replay.
type run struct {
	repo    *git.Repository
	options Options
	emit    func(*Commit) error
	summary *Summary
	state   *state
	rules   similarity.Rules
	// resume takes what the checkpoint holds without emitting it again; keep is a commit whose directories the
	// caller wants, and root is where they end up.
	resume bool
	keep   git.Hash
	root   *dir

	total, done int
	commit      Commit
}

// all replays, and once more from the beginning when the checkpoint turns out to be of no use.
func (r *run) all(ctx context.Context) error {
	err := r.once(ctx)
	if errors.Is(err, errState) && !r.summary.Rebuilt {
		if err := r.rebuilt(err.Error()); err != nil {
			return err
		}
		r.options.FromNumber = 0
		if err := discard(r.options.StateDir); err != nil {
			return err
		}
		return r.once(ctx)
	}
	return err
}

// rebuilt tells the caller that what it holds is void.
func (r *run) rebuilt(reason string) error {
	r.summary.Rebuilt, r.summary.RebuiltReason = true, reason
	r.summary.Commits, r.summary.Emitted = 0, 0
	if r.options.Rebuild == nil {
		return nil
	}
	if err := r.options.Rebuild(reason); err != nil {
		return fmt.Errorf("begin the line history anew: %w", err)
	}
	return nil
}

func (r *run) once(ctx context.Context) (err error) {
	if err := r.open(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.state.close(err == nil)) }()
	if err := r.number(ctx); err != nil {
		return err
	}
	return r.stages(ctx)
}

// open opens the checkpoint.
func (r *run) open(ctx context.Context) error {
	major, minor, err := git.Version(ctx)
	if err != nil {
		return err
	}
	o := r.options
	want := header{
		hashSize: r.repo.HashSize(), maxBlob: o.MaxBlob, maxCost: int64(o.MaxDiffCost),
		// Which files git takes for renamed changed a little with 2.44; we follow the git that is here.
		dropLastPart: major < 2 || major == 2 && minor < 44,
	}
	s, why, err := openState(o, want, r.resume)
	if err != nil {
		return err
	}
	if why != "" {
		r.options.FromNumber = 0
		if err := r.rebuilt(why); err != nil {
			return errors.Join(err, s.close(false))
		}
	}
	r.state, r.rules = s, similarity.Rules{DropLastPart: want.dropLastPart}
	if s.files != nil {
		r.rules.DropLastPart = s.files.header.dropLastPart
	}
	return nil
}

// number gives numbers to the commits that have none yet.
func (r *run) number(ctx context.Context) error {
	s := r.state
	known := func(h git.Hash) bool { return s.number.find(s.plan, h) != 0 }
	order, unreadable, err := r.repo.Ancestry(ctx, r.options.Tips, known)
	if err != nil {
		return err
	}
	for _, h := range unreadable {
		r.problem(Problem{Commit: h, Code: "missing", Cause: "the commit cannot be read; what only it leads to is left out"})
	}
	return s.extend(order)
}

// problem notes one, up to a bound.
func (r *run) problem(p Problem) {
	r.summary.ProblemCount++
	if len(r.summary.Problems) < MaxProblems {
		r.summary.Problems = append(r.summary.Problems, p)
	}
}

// problemCode tells missing from damaged.
func problemCode(err error) string {
	var missing *git.MissingError
	if errors.As(err, &missing) {
		return "missing"
	}
	return "corrupt"
}

// stages runs the three stages side by side.
func (r *run) stages(ctx context.Context) error {
	trees, err := r.repo.Objects(ctx)
	if err != nil {
		return err
	}
	blobs, err := r.repo.Objects(ctx)
	if err != nil {
		return errors.Join(err, trees.Close())
	}
	blobs.MaxSize = r.options.MaxBlob
	spare := &spareContents{run: r, ctx: ctx}
	defer func() { _ = errors.Join(trees.Close(), blobs.Close(), spare.close()) }()

	jobs, items := make(chan *job, 64), make(chan item, 256)
	p, err := r.planter(trees, jobs)
	if err != nil {
		return err
	}
	bound := r.options.MemoryLimit / 8
	budget := semaphore.NewWeighted(bound)
	read := &reader{
		contents: newContents(blobSource{blobs}, r.options.MemoryLimit/4, r.rules),
		budget:   budget, bound: bound, out: items,
	}
	last := &attributor{
		files: []facts.FileChange{}, state: r.state, cost: int64(r.options.MaxDiffCost), budget: budget, spare: spare.get, emit: r.take,
	}
	if !r.options.NoPatchIDs {
		last.patch = newPatchID(r.repo.HashSize())
	}
	group, inner := errgroup.WithContext(ctx)
	group.Go(func() error { return p.run(inner) })
	group.Go(func() error { return read.run(inner, jobs) })
	group.Go(func() error { return last.run(inner, items) })
	if err := group.Wait(); err != nil {
		return err
	}
	r.summary.Last = facts.CommitNumber(r.state.done)
	if p.keep != 0 {
		r.root, err = p.rootOf(p.keep)
	}
	return err
}

// planter prepares the first stage for the commits that are numbered and not done.
func (r *run) planter(trees *git.ObjectReader, jobs chan<- *job) (*planter, error) {
	s := r.state
	p := &planter{repo: r.repo, state: s, objects: trees, out: jobs, from: s.done + 1}
	if !r.keep.IsZero() {
		if p.keep = s.number.find(s.plan, r.keep); p.keep == 0 {
			return nil, fmt.Errorf("replay commit %s: %w", r.keep, &git.MissingError{Hash: r.keep})
		}
	}
	r.total = len(s.plan) - s.done
	return p, p.survey(s.plan[s.done:])
}

// blobSource reads blobs by git.
type blobSource struct{ objects *git.ObjectReader }

// Blob reads one. Its data is the caller's.
func (b blobSource) Blob(hash git.Hash) (git.Object, error) { return b.objects.Read(hash, nil) }

// spareContents are opened when the last stage has to read blobs itself, which is rare.
type spareContents struct {
	run      *run
	ctx      context.Context
	objects  *git.ObjectReader
	contents *contents
}

func (s *spareContents) get() (*contents, error) {
	if s.contents == nil {
		objects, err := s.run.repo.Objects(s.ctx)
		if err != nil {
			return nil, err
		}
		objects.MaxSize = s.run.options.MaxBlob
		s.objects = objects
		s.contents = newContents(blobSource{objects}, s.run.options.MemoryLimit/32, s.run.rules)
	}
	return s.contents, nil
}

func (s *spareContents) close() error {
	if s.objects == nil {
		return nil
	}
	return s.objects.Close()
}
