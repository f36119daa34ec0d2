package judge

import (
	"path/filepath"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"

	"github.com/go-enry/go-enry/v2/data"
)

// Linguist's rules on paths are some two hundred regular expressions, of which hardly any path fits one. Each of them
// needs some letters to be there as they are, and looking for those of all at once takes a hundredth of the time.

// pathRule answers for the paths that hold its literal; to others it cannot apply.
type pathRule struct {
	literal string
	applies func(path string) bool
}

// pathRules finds those rules whose literal is in a path by the literal's first letters.
type pathRules struct {
	byStart map[[literalStart]byte][]pathRule
	// always are those that need no literal.
	always []pathRule
}

// literalStart is how many letters of a literal rules are found by. A shorter one is none.
const literalStart = 3

func (r *pathRules) add(rule pathRule) {
	if len(rule.literal) < literalStart {
		r.always = append(r.always, rule)
		return
	}
	if r.byStart == nil {
		r.byStart = map[[literalStart]byte][]pathRule{}
	}
	start := [literalStart]byte([]byte(rule.literal))
	r.byStart[start] = append(r.byStart[start], rule)
}

// apply reports whether any rule applies to path. Literals are looked for in text, which is path or path in lower case.
func (r *pathRules) apply(path, text string) bool {
	for _, rule := range r.always {
		if rule.applies(path) {
			return true
		}
	}
	for i := 0; i+literalStart <= len(text); i++ {
		for _, rule := range r.byStart[[literalStart]byte{text[i], text[i+1], text[i+2]}] {
			if strings.HasPrefix(text[i:], rule.literal) && rule.applies(path) {
				return true
			}
		}
	}
	return false
}

var vendorRules = sync.OnceValue(func() *pathRules {
	rules := &pathRules{}
	for _, matcher := range data.VendorMatchers {
		if matcher == nil {
			continue // of a syntax that Go's expressions lack; go-enry leaves it out too
		}
		literal := ""
		if parsed, err := syntax.Parse(matcher.String(), syntax.Perl); err == nil {
			literal = needed(parsed)
		}
		rules.add(pathRule{literal, matcher.MatchString})
	}
	return rules
})

// vendored is enry.IsVendor.
func vendored(path string) bool { return vendorRules().apply(path, path) }

// needed gives the longest run of letters that everything that an expression matches holds, "" for none.
func needed(expression *syntax.Regexp) string {
	switch expression.Op {
	case syntax.OpLiteral:
		if expression.Flags&syntax.FoldCase == 0 {
			return string(expression.Rune)
		}
	case syntax.OpCapture, syntax.OpPlus:
		return needed(expression.Sub[0])
	case syntax.OpRepeat:
		if expression.Min > 0 {
			return needed(expression.Sub[0])
		}
	case syntax.OpConcat:
		longest := ""
		for _, part := range expression.Sub {
			if literal := needed(part); len(literal) > len(longest) {
				longest = literal
			}
		}
		return longest
	}
	return ""
}

// generatedLiterals are what go-enry's rules on the names of generated files need, one or more of it each, in lower
// case. go-enry gives them as functions, which do not tell.
var generatedLiterals = []string{
	".nib", ".xcworkspacedata", ".xcuserstate", // by extension
	".idea/", "pods/", "carthage/build/", ".designer.", ".feature.cs", "node_modules/", "vendor/", "lock", "npm-shrinkwrap.json",
	".pnp.", "godeps/", ".zep.", "cargo.toml.orig", "__generated__/", "_tlb.pas", "htmlcov/", ".sqlx/query-",
	".js.map", ".css.map", // of the rules on contents, those that do with the name alone
}

var generatedRules = sync.OnceValue(func() *pathRules {
	rules := &pathRules{}
	for _, literal := range generatedLiterals {
		rules.add(pathRule{literal, isGenerated})
	}
	return rules
})

// isGenerated is enry.IsGenerated without a content. That function is not called because its package brings the tables
// of all languages with it, which takes a third of the start of the program.
func isGenerated(path string) bool {
	lower := strings.ToLower(path)
	ext := filepath.Ext(lower)
	if _, known := data.GeneratedCodeExtensions[ext]; known {
		return true
	}
	return slices.ContainsFunc(data.GeneratedCodeNameMatchers, func(applies data.GeneratedCodeNameMatcher) bool { return applies(path) }) ||
		slices.ContainsFunc(data.GeneratedCodeMatchers, func(applies data.GeneratedCodeMatcher) bool { return applies(lower, ext, nil) })
}

// generatedByName is isGenerated, and asks it only about a path that holds one of its words.
func generatedByName(path string) bool { return generatedRules().apply(path, strings.ToLower(path)) }
