package history_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weir/internal/facts"
	stories "weir/internal/ghes/generate"
	"weir/internal/git/gittest"
	"weir/internal/history"
)

// made tells gittest of a repository that was made elsewhere.
func made(t *testing.T, dir string) *gittest.Repo {
	repo := gittest.New(t)
	repo.Dir = dir
	return repo
}

// Every pull request of a made-up organization, against its base and against the branch that it was to be merged into.
func TestComparerOnStories(t *testing.T) {
	t.Parallel()
	org, err := stories.Small(t.Context(), stories.Options{Dir: t.TempDir(), Seed: 7, Now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	alike, otherwise, pulls := 0, 0, 0
	for _, r := range org.Repos {
		repo := made(t, r.Dir)
		c := openComparer(t, r.Dir, history.CompareLimits{})
		for _, p := range r.Pulls {
			if p.Head == "" {
				continue
			}
			pulls++
			a, b := compareOnce(t, repo, c, p.Base, p.Head)
			alike, otherwise = alike+a, otherwise+b
			if pulls%5 == 0 {
				a, b = compareOnce(t, repo, c, repo.Git("rev-parse", "HEAD")[:len(p.Head)], p.Head)
				alike, otherwise = alike+a, otherwise+b
			}
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d pull requests: %d files paired alike, %d otherwise", pulls, alike, otherwise)
	if pulls < 10 || alike < pulls {
		t.Errorf("%d pull requests with %d files were compared", pulls, alike)
	}
}

// Repositories that nobody wants to meet end in no crash and no endless work: each pair of commits is compared, or is said to be
// too large or unreadable.
func TestComparerOnNastyRepositories(t *testing.T) {
	t.Parallel()
	for _, kind := range stories.NastyKinds {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			dir, err := stories.Nasty(t.Context(), t.TempDir(), kind)
			if err != nil {
				t.Fatal(err)
			}
			out, err := gitCommand(context.Background(), dir, "rev-list", "--max-count=40", "--branches", "--tags", "--glob=refs/*").Output()
			if err != nil {
				t.Skip("git cannot walk it")
			}
			compareAll(t, dir, string(out))
		})
	}
}

func compareAll(t *testing.T, dir, revisions string) {
	t.Helper()
	c := openComparer(t, dir, history.CompareLimits{})
	defer func() { _ = c.Close() }()
	var before, now string
	for len(revisions) > 0 {
		if _, err := fmt.Sscanln(revisions, &now); errors.Is(err, io.EOF) {
			return
		}
		revisions = revisions[len(now)+1:]
		if before != "" {
			c.Renew()
			base, err := c.MergeBase(hashOf(t, now), hashOf(t, before))
			if err == nil && !base.IsZero() {
				err = diffAll(c, base.String(), before, t)
			}
			if err != nil {
				t.Logf("%s: %v", before, err)
			}
		}
		before = now
	}
}

func diffAll(c *history.Comparer, base, head string, t *testing.T) error {
	pairs, err := c.Pairs(hashOf(t, base), hashOf(t, head))
	if err != nil {
		return err
	}
	for _, p := range pairs {
		d, err := c.Diff(p)
		if err != nil {
			return err
		}
		if diff := cmp.Diff(len(d.Hunks) > 0, d.Lines > 0); diff != "" && d.Kind != facts.KindTooLarge {
			t.Errorf("%q: %d lines in %d hunks", p.Path, d.Lines, len(d.Hunks))
		}
	}
	return nil
}
