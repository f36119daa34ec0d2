package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"

	"golang.org/x/term"

	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/history"
	"weir/internal/judge"
	"weir/internal/people"
	"weir/internal/report"
)

type analyzeCmd struct {
	repositoryFlags
	Rev     []string `help:"Only the history of these commits, branches or patterns such as 'release/*'; default is all branches, and HEAD where it is on none." placeholder:"REV"`
	JSON    bool     `name:"json" help:"Print the result as JSON." xor:"form"`
	CSV     bool     `name:"csv" help:"Print one table as CSV." xor:"form"`
	Table   string   `help:"Table for --csv: ${enum}." enum:"totals,people,months,commits" default:"people" placeholder:"TABLE"`
	Window  int      `help:"Days within which touching a line is rework or help: 30 or 21." default:"30" placeholder:"DAYS"`
	Outlier int      `help:"Leave out commits of more lines of work than this; 0 for no limit." default:"1000" placeholder:"LINES"`
	Glob    []string `help:"Leave out files that fit this pattern, as in .gitattributes." placeholder:"PATTERN"`
	Group   string   `name:"group-work" help:"What co-authors (Co-authored-by) are credited with: ${enum}." enum:"full,split,author" default:"full" placeholder:"HOW"`
	State   string   `help:"Folder to write the line history's checkpoint to, as a server keeps it. It does not change what is printed." type:"path" placeholder:"FOLDER"`
	Commit  string   `help:"Print this commit alone: each hunk with the type of each line and the commit that it replaces." placeholder:"REV"`
	Moved   bool     `help:"Count moved and copied lines too, beside all other numbers."`
	Memory  int      `help:"Ceiling for reading line history, in MiB." default:"1024" placeholder:"MIB"`
}

// Run reads the whole history of a repository and prints what it adds up to.
func (c *analyzeCmd) Run(ctx context.Context, std streams) error {
	rules := facts.DefaultRules()
	rules.WindowDays, rules.OutlierHALOC, rules.Globs = c.Window, c.Outlier, c.Glob
	rules.GroupWork = facts.GroupWork(c.Group)
	if err := rules.Validate(); err != nil {
		return usageError{err}
	}
	defer collectOften()()
	defer makeRoom(int64(c.Memory) << 20)()
	bar := newProgress(std)
	repo, done, err := c.open(ctx, bar)
	if err != nil {
		return err
	}
	defer done()
	one, err := c.chosen(ctx, repo)
	if err != nil {
		return err
	}
	a, err := c.analyze(ctx, repo, rules, one, bar)
	bar.clear()
	if err != nil {
		return err
	}
	if repo.Shallow() {
		fmt.Fprintln(std.err, "weir: the history of this clone is cut off; what came before is not counted and the oldest lines belong to the cut. `git fetch --unshallow` brings the rest.")
	}
	if a.noSettings != nil {
		fmt.Fprintf(std.err, "weir: .gitattributes and .mailmap could not be read and are not followed: %v. `git fsck` says what is damaged; a fresh clone mends it.\n", a.noSettings)
	}
	if a.result.NoAncestry {
		fmt.Fprintln(std.err, "weir: parents of some commits are missing, so that no commit was taken for a duplicate of another.")
	}
	if len(a.refs) == 0 {
		fmt.Fprintln(std.err, "weir: the repository has no commit yet.")
	}
	if one != nil {
		return c.printCommit(ctx, std, repo, a, one)
	}
	return c.print(std, a)
}

// analysis is one run over one repository, before it is printed.
type analysis struct {
	refs     []git.Ref
	rules    facts.Rules
	settings facts.Repo
	// noSettings says why .gitattributes and .mailmap could not be read, nil when they were.
	noSettings error
	directory  *people.Directory
	// reached tells by number which commits the refs lead to: a checkpoint may hold others, of branches that are
	// gone. Without a checkpoint it is nil and all do.
	reached []bool
	summary *history.Summary
	// moved holds the commits that moved or copied lines, nil unless asked for.
	moved  map[facts.CommitNumber]facts.MovedLines
	result *judge.Result
}

func (c *analyzeCmd) analyze(ctx context.Context, repo *git.Repository, rules facts.Rules, one *chosen, bar *progress) (*analysis, error) {
	refs, err := tips(ctx, repo, c.Rev)
	if err != nil {
		return nil, err
	}
	a := &analysis{refs: refs, rules: rules}
	if c.Moved {
		a.moved = map[facts.CommitNumber]facts.MovedLines{}
	}
	settings, mailmap, err := repositorySettings(ctx, repo, refs)
	if err != nil && !objectFailed(ctx, err) {
		return nil, err
	}
	a.noSettings = err // what cannot be read is told, commit by commit, by the replay too
	a.directory, a.settings = people.NewDirectory(mailmap), settings
	j, err := judge.New(rules, settings, a.directory.PersonOf)
	if err != nil {
		return nil, err
	}
	options := history.Options{
		StateDir: c.State, Tips: hashes(refs), Identify: a.directory.Identify, MemoryLimit: int64(c.Memory) << 20, Moved: c.Moved,
		Progress: func(done, total int) { bar.show("Reading history", int64(done), int64(total), "commits") },
	}
	held := newHeld(refs)
	a.summary, err = history.Replay(ctx, repo, options, func(commit *history.Commit) error {
		a.directory.Note(commit.Author)
		held.add(commit)
		one.take(commit)
		if m := facts.CountMoved(commit.Moved, commit.MovedUnknown); m != (facts.MovedLines{}) {
			a.moved[commit.Number] = m
		}
		j.Add(&commit.Commit)
		return nil
	})
	if err != nil {
		return nil, explainDisk(err, c.State, "--state")
	}
	a.result = j.Finish(world(refs))
	if c.State != "" {
		a.reached = held.graph.Reach(held.tips)
	}
	return a, nil
}

