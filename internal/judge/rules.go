package judge

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// rules is a workspace's facts.Rules made ready.
type rules struct {
	facts.Rules
	window          metrics.Window
	messages, paths []*regexp.Regexp
	marked          map[facts.Mark]string // without their notes, to their notes
	bots            map[string]bool
}

func newRules(r facts.Rules) (*rules, error) {
	ready := &rules{Rules: r, marked: map[facts.Mark]string{}, bots: map[string]bool{}}
	var err error
	if ready.window, err = metrics.ParseWindow(r.WindowDays); err != nil {
		return nil, err
	}
	if ready.messages, err = expressions(r.OutlierMessages); err != nil {
		return nil, err
	}
	if ready.paths, err = expressions(r.OutlierPaths); err != nil {
		return nil, err
	}
	for _, m := range r.Marked {
		ready.marked[facts.Mark{Repo: m.Repo, Hash: m.Hash}] = m.Note
	}
	for _, bot := range r.Bots {
		ready.bots[fold(bot)] = true
	}
	delete(ready.bots, "")
	return ready, nil
}

func expressions(texts []string) ([]*regexp.Regexp, error) {
	var all []*regexp.Regexp
	for _, text := range texts {
		e, err := regexp.Compile(text)
		if err != nil {
			return nil, fmt.Errorf("the rule %q is not a regular expression: %w", text, err)
		}
		all = append(all, e)
	}
	return all, nil
}

// meets says which rule of message or path makes the commit an outlier, "" for none.
func (r *rules) meets(commit *facts.Commit) string {
	for _, e := range r.messages {
		if e.MatchString(commit.Subject) {
			return fmt.Sprintf("the message meets the rule %s", e)
		}
	}
	for _, e := range r.paths {
		met := slices.ContainsFunc(commit.Files, func(f facts.FileChange) bool { return e.MatchString(f.Path) })
		if met {
			return fmt.Sprintf("a path meets the rule %s", e)
		}
	}
	return ""
}

// bot tells whether a person is one, by themselves or by the workspace's list.
func (r *rules) bot(p facts.Person) bool {
	return p.Bot || r.bots[fold(p.Name)] || r.bots[fold(p.Email)] || r.bots[fold(p.Login)]
}

// leaves says why what a person did does not count, empty when it does.
func (r *rules) leaves(p facts.Person) facts.Reason {
	switch {
	case r.bot(p):
		return facts.LeftBot
	case p.Excluded:
		return facts.LeftExcluded
	case p.Hidden:
		return facts.LeftHidden
	}
	return facts.Counts
}

func fold(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
