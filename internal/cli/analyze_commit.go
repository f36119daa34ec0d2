package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history"
	"weir/internal/judge"
	"weir/internal/report"
)

// chosen is the commit that `weir analyze --commit` asks for, nil when it asks for none.
type chosen struct {
	hash   string
	commit facts.Commit // without a number until it was met
	moved  []facts.MovedBlock
}

func (c *analyzeCmd) chosen(ctx context.Context, repo *git.Repository) (*chosen, error) {
	if c.Commit == "" {
		return nil, nil
	}
	if c.CSV {
		return nil, usageError{errors.New("--commit is printed as text or with --json, not with --csv")}
	}
	hash, err := repo.Resolve(ctx, c.Commit)
	if err != nil {
		return nil, fmt.Errorf("--commit %s: %w", c.Commit, err)
	}
	return &chosen{hash: hash.String()}, nil
}

// take keeps the commit when the replay comes to it.
func (o *chosen) take(c *history.Commit) {
	if o == nil || c.Hash != o.hash {
		return
	}
	o.commit, o.moved = c.Commit, slices.Clone(c.Moved)
	o.commit.Files = slices.Clone(c.Files)
	for i := range o.commit.Files {
		f := &o.commit.Files[i]
		f.Hunks = slices.Clone(f.Hunks)
		for j := range f.Hunks {
			f.Hunks[j].Touched = slices.Clone(f.Hunks[j].Touched)
		}
	}
}

func (c *analyzeCmd) printCommit(ctx context.Context, std streams, repo *git.Repository, a *analysis, one *chosen) error {
	if one.commit.Number == 0 {
		return fmt.Errorf("--commit %s: the history that was read does not hold it; name a branch that does with --rev", c.Commit)
	}
	detail, err := report.Explain(ctx, a.explained(repo, one))
	if err != nil {
		return err
	}
	if !c.JSON {
		return detail.WriteText(std.out)
	}
	encoder := json.NewEncoder(std.out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(detail)
}

// explained gathers what the commit's hunks are typed by.
func (a *analysis) explained(repo *git.Repository, one *chosen) *report.Explained {
	e := &report.Explained{
		Commit: facts.JudgedCommit{Commit: one.commit}, Wrote: map[facts.CommitNumber]facts.JudgedCommit{},
		Person: a.directory.Person, Rules: a.rules, Moved: one.moved,
		Evidence: report.Evidence{
			Text: func(ctx context.Context, _ facts.Repo, revision, path string) ([]byte, error) {
				return fileText(ctx, repo, revision, path)
			},
			FileReasons: func(context.Context, facts.Repo) (func(*facts.FileChange) facts.Reason, error) {
				return judge.NewFiles(a.rules, a.settings).Reason, nil
			},
		},
	}
	wanted := map[facts.CommitNumber]bool{one.commit.Number: true}
	for _, number := range report.Touched(&e.Commit) {
		wanted[number] = true
	}
	for judged := range a.result.Commits() {
		if !wanted[judged.Number] {
			continue
		}
		e.Wrote[judged.Number] = facts.JudgedCommit{
			Commit: facts.Commit{Number: judged.Number, Hash: judged.Hash, AuthoredAt: judged.AuthoredAt, Day: judged.Day}, Verdict: judged.Verdict,
		}
	}
	e.Commit.Verdict = e.Wrote[one.commit.Number].Verdict
	return e
}
