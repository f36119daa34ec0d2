package judge

import (
	"cmp"
	"slices"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// baselines calls with each non-merge commit and the baseline of its month. The commits of a baseline are
// those on the branches, whoever wrote them and whether or not they count.
func (j *Judge) baselines(w World, res *Result, with func(i int, b *metrics.Baseline)) {
	order := j.inOrder(res)
	first := slices.Clone(order)
	slices.SortFunc(first, func(a, b int) int { return j.rows[a].earlier(&j.rows[b]) })
	last := facts.CommitNumber(0)
	for _, i := range order {
		last = max(last, j.rows[i].number)
	}
	var window []metrics.Shape
	from := 0
	for start := 0; start < len(order); {
		month := j.rows[order[start]].day.Month()
		end := start
		for end < len(order) && j.rows[order[end]].day < month.NextMonth() {
			end++
		}
		known, frozen := w.Frozen[month]
		if !frozen {
			known = last
		}
		res.Frozen[month] = known
		for from < len(order) && j.rows[order[from]].day < month-metrics.BaselineDays {
			from++
		}
		window = j.shapes(window[:0], order[min(from, start):start], known, len(order))
		if len(window) < metrics.BaselineCommits {
			window = j.shapes(window[:0], first, known, metrics.BaselineCommits)
		}
		b := metrics.NewBaseline(window)
		for _, i := range order[start:end] {
			with(i, b)
		}
		start = end
	}
	j.offBranches(first, res, with)
}

// offBranches compares the commits on no branch with the first commits of the repo: they are in no baseline
// and do not count, but their page shows the same terms.
func (j *Judge) offBranches(first []int, res *Result, with func(i int, b *metrics.Baseline)) {
	var b *metrics.Baseline
	for i := range j.rows {
		if j.rows[i].merge() || onBranch(res.outcomes[i].reason) {
			continue
		}
		if b == nil {
			b = metrics.NewBaseline(j.shapes(nil, first, 1<<31-1, metrics.BaselineCommits))
		}
		with(i, b)
	}
}

// inOrder lists the non-merge commits on the branches by day.
func (j *Judge) inOrder(res *Result) []int {
	var order []int
	for i := range j.rows {
		if !j.rows[i].merge() && onBranch(res.outcomes[i].reason) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(j.rows[a].day, j.rows[b].day) })
	return order
}

func onBranch(r facts.Reason) bool {
	return r != facts.LeftUnreachable && r != facts.LeftSuperseded
}

// shapes gathers up to limit shapes of commits that are not numbered beyond known.
func (j *Judge) shapes(into []metrics.Shape, order []int, known facts.CommitNumber, limit int) []metrics.Shape {
	for _, i := range order {
		if len(into) == limit {
			break
		}
		if j.rows[i].number <= known {
			into = append(into, j.rows[i].shape)
		}
	}
	return into
}
