package ingest_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weir/internal/facts"
	"weir/internal/git/gittest"
	"weir/internal/git/mirrortest"
	"weir/internal/ingest"
	"weir/internal/jobs"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// sizeWorld is a store with pull requests, and a mirror that holds what it was given of a repository.
type sizeWorld struct {
	t        *testing.T
	store    *store.Store
	ingest   *ingest.Ingest
	repo     facts.RepoID
	source   *gittest.Repo
	mirror   *gittest.Repo
	ada, bob facts.Actor
}

func newSizeWorld(t *testing.T, s *store.Store, slice time.Duration) *sizeWorld {
	t.Helper()
	w := &sizeWorld{t: t, store: s, source: gittest.New(t)}
	held := storetest.NewWorld(t, s, "Main", 2)
	w.repo = held.Repos[0]
	dir := t.TempDir()
	w.ingest = ingest.New(ingest.Options{Store: s, Queue: &noQueue{}, Dir: dir, Slice: slice, Log: testLog(t)})
	w.mirror = gittest.New(t)
	to := ingest.MirrorDir(dir, w.repo)
	if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.Rename(w.mirror.Dir, to)); err != nil {
		t.Fatal(err)
	}
	w.mirror.Dir = to
	for i, a := range []*facts.Actor{&w.ada, &w.bob} {
		*a = facts.Actor{ServerID: int64(i + 1), Login: fmt.Sprintf("dev%d", i+1), Kind: facts.ActorUser}
		w.do(s.InTx(t.Context(), func(tx *store.Tx) (err error) {
			a.Identity, _, err = tx.EnsureAccount(t.Context(), held.Integration, "github.example.com", *a)
			return err
		}))
	}
	return w
}

