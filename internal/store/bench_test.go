package store_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"weir/internal/facts"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// synthetic makes commits of four files each, as wide as real ones: about 60 bytes of path, two authors
// touched and three hunks per file. They are spread over a year.
func synthetic(first, count, perYear int) []facts.Commit {
	commits := make([]facts.Commit, count)
	for i := range commits {
		n := first + i
		at := int64(1_700_000_000) + int64(n)*(365*86400/int64(perYear))
		c := facts.Commit{Number: facts.CommitNumber(n), Hash: fmt.Sprintf("%08x%032x", uint32(n)*2654435761, n), Parents: 1,
			ParentNumbers: []facts.CommitNumber{facts.CommitNumber(n - 1)}, Author: facts.IdentityID(1 + n%50), AuthoredAt: at,
			Day: facts.DayOf(at, 0), Committer: 1, CommittedAt: at, Subject: fmt.Sprintf("Change the handling of case %d in the parser", n),
			PatchID: fmt.Sprintf("%040x", n)}
		for j := range 4 {
			c.Files = append(c.Files, facts.FileChange{Path: fmt.Sprintf("services/component-%02d/internal/handlers/case_%05d_%d.go", n%40, n%5000, j),
				Status: facts.FileModified, Added: 12, Deleted: 9, New: 4, HunkCount: 3,
				Touched: []facts.TouchedLines{{Identity: facts.IdentityID(1 + n%50), Lines: 5}, {Identity: 7, Age: facts.AgeOlder, Lines: 4}},
				Hunks: []facts.Hunk{{OldStart: 10, OldLines: 3, NewStart: 10, NewLines: 5, Touched: []facts.Run{{Commit: facts.CommitNumber(n / 2), Lines: 3}}},
					{OldStart: 80, OldLines: 4, NewStart: 82, NewLines: 4, Touched: []facts.Run{{Commit: 3, Lines: 2}, {Commit: facts.CommitNumber(n / 3), Lines: 2}}},
					{OldStart: 300, OldLines: 2, NewStart: 302, NewLines: 3, Touched: []facts.Run{{Commit: 5, Lines: 2}}}}})
		}
		commits[i] = c
	}
	return commits
}

// reportCPU adds the processor time of an operation: on a busy machine the elapsed time says little.
func reportCPU(b *testing.B) (stop func()) {
	spent := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := spent()
	return func() { b.ReportMetric(float64((spent()-before).Microseconds())/1000/float64(b.N), "cpu-ms/op") }
}

func eachBench(b *testing.B, bench func(b *testing.B, s *store.Store)) {
	b.Run("sqlite", func(b *testing.B) {
		s := storetest.Open(b)
		if _, err := s.DB().ExecContext(b.Context(), `PRAGMA synchronous = FULL`); err != nil { // as in the product
			b.Fatal(err)
		}
		bench(b, s)
	})
	b.Run("postgres", func(b *testing.B) { bench(b, storetest.OpenPostgres(b)) })
}

func BenchmarkSaveCommits(b *testing.B) {
	eachBench(b, func(b *testing.B, s *store.Store) {
		repo := storetest.NewWorld(b, s, "Main", 2).Repos[0]
		const batch = 500
		next := 1
		defer reportCPU(b)()
		for b.Loop() {
			b.StopTimer()
			commits := synthetic(next, batch, 100_000)
			next += batch
			b.StartTimer()
			if err := s.SaveCommits(b.Context(), repo, commits); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N*batch*4)/b.Elapsed().Seconds(), "files/s")
	})
}

