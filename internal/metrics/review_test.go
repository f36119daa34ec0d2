package metrics_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weir/internal/facts"
	"weir/internal/metrics"
)

const hour = 3600

// The pull requests of the tables below. Hours count from t = 1000 h; Ann is 1, Bob 2, Cy 3, Di 4 (who only opens).
//
// A, by Ann, first commit 990, opened and ready 1000:
//
//	1002 Bob comments "Why?" (1 word)          a remark, trivial; first response
//	1003 Ann comments                          her answer to 1002: 1 h
//	1004 Ann commits (follow-on)               the same run: no further answer
//	1010 Bob asks for changes, 5 words         a remark, regular; his answer to 1004: 6 h
//	1011 Cy comments, 25 words                 a remark, robust; Cy's first answer to 1004: 7 h
//	1012 Bob comments, 2 words                 a remark; no answer: nothing by Ann between
//	1014 Ann commits (follow-on)               answer to 1012: 2 h
//	1020 Bob approves without a word           first approval; answer to 1014: 6 h
//	1024 Ann merges                            answer to 1020: 4 h
//
// Bob's answer to the opening is 1002: 2 h, Cy's first answer to a submitter act is 1011 - 1004 = 7 h.
// Stages: coding 10 (990-1000), pickup 2 (-1002), review 18 (-1020), merge 4 (-1024); they add up to 34.
// Iteration time: 1014 - 1002 = 12 h. Two threads by Bob, one addressed.
//
// B, by Bob, opened 1000 as a draft, ready 1010, no commit read: nobody looked; a bot approved and does not count; merged 1040
// by Bob. Stages: coding 0 (untold), pickup 30 (no act: merged is next), review and merge 0.
//
// C, by Cy, first commit 1001 (after it was opened, a rebase), opened 1000, a follow-on commit at 1002, Ann comments with a
// suggestion and no word at 1005, Ann approves 1005, Ann merges 1006: reviewer acts all. Ann's first answer is to 1002: 3 h; the
// merge is no answer. Stages: boundaries 1001, 1001 (ready moved), 1005, 1005, 1006: 0, 4, 0, 1.
//
// Sizes: A 120 lines in 3 files, 2 of 7 hunks commented on; B 10 lines in 1 file, 0 of 1 hunk; C 30 lines in 2 files with 4 hunks,
// and a comment of which nobody knows where it stood.
func pullRequests() []facts.JudgedPullRequest {
	at := func(h int64) int64 { return h * hour }
	pr := func(person facts.PersonID, ready, merged int64, acts ...facts.Act) facts.JudgedPullRequest {
		j := facts.JudgedPullRequest{}
		j.Person, j.CreatedAt, j.ReadyAt, j.MergedAt = person, at(1000), at(ready), at(merged)
		j.Acts = append([]facts.Act{{At: at(1000), Kind: facts.ActOpened, Person: person}}, acts...)
		return j
	}
	act := func(h int64, kind facts.ActKind, person facts.PersonID, words int) facts.Act {
		return facts.Act{At: at(h), Kind: kind, Person: person, Words: words}
	}
	followOn := func(h int64, person facts.PersonID) facts.Act {
		return facts.Act{At: at(h), Kind: facts.ActCommit, Person: person, FollowOn: true}
	}
	a := pr(1, 1000, 1024, act(1002, facts.ActComment, 2, 1), act(1003, facts.ActComment, 1, 9), followOn(1004, 1),
		act(1010, facts.ActChangesRequested, 2, 5), act(1011, facts.ActComment, 3, 25), act(1012, facts.ActComment, 2, 2), followOn(1014, 1),
		act(1020, facts.ActApproved, 2, 0), act(1024, facts.ActMerged, 1, 0))
	a.FirstCommitAt = at(990)
	a.Conversations = []facts.ThreadVerdict{{Person: 2, At: at(1002), Addressed: true}, {Person: 2, At: at(1012)}}
	a.Size = facts.SizeVerdict{State: facts.SizeKnown, Lines: 120, Files: 3, Hunks: 7, Covered: 2}
	bot := act(1001, facts.ActApproved, 9, 30)
	bot.Left = facts.LeftBot
	b := pr(2, 1010, 1040, bot, act(1010, facts.ActReady, 2, 0), act(1040, facts.ActMerged, 2, 0))
	b.Size = facts.SizeVerdict{State: facts.SizeKnown, Lines: 10, Files: 1, Hunks: 1}
	c := pr(3, 1000, 1006, followOn(1002, 3), act(1005, facts.ActComment, 1, 0), act(1005, facts.ActApproved, 1, 0), act(1006, facts.ActMerged, 1, 0))
	c.Acts[2].Suggestion, c.FirstCommitAt = true, at(1001)
	c.Size = facts.SizeVerdict{State: facts.SizeKnown, Lines: 30, Files: 2, Hunks: 4, Covered: facts.Untold}
	return []facts.JudgedPullRequest{a, b, c}
}