func (w *sizeWorld) do(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// fetch brings a commit into the mirror.
func (w *sizeWorld) fetch(marks ...gittest.Mark) {
	w.t.Helper()
	for _, m := range marks {
		hash := w.source.Hash(m)
		w.mirror.Git("fetch", "--quiet", w.source.Dir, fmt.Sprintf("+refs/marks/%d:refs/marks/%d", m, m))
		w.mirror.Git("cat-file", "-e", hash)
	}
}

// pull is one of Ada's, merged.
func (w *sizeWorld) pull(number int, base, head, merge string, comments ...facts.Comment) facts.PullRequest {
	at := int64(1000 * number)
	p := facts.PullRequest{Repo: w.repo, Number: number, ServerID: int64(number), Title: "Change", State: facts.PullRequestMerged, Author: w.ada,
		BaseHash: base, HeadHash: head, MergeHash: merge, CreatedAt: at, UpdatedAt: at + 9, MergedAt: at + 9, ClosedAt: at + 9, SyncedAt: at + 9}
	for i, c := range comments {
		c.Repo, c.Number, c.Kind, c.ServerID, c.CreatedAt, c.UpdatedAt = w.repo, number, facts.CommentLine, at+int64(i), at+5, at+5
		c.RootID = c.ServerID
		if c.Author.Identity == 0 {
			c.Author = w.bob
		}
		p.Comments = append(p.Comments, c)
	}
	return p
}

func (w *sizeWorld) save(pulls ...facts.PullRequest) {
	w.t.Helper()
	w.do(w.store.SavePullRequests(w.t.Context(), w.repo, pulls))
}

func (w *sizeWorld) judge() {
	w.t.Helper()
	w.do(w.ingest.Judge(w.t.Context(), w.repo))
}

// sizes gives what is judged of the sizes, by number.
func (w *sizeWorld) sizes() map[int]facts.SizeVerdict {
	w.t.Helper()
	found := map[int]facts.SizeVerdict{}
	for pr, err := range w.store.JudgedPullRequests(w.t.Context(), facts.PullRequestFilter{}) {
		w.do(err)
		found[pr.Number] = pr.Size
	}
	return found
}

func (w *sizeWorld) want(what string, want map[int]facts.SizeVerdict) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.sizes()); diff != "" {
		w.t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// story is 40 numbered lines, some of them changed.
func story(changes map[int]string) gittest.File {
	var b strings.Builder
	for i := 1; i <= 40; i++ {
		if text, changed := changes[i]; changed {
			b.WriteString(text)
			continue
		}
		fmt.Fprintf(&b, "line %d\n", i)
	}
	return gittest.Text(b.String())
}

// The history of the tests. Main is m0, then m1, which adds nine lines to the head of a.txt. The topic branches off m0:
//
//	c1 changes lines 10 and 30 of a.txt, adds b.txt with three lines, and a line to go.sum
//	c2 makes six lines of line 11, takes 30 back, and changes 38
//
// So the diff of c2 has in a.txt the hunks of lines 7 to 14 (10 and 11), now 7 to 19, and of 35 to 40 (38), now 40 to 45, and one
// in b.txt: three hunks, and 7 + 1 + 3 = 11 lines in two files; go.sum is a lock file and does not count.
type topic struct{ m0, m1, c1, c2 gittest.Mark }

func (w *sizeWorld) topic() topic {
	sum := func(n int) gittest.File { return gittest.Text(strings.Repeat("x\n", n)) }
	var k topic
	k.m0 = w.source.Commit(gittest.Commit{Set: gittest.Files{"a.txt": story(nil), "go.sum": sum(1)}})
	k.m1 = w.source.Commit(gittest.Commit{Parents: []gittest.Mark{k.m0}, Set: gittest.Files{"a.txt": story(map[int]string{1: "1\n2\n3\n4\n5\n6\n7\n8\n9\nline 1\n"})}})
	k.c1 = w.source.Commit(gittest.Commit{Parents: []gittest.Mark{k.m0}, Set: gittest.Files{"a.txt": story(map[int]string{10: "ten\n", 30: "thirty\n"}),
		"b.txt": gittest.Text("one\ntwo\nthree\n"), "go.sum": sum(2)}})
	k.c2 = w.source.Commit(gittest.Commit{Parents: []gittest.Mark{k.c1}, Set: gittest.Files{"a.txt": story(map[int]string{10: "ten\n", 11: "eleven\nb\nc\nd\ne\nf\n", 38: "x\n"})}})
	return k
}

// Comments on the topic, and the hunks of its diff that they cover: see topic.
func TestReviewCoverageByHand(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newSizeWorld(t, s, time.Hour)
		k := w.topic()
		// The topic once more, with main merged into it: its merge base is then m1, and a.txt there has nine lines more.
		merged := w.source.Commit(gittest.Commit{Parents: []gittest.Mark{k.c1, k.m1}, Set: gittest.Files{"b.txt": gittest.Text("one\ntwo\nthree\n"),
			"a.txt": story(map[int]string{1: "1\n2\n3\n4\n5\n6\n7\n8\n9\nline 1\n", 10: "ten\n", 30: "thirty\n"})}})
		w.source.Write()
		w.fetch(k.m1, k.c2, merged)
		c1, c2, base := w.source.Hash(k.c1), w.source.Hash(k.c2), w.source.Hash(k.m1)
		on := func(commit, path string, line int) facts.Comment {
			return facts.Comment{CommitHash: commit, Path: path, Line: line, Text: facts.NewText("Why?")}
		}
		old := on(c2, "a.txt", 37)
		old.OldSide = true
		long := on(c2, "a.txt", 25)
		long.StartLine = 14
		byAda := on(c2, "b.txt", 1)
		byAda.Author = w.ada
		spread := on(c2, "a.txt", 41)
		spread.StartLine = 12
		w.save(
			w.pull(1, base, c2, ""),
			w.pull(2, base, c2, "", on(c1, "a.txt", 13)),                                         // in the context of c1's first hunk (7 to 13): it covers that of 10 and 11
			w.pull(3, base, c2, "", on(c1, "a.txt", 30)),                                         // a hunk that was taken back
			w.pull(4, base, c2, "", on(c1, "a.txt", 20), on(c2, "a.txt", 22)),                    // between the hunks
			w.pull(5, base, c2, "", byAda, on(c2, "go.sum", 1), on(c2, "other.txt", 1)),          // the author's own, in a lock file, in no file of the diff
			w.pull(6, base, c2, "", old, on(c1, "b.txt", 2), on(c2, "b.txt", 3)),                 // the second hunk by its old side, and b.txt twice
			w.pull(7, base, c2, "", long),                                                        // lines 14 to 25 reach into the first hunk
			w.pull(8, base, c2, "", on(c2, "a.txt", 0)),                                          // on the file as a whole
			w.pull(9, base, w.source.Hash(merged), "", on(c1, "a.txt", 10)),                      // lines of m0 are to be found again in m1
			w.pull(10, base, c2, "", on(strings.Repeat("ab", 20), "a.txt", 10)),                  // on a commit that is not there
			w.pull(11, base, c2, "", spread, on(c1, "b.txt", 1), on(strings.ToUpper(c1), "", 1)), // all three; the last stands nowhere
		)
		w.judge()
		sized := func(covered int) facts.SizeVerdict {
			return facts.SizeVerdict{State: facts.SizeKnown, Lines: 11, Files: 2, Hunks: 3, Covered: covered}
		}
		w.want("coverage", map[int]facts.SizeVerdict{1: sized(0), 2: sized(1), 3: sized(0), 4: sized(0), 5: sized(0), 6: sized(2), 7: sized(1), 8: sized(0),
			// Against m1: lines 10 and 30 of a.txt, 3 of b.txt, a hunk each.
			9:  {State: facts.SizeKnown, Lines: 5, Files: 2, Hunks: 3, Covered: 1},
			10: sized(facts.Untold), 11: sized(3)})
	})
}

