package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"iter"
	"strings"

	"weir/internal/facts"
)

const verdictColumns = `v.person_id, v.reason, v.detail, v.seen_added, v.seen_deleted, v.new_work, v.legacy_refactor,
	v.help_others, v.rework, v.unattributed, v.added, v.deleted, v.hunks, v.files, v.ignored, v.merge_lines, v.trivial, v.impact, v.complexity`

const judgedFrom = ` FROM verdicts v JOIN commits c ON c.repo_id = v.repo_id AND c.number = v.number`

func newJudgedScan() func(scanner) (facts.JudgedCommit, error) {
	c := &commitScan{}
	v := &facts.Verdict{}
	dest := append(c.into(), verdictInto(v)...)
	return func(row scanner) (facts.JudgedCommit, error) {
		if err := row.Scan(dest...); err != nil {
			return facts.JudgedCommit{}, err
		}
		commit, err := c.done()
		return facts.JudgedCommit{Commit: commit, Verdict: *v}, err
	}
}

func verdictInto(v *facts.Verdict) []any {
	return []any{into(&v.Person), &v.Reason, &v.Detail, into(&v.Seen.Added), into(&v.Seen.Deleted), into(&v.Lines.NewWork),
		into(&v.Lines.LegacyRefactor), into(&v.Lines.HelpOthers), into(&v.Lines.Rework), into(&v.Lines.Unattributed), into(&v.Added),
		into(&v.Deleted), into(&v.Hunks), into(&v.Files), into(&v.Ignored), into(&v.MergeLines), &v.Trivial, &v.Impact, into(&v.Complexity)}
}

// HoldsCommit tells whether a commit of a repo is held and judged, so that JudgedCommit gives it.
func (q *queries) HoldsCommit(ctx context.Context, repo facts.RepoID, hash string) (bool, error) {
	key, err := hex.DecodeString(hash)
	if err != nil {
		return false, nil //nolint:nilerr // what is no object id is not held
	}
	return one(ctx, q, fmt.Sprintf("look for commit %s of repo=%d", hash, repo), scanOne[bool],
		`SELECT EXISTS (SELECT 1`+judgedFrom+` WHERE c.hash = $1 AND c.repo_id = $2)`, key, repo)
}

// JudgedCommit gives one commit with what was decided about it, its files and their hunks. One that is
// held and not judged yet is facts.ErrNotFound.
func (q *queries) JudgedCommit(ctx context.Context, repo facts.RepoID, hash string) (facts.JudgedCommit, error) {
	doing := fmt.Sprintf("load judged commit %s of repo=%d", hash, repo)
	key, err := hex.DecodeString(hash)
	if err != nil {
		return facts.JudgedCommit{}, fmt.Errorf("%s: not an object id: %w", doing, facts.ErrNotFound)
	}
	c, err := one(ctx, q, doing, newJudgedScan(),
		`SELECT `+commitColumns+`, `+verdictColumns+judgedFrom+` WHERE c.hash = $1 AND c.repo_id = $2`, key, repo)
	if err != nil {
		return facts.JudgedCommit{}, err
	}
	files, err := q.files(ctx, repo, c.Number, c.Number, true)
	if err != nil {
		return facts.JudgedCommit{}, err
	}
	coAuthors, err := q.coAuthors(ctx, repo, c.Number, c.Number)
	if err != nil {
		return facts.JudgedCommit{}, err
	}
	c.Commit.Files, c.CoAuthors = files[c.Number], coAuthors[c.Number]
	c.Shares, c.Split, err = q.shares(ctx, repo, c.Number)
	return c, err
}

// JudgedCommits streams the judged commits of a query that the filter lets through, in the filter's
// order, without files and co-authors, with shares. People of the query are authors, or credited with a part. Only repos that reports speak of are looked at.
func (q *queries) JudgedCommits(
	ctx context.Context, query facts.Query, f facts.CommitFilter, page facts.Page,
) iter.Seq2[facts.JudgedCommit, error] {
	s := judgedStatement(query, f)
	order := ` ORDER BY ` + judgedOrder(f.Order)
	from := judgedFrom + sharesJoin + s.clause() + order + ", g.position"
	if page.Limit > 0 {
		// Find the page's keys first, in an index if there is one, so that only its rows are read whole.
		from = ` FROM (SELECT v.repo_id, v.number` + judgedTables(f) + s.clause() + order + s.page(page) + `) k
			JOIN verdicts v ON v.repo_id = k.repo_id AND v.number = k.number
			JOIN commits c ON c.repo_id = k.repo_id AND c.number = k.number` + sharesJoin + order + ", g.position"
	}
	return together(stream(ctx, q, "list commits", newSharedScan(), `SELECT `+commitColumns+`, `+verdictColumns+sharedColumns+from, s.args...))
}

// judgedTables joins the commits only where they are looked at.
func judgedTables(f facts.CommitFilter) string {
	if strings.TrimSpace(f.Search) != "" {
		return judgedFrom
	}
	return ` FROM verdicts v`
}

