package judge

import (
	"fmt"
	"regexp"
	"slices"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// DefaultOutlierHALOC is the size above which a commit is an outlier unless a workspace chose another.
const DefaultOutlierHALOC = 1000

// Rules is what a workspace may choose. The zero value holds the defaults.
type Rules struct {
	// Window is 21 or 30 days; 0 is 30.
	Window int `json:"window,omitempty"`
	// OutlierHALOC leaves out commits with more lines than this; 0 is 1,000, -1 is no bound.
	OutlierHALOC int `json:"outlier_haloc,omitempty"`
	// OutlierImpactPercentile leaves out commits whose impact stands higher than this among those of the
	// baseline, 0 to 100; 0 is no bound.
	OutlierImpactPercentile float64 `json:"outlier_impact_percentile,omitempty"`
	// OutlierMessages and OutlierPaths are regular expressions; a commit is an outlier when its subject, or
	// any path that it changed, meets one.
	OutlierMessages []string `json:"outlier_messages,omitempty"`
	OutlierPaths    []string `json:"outlier_paths,omitempty"`
	// Marked are commits that somebody left out by hand.
	Marked []Mark `json:"marked,omitempty"`
}

// Mark leaves out one commit by hand.
type Mark struct {
	Repo facts.RepoID `json:"repo"`
	Hash string       `json:"hash"`
	// Note says who did it and why.
	Note string `json:"note"`
}

// Check gives an error that is fit to be shown when a rule cannot be followed.
func (r Rules) Check() error {
	_, err := r.compile()
	return err
}

// compiled is Rules made ready.
type compiled struct {
	window          metrics.Window
	haloc           int
	percentile      float64
	messages, paths []*regexp.Regexp
	marked          map[Mark]string // without their notes, to their notes
}

func (r Rules) compile() (compiled, error) {
	c := compiled{haloc: r.OutlierHALOC, percentile: r.OutlierImpactPercentile, marked: map[Mark]string{}}
	var err error
	if c.window, err = metrics.ParseWindow(r.Window); err != nil {
		return c, err
	}
	if c.haloc == 0 {
		c.haloc = DefaultOutlierHALOC
	}
	if c.percentile < 0 || c.percentile > 100 {
		return c, fmt.Errorf("an impact percentile of %g is not between 0 and 100", c.percentile)
	}
	if c.messages, err = expressions("message", r.OutlierMessages); err != nil {
		return c, err
	}
	if c.paths, err = expressions("path", r.OutlierPaths); err != nil {
		return c, err
	}
	for _, m := range r.Marked {
		c.marked[Mark{Repo: m.Repo, Hash: m.Hash}] = m.Note
	}
	return c, nil
}

func expressions(of string, texts []string) ([]*regexp.Regexp, error) {
	var all []*regexp.Regexp
	for _, text := range texts {
		e, err := regexp.Compile(text)
		if err != nil {
			return nil, fmt.Errorf("the %s rule %q is not a regular expression: %w", of, text, err)
		}
		all = append(all, e)
	}
	return all, nil
}

// meets says which rule of message or path makes the commit an outlier, "" for none.
func (c *compiled) meets(commit *facts.Commit) string {
	for _, e := range c.messages {
		if e.MatchString(commit.Subject) {
			return fmt.Sprintf("the message meets the rule %s", e)
		}
	}
	for _, e := range c.paths {
		met := slices.ContainsFunc(commit.Files, func(f facts.FileChange) bool { return e.MatchString(f.Path) })
		if met {
			return fmt.Sprintf("a path meets the rule %s", e)
		}
	}
	return ""
}
