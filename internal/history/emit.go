package history

import (
	"slices"

	"weir/internal/facts"
	"weir/internal/git"
)

// take gives a commit to the caller, unless it is held already, and reports its problems and the progress.
func (r *run) take(j *job, files []facts.FileChange) error {
	if j.cut {
		unattribute(files)
	}
	for _, p := range j.problems {
		r.problem(p)
	}
	if r.emit != nil && j.number > r.options.FromNumber {
		if err := r.fill(j, files); err != nil {
			return err
		}
		if err := r.emit(&r.commit); err != nil {
			return err
		}
		r.summary.Emitted++
	}
	r.summary.Commits++
	r.done++
	if r.options.Progress != nil {
		r.options.Progress(r.done, r.total)
	}
	return nil
}

// unattribute takes back that lines are new, where what they may have replaced is not there.
func unattribute(files []facts.FileChange) {
	for i := range files {
		files[i].Unattributed += files[i].New
		files[i].New = 0
	}
}

// fill puts a commit into the value that is given out again and again.
func (r *run) fill(j *job, files []facts.FileChange) error {
	c := j.commit
	author, err := r.state.identity(nameOf(c, c.Author))
	if err != nil {
		return err
	}
	committer, err := r.state.identity(nameOf(c, c.Committer))
	if err != nil {
		return err
	}
	coAuthors, err := r.coAuthors(c, author)
	if err != nil {
		return err
	}
	r.commit = Commit{
		Commit: facts.Commit{
			Number:  j.number,
			Hash:    c.Hash.String(),
			Parents: len(c.Parents),
			// The same as below: whoever takes the facts alone must know the parents too.
			ParentNumbers: j.parents,
			Author:        author,
			AuthoredAt:    c.Author.When,
			AuthorOffset:  c.Author.Offset,
			Day:           facts.DayOf(c.Author.When, c.Author.Offset),
			CoAuthors:     coAuthors,
			Committer:     committer,
			CommittedAt:   c.Committer.When,
			Subject:       c.Subject(),
			PatchID:       j.patchID,
			Problem:       j.problem,
			Files:         files,
		},
		AuthorName: c.Author.Name, AuthorEmail: c.Author.Email,
		CommitterName: c.Committer.Name, CommitterEmail: c.Committer.Email,
		Message: c.Message, Moved: j.moved, MovedUnknown: j.movedUnknown,
	}
	return nil
}

// coAuthors gives those whom the message names beside the author, nil for most commits.
func (r *run) coAuthors(c *git.Commit, author facts.IdentityID) ([]facts.IdentityID, error) {
	return CoAuthors(c, author, func(name, email string) (facts.IdentityID, error) { return r.state.identity(authorName{name, email}) })
}

// CoAuthors gives the ids of those whom the message of a commit names as further authors, each once and never its author.
// identify is asked as Options.Identify is.
func CoAuthors(c *git.Commit, author facts.IdentityID, identify func(name, email string) (facts.IdentityID, error)) ([]facts.IdentityID, error) {
	var all []facts.IdentityID
	for _, s := range c.CoAuthors() {
		who := nameOf(c, s)
		id, err := identify(who.name, who.email)
		if err != nil {
			return nil, err
		}
		if id != author && !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all, nil
}

// nameOf is what identifies somebody: the name as it reads in the commit's own encoding, and the e-mail's bytes.
func nameOf(c *git.Commit, s git.Signature) authorName {
	return authorName{name: git.Text(s.Name, c.Encoding), email: s.Email}
}
