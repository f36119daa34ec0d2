package judge

import (
	"fmt"
	"runtime"
	"testing"

	"weir/internal/facts"
)

// BenchmarkJudge judges 100,000 commits of five files each over ten years, and reports what is kept of a commit.
func BenchmarkJudge(b *testing.B) {
	const commits = 100_000
	for range b.N {
		b.StopTimer()
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		b.StartTimer()
		j, err := New(facts.DefaultRules(), facts.Repo{ID: 1}, people)
		if err != nil {
			b.Fatal(err)
		}
		for n := facts.CommitNumber(1); n <= commits; n++ {
			c := commit(n, facts.IdentityID(n%5+1), 10, n-1)
			c.AuthoredAt = int64(n) * 3156
			c.Day = facts.DayOf(c.AuthoredAt, 0)
			c.PatchID = fmt.Sprintf("%040x", int(n)*7919)
			c.Files = c.Files[:0]
			for k := range 5 {
				c.Files = append(c.Files, facts.FileChange{
					Path: fmt.Sprintf("pkg%d/dir%d/file%d.go", n%100, n%7, k), Added: int(n) % 50, New: int(n) % 30, HunkCount: 3,
					Touched: []facts.TouchedLines{{Identity: 1, Age: facts.AgeOlder, Lines: int(n) % 20}},
				})
			}
			j.Add(&c)
		}
		res := j.Finish(World{Default: hash(commits), Branches: []string{hash(commits)}})
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/commits, "B/commit")
		runtime.KeepAlive(res)
	}
}
