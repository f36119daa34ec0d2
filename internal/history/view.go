package history

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"weir/internal/facts"
	"weir/internal/git"
)

// View is the ownership at one commit. It is for one goroutine.
type View struct {
	run     *run
	root    *dir
	builder builder
	store   *git.Store
	trees   *git.Reader
	last    *attributor
	spare   *spareContents
}

// At gives the ownership at a commit. It replays what o.StateDir does not hold yet, and keeps it there; o.Tips and
// o.FromNumber are not looked at. Close the view.
func At(ctx context.Context, repo *git.Repository, commit git.Hash, o Options) (*View, error) {
	o.Tips, o.FromNumber = []git.Hash{commit}, 0
	o.NoPatchIDs = true
	r := &run{repo: repo, options: o.withDefaults(), summary: &Summary{}, resume: true, keep: commit}
	if err := r.all(ctx); err != nil {
		return nil, err
	}
	store := repo.Store(ctx, r.options.MaxBlob)
	trees := store.Reader(git.ReaderOptions{Cache: r.options.MemoryLimit / 16, Whole: true})
	v := &View{run: r, root: r.root, store: store, trees: trees, spare: &spareContents{run: r, store: store}}
	v.builder = builder{trees: &planter{objects: trees}, damaged: func(string, error) {}}
	v.last = &attributor{state: r.state, spare: v.spare.get, cost: int64(o.MaxDiffCost)}
	return v, nil
}

// Close ends the view.
func (v *View) Close() error { return errors.Join(v.trees.Close(), v.spare.close(), v.store.Close()) }

// Blame tells who wrote each line of a file at a commit, from the replay's own ownership. It replays what o.StateDir
// does not hold yet; see At.
func Blame(ctx context.Context, repo *git.Repository, commit git.Hash, path string, o Options) ([]BlamedLine, error) {
	v, err := At(ctx, repo, commit, o)
	if err != nil {
		return nil, err
	}
	lines, err := v.Blame(path)
	return lines, errors.Join(err, v.Close())
}

// Blame gives the lines of a file with their writers. The error is facts.ErrNotFound for a path that is no file.
func (v *View) Blame(path string) ([]BlamedLine, error) {
	file, err := v.file(path)
	if err != nil {
		return nil, err
	}
	own, err := v.last.owners(file)
	if err != nil {
		return nil, fmt.Errorf("blame %s: %w", path, err)
	}
	contents, err := v.spare.get()
	if err != nil {
		return nil, err
	}
	got, err := contents.get(file.blob, nil)
	if err != nil {
		return nil, fmt.Errorf("blame %s: %w", path, err)
	}
	if got.err != nil {
		return nil, fmt.Errorf("blame %s: %w", path, got.err)
	}
	if got.kind == facts.KindTooLarge {
		return nil, fmt.Errorf("blame %s: it has more than %d MiB or %d lines, and the lines of such a file are counted but not attributed; git blame can tell", path, v.run.options.MaxBlob>>20, mostLines)
	}
	return v.lines(got.bytes(), own), nil
}

// file finds a path that holds something with lines.
func (v *View) file(path string) (*version, error) {
	file, mode, hidden, err := v.builder.lookup(v.root, path)
	if err != nil {
		return nil, fmt.Errorf("blame %s: %w", path, err)
	}
	if hidden {
		return nil, fmt.Errorf("blame %s: a folder on the way to it is absent or damaged, so what the file holds at this commit is not known; fetch the repository anew and ask again", path)
	}
	if file == nil || !isFile(mode) {
		return nil, fmt.Errorf("blame %s: no such file at this commit: %w", path, facts.ErrNotFound)
	}
	return file, nil
}

// Owners gives, for a file, stretches of lines with the number of the commit that wrote them.
func (v *View) Owners(path string) ([]facts.Run, error) {
	file, err := v.file(path)
	if err != nil {
		return nil, err
	}
	own, err := v.last.owners(file)
	if err != nil {
		return nil, fmt.Errorf("blame %s: %w", path, err)
	}
	runs, line := make([]facts.Run, 0, len(own)), 0
	for _, s := range own {
		runs = append(runs, facts.Run{Commit: s.by, Lines: int(s.end) - line})
		line = int(s.end)
	}
	return runs, nil
}

// lines puts text and owners together.
func (v *View) lines(data []byte, own owners) []BlamedLine {
	blamed := make([]BlamedLine, 0, own.lines())
	n := 0
	for _, o := range own {
		var l BlamedLine
		if o.by != facts.Unattributed {
			c := v.run.state.commits[o.by-1]
			l.Commit, l.AuthorTime = v.run.state.plan[o.by-1], c.when
			l.AuthorEmail = v.run.state.authors[c.author].email
		}
		for ; n < int(o.end); n++ {
			end := bytes.IndexByte(data, '\n')
			next := end + 1
			if end < 0 {
				end, next = len(data), len(data)
			}
			l.Line, l.Text = n+1, data[:end:end]
			blamed = append(blamed, l)
			data = data[next:]
		}
	}
	return blamed
}
