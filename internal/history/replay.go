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
	store   *git.Store
	found   *git.Ancestry
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
	r.store = r.repo.Store(ctx, r.options.MaxBlob)
	defer func() { err = errors.Join(err, r.store.Close()) }()
	if err := r.checkHoles(); err != nil {
		return err
	}
	if err := r.number(); err != nil {
		return err
	}
	if err := r.stages(ctx); err != nil {
		return err
	}
	r.summary.Holes = len(r.state.holes)
	return nil
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
func (r *run) number() (err error) {
	s := r.state
	commits := r.store.Reader(git.ReaderOptions{Cache: r.options.MemoryLimit / 64, Whole: true})
	defer func() { err = errors.Join(err, commits.Close()) }()
	known := func(h git.Hash) bool { return s.numberOf(h) != 0 }
	if r.found, err = commits.Ancestry(r.options.Tips, known, r.options.MemoryLimit/16); err != nil {
		return err
	}
	for _, h := range r.found.Unreadable {
		r.problem(Problem{Commit: h, Code: "missing", Cause: "the commit cannot be read; what only it leads to is left out"})
	}
	return s.extend(r.found.Order, r.holesFound())
}

// holesFound gives what was absent when the commits were looked for.
func (r *run) holesFound() []hole {
	var found []hole
	for _, h := range r.found.Unreadable {
		found = append(found, hole{git.KindCommit, h})
	}
	if !r.repo.Shallow() {
		return found
	}
	for _, h := range r.found.Order {
		if r.repo.Cut(h) {
			found = append(found, hole{boundary, h})
		}
	}
	return found
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

// stages runs the four stages side by side. None of them waits much, and on a machine of few processors whoever
// else has a moment's work, such as answering a page or a webhook, would wait behind each of them until its time
// slice of 10 ms is over: each yields after every item.
func (r *run) stages(ctx context.Context) (err error) {
	// Reading in bulk pays for most of the history.
	bulk := 2*r.state.done < len(r.state.plan)
	limit := r.options.MemoryLimit
	trees := r.store.Reader(git.ReaderOptions{Cache: limit / 32, Bulk: bulk, Whole: true})
	blobs := r.store.Reader(git.ReaderOptions{Cache: limit / 6, Bulk: bulk})
	spare := &spareContents{run: r, store: r.store}
	defer func() { err = errors.Join(err, trees.Close(), blobs.Close(), spare.close()) }()

	jobs, items, compared := make(chan *job, 64), make(chan item, 512), make(chan item, 256)
	p, err := r.planter(trees, jobs)
	if err != nil {
		return err
	}
	bound := limit / 16
	budget := semaphore.NewWeighted(bound)
	read := &reader{
		contents: newContents(blobs, limit/16, r.options.MaxBlob, r.rules),
		budget:   budget, bound: bound, out: items, cost: int64(r.options.MaxDiffCost),
	}
	last := &attributor{
		files: []facts.FileChange{}, state: r.state, cost: int64(r.options.MaxDiffCost), budget: budget, spare: spare.get, emit: r.take,
		holes: spare.holes,
	}
	if r.options.Moved {
		last.moves = &moves{}
	}
	compare := &differ{in: items, out: compared, cost: int64(r.options.MaxDiffCost)}
	if !r.options.NoPatchIDs {
		compare.patch = newPatchID(r.repo.HashSize())
	}
	group, inner := errgroup.WithContext(ctx)
	group.Go(func() error { return p.run(inner) })
	group.Go(func() error { return read.run(inner, jobs) })
	group.Go(func() error { return compare.run(inner) })
	group.Go(func() error { return last.run(inner, compared) })
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
func (r *run) planter(trees *git.Reader, jobs chan<- *job) (*planter, error) {
	s := r.state
	p := &planter{repo: r.repo, state: s, objects: trees, out: jobs, from: s.done + 1}
	if !r.keep.IsZero() {
		if p.keep = s.numberOf(r.keep); p.keep == 0 {
			return nil, fmt.Errorf("replay commit %s: %w", r.keep, &git.MissingError{Hash: r.keep})
		}
	}
	r.total = len(s.plan) - s.done
	err := p.survey(r.found)
	r.found = nil
	return p, err
}

// spareContents are opened when the last stage has to read blobs itself, which is rare.
type spareContents struct {
	run      *run
	store    *git.Store
	objects  *git.Reader
	contents *contents
}

func (s *spareContents) get() (*contents, error) {
	if s.contents == nil {
		o := s.run.options
		s.objects = s.store.Reader(git.ReaderOptions{Cache: o.MemoryLimit / 32})
		s.contents = newContents(s.objects, o.MemoryLimit/32, o.MaxBlob, s.run.rules)
	}
	return s.contents, nil
}

// holes gives what could not be read since it was asked before.
func (s *spareContents) holes() []hole {
	if s.contents == nil {
		return nil
	}
	return s.contents.takeHoles()
}

func (s *spareContents) close() error {
	if s.objects == nil {
		return nil
	}
	return s.objects.Close()
}
