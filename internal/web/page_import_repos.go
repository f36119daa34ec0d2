package web

import (
	"context"
	"fmt"
	"strconv"

	"weir/internal/facts"
	"weir/internal/store"
)

// importAtOnce bounds one transaction: a click on "all" may mean thousands of repos, and nobody else
// should wait for them.
const importAtOnce = 50

// POST /settings/integrations/{id}/repos
func (s *Server) importRepos(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	f, err := readImportFilter(i.ID, v.R.URL.Query())
	if err != nil {
		return err
	}
	back := withQuery(integrationAddress(i.ID)+"/repos", f.values())
	ids, err := s.chosenRepos(v, f)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		v.say("warn", "No repo was selected. Tick the repos to import, then choose Import.")
		return v.redirect(back)
	}
	// The person may leave while thousands are queued; what was asked for is finished all the same.
	if err := s.queueImport(context.WithoutCancel(v.ctx()), ids); err != nil {
		return err
	}
	v.say("ok", importWords(len(ids), v.R.PostFormValue("retry") != ""))
	return v.redirect(back)
}

func importWords(n int, again bool) string {
	if again {
		return "The repo is tried again now."
	}
	return plural(int64(n), "repo is", "repos are") + " queued for import. This page shows how far they are; you may leave it."
}

// chosenRepos gives the ticked repos, or all that the filter shows; only those of the integration.
func (s *Server) chosenRepos(v *visit, f importFilter) ([]facts.RepoID, error) {
	if err := v.R.ParseForm(); err != nil {
		return nil, invalid(err)
	}
	if v.R.PostForm.Get("across") != "" {
		return s.store.RepoIDs(v.ctx(), f.RepoFilter)
	}
	ticked := v.R.PostForm["repo"]
	if retry := v.R.PostForm.Get("retry"); retry != "" {
		ticked = []string{retry}
	}
	filter := store.RepoFilter{Integration: f.Integration}
	for _, text := range ticked {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, invalid(fmt.Errorf("parameter repo: %q is not an id", text))
		}
		filter.IDs = append(filter.IDs, facts.RepoID(n))
	}
	if len(filter.IDs) == 0 {
		return nil, nil
	}
	return s.store.RepoIDs(v.ctx(), filter)
}

// queueImport chooses the repos and enqueues their sync, some at a time, each lot in one transaction.
func (s *Server) queueImport(ctx context.Context, ids []facts.RepoID) error {
	if len(ids) == 1 {
		// One alone may be a retry by a person who does not want to wait for the next try.
		err := s.store.InTx(ctx, func(tx *store.Tx) error {
			_, err := tx.MarkImported(ctx, ids)
			return err
		})
		if err != nil {
			return err
		}
		return s.work.SyncReposNow(ctx, ids...)
	}
	for len(ids) > 0 {
		some := ids[:min(importAtOnce, len(ids))]
		ids = ids[len(some):]
		err := s.store.InTx(ctx, func(tx *store.Tx) error {
			if _, err := tx.MarkImported(ctx, some); err != nil {
				return err
			}
			return s.work.SyncReposTx(ctx, tx, some...)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