func TestReviewMetrics(t *testing.T) {
	t.Parallel()
	all, ann, bob := metrics.Lens{}, lensOf(1), lensOf(2)
	banded := metrics.Lens{Sizes: metrics.SizeBounds{Medium: 30, High: 100, PullRequests: 9}}
	cases := []struct {
		id     string
		lens   metrics.Lens
		want   float64
		sample int
	}{
		{"pull_requests_merged", all, 3, 3},
		{"pull_requests_merged", ann, 1, 1},
		// A 1002 - 1000 = 2, C 1005 - 1000 = 5; B has none: 3.5.
		{"time_to_first_comment", all, 3.5, 2},
		{"time_to_first_comment", ann, 2, 1},
		// A 20, C 5: 12.5.
		{"time_to_first_approval", all, 12.5, 2},
		// A 24, B 1040 - 1010 = 30, C 6: 20.
		{"time_to_merge", all, 20, 3},
		// B from its opening: 40; (24 + 40 + 6) / 3.
		{"time_to_merge", metrics.Lens{Start: metrics.StartCreated}, 70.0 / 3, 3},
		// From the first comment: A 22, C 1; B has none.
		{"time_to_merge", metrics.Lens{Start: metrics.StartFirstComment}, 11.5, 2},
		// A 12; B no comment: 0; C no follow-on commit after the comment: 0.
		{"pr_iteration_time", all, 4, 3},
		// A and C of three.
		{"iterated_prs", all, 200.0 / 3, 3},
		{"follow_on_commits", all, 3, 3},
		// B of three.
		{"unreviewed_prs", all, 100.0 / 3, 3},
		{"unreviewed_prs", bob, 100, 1},
		// A (regular and robust) and C (a suggestion) of three.
		{"thoroughly_reviewed_prs", all, 200.0 / 3, 3},
		// A: 1, 2 and 4 h; B and C: no act of the submitter after one of a reviewer.
		{"responsiveness", all, 7.0 / 3, 3},
		// One of two threads.
		{"comments_addressed", all, 50, 2},
		// A and C have a remark; after it A has a follow-on commit, C none.
		{"receptiveness", all, 50, 2},
		// A 2 of 7, B 0 of 1; C is not told.
		{"review_coverage", all, 100 * 2.0 / 8, 8},
		{"review_coverage", ann, 100 * 2.0 / 7, 7},
		// (120 + 10 + 30) / 3 lines, (3 + 1 + 2) / 3 files.
		{"pr_size", all, 160.0 / 3, 3},
		{"pr_size", bob, 10, 1},
		{"pr_files", all, 2, 3},
		// Medium begins at 30, high at 100: B is low, C medium, A high.
		{"pr_complexity_low", banded, 100.0 / 3, 3},
		{"pr_complexity_medium", banded, 100.0 / 3, 3},
		{"pr_complexity_high", banded, 100.0 / 3, 3},
		{"stage_coding", all, 10.0 / 3, 3},
		{"stage_pickup", all, (2 + 30 + 4) / 3.0, 3},
		{"stage_review", all, 18.0 / 3, 3},
		{"stage_merge", all, (4 + 1) / 3.0, 3},
		// A by Bob and Cy, C by Ann.
		{"pull_requests_reviewed", all, 3, 3},
		{"pull_requests_reviewed", bob, 1, 1},
		// Bob 2, 6 and 6 h, Cy 7, Ann 3: 24 / 5.
		{"reaction_time", all, 24.0 / 5, 5},
		{"reaction_time", bob, 14.0 / 3, 3},
		// Remarks: Bob 3, Cy 1, Ann 1. Follow-on commits after Bob's first: 2, after Cy's: 1, after Ann's: 0. 3 / 5.
		{"influence", all, 3.0 / 5, 5},
		{"influence", bob, 2.0 / 3, 3},
		// Contributors 1, 2, 3: each opened one, so 2 by others for each. Ann reviewed 1, Bob 1, Cy 1: 3 / 6.
		{"involvement", all, 50, 6},
		// In a team with Di, who did nothing, there are 3 by others for her: 3 / 9.
		{"involvement", metrics.Lens{Team: people(1, 2, 3, 4)}, 300.0 / 9, 9},
		// In the team of Ann and Bob there are A and B; Bob reviewed A, Ann not B.
		{"involvement", metrics.Lens{Team: people(1, 2), People: people(2)}, 100, 1},
		// 1, 1, 1: even.
		{"sharing_index", all, 1, 3},
		// 0, 1, 1, 1: G = (-3x0 - 1x1 + 1x1 + 3x1) / (4 x 3) = 1/4; 1 - 1/4 x 4/3 = 2/3.
		{"sharing_index", metrics.Lens{Team: people(1, 2, 3, 4)}, 2.0 / 3, 4},
	}
	tested := map[string]bool{}
	prs := pullRequests()
	for _, c := range cases {
		tested[c.id] = true
		m, ok := metrics.FindReview(c.id)
		if !ok {
			t.Fatalf("no metric %s", c.id)
		}
		fold := m.New(c.lens)
		for i := range prs {
			fold.Add(&prs[i])
		}
		if got := fold.Result(); !got.Has() || math.Abs(got.Number-c.want) > 1e-9 || got.Sample != c.sample {
			t.Errorf("%s = %+v, want %v over %d", c.id, got, c.want, c.sample)
		}
	}
	for _, m := range metrics.OfReviews() {
		if !tested[m.ID] {
			t.Errorf("%s has no row in this table", m.ID)
		}
	}
}

