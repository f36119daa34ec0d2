package ingest

import (
	"context"
	"fmt"
	"time"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history"
	"weir/internal/people"
)

// messagesAtOnce bounds how many messages are read between two savings.
const messagesAtOnce = 1000

// addCoAuthors reads the messages of commits that were saved by a Weir that did not look for co-authors, the newest first,
// and nothing else of them. It answers errSlice when its turn is over; what it has done stays done.
func (r *replay) addCoAuthors(ctx context.Context, mailmap *people.Mailmap) error {
	due, err := r.in.Store.CoAuthorsDue(ctx, r.repo.ID)
	if err != nil || due == 0 {
		return err
	}
	objects := r.mirror.Store(ctx, 0)
	defer func() { _ = objects.Close() }()
	reader := objects.Reader(git.ReaderOptions{Cache: r.in.MemoryLimit / int64(8*r.in.Workers)})
	defer func() { _ = reader.Close() }()
	identify := r.in.people.identify(ctx, mailmap)
	total, read := int64(due), int64(0)
	for began := (time.Time{}); due > 0; {
		if now := r.in.Now(); began.IsZero() {
			began = now
		} else if now.Sub(began) >= r.in.Slice {
			return errSlice
		}
		commits, err := r.in.Store.CommitsUpTo(ctx, r.repo.ID, due, messagesAtOnce)
		if err != nil {
			return err
		}
		if due, err = r.readCoAuthors(reader, commits, identify); err != nil {
			return err
		}
		if err := r.in.Store.AddCoAuthors(ctx, r.repo.ID, commits, due); err != nil {
			return err
		}
		read += int64(len(commits))
		r.progress.report(ctx, "messages read for co-authors", read, total)
	}
	return nil
}

// readCoAuthors fills in the co-authors of commits, and gives the number to go on from, 0 when these were the last.
func (r *replay) readCoAuthors(reader *git.Reader, commits []facts.Commit, identify func(name, email string) (facts.IdentityID, error)) (facts.CommitNumber, error) {
	due := facts.CommitNumber(0)
	for i := range commits {
		c := &commits[i]
		if len(commits) == messagesAtOnce {
			due = c.Number - 1
		}
		hash, err := git.ParseHash(c.Hash)
		if err != nil {
			return 0, fmt.Errorf("read the message of %s of repo=%d: %w", c.Hash, r.repo.ID, err)
		}
		object, err := reader.Read(hash)
		if git.Unreadable(err) {
			continue // the replay has reported it
		}
		if err != nil {
			return 0, err
		}
		parsed, err := git.ParseCommit(hash, object.Data)
		object.Release()
		if err != nil {
			continue // damaged, and reported as such
		}
		if c.CoAuthors, err = history.CoAuthors(parsed, c.Author, identify); err != nil {
			return 0, err
		}
	}
	return due, nil
}
