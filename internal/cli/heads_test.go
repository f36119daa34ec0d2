package cli

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weir/internal/git/gittest"
	"weir/internal/report"
)

// TestAnalyzeWhatIsCheckedOut says for each state that a repository can be in what is counted, and tells what is odd.
func TestAnalyzeWhatIsCheckedOut(t *testing.T) {
	t.Parallel()
	// main has 2 commits, topic another one, and a third hangs on no branch.
	build := func(t *testing.T) (r *gittest.Repo, loose string) {
		r = gittest.New(t)
		text := func(s string) gittest.Files { return gittest.Files{"a.txt": gittest.Text(s)} }
		one := r.Commit(gittest.Commit{Set: text("1\n")})
		two := r.Commit(gittest.Commit{Parents: []gittest.Mark{one}, Set: text("1\n2\n")})
		topic := r.Commit(gittest.Commit{Parents: []gittest.Mark{one}, Set: text("1\nt\n")})
		alone := r.Commit(gittest.Commit{Parents: []gittest.Mark{two}, Set: text("1\n2\n3\n")})
		r.Branch("main", two)
		r.Branch("topic", topic)
		r.Write()
		for ref := range strings.FieldsSeq(r.Git("for-each-ref", "--format=%(refname)", "refs/marks")) {
			r.Git("update-ref", "-d", ref)
		}
		return r, r.Hash(alone)
	}
	for name, test := range map[string]struct {
		prepare func(r *gittest.Repo, loose string) (dir string)
		commits int
		refs    []string
		says    string
	}{
		"on a branch": {func(r *gittest.Repo, _ string) string {
			r.Git("symbolic-ref", "HEAD", "refs/heads/topic")
			return r.Dir
		}, 3, []string{"refs/heads/topic", "refs/heads/main"}, ""},
		"detached at a branch": {func(r *gittest.Repo, _ string) string {
			r.Git("update-ref", "--no-deref", "HEAD", "refs/heads/topic")
			return r.Dir
		}, 3, []string{"refs/heads/topic", "refs/heads/main"}, ""},
		"detached beside all branches": {func(r *gittest.Repo, loose string) string {
			r.Git("update-ref", "--no-deref", "HEAD", loose)
			return r.Dir
		}, 4, []string{"HEAD", "refs/heads/main", "refs/heads/topic"}, ""},
		"detached without a branch": {func(r *gittest.Repo, loose string) string {
			r.Git("update-ref", "--no-deref", "HEAD", loose)
			r.Git("branch", "-D", "main", "topic")
			return r.Dir
		}, 3, []string{"HEAD"}, ""},
		"unborn beside branches": {func(r *gittest.Repo, _ string) string {
			r.Git("symbolic-ref", "HEAD", "refs/heads/not-yet")
			return r.Dir
		}, 3, []string{"refs/heads/main", "refs/heads/topic"}, ""},
		"without a commit": {func(r *gittest.Repo, _ string) string {
			r.Git("branch", "-D", "topic")
			r.Git("update-ref", "-d", "refs/heads/main")
			return r.Dir
		}, 0, []string{}, "the repository has no commit yet"},
		"shallow": {func(r *gittest.Repo, _ string) string {
			dir := filepath.Join(r.Dir, "shallow.git")
			r.Git("clone", "--quiet", "--bare", "--depth=1", "file://"+r.Dir, dir)
			return dir
		}, 1, []string{"refs/heads/main"}, "the history of this clone is cut off"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, loose := build(t)
			out, said, code := weir(t.Context(), "analyze", test.prepare(r, loose), "--json")
			if code != exitOK || !strings.Contains(said, test.says) || test.says == "" && said != "" {
				t.Fatalf("exit code %d, said %q, want %q", code, said, test.says)
			}
			var a report.Analysis
			if err := json.Unmarshal([]byte(out), &a); err != nil {
				t.Fatal(err)
			}
			refs := []string{}
			for _, ref := range a.Refs {
				refs = append(refs, ref.Name)
			}
			if diff := cmp.Diff(test.refs, refs); diff != "" || a.Totals.Seen.Commits != test.commits {
				t.Errorf("%d commits, want %d; refs (-want +got):\n%s", a.Totals.Seen.Commits, test.commits, diff)
			}
		})
	}
}
