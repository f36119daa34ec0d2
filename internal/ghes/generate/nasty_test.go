package generate_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weir/internal/ghes/generate"
)

// nastyChecks say for each kind how one can tell that it is as nasty as promised.
var nastyChecks = map[generate.Kind]func(t *testing.T, dir string){
	generate.Empty: func(t *testing.T, dir string) { fails(t, dir, "rev-parse", "--verify", "HEAD") },
	generate.NoHead: func(t *testing.T, dir string) {
		fails(t, dir, "rev-parse", "--verify", "HEAD")
		has(t, dir, "first", "log", "trunk")
	},
	generate.Shallow: func(t *testing.T, dir string) {
		has(t, dir, "true", "rev-parse", "--is-shallow-repository")
		has(t, dir, "2", "rev-list", "--count", "main")
	},
	generate.Corrupt: func(t *testing.T, dir string) { has(t, dir, "5", "rev-list", "--count", "main"); fails(t, dir, "fsck") },
	generate.Missing: func(t *testing.T, dir string) { fails(t, dir, "cat-file", "-e", "main~2:a.txt") },
	generate.UglyNames: func(t *testing.T, dir string) {
		has(t, dir, "<script>alert(1)", "log", "--format=%s")
		has(t, dir, "21", "rev-list", "--count", "main")
	},
	generate.UglyPaths: func(t *testing.T, dir string) { has(t, dir, "no utf-8 \\377\\376", "ls-tree", "-r", "main") },
	generate.OddDates: func(t *testing.T, dir string) {
		has(t, dir, "> 4294967295 +0000", "cat-file", "-p", "main~14")
		has(t, dir, "> 1767600000 +9999", "cat-file", "-p", "main~9")
		has(t, dir, "> -1 +0000", "cat-file", "-p", "main~16")
	},
	generate.Octopus:      func(t *testing.T, dir string) { has(t, dir, "1", "rev-list", "--count", "--min-parents=4", "main") },
	generate.Submodule:    func(t *testing.T, dir string) { has(t, dir, "160000 commit", "ls-tree", "-r", "main~1") },
	generate.Symlinks:     func(t *testing.T, dir string) { has(t, dir, "120000 blob", "ls-tree", "main") },
	generate.CaseTwins:    func(t *testing.T, dir string) { has(t, dir, "Readme.md", "ls-tree", "--name-only", "main") },
	generate.BrokenText:   func(t *testing.T, dir string) { has(t, dir, "caf\xe9s", "show", "main:latin1.txt") },
	generate.TwoRoots:     func(t *testing.T, dir string) { has(t, dir, "2", "rev-list", "--count", "--max-parents=0", "main") },
	generate.EmptyCommits: func(t *testing.T, dir string) { has(t, dir, "4", "rev-list", "--count", "main") },
}

func fails(t *testing.T, dir string, args ...string) {
	t.Helper()
	if out, err := try(t, dir, args...); err == nil {
		t.Errorf("git %v: want a failure, got %q", args, out)
	}
}

func has(t *testing.T, dir, want string, args ...string) {
	t.Helper()
	if out := git(t, dir, args...); !strings.Contains(out, want) {
		t.Errorf("git %v: no %q in %q", args, want, out)
	}
}

func TestNasty(t *testing.T) {
	t.Parallel()
	for _, k := range generate.NastyKinds {
		t.Run(string(k), func(t *testing.T) {
			t.Parallel()
			dir, err := generate.Nasty(t.Context(), t.TempDir(), k)
			if err != nil {
				t.Fatal(err)
			}
			if check := nastyChecks[k]; check != nil {
				check(t, dir)
				return
			}
			t.Error("nobody checks this kind")
		})
	}
}

func TestManyFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("a commit of 100,000 files takes a few seconds")
	}
	t.Parallel()
	dir, err := generate.Nasty(t.Context(), t.TempDir(), generate.ManyFiles)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(git(t, dir, "ls-tree", "-r", "--name-only", "main"), "\n") + 1; got != 100_000 {
		t.Errorf("got %d files", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "import.marks")); !os.IsNotExist(err) {
		t.Errorf("marks are left behind: %v", err)
	}
}
