package facts

import (
	"fmt"
	"regexp"
	"slices"
	"time"
)

// Rules are the choices of a workspace that decide what counts. Changing one applies to history: the
// stored facts are judged again, and nothing is read anew.
type Rules struct {
	// WindowDays is how old a line may be to count as rework or help when it is touched: 21 or 30.
	WindowDays int `json:"window_days"`
	// OutlierHALOC leaves out commits of more lines than this; 0 leaves out none for their size.
	OutlierHALOC int `json:"outlier_haloc"`
	// OutlierImpactPercentile leaves out commits whose impact stands higher than this among those of the
	// baseline, 0 to 100; 0 is no bound.
	OutlierImpactPercentile float64 `json:"outlier_impact_percentile,omitempty"`
	// OutlierMessages and OutlierPaths are regular expressions; a commit is an outlier when its subject, or
	// any path that it changed, meets one.
	OutlierMessages []string `json:"outlier_messages,omitempty"`
	OutlierPaths    []string `json:"outlier_paths,omitempty"`
	// Marked are commits that somebody left out by hand.
	Marked []Mark `json:"marked,omitempty"`
	// MarkedItems are pull requests and tickets that somebody left out by hand.
	MarkedItems []ItemMark `json:"marked_items,omitempty"`
	// ExcludedComments are regular expressions; a comment or a review whose beginning meets one does not count.
	ExcludedComments []string `json:"excluded_comments,omitempty"`
	// TimeZone is the workspace's, by its IANA name; commits keep their author's own.
	TimeZone string `json:"time_zone"`
	// Bots are names, e-mails or logins that are bots beside those that are known to be.
	Bots []string `json:"bots,omitempty"`
	// GroupWork says what the co-authors of a commit are credited with.
	GroupWork GroupWork `json:"group_work"`
	// Globs are path patterns left out in every repo.
	Globs []string `json:"globs,omitempty"`
}

// Mark leaves out one commit by hand.
type Mark struct {
	Repo RepoID `json:"repo"`
	Hash string `json:"hash"`
	// Note says who did it and why.
	Note string `json:"note"`
}

// ItemMark leaves out one pull request or ticket by hand.
type ItemMark struct {
	Repo   RepoID `json:"repo"`
	Number int    `json:"number"`
	// Note says who did it and why.
	Note string `json:"note"`
}

// The windows that stored facts can answer for.
const (
	WindowShort = 21
	WindowLong  = 30
)

// DefaultRules are those of a new workspace.
func DefaultRules() Rules {
	return Rules{WindowDays: WindowLong, OutlierHALOC: 1000, TimeZone: "UTC", GroupWork: GroupFull}
}

// Validate says what is wrong with the rules, in words for the one who set them.
func (r Rules) Validate() error {
	if r.WindowDays != WindowShort && r.WindowDays != WindowLong {
		return fmt.Errorf("the window is %d days; choose %d or %d", r.WindowDays, WindowShort, WindowLong)
	}
	if r.OutlierHALOC < 0 {
		return fmt.Errorf("the largest commit that counts is %d lines; choose 0 for no limit, or more", r.OutlierHALOC)
	}
	if r.GroupWork != GroupFull && r.GroupWork != GroupSplit && r.GroupWork != GroupAuthor {
		return fmt.Errorf("co-authors cannot be credited by %q; choose %s, %s or %s", r.GroupWork, GroupFull, GroupSplit, GroupAuthor)
	}
	if p := r.OutlierImpactPercentile; p < 0 || p > 100 {
		return fmt.Errorf("the highest percentile of impact that counts is %g; choose 0 for no limit, or up to 100", p)
	}
	for _, text := range slices.Concat(r.OutlierMessages, r.OutlierPaths, r.ExcludedComments) {
		if _, err := regexp.Compile(text); err != nil {
			return fmt.Errorf("the rule %q is not a regular expression: %w", text, err)
		}
	}
	if _, err := time.LoadLocation(r.TimeZone); err != nil || r.TimeZone == "" {
		return fmt.Errorf("there is no time zone %q; choose one such as Europe/Berlin or UTC", r.TimeZone)
	}
	return nil
}
