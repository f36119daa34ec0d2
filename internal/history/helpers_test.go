package history_test

import (
	"fmt"
	"os/exec"
	"strings"

	"weir/internal/git/gittest"
)

// diffTree runs git diff-tree over all commits but merges.
func diffTree(t gittest.TB, repo *gittest.Repo, args ...string) string {
	t.Helper()
	commits := repo.Git("rev-list", "--branches", "--no-merges")
	return pipe(t, repo, commits, append([]string{"diff-tree", "--stdin", "--root", "-r"}, args...)...)
}

func pipe(t gittest.TB, repo *gittest.Repo, input string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env, cmd.Stdin = repo.Dir, gittest.Environ(), strings.NewReader(input)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %s: %v", args[0], err)
	}
	return string(out)
}

// patchIDs asks git for the patch ids of all commits.
func patchIDs(t gittest.TB, repo *gittest.Repo) map[string]string {
	t.Helper()
	patches := diffTree(t, repo, "-p", "--full-index", "--no-renames")
	ids := map[string]string{}
	for line := range strings.Lines(pipe(t, repo, patches, "patch-id", "--stable")) {
		id, commit, _ := strings.Cut(strings.TrimSpace(line), " ")
		ids[commit] = id
	}
	return ids
}

// logCounts counts what git log -p -U0 -M shows of each commit and path.
func logCounts(t gittest.TB, repo *gittest.Repo) map[string]map[string]counted {
	t.Helper()
	counts := map[string]map[string]counted{}
	patches := patchCounts(diffTree(t, repo, "-p", "-U0", "-M"))
	raw := strings.Split(diffTree(t, repo, "--raw", "-z", "-M"), "\x00")
	commit := ""
	for i := 0; i < len(raw) && raw[i] != ""; i++ {
		if raw[i][0] != ':' {
			commit = raw[i]
			counts[commit] = map[string]counted{}
			continue
		}
		field := strings.Fields(raw[i])
		i++
		path, c := raw[i], counted{}
		if field[4][0] == 'R' {
			c.from = path
			i++
			path = raw[i]
		}
		parts := 1
		if field[4][0] == 'T' {
			parts = 2 // git shows a deletion and an addition
		}
		for _, p := range patches[commit][:parts] {
			c.added, c.deleted = c.added+p.added, c.deleted+p.deleted
		}
		patches[commit] = patches[commit][parts:]
		counts[commit][path] = c
	}
	return counts
}

// patchCounts gives, per commit, the counts of each part of its patch. Those of submodules are left out.
func patchCounts(patch string) map[string][]counted {
	counts := map[string][]counted{}
	commit, minus, plus, module := "", 0, 0, false
	for line := range strings.Lines(patch) {
		last := len(counts[commit]) - 1
		switch {
		case plus > 0 && line[0] == '+':
			plus--
		case minus > 0 && line[0] == '-':
			minus--
		case len(line) > 40 && strings.Trim(line, "0123456789abcdef\n") == "":
			commit = strings.TrimSpace(line)
		case strings.HasPrefix(line, "diff --git"):
			module = false
			counts[commit] = append(counts[commit], counted{})
		case strings.Contains(line, "file mode 160000"), strings.HasPrefix(line, "index ") && strings.HasSuffix(line, " 160000\n"):
			module = true
		case strings.HasPrefix(line, "@@ "):
			minus, plus = hunkSizes(line)
			if !module {
				counts[commit][last].added += plus
				counts[commit][last].deleted += minus
			}
		}
	}
	return counts
}

func hunkSizes(line string) (minus, plus int) {
	field := strings.Fields(line)
	size := func(s string) int {
		_, n, found := strings.Cut(s, ",")
		if !found {
			return 1
		}
		var size int
		_, _ = fmt.Sscan(n, &size)
		return size
	}
	return size(field[1]), size(field[2])
}
