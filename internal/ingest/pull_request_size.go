package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"math"
	"strconv"
	"time"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history"
	"weir/internal/jobs"
	"weir/internal/judge"
	"weir/internal/store"
)

// sizesAtOnce bounds how many pull requests are held with all that belongs to them.
const sizesAtOnce = 50

// firstNumber is below all numbers, those included of items that were put aside.
const firstNumber = math.MinInt32

// sizes works out from the mirror how large the diffs of pull requests are, and at which of their hunks comments stand: of those
// that are new, that have another head, base or line comment than before, and that lacked an object which is there now. It answers
// jobs.ErrAgain when its turn is over before it has come to the end.
func (in *Ingest) sizes(ctx context.Context, id facts.RepoID) error {
	s := &sizing{in: in, repo: id, until: time.Now().Add(in.Slice)}
	defer s.close()
	err := s.run(ctx)
	if s.saved && (err == nil || errors.Is(err, jobs.ErrAgain)) {
		err = errors.Join(judge.Items(ctx, in.Store, id), err)
	}
	return err
}

// sizesDue tells whether there is something for sizes to look at.
func (in *Ingest) sizesDue(ctx context.Context, id facts.RepoID) bool {
	due, err := in.Store.DueSizes(ctx, id, firstNumber, 1)
	return err == nil && len(due) > 0
}

// sizing is one run of sizes.
type sizing struct {
	in    *Ingest
	repo  facts.RepoID
	until time.Time
	git   *history.Comparer // nil until it is needed
	saved bool
}

// errNoMirror says that there is nothing to measure by yet.
var errNoMirror = errors.New("no mirror")

func (s *sizing) run(ctx context.Context) error {
	for _, next := range []func(context.Context, int) ([]store.DueItem, int, error){s.due, s.found} {
		for after := firstNumber; ; {
			some, last, err := next(ctx, after)
			if errors.Is(err, errNoMirror) {
				return nil
			}
			if err != nil {
				return err
			}
			if last == after {
				break
			}
			after = last
			if err := s.some(ctx, some); err != nil {
				return err
			}
		}
	}
	return nil
}

// due gives those that are new or of which something was saved, and the last number looked at.
func (s *sizing) due(ctx context.Context, after int) (due []store.DueItem, last int, err error) {
	if due, err = s.in.Store.DueSizes(ctx, s.repo, after, sizesAtOnce); err != nil || len(due) == 0 {
		return nil, after, err
	}
	return due, due[len(due)-1].Number, s.open(ctx)
}

// found gives those that lacked an object which is there now, and the last number looked at.
func (s *sizing) found(ctx context.Context, after int) (due []store.DueItem, last int, err error) {
	lacking, err := s.in.Store.LackingSizes(ctx, s.repo, after, sizesAtOnce)
	if err != nil || len(lacking) == 0 {
		return nil, after, err
	}
	if err := s.open(ctx); err != nil {
		return nil, after, err
	}
	for _, l := range lacking {
		if h, err := git.ParseHash(l.Object); err == nil && s.git.Has(h) {
			due = append(due, l.DueItem)
		}
	}
	return due, lacking[len(lacking)-1].Number, ctx.Err()
}

func (s *sizing) open(ctx context.Context) error {
	if s.git != nil {
		return nil
	}
	mirror, err := git.Open(ctx, MirrorDir(s.in.Dir, s.repo))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, git.ErrNotRepository) {
		return errNoMirror
	}
	if err != nil {
		return err
	}
	s.git = history.NewComparer(ctx, mirror, history.CompareLimits{})
	return nil
}

func (s *sizing) close() {
	if s.git != nil {
		_ = s.git.Close()
	}
}

// some measures pull requests and keeps what was found, as much as there was time for.
func (s *sizing) some(ctx context.Context, due []store.DueItem) error {
	if len(due) == 0 {
		return nil
	}
	changes, numbers := map[int]int64{}, make([]int, len(due))
	for i, d := range due {
		changes[d.Number], numbers[i] = d.Changes, d.Number
	}
	before, err := s.in.Store.PullRequestSizes(ctx, s.repo, numbers)
	if err != nil {
		return err
	}
	var fresh []facts.PullRequestSize
	var same []store.DueItem
	var over error
	for p, err := range s.in.Store.HeldPullRequests(ctx, s.repo, numbers) {
		if err != nil {
			return err
		}
		was, known := before[p.Number]
		if made := madeOf(&p); known && was.MadeOf == made && was.Lacking == "" {
			same = append(same, store.DueItem{Number: p.Number, Changes: changes[p.Number]})
			continue
		}
		size, err := s.measure(&p)
		if err != nil {
			return fmt.Errorf("measure pull request %d of repo=%d: %w", p.Number, s.repo, err)
		}
		size.Changes = changes[p.Number]
		fresh = append(fresh, size)
		if err := ctx.Err(); err != nil {
			return err
		}
		if !time.Now().Before(s.until) {
			over = jobs.ErrAgain
			break
		}
	}
	s.saved = s.saved || len(fresh) > 0
	return cmp.Or(s.save(ctx, fresh, same), over)
}

