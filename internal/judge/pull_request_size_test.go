package judge

import (
	"testing"

	"weir/internal/facts"
)

// A diff of five files: code.go (10 lines, 4 hunks), a lock file, one that says it is generated, a picture, and text.txt (3 lines, 2
// hunks): 13 lines in two files with 6 hunks count. Ann (identities 1 and 2) opened it; identity 3 reviews, 4 is a bot.
func TestWhatOfADiffCounts(t *testing.T) {
	t.Parallel()
	rules := facts.DefaultRules()
	rules.ExcludedComments = []string{`^/\w+$`}
	files := []facts.SizedFile{{Path: "code.go", Lines: 10, Hunks: 4}, {Path: "go.sum", Lines: 500, Hunks: 9}, {Path: "made.go", Generated: true, Lines: 70, Hunks: 1},
		{Path: "a.png", Kind: facts.KindBinary}, {Path: "text.txt", Lines: 3, Hunks: 2}}
	at := func(id int64, file, first, hunks int) facts.CommentPlace {
		return facts.CommentPlace{ServerID: id, File: file, First: first, Hunks: hunks}
	}
	places := []facts.CommentPlace{at(1, 0, 1, 2), at(2, 0, 2, 1), at(3, 4, 0, 1), at(4, 4, 1, 1), at(5, 1, 0, 1), at(6, -1, 0, 0), at(7, 0, 0, 1), at(8, 0, 3, 1)}
	on := func(id int64, author facts.IdentityID, text string) facts.Comment {
		return facts.Comment{Kind: facts.CommentLine, ServerID: id, Author: actor(author), Text: facts.NewText(text)}
	}
	below := on(8, 3, "Why?")
	below.Kind = facts.CommentConversation // the ids of the two kinds may be the same
	known := func(covered int) facts.SizeVerdict {
		return facts.SizeVerdict{State: facts.SizeKnown, Lines: 13, Files: 2, Hunks: 6, Covered: covered}
	}
	for name, c := range map[string]struct {
		comments []facts.Comment
		want     facts.SizeVerdict
	}{
		"nobody":                      {nil, known(0)},
		"two hunks by one comment":    {[]facts.Comment{on(1, 3, "Why?")}, known(2)},
		"a hunk by two comments":      {[]facts.Comment{on(1, 3, "Why?"), on(2, 3, "Why?")}, known(2)},
		"hunks of two files":          {[]facts.Comment{on(2, 3, "Why?"), on(3, 3, "Why?")}, known(2)},
		"the author's own":            {[]facts.Comment{on(3, 1, "Why?"), on(4, 2, "Why?")}, known(0)},
		"a bot's":                     {[]facts.Comment{on(3, 4, "Why?")}, known(0)},
		"one that a rule leaves out":  {[]facts.Comment{on(3, 3, "/retest")}, known(0)},
		"in a lock file":              {[]facts.Comment{on(5, 3, "Why?")}, known(0)},
		"at no hunk":                  {[]facts.Comment{on(99, 3, "Why?")}, known(0)},
		"below":                       {[]facts.Comment{below}, known(0)},
		"on a commit that is missing": {[]facts.Comment{on(7, 3, "Why?"), on(6, 3, "Why?")}, known(facts.Untold)},
		"a bot's on one that is":      {[]facts.Comment{on(7, 3, "Why?"), on(6, 4, "Why?")}, known(1)},
		"somebody's who is gone":      {[]facts.Comment{on(7, 0, "Why?")}, known(1)},
	} {
		j, p := items(t, rules, facts.Repo{ID: 1}), facts.PullRequest{Number: 1, Author: actor(1), Comments: c.comments}
		author, _ := j.actor(&p.Author)
		got := j.Size(&p, author, facts.PullRequestSize{State: facts.SizeKnown, Files: files, Places: places}, NewFiles(rules, facts.Repo{ID: 1}))
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// A text that is too large makes the pull request so, unless its lines would not count anyway.
func TestTooLargeFiles(t *testing.T) {
	t.Parallel()
	rules := facts.DefaultRules()
	j := items(t, rules, facts.Repo{ID: 1})
	of := func(s facts.PullRequestSize) facts.SizeVerdict {
		return j.Size(&facts.PullRequest{}, 1, s, NewFiles(rules, facts.Repo{ID: 1}))
	}
	small, large := facts.SizedFile{Path: "a.go", Lines: 2, Hunks: 1}, facts.SizedFile{Path: "dump.sql", Kind: facts.KindTooLarge}
	lock := facts.SizedFile{Path: "package-lock.json", Kind: facts.KindTooLarge}
	for name, c := range map[string]struct {
		size facts.PullRequestSize
		want facts.SizeVerdict
	}{
		"a text":        {facts.PullRequestSize{State: facts.SizeKnown, Files: []facts.SizedFile{small, large}}, facts.SizeVerdict{State: facts.SizeTooLarge}},
		"a lock file":   {facts.PullRequestSize{State: facts.SizeKnown, Files: []facts.SizedFile{small, lock}}, facts.SizeVerdict{State: facts.SizeKnown, Lines: 2, Files: 1, Hunks: 1}},
		"too large":     {facts.PullRequestSize{State: facts.SizeTooLarge}, facts.SizeVerdict{State: facts.SizeTooLarge}},
		"missing":       {facts.PullRequestSize{State: facts.SizeMissing}, facts.SizeVerdict{State: facts.SizeMissing}},
		"not read yet":  {facts.PullRequestSize{}, facts.SizeVerdict{}},
		"without files": {facts.PullRequestSize{State: facts.SizeKnown}, facts.SizeVerdict{State: facts.SizeKnown}},
	} {
		if got := of(c.size); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