func people(ids ...facts.PersonID) metrics.People {
	p := metrics.People{}
	for _, id := range ids {
		p[id] = true
	}
	return p
}

func lensOf(ids ...facts.PersonID) metrics.Lens { return metrics.Lens{People: people(ids...)} }

// What one pull request adds is what the fold of it alone gives.
func TestWhatEachAddsIsTheWhole(t *testing.T) {
	t.Parallel()
	for _, pr := range pullRequests() {
		for _, m := range metrics.OfReviews() {
			if m.Of == nil {
				continue
			}
			fold, found := m.New(metrics.Lens{}), m.Of(&pr, metrics.Lens{})
			fold.Add(&pr)
			got := fold.Result()
			if n := len(found.Values); n > 0 && got.Sample != n || found.Whole > 0 && got.Sample != int(found.Whole) {
				t.Errorf("%s of %d: the fold rests on %d, it adds %+v", m.ID, pr.Person, got.Sample, found)
			}
			if found.Empty() && got.Has() && got.Number != 0 {
				t.Errorf("%s of %d: %+v out of nothing", m.ID, pr.Person, got)
			}
		}
	}
}

func TestNoPullRequestsHaveNoValue(t *testing.T) {
	t.Parallel()
	for _, m := range metrics.OfReviews() {
		got := m.New(metrics.Lens{}).Result()
		counts := map[string]bool{"pull_requests_merged": true, "follow_on_commits": true, "pull_requests_reviewed": true}[m.ID]
		if counts != got.Has() || !counts && !strings.Contains(got.Missing, " ") || got.Number != 0 {
			t.Errorf("%s of nothing = %+v", m.ID, got)
		}
	}
	alone := metrics.NewSharingIndex(lensOf())
	if got := alone.Result(); got.Has() {
		t.Errorf("sharing index of nobody: %+v", got)
	}
	prs := pullRequests()
	one := metrics.NewSharingIndex(metrics.Lens{Team: people(2)})
	one.Add(&prs[0])
	if got := one.Result(); got.Has() || got.Missing != "fewer than two contributors" {
		t.Errorf("sharing index of one: %+v", got)
	}
	all := metrics.NewSharingIndex(metrics.Lens{Team: people(2, 4)})
	all.Add(&prs[0])
	// 0 and 1: G = (-1x0 + 1x1) / (2 x 1) = 1/2; 1 - 1/2 x 2 = 0.
	if got := all.Result(); !got.Has() || math.Abs(got.Number) > 1e-9 {
		t.Errorf("sharing index of one who gives all: %+v", got)
	}
}

// The stages add up to the time from the first commit to the merge, whatever is missing or out of order.
func TestStagesAddUp(t *testing.T) {
	t.Parallel()
	prs := pullRequests()
	want := []metrics.Stages{
		{Hours: [4]float64{10, 2, 18, 4}},
		{Hours: [4]float64{0, 30, 0, 0}, Untold: [4]bool{true, false, true, true}},
		{Hours: [4]float64{0, 4, 0, 1}},
	}
	for i := range prs {
		got := metrics.StagesOf(&prs[i], metrics.Clock{})
		if diff := cmp.Diff(want[i], got); diff != "" {
			t.Errorf("pull request %d (-want +got):\n%s", i, diff)
		}
		total := 0.0
		for _, h := range got.Hours {
			total += h
		}
		from := prs[i].FirstCommitAt
		if from == 0 {
			from = prs[i].ReadyAt
		}
		if math.Abs(total-float64(prs[i].MergedAt-from)/hour) > 1e-9 {
			t.Errorf("pull request %d: the stages add up to %v", i, total)
		}
	}
	late := prs[0]
	late.FirstCommitAt = late.MergedAt + hour // a clock that runs ahead
	if got := metrics.StagesOf(&late, metrics.Clock{}).Hours; got != [4]float64{} {
		t.Errorf("a first commit after the merge: %v", got)
	}
}