func (s *sizing) save(ctx context.Context, fresh []facts.PullRequestSize, same []store.DueItem) error {
	return s.in.Store.InTx(ctx, func(tx *store.Tx) error {
		for _, d := range same {
			if err := tx.KeepPullRequestSize(ctx, s.repo, d); err != nil {
				return err
			}
		}
		return tx.SavePullRequestSizes(ctx, s.repo, fresh)
	})
}

// madeOf stands for all of a pull request that its size is made of.
func madeOf(p *facts.PullRequest) string {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%s %s %s\n", p.HeadHash, p.BaseHash, p.MergeHash)
	for i := range p.Comments {
		if c := &p.Comments[i]; c.Kind == facts.CommentLine {
			_, _ = fmt.Fprintf(h, "%d %s %d %d %v %q\n", c.ServerID, c.CommitHash, c.StartLine, c.Line, c.OldSide, c.Path)
		}
	}
	return sizeRules + strconv.FormatUint(h.Sum64(), 36)
}

// sizeRules is to be changed when the same pull request is to be measured otherwise.
const sizeRules = "1."

// measure works out one. What cannot be told is told so; an error is of the run as a whole.
func (s *sizing) measure(p *facts.PullRequest) (facts.PullRequestSize, error) {
	m := measured{git: s.git, size: facts.PullRequestSize{Number: p.Number, State: facts.SizeKnown, MadeOf: madeOf(p)}}
	s.git.Renew()
	err := m.pullRequest(p)
	var missing *git.MissingError
	switch {
	case err == nil:
		return m.size, nil
	case errors.Is(err, history.ErrTooLarge):
		return facts.PullRequestSize{Number: p.Number, State: facts.SizeTooLarge, MadeOf: m.size.MadeOf}, nil
	case errors.As(err, &missing):
		return facts.PullRequestSize{Number: p.Number, State: facts.SizeMissing, MadeOf: m.size.MadeOf, Lacking: missing.Hash.String()}, nil
	case git.Unreadable(err), errors.Is(err, errNoBase):
		return facts.PullRequestSize{Number: p.Number, State: facts.SizeMissing, MadeOf: m.size.MadeOf}, nil
	}
	return m.size, err
}

// errNoBase says that it cannot be told what a pull request is to be compared with.
var errNoBase = errors.New("no base")

// measured is one pull request that is being measured.
type measured struct {
	git        *history.Comparer
	size       facts.PullRequestSize
	base, head git.Hash
	files      map[string]int // the place of each path in pairs
	pairs      []history.FilePair
	hunks      [][]history.ContextHunk
}

func (m *measured) pullRequest(p *facts.PullRequest) error {
	var err error
	if m.head, err = git.ParseHash(p.HeadHash); err != nil {
		return errNoBase
	}
	from, err := m.from(p)
	if err != nil {
		return err
	}
	if m.pairs, err = m.git.Pairs(from, m.head); err != nil {
		return err
	}
	m.files = make(map[string]int, len(m.pairs))
	for i, pair := range m.pairs {
		d, err := m.git.Diff(pair)
		if err != nil {
			return err
		}
		m.files[pair.Path] = i
		m.hunks = append(m.hunks, d.Hunks)
		m.size.Files = append(m.size.Files, facts.SizedFile{Path: pair.Path, Kind: d.Kind, Generated: d.Generated, Lines: d.Lines, Hunks: len(d.Hunks)})
	}
	return m.comments(p)
}

// from gives the merge base of base and head. A server may name a base that holds the head already, or one that is not there; of
// what was merged, the base is then what the merge was made on.
func (m *measured) from(p *facts.PullRequest) (git.Hash, error) {
	from, err := m.mergeBase(p.BaseHash)
	if !p.Merged() {
		return from, err
	}
	if err != nil && !git.Unreadable(err) && !errors.Is(err, errNoBase) || err == nil && from != m.head {
		return from, err
	}
	merge, parseErr := git.ParseHash(p.MergeHash)
	if parseErr != nil || !m.git.Has(merge) {
		return from, cmp.Or(err, errNoBase)
	}
	if held, err := m.git.MergeBase(merge, m.head); err != nil || held == merge {
		return held, cmp.Or(err, errNoBase) // its own commits were pushed: nothing tells where they began
	}
	parent, err := m.git.Parent(merge)
	if err != nil {
		return parent, err
	}
	if from, err = m.mergeBase(parent.String()); err == nil && from == m.head {
		return from, errNoBase
	}
	return from, err
}

// mergeBase gives what the head and a base stem from, and keeps the base for the commits that were commented on.
func (m *measured) mergeBase(base string) (from git.Hash, err error) {
	if m.base, err = git.ParseHash(base); err != nil {
		return from, errNoBase
	}
	from, err = m.git.MergeBase(m.base, m.head)
	if err == nil && from.IsZero() {
		err = errNoBase
	}
	return from, err
}