// held is what a run has seen of the commit graph.
type held struct {
	graph judge.Graph
	heads map[string]bool
	tips  []facts.CommitNumber
}

func newHeld(refs []git.Ref) *held {
	h := &held{heads: map[string]bool{}}
	for _, hash := range hashes(refs) {
		h.heads[hash.String()] = true
	}
	return h
}

func (h *held) add(c *history.Commit) {
	h.graph.Add(c.Number, slices.Clone(c.ParentNumbers))
	if h.heads[c.Hash] {
		h.tips = append(h.tips, c.Number)
	}
}

// repositorySettings reads what the first tip's tree says of the repository: .gitattributes and .mailmap.
func repositorySettings(ctx context.Context, repo *git.Repository, refs []git.Ref) (facts.Repo, *people.Mailmap, error) {
	if len(refs) == 0 {
		return facts.Repo{}, nil, nil
	}
	settings, err := repo.Settings(ctx, refs[0].Hash)
	if err != nil {
		return facts.Repo{}, people.ParseMailmap(""), err
	}
	return facts.Repo{Attributes: judge.ParseAttributes(settings.Attributes)}, people.ParseMailmap(settings.Mailmap), nil
}

// objectFailed tells an object that could not be read, by us or by git, from a context that ended.
func objectFailed(ctx context.Context, err error) bool {
	var run *git.RunError
	return git.Unreadable(err) || ctx.Err() == nil && errors.As(err, &run) && run.ExitCode > 0
}

func world(refs []git.Ref) judge.World {
	w := judge.World{}
	for _, hash := range hashes(refs) {
		w.Branches = append(w.Branches, hash.String())
	}
	if len(w.Branches) > 0 {
		w.Default = w.Branches[0]
	}
	return w
}

func hashes(refs []git.Ref) []git.Hash {
	list := make([]git.Hash, len(refs))
	for i, ref := range refs {
		list[i] = ref.Hash
	}
	return list
}

func (c *analyzeCmd) print(std streams, a *analysis) error {
	switch {
	case c.JSON:
		encoder := json.NewEncoder(std.out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(a.report())
	case c.CSV && c.Table == "commits":
		return report.WriteAnalyzedCommits(std.out, a.commits(), a.directory.Person)
	case c.CSV:
		table, err := a.report().Table(c.Table)
		if err != nil {
			return err
		}
		return table.WriteCSV(std.out)
	}
	return a.report().WriteText(std.out, columns(std))
}

// columns is the width of the terminal, 0 when the output is none.
func columns(std streams) int {
	if file, isFile := std.out.(*os.File); isFile {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil {
			return width
		}
	}
	return 0
}

func (a *analysis) report() *report.Analysis {
	options := report.AnalysisOptions{Rules: a.rules, Person: a.directory.Person, Moved: a.moved != nil}
	for _, ref := range a.refs {
		options.Refs = append(options.Refs, report.AnalysisRef{Name: ref.Name, Hash: ref.Hash.String()})
	}
	analyzer := report.NewAnalyzer(options)
	for commit := range a.commits() {
		analyzer.Add(&commit)
	}
	for reason, left := range a.result.LeftFiles() {
		analyzer.LeaveOutFiles(reason, left.Files, left.LineCounts)
	}
	problems := make([]report.AnalysisProblem, 0, len(a.summary.Problems))
	for _, p := range a.summary.Problems {
		problems = append(problems, report.AnalysisProblem{Commit: p.Commit.String(), Path: p.Path, Code: p.Code, Cause: p.Cause})
	}
	return analyzer.Finish(problems, a.summary.ProblemCount)
}

// commits gives the judged commits with what the judge does not keep of them.
func (a *analysis) commits() iter.Seq[report.AnalyzedCommit] {
	return func(yield func(report.AnalyzedCommit) bool) {
		for judged := range a.result.Commits() {
			if a.reached != nil && !a.reached[judged.Number] {
				continue
			}
			author := a.directory.Identity(judged.Author)
			commit := report.AnalyzedCommit{
				Hash: judged.Hash, AuthorName: author.Name, AuthorEmail: author.Email, AuthoredAt: judged.AuthoredAt,
				AuthorOffset: judged.AuthorOffset, Day: judged.Day, Merge: judged.Merge, Verdict: judged.Verdict, Group: judged.Group,
				Moved: a.moved[judged.Number],
			}
			if !yield(commit) {
				return
			}
		}
	}
}
