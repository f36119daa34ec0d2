package cli

import (
	"context"
	"errors"
	"fmt"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/ingest"
	"weir/internal/judge"
	"weir/internal/metrics"
	"weir/internal/report"
	"weir/internal/store"
)

// maxEvidence bounds a file whose text the page of a commit shows, in bytes.
const maxEvidence = 8 << 20

// evidence gives the page of one commit what stored facts do not hold: text from the mirror in the data
// folder, and the judge's own words about files and impact.
func evidence(s *store.Store, dataDir string) report.Evidence {
	return report.Evidence{
		Text: func(ctx context.Context, repo facts.Repo, revision, path string) ([]byte, error) {
			return mirrorText(ctx, ingest.MirrorDir(dataDir, repo.ID), revision, path)
		},
		FileReasons: func(ctx context.Context, repo facts.Repo) (func(*facts.FileChange) facts.Reason, error) {
			rules, err := s.Rules(ctx)
			if err != nil {
				return nil, err
			}
			return judge.NewFiles(rules, repo).Reason, nil
		},
		Terms: func(ctx context.Context, c *facts.JudgedCommit) (metrics.Terms, error) {
			return judge.Explain(ctx, s, c)
		},
	}
}

func mirrorText(ctx context.Context, dir, revision, path string) ([]byte, error) {
	repo, err := git.Open(ctx, dir)
	if errors.Is(err, git.ErrNotRepository) {
		return nil, fmt.Errorf("open mirror: %w", facts.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	return fileText(ctx, repo, revision, path)
}

// fileText gives a file as report.Evidence wants it.
func fileText(ctx context.Context, repo *git.Repository, revision, path string) ([]byte, error) {
	text, err := repo.File(ctx, revision, path, maxEvidence)
	if errors.Is(err, git.ErrNoFile) || git.Unreadable(err) {
		return nil, fmt.Errorf("read %q: %w", path, facts.ErrNotFound)
	}
	return text, err
}
