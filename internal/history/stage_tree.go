package history

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"

	"weir/internal/facts"
	"weir/internal/git"
)

// planter is the first stage: it reads commits and their trees and finds out which paths changed.
type planter struct {
	repo    *git.Repository
	state   *state
	objects *git.Reader
	out     chan<- *job
	// parents of the planned commits, from the first one on, as far as they are there.
	parents [][]facts.CommitNumber
	from    int // number of the first
	// kept are the bytes of planned commits, from one on; those before were planned in an earlier run.
	kept     *git.KeptCommits
	keptFrom int
	// waiting counts the planned children of a commit whose directories are still needed.
	waiting map[facts.CommitNumber]int
	roots   map[facts.CommitNumber]*dir
	// keep is a commit whose directories are wanted in the end, 0 for none.
	keep facts.CommitNumber
	// holes are the commits and directories that could not be read since the last job was sent.
	holes []hole
}

// Tree reads a tree object. Its bytes are kept as long as a directory, so they get memory of just their size.
func (p *planter) Tree(hash git.Hash) ([]byte, error) {
	obj, err := p.read(git.KindTree, hash)
	if err != nil {
		return nil, err
	}
	defer obj.Release()
	if obj.Kind != git.KindTree {
		return nil, &git.CorruptError{Hash: hash, Why: "not a tree"}
	}
	return bytes.Clone(obj.Data), nil
}

// read reads an object and notes it when it cannot be read.
func (p *planter) read(kind git.Kind, hash git.Hash) (git.Object, error) {
	obj, err := p.objects.Read(hash)
	if err != nil && git.Unreadable(err) {
		p.holes = append(p.holes, hole{kind, hash})
	}
	return obj, err
}

// survey notes the parents of all planned commits, to know how long each commit's directories are needed. Those of
// the last ones are known from finding them.
func (p *planter) survey(found *git.Ancestry) error {
	p.waiting = map[facts.CommitNumber]int{}
	p.roots = map[facts.CommitNumber]*dir{}
	hashes := p.state.plan[p.from-1:]
	p.parents = make([][]facts.CommitNumber, 0, len(hashes))
	p.kept, p.keptFrom = found.Kept, len(hashes)-len(found.Order)
	for i, h := range hashes {
		var parents []git.Hash
		if i >= p.keptFrom {
			parents = found.Parents(i - p.keptFrom)
		} else {
			c, err := p.commit(h)
			if err != nil && !git.Unreadable(err) {
				return err
			}
			if err == nil && !p.repo.Cut(h) {
				parents = c.Parents
			}
		}
		p.parents = append(p.parents, p.numbers(parents))
	}
	return nil
}

// numbers gives those of parents that are there, and notes that they are waited for.
func (p *planter) numbers(parents []git.Hash) []facts.CommitNumber {
	var numbers []facts.CommitNumber
	for _, h := range parents {
		if n := p.state.numberOf(h); n != 0 {
			numbers = append(numbers, n)
			p.waiting[n]++
		}
	}
	return numbers
}

// commit reads a commit.
func (p *planter) commit(h git.Hash) (*git.Commit, error) {
	obj, err := p.read(git.KindCommit, h)
	if err != nil {
		return nil, err
	}
	defer obj.Release()
	if obj.Kind != git.KindCommit {
		return nil, &git.CorruptError{Hash: h, Why: "not a commit"}
	}
	return git.ParseCommit(h, obj.Data)
}

// planned gives planned commit i.
func (p *planter) planned(h git.Hash, i int) (*git.Commit, error) {
	if i >= p.keptFrom {
		if data := p.kept.Take(i - p.keptFrom); data != nil {
			return git.ParseCommit(h, data)
		}
	}
	return p.commit(h)
}

// run sends the planned commits in order.
func (p *planter) run(ctx context.Context) error {
	defer close(p.out)
	for i, h := range p.state.plan[p.from-1:] {
		runtime.Gosched() // as after each item of the later stages: see stages
		j, err := p.start(h, i)
		if err != nil {
			return err
		}
		if err := p.plant(j); err != nil {
			return err
		}
		j.holes, p.holes = p.holes, nil
		select {
		case p.out <- j:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// start makes the job of a commit. One that cannot be read becomes a job without a tree.
func (p *planter) start(h git.Hash, i int) (*job, error) {
	j := &job{number: facts.CommitNumber(p.from + i), parents: p.parents[i]}
	var err error
	j.commit, err = p.planned(h, i)
	if err == nil {
		if p.repo.Cut(h) {
			j.problem = "the repository is shallow: the history is cut here, so whose lines it touches cannot be told"
			j.commit.Parents, j.cut = nil, true
			p.holes = append(p.holes, hole{boundary, h})
		}
		return j, nil
	}
	if !git.Unreadable(err) {
		return j, err
	}
	j.commit, j.problem = &git.Commit{Hash: h}, err.Error()
	j.noteError("", err)
	return j, nil
}

// plant builds the directories of a commit and decides where its files come from.
func (p *planter) plant(j *job) error {
	b := builder{trees: p, by: j.number, damaged: j.noteError}
	parents, err := p.parentRoots(j)
	if err != nil {
		return err
	}
	var base *dir
	if len(parents) > 0 {
		base, b.beside = parents[0], parents[1:]
	}
	if len(parents) < len(j.commit.Parents) && j.problem == "" {
		j.problem = "a parent cannot be read, so whose lines it touches cannot be told"
		j.cut = len(parents) == 0
	}
	root := &dir{offs: []uint32{0}}
	switch {
	case !j.commit.Tree.IsZero():
		if root, err = b.build(j.commit.Tree, base, ""); err != nil {
			return fmt.Errorf("replay commit %s: %w", j.commit.Hash, err)
		}
	case base != nil:
		root = base
	}
	j.changes = b.changes
	if j.merge() {
		err = b.merge(root, parents)
	} else {
		b.origins()
	}
	if err != nil {
		return fmt.Errorf("replay commit %s: %w", j.commit.Hash, err)
	}
	p.retain(j, root)
	return nil
}

// parentRoots gives the directories of the parents that are there.
func (p *planter) parentRoots(j *job) ([]*dir, error) {
	var roots []*dir
	for _, n := range j.parents {
		if n >= j.number {
			continue
		}
		root, err := p.rootOf(n)
		if err != nil {
			return nil, err
		}
		if len(roots) == 0 {
			j.base = n
		}
		roots = append(roots, root)
	}
	return roots, nil
}

// rootOf gives a commit's directories, from this run or an earlier one.
func (p *planter) rootOf(n facts.CommitNumber) (*dir, error) {
	if root := p.roots[n]; root != nil {
		return root, nil
	}
	if int(n) >= p.from {
		return nil, errors.New("replay: the directories of a parent are gone")
	}
	h := p.state.plan[n-1]
	c, err := p.commit(h)
	if err != nil {
		return nil, fmt.Errorf("read commit %s: %w", h, err)
	}
	root := &dir{hash: c.Tree, hashSize: c.Tree.Size(), stored: p.state.stored(n)}
	p.roots[n] = root
	return root, nil
}

// retain keeps a commit's directories as long as a child is to come, and lets go of those of its parents.
func (p *planter) retain(j *job, root *dir) {
	if p.waiting[j.number] > 0 || j.number == p.keep {
		p.roots[j.number] = root
	}
	for _, n := range j.parents {
		if p.waiting[n]--; p.waiting[n] <= 0 {
			delete(p.waiting, n)
			if n != p.keep {
				delete(p.roots, n)
			}
		}
	}
}