// CountJudgedCommits tells how many JudgedCommits would stream without a page.
func (q *queries) CountJudgedCommits(ctx context.Context, query facts.Query, f facts.CommitFilter) (int, error) {
	s := judgedStatement(query, f)
	return one(ctx, q, "count commits", scanOne[int], `SELECT COUNT(*)`+judgedTables(f)+s.clause(), s.args...)
}

func judgedOrder(o facts.CommitOrder) string {
	first := map[facts.CommitOrder]string{
		facts.OrderNewest: "v.authored_at DESC", facts.OrderOldest: "v.authored_at", facts.OrderLargest: "v.haloc DESC",
		facts.OrderImpact: "v.impact DESC", facts.OrderIgnored: "v.ignored DESC", facts.OrderMergeOwn: "v.merge_lines DESC",
	}[o]
	if first == "" {
		first = "v.authored_at DESC"
	}
	return first + ", v.repo_id, v.number"
}

func judgedStatement(query facts.Query, f facts.CommitFilter) *statement {
	s := &statement{}
	s.period("v", query)
	whereCredited(s, query.People)
	// The plus keeps planners from reading the whole history repo by repo: the period is what narrows.
	s.where("+v.repo_id IN (" + liveRepos + ")")
	// The index is by instant; an author's day begins and ends at most a day from the same day in UTC.
	s.where("v.authored_at BETWEEN ? AND ?", (query.From - 1).Time().Unix(), (query.To + 2).Time().Unix())
	switch f.Count {
	case facts.CommitsCounted:
		s.where("v.reason = ''")
	case facts.CommitsLeftOut:
		s.where("v.reason <> ''")
	}
	if f.Reason != facts.Counts {
		s.where("v.reason = ?", string(f.Reason))
	}
	if f.Complexity != facts.ComplexityNone {
		s.where("v.complexity = ?", int64(f.Complexity))
	}
	if text := strings.TrimSpace(f.Search); text != "" {
		whereSearch(s, text)
	}
	return s
}

// queryStatement narrows rows with day, person_id and repo_id to a query, but for which repos are live.
func queryStatement(alias string, query facts.Query) *statement {
	s := &statement{}
	s.period(alias, query)
	whereIn(s, alias+".person_id", query.People)
	return s
}

// period narrows rows with day and repo_id to a query.
func (s *statement) period(alias string, query facts.Query) {
	s.where(alias+".day BETWEEN ? AND ?", int64(query.From), int64(query.To))
	whereIn(s, alias+".repo_id", query.Repos)
}

func whereSearch(s *statement, text string) {
	p := like(text)
	cond := `lower(c.subject) LIKE ? ESCAPE '\' OR c.author_id IN
		(SELECT i.id FROM identities i WHERE lower(i.name) LIKE ? ESCAPE '\' OR lower(i.email) LIKE ? ESCAPE '\')`
	values := []any{p, p, p}
	if first, last, ok := hashRange(text); ok {
		cond += " OR c.hash BETWEEN ? AND ?"
		values = append(values, first, last)
	}
	s.where(cond, values...)
}

// hashRange gives the first and the last object id that begin with text; false when none can.
func hashRange(text string) (first, last []byte, ok bool) {
	const longest = 64
	if len(text) < 4 || len(text) > longest {
		return nil, nil, false
	}
	text = lower(text)
	first, err := hex.DecodeString(text + strings.Repeat("0", len(text)%2))
	if err != nil {
		return nil, nil, false
	}
	last, err = hex.DecodeString(text + strings.Repeat("f", longest-len(text)))
	return first, last, err == nil
}

// SumJudgedCommits adds up all that JudgedCommits would stream without a page; of split commits what those have whom the query asks for.
func (q *queries) SumJudgedCommits(ctx context.Context, query facts.Query, f facts.CommitFilter) (facts.CommitSums, error) {
	s := judgedStatement(query, f)
	sums := []string{"new_work", "legacy_refactor", "help_others", "rework", "unattributed", "added", "deleted", "ignored", "merge_lines", "files", "hunks"}
	columns := `COUNT(*), COUNT(CASE WHEN v.reason = '' THEN 1 END)`
	for _, column := range sums {
		columns += `, CAST(COALESCE(SUM(v.` + column + `), 0) AS BIGINT)`
	}
	sum, err := one(ctx, q, "add up commits", func(row scanner) (sum facts.CommitSums, err error) {
		var listed int
		err = row.Scan(into(&listed), into(&sum.Counted), into(&sum.Lines.NewWork), into(&sum.Lines.LegacyRefactor),
			into(&sum.Lines.HelpOthers), into(&sum.Lines.Rework), into(&sum.Lines.Unattributed), into(&sum.Added), into(&sum.Deleted),
			into(&sum.Ignored), into(&sum.MergeLines), into(&sum.Files), into(&sum.Hunks), &sum.Impact)
		sum.LeftOut = listed - sum.Counted
		return sum, err
	}, `SELECT `+columns+`, COALESCE(SUM(v.impact), 0)`+judgedTables(f)+s.clause(), s.args...)
	if err != nil || len(query.People) == 0 {
		return sum, err
	}
	others, err := q.othersShares(ctx, query, f)
	sum.Leave(others)
	return sum, err
}
