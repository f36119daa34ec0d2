package history

import (
	"context"
	"errors"
	"fmt"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history/linediff"
	"weir/internal/history/similarity"
)

// ErrTooLarge says that two commits differ in more than a Comparer looks at.
var ErrTooLarge = errors.New("too large to compare")

// CompareLimits bound what is compared. A zero field takes the bound that stands with it.
type CompareLimits struct {
	// Files is how many paths may differ; 0 is 3,000, which is also what a server shows of a pull request.
	Files int
	// Blob is the size of a text above which its lines are not compared; 0 is 8 MiB.
	Blob int64
	// Bytes is how much of files may be read between two calls of Renew; 0 is 128 MiB.
	Bytes int64
	// Cost bounds one line diff, in comparisons of lines; 0 is 2 to the 28th, about half a second.
	Cost int64
}

func (l CompareLimits) filled() CompareLimits {
	if l.Files == 0 {
		l.Files = 3000
	}
	if l.Blob == 0 {
		l.Blob = 8 << 20
	}
	if l.Bytes == 0 {
		l.Bytes = 128 << 20
	}
	if l.Cost == 0 {
		l.Cost = 1 << 28
	}
	return l
}

// What a Comparer keeps in memory, beside the two texts that it compares: of packs and of files.
const (
	packCache = 12 << 20
	fileCache = 8 << 20
)

// Comparer tells how two commits differ, as `git diff -U3 -M` does, without replaying what lies between them. Renames are
// paired as the replay pairs them: see similarity.Sources. It is for one goroutine.
type Comparer struct {
	limits   CompareLimits
	store    *git.Store
	objects  *git.Reader
	ancestry *ancestry
	blobs    *boundedBlobs
	contents *contents
	differ   linediff.Differ
}

// NewComparer opens a repository for comparing. What git adds to it later is found too. Close it.
func NewComparer(ctx context.Context, repo *git.Repository, limits CompareLimits) *Comparer {
	limits = limits.filled()
	c := &Comparer{limits: limits, store: repo.Store(ctx, limits.Blob)}
	c.objects = c.store.Reader(git.ReaderOptions{Cache: packCache})
	c.ancestry = newAncestry(repo, c.objects)
	c.blobs = &boundedBlobs{Reader: c.objects}
	c.contents = newContents(c.blobs, fileCache, limits.Blob, similarity.Rules{})
	c.Renew()
	return c
}

// Renew begins to count anew what may be read: for comparisons that have nothing to do with those before.
func (c *Comparer) Renew() { c.blobs.left, c.blobs.skip = c.limits.Bytes, 16*c.limits.Bytes }

// Close lets go of the repository.
func (c *Comparer) Close() error { return errors.Join(c.objects.Close(), c.store.Close()) }

// Has tells whether an object is there.
func (c *Comparer) Has(h git.Hash) bool {
	if _, known := c.objects.Size(h); known {
		return true
	}
	obj, err := c.objects.Read(h)
	if err == nil {
		obj.Release()
	}
	return err == nil
}

// Parent gives the first parent of a commit, the zero Hash when it has none.
func (c *Comparer) Parent(h git.Hash) (git.Hash, error) {
	commit, err := readCommit(c.objects, h)
	if err != nil || len(commit.Parents) == 0 || c.ancestry.repo.Cut(h) {
		return git.Hash{}, err
	}
	return commit.Parents[0], nil
}

// MergeBase gives the commit that two others stem from, the zero Hash when they have nothing in common. Of several it is
// the one that was committed last.
func (c *Comparer) MergeBase(one, other git.Hash) (git.Hash, error) {
	base, err := c.ancestry.mergeBase(one, other)
	if err != nil {
		return base, fmt.Errorf("find what %s and %s stem from: %w", one, other, err)
	}
	return base, nil
}

// FilePair is a path in which two commits differ.
type FilePair struct {
	// Path is that of the later commit, OldPath that of the earlier one where the file was renamed, else empty.
	Path, OldPath string
	Status        facts.FileStatus

	oldMode, newMode uint32
	old, new         git.Hash
}

// From is the path in the earlier commit, empty for a new file.
func (p *FilePair) From() string {
	switch {
	case p.Status == facts.FileAdded:
		return ""
	case p.OldPath != "":
		return p.OldPath
	}
	return p.Path
}

// Pairs gives the paths in which two commits differ, in the order of git's trees, submodules included. The error is
// ErrTooLarge for more than CompareLimits allow, and one of git.Unreadable when an object is not there.
func (c *Comparer) Pairs(from, to git.Hash) ([]FilePair, error) {
	t := treeDiff{objects: c.objects, most: c.limits.Files}
	if err := t.commits(from, to); err != nil {
		return nil, fmt.Errorf("compare %s with %s: %w", from, to, err)
	}
	pairs, err := c.renames(t.pairs)
	if err != nil {
		return nil, fmt.Errorf("compare %s with %s: %w", from, to, err)
	}
	return pairs, nil
}

// boundedBlobs refuses to read more than so many bytes. What is skipped because it is large costs less.
type boundedBlobs struct {
	*git.Reader
	left, skip int64
}

// Read gives a blob.
func (b *boundedBlobs) Read(h git.Hash) (git.Object, error) {
	obj, err := b.Reader.Read(h)
	if err != nil {
		return obj, err
	}
	if obj.Large {
		b.skip -= obj.Size
	} else {
		b.left -= obj.Size
	}
	if b.left < 0 || b.skip < 0 {
		obj.Release()
		return git.Object{}, ErrTooLarge
	}
	return obj, nil
}

// mostPairs bounds how many pairs of a removed and an added file are compared by content; git has the same bound.
const mostPairs = 1_000_000

// renames turns removed and added files into renamed ones.
func (c *Comparer) renames(pairs []FilePair) ([]FilePair, error) {
	var removed []similarity.File[git.Hash]
	var at []int
	added := 0
	for i, p := range pairs {
		switch {
		case p.Status == facts.FileDeleted && p.oldMode != modeSubmodule:
			removed = append(removed, similarity.File[git.Hash]{Path: p.Path, Mode: p.oldMode, Blob: p.old})
			at = append(at, i)
		case p.Status == facts.FileAdded:
			added++
		}
	}
	if len(removed) == 0 || added == 0 {
		return pairs, nil
	}
	defer c.contents.forget()
	var blobs similarity.Blobs[git.Hash] = c.contents
	if len(removed)*added > mostPairs {
		blobs = noContent{}
	}
	sources, gone := similarity.NewSources(removed, blobs, nil), map[int]bool{}
	for i := range pairs {
		p := &pairs[i]
		if p.Status != facts.FileAdded || p.newMode == modeSubmodule {
			continue
		}
		m, err := sources.Best(similarity.File[git.Hash]{Path: p.Path, Mode: p.newMode, Blob: p.new})
		if err != nil {
			return nil, err
		}
		if m.Index < 0 {
			continue
		}
		from := &pairs[at[m.Index]]
		p.Status, p.OldPath, p.oldMode, p.old = facts.FileRenamed, from.Path, from.oldMode, from.old
		gone[at[m.Index]] = true
	}
	kept := pairs[:0]
	for i, p := range pairs {
		if !gone[i] {
			kept = append(kept, p)
		}
	}
	return kept, nil
}
