package metrics

import (
	"slices"

	"weir/internal/facts"
)

// BaselineDays is how far back a baseline reaches, BaselineCommits how many commits it needs at least; with
// fewer, the first BaselineCommits of the repo serve.
const (
	BaselineDays    = 365
	BaselineCommits = 30
)

// Shape is what impact and complexity need to know of a commit; it covers the files that count.
type Shape struct {
	NewWork, HelpAndRework, LegacyRefactor, Hunks, Files int32
	// Dirs counts distinct directories of the files, OldShare is legacy refactor / HALOC, 0 without lines.
	Dirs     int32
	OldShare float32
}

// ShapeOf gathers the shape of a commit.
func ShapeOf(lines facts.WorkTypes, hunks, files, dirs int) Shape {
	s := Shape{
		NewWork:        int32(lines.NewWork),
		HelpAndRework:  int32(lines.HelpOthers + lines.Rework),
		LegacyRefactor: int32(lines.LegacyRefactor),
		Hunks:          int32(hunks), Files: int32(files), Dirs: int32(dirs),
	}
	if n := lines.HALOC(); n > 0 {
		s.OldShare = float32(lines.LegacyRefactor) / float32(n)
	}
	return s
}

// Term is one of the five terms of impact: a weight times a count, capped.
type Term struct {
	Name   string  `json:"name"`
	Weight float64 `json:"weight"`
	Count  float64 `json:"count"`
	// Cap is the 99th percentile of the count in the baseline; Points is weight x min(count, cap).
	Cap    float64 `json:"cap"`
	Points float64 `json:"points"`
}

// Terms is how the impact of a commit comes about.
type Terms struct {
	Terms []Term `json:"terms"`
	// Score is the sum of the points, Median that of a median commit of the baseline, at least 1 when divided
	// by; Commits is the size of the baseline.
	Score   float64 `json:"score"`
	Median  float64 `json:"median"`
	Commits int     `json:"commits"`
	Impact  float64 `json:"impact"`
}

// Baseline is what a commit is compared with.
type Baseline struct {
	// Commits is how many commits it was made of.
	Commits int
	// Median is the median of s.
	Median             float64
	caps               [5]float64
	files, dirs, hunks []int32
	oldShare           []float32
	scores             []float64
}

var weights = [5]float64{1.0, 1.5, 2.0, 2.0, 4.0}

var termNames = [5]string{"New work", "Help others and rework", "Legacy refactor", "Hunks", "Files"}

func (s *Shape) counts() [5]int32 {
	return [5]int32{s.NewWork, s.HelpAndRework, s.LegacyRefactor, s.Hunks, s.Files}
}

// NewBaseline makes the baseline of some commits; it does not keep the slice.
func NewBaseline(commits []Shape) *Baseline {
	b := &Baseline{Commits: len(commits)}
	column := make([]int32, len(commits))
	for term := range weights {
		for i := range commits {
			column[i] = commits[i].counts()[term]
		}
		slices.Sort(column)
		b.caps[term] = Quantile(column, 0.99)
		switch term {
		case 3:
			b.hunks = slices.Clone(column)
		case 4:
			b.files = slices.Clone(column)
		}
	}
	scores := make([]float64, len(commits))
	for i := range commits {
		scores[i] = b.Score(commits[i])
		b.dirs = append(b.dirs, commits[i].Dirs)
		b.oldShare = append(b.oldShare, commits[i].OldShare)
	}
	slices.Sort(scores)
	slices.Sort(b.dirs)
	slices.Sort(b.oldShare)
	b.Median, b.scores = Quantile(scores, 0.5), scores
	return b
}

// ScoreRank gives where a commit's s stands among those of the baseline, 0 to 100.
func (b *Baseline) ScoreRank(s Shape) float64 { return PercentRank(b.scores, b.Score(s)) }

// Score gives s: the sum of the capped terms.
func (b *Baseline) Score(s Shape) float64 {
	sum := 0.0
	for term, count := range s.counts() {
		sum += weights[term] * min(float64(count), b.caps[term])
	}
	return sum
}

// Impact gives the impact of a commit; a median commit is 10.
func (b *Baseline) Impact(s Shape) float64 { return 10 * b.Score(s) / max(1, b.Median) }

// Terms shows how the impact of a commit comes about.
func (b *Baseline) Terms(s Shape) Terms {
	all := Terms{Score: b.Score(s), Median: b.Median, Commits: b.Commits, Impact: b.Impact(s)}
	for i, count := range s.counts() {
		t := Term{Name: termNames[i], Weight: weights[i], Count: float64(count), Cap: b.caps[i]}
		t.Points = t.Weight * min(t.Count, t.Cap)
		all.Terms = append(all.Terms, t)
	}
	return all
}