// Of five values 1, 2, 3, 4, 10 the median is 3, 75 % stands at rank 3 (4) and 90 % at rank 3.6: 4 + 0.6 x 6 = 7.6.
func TestSpread(t *testing.T) {
	t.Parallel()
	got := metrics.SpreadOf([]float64{10, 1, 4, 3, 2})
	for name, at := range map[string]struct {
		got  metrics.Value
		want float64
	}{"median": {got.Median, 3}, "75 %": {got.P75, 4}, "90 %": {got.P90, 7.6}} {
		if math.Abs(at.got.Number-at.want) > 1e-9 || at.got.Sample != 5 || !at.got.Has() {
			t.Errorf("%s: %+v, want %v over 5", name, at.got, at.want)
		}
	}
	if few := metrics.SpreadOf([]float64{1, 2, 3, 4}); few.Median.Has() || few.P90.Has() {
		t.Errorf("of four values: %+v", few)
	}
}

func TestWeight(t *testing.T) {
	t.Parallel()
	for words, want := range map[int]metrics.Weight{0: metrics.Trivial, 2: metrics.Trivial, 3: metrics.Regular, 19: metrics.Regular, 20: metrics.Robust} {
		if got := metrics.WeightOf(words, false); got != want {
			t.Errorf("%d words: %s, want %s", words, got, want)
		}
	}
	if got := metrics.WeightOf(0, true); got != metrics.Robust {
		t.Errorf("a suggestion: %s", got)
	}
}

// Friday 20 November 2026 is a working day; Berlin keeps winter time, an hour east of UTC.
func TestWorkingHours(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, h, min int) int64 { return time.Date(2026, 11, day, h, min, 0, 0, berlin).Unix() }
	c := metrics.Clock{Working: berlin}
	for name, test := range map[string]struct {
		from, to int64
		want     float64
	}{
		"within a day":          {at(20, 10, 0), at(20, 12, 30), 2.5},
		"before and after work": {at(20, 6, 0), at(20, 20, 0), 8},
		"over a weekend":        {at(20, 16, 0), at(23, 10, 0), 2},
		"on a weekend":          {at(21, 10, 0), at(22, 10, 0), 0},
		"a whole week":          {at(18, 12, 0), at(25, 12, 0), 40},
		// Three weeks are 120 h, then Wednesday 12-17 and Thursday 9-10: 6 h.
		"weeks and some": {at(4, 12, 0), at(26, 10, 0), 126},
		"backwards":      {at(20, 12, 0), at(20, 10, 0), 0},
		// Into winter time on Sunday 25 October: the week of 23 to 30 October has five working days all the same.
		"over the change of clocks": {time.Date(2026, 10, 23, 9, 0, 0, 0, berlin).Unix(), time.Date(2026, 10, 30, 9, 0, 0, 0, berlin).Unix(), 40},
	} {
		if got := c.Hours(test.from, test.to); math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%s: %v h, want %v", name, got, test.want)
		}
	}
	if got := (metrics.Clock{}).Hours(at(20, 16, 0), at(23, 10, 0)); got != 66 {
		t.Errorf("elapsed: %v h, want 66", got)
	}
}

// Merged on days 5 (Tuesday), 5 and 18, in the weeks of days 4 and 18; the week between has none.
func TestReviewWeeks(t *testing.T) {
	t.Parallel()
	m, _ := metrics.FindReview("time_to_merge")
	weeks := metrics.NewReviewWeeks(4, 20, m, metrics.Lens{})
	prs := pullRequests()
	for i, day := range []facts.Day{5, 5, 18} {
		weeks.Add(day, &prs[i])
	}
	weeks.Add(21, &prs[0]) // outside
	got := weeks.Result()
	if len(got) != 3 || got[0].Value.Number != 27 || got[1].Value.Has() || got[2].Value.Number != 6 || !got[1].Complete || got[2].Complete {
		t.Errorf("weeks: %+v", got)
	}
}