// A server names as base what was there when it was asked, which may hold the head already.
func TestSizeOfMerged(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := newSizeWorld(t, s, time.Hour)
		k := w.topic()
		merge := w.source.Commit(gittest.Commit{Parents: []gittest.Mark{k.m1, k.c2}})
		squash := w.source.Commit(gittest.Commit{Parents: []gittest.Mark{k.m1}, Set: gittest.Files{"b.txt": gittest.Text("one\ntwo\nthree\n")}})
		lone := w.source.Commit(gittest.Commit{Set: gittest.Files{"x": gittest.Text("x\n")}})
		many := gittest.Files{}
		for i := range 3001 {
			many[fmt.Sprintf("%d/f", i)] = gittest.Text("x\n")
		}
		large := w.source.Commit(gittest.Commit{Parents: []gittest.Mark{k.m0}, Set: many})
		late := w.source.Commit(gittest.Commit{Parents: []gittest.Mark{k.m0}, Set: gittest.Files{"late.txt": gittest.Text("x\n")}})
		w.source.Write()
		w.fetch(merge, squash, lone, large)
		hash := w.source.Hash
		open := w.pull(8, hash(k.c2), hash(k.c2), "")
		open.State, open.MergedAt, open.ClosedAt = facts.PullRequestOpen, 0, 0
		w.save(
			w.pull(1, hash(merge), hash(k.c2), hash(merge)),               // the base holds the merge
			w.pull(2, strings.Repeat("ab", 20), hash(k.c2), hash(squash)), // the base is not there, what the squash was made on is
			w.pull(3, hash(k.c2), hash(k.c2), hash(k.c2)),                 // pushed as it is: nothing tells where it began
			w.pull(4, hash(k.m1), hash(lone), ""),                         // nothing in common
			w.pull(5, hash(k.m1), hash(late), ""),                         // not fetched yet
			w.pull(6, hash(k.m1), hash(large), ""),
			w.pull(7, "", "", ""),
			open, // nothing in it any more
		)
		w.judge()
		whole := facts.SizeVerdict{State: facts.SizeKnown, Lines: 11, Files: 2, Hunks: 3}
		missing := facts.SizeVerdict{State: facts.SizeMissing}
		want := map[int]facts.SizeVerdict{1: whole, 2: whole, 3: missing, 4: missing, 5: missing, 6: {State: facts.SizeTooLarge}, 7: missing, 8: {State: facts.SizeKnown}}
		w.want("sizes", want)
		w.judge()
		w.want("sizes again", want)
		w.fetch(late)
		w.judge()
		want[5] = facts.SizeVerdict{State: facts.SizeKnown, Lines: 1, Files: 1, Hunks: 1}
		w.want("after the fetch", want)
		// Now no file counts: a rule is followed without reading git.
		w.do(os.RemoveAll(w.mirror.Dir))
		rules, err := s.Rules(t.Context())
		w.do(err)
		rules.Globs = []string{"*.txt"}
		w.do(s.SaveRules(t.Context(), rules))
		w.judge()
		want[1], want[2], want[5] = facts.SizeVerdict{State: facts.SizeKnown}, facts.SizeVerdict{State: facts.SizeKnown}, facts.SizeVerdict{State: facts.SizeKnown}
		w.want("after the rule", want)
	})
}

