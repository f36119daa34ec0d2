package facts

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"
)

// ExclusionKind is what a rule that leaves repos out looks at.
type ExclusionKind string

// The kinds of exclusion rules.
const (
	// ExcludeName compares with a pattern such as legacy-* or acme/legacy-*, without regard to case.
	ExcludeName ExclusionKind = "name"
	// ExcludeRegex searches OWNER/NAME for a regular expression, without regard to case.
	ExcludeRegex ExclusionKind = "regex"
	// ExcludePushedBefore takes repos whose last push is older than a day, and those never pushed to.
	ExcludePushedBefore ExclusionKind = "pushed_before"
	ExcludeArchived     ExclusionKind = "archived"
	ExcludeFork         ExclusionKind = "fork"
	// ExcludeVisibility takes repos that are public, private or internal.
	ExcludeVisibility ExclusionKind = "visibility"
)

// ExclusionKinds lists them in the order of the page.
var ExclusionKinds = []ExclusionKind{ExcludeName, ExcludeRegex, ExcludePushedBefore, ExcludeArchived, ExcludeFork, ExcludeVisibility}

// Exclusion is a rule that leaves repos of an integration out of the import.
type Exclusion struct {
	ID          ExclusionID
	Integration IntegrationID
	Kind        ExclusionKind
	// Value is a pattern, a regular expression, a day such as 2024-01-31 or a visibility; empty for archived and fork.
	Value     string
	AddedBy   string
	CreatedAt int64
}

// maxExclusion bounds a pattern: a longer one is a mistake.
const maxExclusion = 500

// Matcher gives the test that the rule makes of a repo. The error says what is wrong with the rule, in
// words for the one who entered it.
func (e Exclusion) Matcher() (func(*Repo) bool, error) {
	if len(e.Value) > maxExclusion {
		return nil, fmt.Errorf("the rule is %d characters long; %d are enough", len(e.Value), maxExclusion)
	}
	switch e.Kind {
	case ExcludeName:
		return nameMatcher(e.Value)
	case ExcludeRegex:
		return regexMatcher(e.Value)
	case ExcludePushedBefore:
		day, err := time.Parse(time.DateOnly, e.Value)
		if err != nil {
			return nil, fmt.Errorf("%q is not a day; enter one such as 2024-01-31", e.Value)
		}
		return func(r *Repo) bool { return r.PushedAt < day.Unix() }, nil
	case ExcludeArchived:
		return func(r *Repo) bool { return r.Archived }, nil
	case ExcludeFork:
		return func(r *Repo) bool { return r.Fork }, nil
	case ExcludeVisibility:
		if e.Value != "public" && e.Value != "private" && e.Value != "internal" {
			return nil, fmt.Errorf("%q is no visibility; choose public, private or internal", e.Value)
		}
		return func(r *Repo) bool { return r.Visibility == e.Value }, nil
	}
	return nil, fmt.Errorf("there is no rule of the kind %q", e.Kind)
}

func nameMatcher(pattern string) (func(*Repo) bool, error) {
	pattern = strings.ToLower(pattern)
	if pattern == "" {
		return nil, fmt.Errorf("the pattern is empty; enter one such as legacy-* or acme/legacy-*")
	}
	if _, err := path.Match(pattern, ""); err != nil {
		return nil, fmt.Errorf("%q is not a pattern: a [ is not closed; * stands for any text, ? for one character", pattern)
	}
	whole := strings.Contains(pattern, "/")
	return func(r *Repo) bool {
		name := r.Name
		if whole {
			name = r.FullName
		}
		matched, _ := path.Match(pattern, strings.ToLower(name))
		return matched
	}, nil
}

func regexMatcher(text string) (func(*Repo) bool, error) {
	if text == "" {
		return nil, fmt.Errorf("the regular expression is empty; enter one such as ^acme/(legacy|old)-")
	}
	re, err := regexp.Compile("(?i)" + text)
	if err != nil {
		return nil, fmt.Errorf("%q is not a regular expression: %w", text, err)
	}
	return func(r *Repo) bool { return re.MatchString(r.FullName) }, nil
}

// String says the rule in words, such as "name matches legacy-*".
func (e Exclusion) String() string {
	switch e.Kind {
	case ExcludeName:
		return "name matches " + e.Value
	case ExcludeRegex:
		return "name matches the regular expression " + e.Value
	case ExcludePushedBefore:
		if day, err := time.Parse(time.DateOnly, e.Value); err == nil {
			return "last push before " + day.Format("2 Jan 2006") + ", or never"
		}
		return "last push before " + e.Value
	case ExcludeArchived:
		return "archived"
	case ExcludeFork:
		return "fork"
	case ExcludeVisibility:
		return e.Value
	}
	return string(e.Kind)
}

// Exclusions are the rules of one integration, in the order in which they are asked.
type Exclusions []Exclusion

// First gives a function that names the first rule which matches a repo, 0 when none does. A rule that
// cannot be read matches nothing: it was refused when it was entered, so only a newer Weir can have written it.
func (all Exclusions) First() func(*Repo) ExclusionID {
	matchers := make([]func(*Repo) bool, len(all))
	for i, e := range all {
		matchers[i], _ = e.Matcher()
	}
	return func(r *Repo) ExclusionID {
		for i, matches := range matchers {
			if matches != nil && matches(r) {
				return all[i].ID
			}
		}
		return 0
	}
}