// aYear fills a store with 100,000 judged commits of 50 people in ten repos over one year.
func aYear(b *testing.B, s *store.Store) {
	const perRepo = 10_000
	w := storetest.NewWorld(b, s, "Main", 11)
	for i, repo := range w.Repos[:10] {
		commits := synthetic(1, perRepo, perRepo)
		var judged []facts.JudgedCommit
		var daily []facts.Daily
		seen := map[[2]int]bool{}
		for n := range commits {
			c := &commits[n]
			c.AuthoredAt += int64(i)
			c.Files = nil
			person := facts.PersonID(c.Author)
			judged = append(judged, facts.JudgedCommit{Commit: *c, Verdict: facts.Verdict{Person: person, Lines: facts.WorkTypes{NewWork: n % 977}, Impact: float64(n % 331)}})
			if key := [2]int{int(c.Day), int(person)}; !seen[key] {
				seen[key] = true
				daily = append(daily, facts.Daily{Day: c.Day, Person: person, Commits: 1, Lines: facts.WorkTypes{NewWork: n}, Impact: 10})
			}
		}
		for _, err := range []error{s.SaveCommits(b.Context(), repo, commits), s.SaveVerdicts(b.Context(), repo, judged), s.ReplaceDaily(b.Context(), repo, daily)} {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	if _, err := s.DB().ExecContext(b.Context(), `ANALYZE`); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkReports(b *testing.B) {
	eachBench(b, func(b *testing.B, s *store.Store) {
		aYear(b, s)
		year := facts.Query{From: facts.DayOf(1_700_000_000, 0), To: facts.DayOf(1_732_000_000, 0)}
		for name, f := range map[string]facts.CommitFilter{
			"newest": {}, "largest": {Order: facts.OrderLargest}, "impact": {Order: facts.OrderImpact}, "search": {Search: "case 777"},
			"left_out": {Count: facts.CommitsLeftOut},
		} {
			b.Run("page/"+name, func(b *testing.B) {
				defer reportCPU(b)()
				for b.Loop() {
					for _, err := range s.JudgedCommits(b.Context(), year, f, facts.Page{Limit: 50}) {
						if err != nil {
							b.Fatal(err)
						}
					}
				}
			})
		}
		person := year
		person.People = []facts.PersonID{7}
		b.Run("page/person", func(b *testing.B) {
			for b.Loop() {
				for _, err := range s.JudgedCommits(b.Context(), person, facts.CommitFilter{}, facts.Page{Limit: 50}) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
		b.Run("count", func(b *testing.B) {
			defer reportCPU(b)()
			for b.Loop() {
				if n, err := s.CountJudgedCommits(b.Context(), year, facts.CommitFilter{}); err != nil || n < 90_000 {
					b.Fatal(n, err)
				}
			}
		})
		b.Run("sums", func(b *testing.B) {
			defer reportCPU(b)()
			for b.Loop() {
				if sums, err := s.SumJudgedCommits(b.Context(), year, facts.CommitFilter{}); err != nil || sums.Listed() < 90_000 {
					b.Fatal(sums, err)
				}
			}
		})
		b.Run("sums, one by one", func(b *testing.B) {
			defer reportCPU(b)()
			for b.Loop() {
				var sums facts.CommitSums
				for c, err := range s.JudgedCommits(b.Context(), year, facts.CommitFilter{}, facts.Page{}) {
					if err != nil {
						b.Fatal(err)
					}
					sums.Add(&c)
				}
			}
		})
		b.Run("daily", func(b *testing.B) {
			rows := 0
			defer reportCPU(b)()
			for b.Loop() {
				rows = 0
				for _, err := range s.Daily(b.Context(), year) {
					if err != nil {
						b.Fatal(err)
					}
					rows++
				}
			}
			b.ReportMetric(float64(rows), "rows")
		})
	})
}

func BenchmarkReadCommits(b *testing.B) {
	eachBench(b, func(b *testing.B, s *store.Store) {
		repo := storetest.NewWorld(b, s, "Main", 2).Repos[0]
		const commits = 5000
		if err := s.SaveCommits(b.Context(), repo, synthetic(1, commits, commits)); err != nil {
			b.Fatal(err)
		}
		defer reportCPU(b)()
		for b.Loop() {
			for _, err := range s.CommitsOf(b.Context(), repo) {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(b.N*commits)/b.Elapsed().Seconds(), "commits/s")
	})
}

func BenchmarkSaveVerdicts(b *testing.B) {
	eachBench(b, func(b *testing.B, s *store.Store) {
		repo := storetest.NewWorld(b, s, "Main", 2).Repos[0]
		const commits = 5000
		var judged []facts.JudgedCommit
		for _, c := range synthetic(1, commits, commits) {
			judged = append(judged, facts.JudgedCommit{Commit: c, Verdict: facts.Verdict{Person: facts.PersonID(c.Author)}})
		}
		defer reportCPU(b)()
		for b.Loop() {
			if err := s.SaveVerdicts(b.Context(), repo, judged); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N*commits)/b.Elapsed().Seconds(), "verdicts/s")
	})
}

// BenchmarkImportPage lists one page of 5,000 repos in 200 organizations, with a search.
func BenchmarkImportPage(b *testing.B) {
	eachBench(b, func(b *testing.B, s *store.Store) {
		w := storetest.NewWorld(b, s, "Main", 2)
		for n := range 200 {
			ids, err := s.SaveOrganizations(b.Context(), w.Integration, []facts.Organization{{ServerID: int64(100 + n), Login: fmt.Sprintf("org-%03d", n)}})
			if err != nil {
				b.Fatal(err)
			}
			var repos []facts.Repo
			for i := range 25 {
				repos = append(repos, facts.Repo{Organization: ids[0], ServerID: int64(1000 + n*25 + i), FullName: fmt.Sprintf("org-%03d/service-%d", n, i)})
			}
			if _, err := s.SaveRepos(b.Context(), w.Integration, repos); err != nil {
				b.Fatal(err)
			}
		}
		b.Run("search", func(b *testing.B) {
			defer reportCPU(b)()
			for b.Loop() {
				if _, total, err := s.Repos(b.Context(), store.RepoFilter{Integration: w.Integration, Search: "service-7"}, facts.Page{Limit: 50}); err != nil || total != 200 {
					b.Fatal(total, err)
				}
			}
		})
		b.Run("organizations", func(b *testing.B) {
			defer reportCPU(b)()
			for b.Loop() {
				if all, err := s.OrganizationSummaries(b.Context(), w.Integration); err != nil || len(all) != 201 {
					b.Fatal(len(all), err)
				}
			}
		})
	})
}