// Only what its head, base or line comments say is measured again.
func TestSizesAreMeasuredOnce(t *testing.T) {
	t.Parallel()
	w := newSizeWorld(t, storetest.Open(t), time.Hour)
	k := w.topic()
	w.source.Write()
	w.fetch(k.m1, k.c2)
	p := w.pull(1, w.source.Hash(k.m1), w.source.Hash(k.c2), "")
	w.save(p)
	w.judge()
	// What is held is changed by hand: measuring would change it back.
	held, err := w.store.PullRequestSizes(t.Context(), w.repo, []int{1})
	w.do(err)
	marked := held[1]
	marked.Files[0].Lines = 1000
	w.do(w.store.InTx(t.Context(), func(tx *store.Tx) error {
		return tx.SavePullRequestSizes(t.Context(), w.repo, []facts.PullRequestSize{marked})
	}))
	lines := func() int { return w.sizes()[1].Lines }
	for name, c := range map[string]struct {
		change func(*facts.PullRequest)
		want   int
	}{
		"another title": {func(p *facts.PullRequest) { p.Title = "Renamed" }, 1003},
		"a comment": {func(p *facts.PullRequest) {
			p.Comments = []facts.Comment{{Number: 1, Kind: facts.CommentConversation, ServerID: 77, Author: w.bob, CreatedAt: 1006, UpdatedAt: 1006}}
		}, 1003},
	} {
		p.UpdatedAt++
		c.change(&p)
		w.save(p)
		w.judge()
		if got := lines(); got != c.want {
			t.Errorf("after %s: %d lines, want %d", name, got, c.want)
		}
		if due, err := w.store.DueSizes(t.Context(), w.repo, 0, 10); err != nil || len(due) > 0 {
			t.Errorf("after %s %v is due, %v", name, due, err)
		}
	}
	p.UpdatedAt++
	p.HeadHash = w.source.Hash(k.c1)
	w.save(p)
	w.judge()
	// c1: lines 10 and 30 of a.txt and three of b.txt.
	if got := lines(); got != 5 {
		t.Errorf("after a push: %d lines, want 5", got)
	}
}

// Measuring gives others their turn, and goes on where it was.
func TestSizesTakeTurns(t *testing.T) {
	t.Parallel()
	w := newSizeWorld(t, storetest.Open(t), time.Nanosecond)
	k := w.topic()
	w.source.Write()
	w.fetch(k.m1, k.c2)
	for n := 1; n <= 3; n++ {
		w.save(w.pull(n, w.source.Hash(k.m1), w.source.Hash(k.c2), ""))
	}
	for n := 1; n <= 3; n++ {
		if err := w.ingest.Judge(t.Context(), w.repo); !errors.Is(err, jobs.ErrAgain) {
			t.Fatalf("turn %d: %v", n, err)
		}
		known := 0
		for _, size := range w.sizes() {
			if size.State == facts.SizeKnown {
				known++
			}
		}
		if known != n {
			t.Errorf("after turn %d there are %d sizes", n, known)
		}
	}
	w.judge()
}

// Pull requests that were held before anything was measured are measured although the server has nothing new, as after an update
// of Weir.
func TestSizesOfWhatIsHeld(t *testing.T) {
	t.Parallel()
	server := mirrortest.NewServer(t)
	repo := server.Repo(t, "acme/api.git")
	base := repo.Commits("refs/heads/main", 3)
	repo.Git("update-ref", "refs/pull/1/head", base)
	head := repo.File("refs/pull/1/head", "new.txt", "one\ntwo\n")
	f := newFixture(t, storetest.Open(t), server, t.TempDir())
	f.addRepo(11, "api")
	f.start()
	api := f.importAll()["api"]
	err := f.store.SavePullRequests(t.Context(), api, []facts.PullRequest{{Number: 1, ServerID: 1, Title: "Add a file", State: facts.PullRequestOpen,
		BaseHash: base, HeadHash: head, CreatedAt: 1000, UpdatedAt: 1000, SyncedAt: 1000}})
	if err != nil {
		t.Fatal(err)
	}
	f.sync(api)
	f.idle()
	got, err := f.store.JudgedPullRequest(t.Context(), api, 1)
	if want := (facts.SizeVerdict{State: facts.SizeKnown, Lines: 2, Files: 1, Hunks: 1}); err != nil || got.Size != want {
		t.Errorf("%+v, %v; want %+v", got.Size, err, want)
	}
}