// Tickets in hours: A opened 0, labelled at 0 (with the opening), commented 4, started 6, closed 10, reopened 11, closed 16; B
// opened 0 and closed at 2 by a bot (which does not count), never started.
//
//	cycle time: A 16 - 6 = 10        queue time: A 4; B none        reopened: 1 of 2
func TestTicketMetrics(t *testing.T) {
	t.Parallel()
	a, b := facts.JudgedTicket{}, facts.JudgedTicket{}
	a.CreatedAt, a.StartedAt, a.ClosedAt = hour, 7*hour, 17*hour
	for _, act := range []struct {
		h    int64
		kind facts.ActKind
	}{{1, facts.ActOpened}, {1, facts.ActLabeled}, {5, facts.ActComment}, {11, facts.ActClosed}, {12, facts.ActReopened}, {17, facts.ActClosed}} {
		a.Acts = append(a.Acts, facts.Act{At: act.h * hour, Kind: act.kind, Person: 1})
	}
	b.CreatedAt, b.ClosedAt = hour, 3*hour
	b.Acts = []facts.Act{{At: hour, Kind: facts.ActOpened}, {At: 3 * hour, Kind: facts.ActClosed, Left: facts.LeftBot}}
	for id, want := range map[string]metrics.Value{
		"ticket_cycle_time": metrics.Of(10, 1), "ticket_queue_time": metrics.Of(4, 1), "ticket_reopen_rate": metrics.Of(50, 2),
	} {
		m, ok := metrics.FindTicket(id)
		if !ok {
			t.Fatalf("no metric %s", id)
		}
		fold := m.New(metrics.Clock{})
		fold.Add(&a)
		fold.Add(&b)
		if got := fold.Result(); got != want {
			t.Errorf("%s = %+v, want %+v", id, got, want)
		}
	}
}

// An approval that was dismissed was one when it was given, so that it ends the wait for the first; it is the last before the
// merge only when it was not dismissed before that. Ann (1) opens at 1000, Bob (2) and Cy (3) review, Ann merges at 1030:
//
//	approvals (dismissed)          first approval   last approval   review      merge
//	Bob 1010                       10 h             1010             0 (-1010)   20
//	Bob 1010 (1020)                10 h             none             20 (-1030)  0, untold
//	Bob 1010 (1020), Cy 1025       10 h             1025             15 (-1025)  5
//	Bob 1010, Cy 1025 (1028)       10 h             1010             0           20
//	Bob 1010 (1030)                10 h             none: gone as it was merged
//	Bob 1010 (1031)                10 h             1010: dismissed after the merge
//
// The first act of a reviewer is always at 1010.
func TestDismissedApprovals(t *testing.T) {
	t.Parallel()
	approval := func(person facts.PersonID, at, dismissed int64) facts.Act {
		return facts.Act{At: at * hour, Kind: facts.ActApproved, Person: person, DismissedAt: dismissed * hour}
	}
	for name, c := range map[string]struct {
		acts          []facts.Act
		review, merge float64
		untold        bool
	}{
		"kept":                        {[]facts.Act{approval(2, 1010, 0)}, 0, 20, false},
		"dismissed":                   {[]facts.Act{approval(2, 1010, 1020)}, 20, 0, true},
		"dismissed, and another":      {[]facts.Act{approval(2, 1010, 1020), approval(3, 1025, 0)}, 15, 5, false},
		"kept, and another dismissed": {[]facts.Act{approval(2, 1010, 0), approval(3, 1025, 1028)}, 0, 20, false},
		"dismissed as it was merged":  {[]facts.Act{approval(2, 1010, 1030)}, 20, 0, true},
		"dismissed after the merge":   {[]facts.Act{approval(2, 1010, 1031)}, 0, 20, false},
	} {
		pr := facts.JudgedPullRequest{}
		pr.Person, pr.CreatedAt, pr.ReadyAt, pr.MergedAt, pr.FirstCommitAt = 1, 1000*hour, 1000*hour, 1030*hour, 1000*hour
		pr.Acts = append(append([]facts.Act{{At: 1000 * hour, Kind: facts.ActOpened, Person: 1}}, c.acts...), facts.Act{At: 1030 * hour, Kind: facts.ActMerged, Person: 1})
		want := metrics.Stages{Hours: [4]float64{0, 10, c.review, c.merge}, Untold: [4]bool{3: c.untold}}
		if diff := cmp.Diff(want, metrics.StagesOf(&pr, metrics.Clock{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		m, _ := metrics.FindReview("time_to_first_approval")
		fold := m.New(metrics.Lens{})
		fold.Add(&pr)
		if got := fold.Result(); got.Number != 10 || got.Sample != 1 {
			t.Errorf("%s: time to first approval %+v, want 10 h", name, got)
		}
	}
}
