package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"weir/internal/facts"
	"weir/internal/git"
)

// A marker beside a line history says for which tips the facts are complete. It is a cache: without it,
// or when it does not fit what the store holds, the replay is asked, which costs little when nothing is new.

func (in *Ingest) markerFile(repo facts.RepoID) string { return StateDir(in.Dir, repo) + ".replayed" }

func marker(tips []git.Hash, last facts.CommitNumber) string {
	sum := sha256.New()
	for _, tip := range tips {
		sum.Write(tip.AppendHex(nil))
	}
	return hex.EncodeToString(sum.Sum(nil)) + " " + strconv.Itoa(int(last)) + "\n"
}

// replayed tells whether the facts in the store are those of the mirror.
func (in *Ingest) replayed(ctx context.Context, w work) bool {
	text, err := os.ReadFile(in.markerFile(w.repo.ID))
	if err != nil {
		return false
	}
	repo, err := git.Open(ctx, MirrorDir(in.Dir, w.repo.ID))
	if err != nil {
		return false
	}
	tips, err := tipsOf(ctx, repo, w.repo.DefaultBranch)
	if err != nil {
		return false
	}
	if due, err := in.Store.CoAuthorsDue(ctx, w.repo.ID); err != nil || due != 0 {
		return false
	}
	last, err := in.Store.LastCommitNumber(ctx, w.repo.ID)
	return err == nil && string(text) == marker(tips, last)
}

func (in *Ingest) mark(repo facts.RepoID, tips []git.Hash, last facts.CommitNumber) error {
	file := in.markerFile(repo)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("mark repo=%d as replayed: %w", repo, err)
	}
	temporary := file + ".new"
	if err := os.WriteFile(temporary, []byte(marker(tips, last)), 0o600); err != nil {
		return fmt.Errorf("mark repo=%d as replayed: %w", repo, err)
	}
	return os.Rename(temporary, file)
}

func (in *Ingest) unmark(repo facts.RepoID) error {
	if err := os.Remove(in.markerFile(repo)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("mark repo=%d as not replayed: %w", repo, err)
	}
	return nil
}

// tipsOf lists the commits whose ancestry is replayed, in an order that lasts: the default branch, the
// other branches, heads of pull requests, tags, then earlier ones of all these that the mirror keeps.
func tipsOf(ctx context.Context, repo *git.Repository, defaultBranch string) ([]git.Hash, error) {
	refs, err := repo.Refs(ctx, "refs/heads", "refs/pull", "refs/tags", "refs/weir/kept")
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(refs, func(a, b git.Ref) int { return rank(a, defaultBranch) - rank(b, defaultBranch) })
	var tips []git.Hash
	seen := map[git.Hash]bool{}
	for _, ref := range refs {
		if !seen[ref.Hash] {
			seen[ref.Hash] = true
			tips = append(tips, ref.Hash)
		}
	}
	return tips, nil
}

func rank(ref git.Ref, defaultBranch string) int {
	switch {
	case ref.Name == "refs/heads/"+defaultBranch:
		return 0
	case strings.HasPrefix(ref.Name, "refs/heads/"):
		return 1
	case strings.HasPrefix(ref.Name, "refs/pull/"):
		return 2
	case strings.HasPrefix(ref.Name, "refs/tags/"):
		return 3
	}
	return 4
}
