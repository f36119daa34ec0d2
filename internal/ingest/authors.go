package ingest

import (
	"context"

	"weir/internal/facts"
	"weir/internal/github"
	"weir/internal/store"
)

const authorsAtOnce = 50

// tieAuthors ties those who commit to the accounts that the server ties them to, by the addresses that an account
// has verified. Each is asked for once, after the first replay of a commit of theirs: what a person has split
// afterwards stays split.
func (s *itemSync) tieAuthors(ctx context.Context) error {
	if s.kind != facts.SyncPullRequests || !s.integration.Has(facts.ServiceRepos) {
		return nil
	}
	if s.cursor.TyingUpTo == 0 {
		last, err := s.in.Store.LastCommitNumber(ctx, s.repo.ID)
		if err != nil || last <= s.cursor.TiedUpTo {
			return err
		}
		s.cursor.TyingUpTo = last
	}
	for {
		some, err := s.in.Store.UntiedAuthors(ctx, s.repo.ID, s.integration.ID, s.cursor.TiedUpTo, s.cursor.TiedFrom, authorsAtOnce)
		if err != nil {
			return err
		}
		if len(some) == 0 {
			break
		}
		if err := s.tieAndJudge(ctx, some); err != nil {
			return err
		}
		s.cursor.TiedFrom = some[len(some)-1].Identity
		if err := s.saveCursor(ctx); err != nil {
			return err
		}
		if s.turnOver() {
			return errSlice
		}
	}
	s.cursor.TiedUpTo, s.cursor.TyingUpTo, s.cursor.TiedFrom = s.cursor.TyingUpTo, 0, 0
	return s.saveCursor(ctx)
}

// tieAndJudge ties some authors and lets judge again what that changes.
func (s *itemSync) tieAndJudge(ctx context.Context, authors []store.UntiedAuthor) error {
	moved, err := s.tieSome(ctx, authors)
	if err != nil || len(moved) == 0 {
		return err
	}
	repos, err := s.in.people.reposOf(ctx, moved)
	if err != nil || len(repos) == 0 {
		return err
	}
	return s.in.judgeAgain(ctx, repos...)
}

// tieSome asks for the accounts of some authors and gives the identities that have another person for it, theirs or an account's.
func (s *itemSync) tieSome(ctx context.Context, authors []store.UntiedAuthor) ([]facts.IdentityID, error) {
	hashes := make([]string, len(authors))
	for i, a := range authors {
		hashes[i] = a.Hash
	}
	accounts, err := s.client.Authors(ctx, s.repo, hashes)
	if err != nil || len(accounts) == 0 {
		return nil, err
	}
	var found []facts.Actor
	var whose []facts.IdentityID
	for _, a := range authors {
		if actor, ok := accounts[a.Hash]; ok {
			found, whose = append(found, actor), append(whose, a.Identity)
		}
	}
	page := github.ItemPage{PullRequests: []facts.PullRequest{{Assignees: found}}}
	if err := s.in.people.actors(ctx, s.work, page); err != nil {
		return nil, err
	}
	return s.in.people.unite(ctx, whose, found)
}

// unite makes one person of each author and their account. An account that stands alone goes to the author;
// otherwise the author's identity goes to who has the account. It gives the identities that moved.
func (r *registry) unite(ctx context.Context, authors []facts.IdentityID, accounts []facts.Actor) ([]facts.IdentityID, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.loaded = false // who stands behind a key may be somebody else now
	var moved []facts.IdentityID
	err := r.store.InTx(ctx, func(tx *store.Tx) error {
		for i, author := range authors {
			left, err := r.uniteOne(ctx, tx, author, accounts[i])
			if err != nil {
				return err
			}
			if left != 0 {
				moved = append(moved, left)
			}
		}
		return nil
	})
	return moved, err
}

func (r *registry) uniteOne(ctx context.Context, tx *store.Tx, author facts.IdentityID, account facts.Actor) (moved facts.IdentityID, err error) {
	own, err := tx.Identity(ctx, author)
	if err != nil {
		return 0, err
	}
	held, err := tx.Identity(ctx, account.Identity)
	if err != nil || held.Person == own.Person {
		return 0, err
	}
	others, err := tx.IdentitiesOf(ctx, held.Person)
	if err != nil {
		return 0, err
	}
	if len(others) == 1 {
		return account.Identity, r.tieTo(ctx, tx, account.Identity, own.Person, account)
	}
	return author, tx.AssignIdentity(ctx, author, held.Person)
}
