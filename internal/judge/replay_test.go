package judge_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history"
	"weir/internal/judge"
	"weir/internal/people"
)

// A change is made on topic and picked onto main, which had moved on: it counts once, on main. What the replay
// emits is all that judging needs for it.
func TestReplayedDuplicate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	sh := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", append([]string{"-C", dir}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "HOME="+dir,
			"GIT_AUTHOR_NAME=Ann", "GIT_AUTHOR_EMAIL=ann@example.com", "GIT_COMMITTER_NAME=Ann", "GIT_COMMITTER_EMAIL=ann@example.com",
			"GIT_COMMITTER_DATE=2026-01-01T00:00:00Z", "GIT_AUTHOR_DATE=2026-01-01T00:00:00Z")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		sh("add", name)
		sh("commit", "-q", "-m", "write "+name)
	}
	sh("init", "-q", "-b", "main")
	write("base.go", "package x\n")
	sh("switch", "-q", "-c", "topic")
	write("change.go", "package x\n\nvar y = 1\n")
	sh("switch", "-q", "main")
	write("other.go", "package x\n")
	sh("cherry-pick", "topic")

	counted, left := replayed(t, dir)
	if counted != 3 || left != 1 {
		t.Errorf("%d commits count and %d are duplicates, want 3 and 1", counted, left)
	}
}

func replayed(t *testing.T, dir string) (counted, duplicates int) {
	t.Helper()
	ctx := t.Context()
	repo := must(git.Open(ctx, dir))
	tip, topic := must(repo.Resolve(ctx, "main")), must(repo.Resolve(ctx, "topic"))
	directory := people.NewDirectory(nil)
	j := must(judge.New(facts.DefaultRules(), facts.Repo{}, directory.PersonOf))
	_, err := history.Replay(ctx, repo, history.Options{Tips: []git.Hash{tip, topic}, Identify: directory.Identify}, func(c *history.Commit) error {
		j.Add(&c.Commit)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	res := j.Finish(judge.World{Default: tip.String(), Branches: []string{tip.String(), topic.String()}})
	if res.NoAncestry {
		t.Error("the replay gave no parents")
	}
	for c := range res.Commits() {
		switch c.Reason {
		case facts.Counts:
			counted++
		case facts.LeftDuplicate:
			duplicates++
		}
	}
	return counted, duplicates
}
