package judge

import (
	"cmp"
	"slices"
	"strings"

	"weir/internal/facts"
)

// attributes answers what the .gitattributes files of a repo say of a path.
type attributes struct {
	rules []attribute // the ones that win first
}

type attribute struct {
	facts.AttributeRule
	pattern pattern
}

func newAttributes(rules []facts.AttributeRule) *attributes {
	a := &attributes{}
	for _, r := range rules {
		a.rules = append(a.rules, attribute{AttributeRule: r, pattern: newPattern(r.Pattern)})
	}
	// A file deeper down wins over one further up, and in a file the last line that matches wins.
	slices.Reverse(a.rules)
	slices.SortStableFunc(a.rules, func(x, y attribute) int {
		return cmp.Compare(strings.Count(y.Dir, "/"), strings.Count(x.Dir, "/"))
	})
	return a
}

// of gives whether a path is declared generated and vendored; nil where nothing is said.
func (a *attributes) of(path string) (generated, vendored *bool) {
	saidGenerated, saidVendored := false, false
	for i := range a.rules {
		r := &a.rules[i]
		bearsOnG := !saidGenerated && (r.Generated != nil || r.GeneratedReset)
		bearsOnV := !saidVendored && (r.Vendored != nil || r.VendoredReset)
		if !bearsOnG && !bearsOnV || !r.pattern.match(r.Dir, path) {
			continue
		}
		if bearsOnG {
			generated, saidGenerated = r.Generated, true
		}
		if bearsOnV {
			vendored, saidVendored = r.Vendored, true
		}
		if saidGenerated && saidVendored {
			break
		}
	}
	return generated, vendored
}

// The attributes that bear on what counts.
const (
	attributeGenerated = "linguist-generated"
	attributeVendored  = "linguist-vendored"
)

// ParseAttributes reads .gitattributes files, given by the directory that holds each ("" for the root, else
// ending in a slash), and keeps the lines that bear on what counts. Macros of the root's file are written
// out. As in git, a line that cannot be read says nothing.
func ParseAttributes(files map[string]string) []facts.AttributeRule {
	dirs := make([]string, 0, len(files))
	for dir := range files {
		dirs = append(dirs, dir)
	}
	slices.SortFunc(dirs, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, "/"), strings.Count(b, "/")), strings.Compare(a, b))
	})
	macros := macrosOf(files[""])
	var rules []facts.AttributeRule
	for _, dir := range dirs {
		for line := range strings.SplitSeq(files[dir], "\n") {
			l, ok := parseAttributeLine(line)
			if !ok || l.macro {
				continue
			}
			rule := facts.AttributeRule{Dir: dir, Pattern: l.name}
			apply(&rule, l.settings, macros, 0)
			if rule.Generated != nil || rule.Vendored != nil || rule.GeneratedReset || rule.VendoredReset {
				rules = append(rules, rule)
			}
		}
	}
	return rules
}

// setting is one word after the pattern.
type setting struct {
	name  string
	value bool
	reset bool
}

type attributeLine struct {
	name     string
	macro    bool
	settings []setting
}

const attributeBlank = " \t\r\n"

// maxAttributeLine is git's bound; longer lines say nothing.
const maxAttributeLine = 2048

func parseAttributeLine(line string) (attributeLine, bool) {
	line = strings.TrimLeft(line, attributeBlank)
	if line == "" || line[0] == '#' || len(line) >= maxAttributeLine {
		return attributeLine{}, false
	}
	var l attributeLine
	name, rest, quoted := unquote(line)
	if !quoted {
		name, rest = cutBlank(line)
	}
	l.name = name
	if after, macro := strings.CutPrefix(name, "[attr]"); macro && after != "" {
		l.macro, l.name = true, after
		if !attributeName(after) {
			return l, false
		}
	}
	for rest = strings.TrimLeft(rest, attributeBlank); rest != ""; rest = strings.TrimLeft(rest, attributeBlank) {
		var word string
		word, rest = cutBlank(rest)
		s, ok := parseSetting(word)
		if !ok {
			return l, false
		}
		l.settings = append(l.settings, s)
	}
	return l, true
}

func cutBlank(s string) (word, rest string) {
	if i := strings.IndexAny(s, attributeBlank); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

func parseSetting(word string) (setting, bool) {
	name, value, hasValue := strings.Cut(word, "=")
	s := setting{name: name, value: !hasValue || value != "false"}
	if name != "" && (name[0] == '-' || name[0] == '!') {
		s.reset, s.value = name[0] == '!', false
		s.name = name[1:]
	}
	return s, attributeName(s.name)
}

func attributeName(s string) bool {
	if s == "" || s[0] == '-' || strings.HasPrefix(s, "builtin_") {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_')
	})
}

func macrosOf(text string) map[string][]setting {
	macros := map[string][]setting{}
	for line := range strings.SplitSeq(text, "\n") {
		if l, ok := parseAttributeLine(line); ok && l.macro {
			macros[l.name] = l.settings
		}
	}
	return macros
}

// maxMacroDepth stops macros that name each other.
const maxMacroDepth = 8

func apply(rule *facts.AttributeRule, settings []setting, macros map[string][]setting, depth int) {
	for _, s := range settings {
		switch s.name {
		case attributeGenerated:
			rule.Generated, rule.GeneratedReset = s.flag()
		case attributeVendored:
			rule.Vendored, rule.VendoredReset = s.flag()
		}
		if macro, ok := macros[s.name]; ok && s.value && depth < maxMacroDepth {
			apply(rule, macro, macros, depth+1)
		}
	}
}

func (s setting) flag() (value *bool, reset bool) {
	if s.reset {
		return nil, true
	}
	v := s.value
	return &v, false
}

// unquote reads a pattern in double quotes with C's escapes from the front of a line.
func unquote(line string) (text, rest string, ok bool) {
	if line[0] != '"' {
		return "", "", false
	}
	var b []byte
	for i := 1; i < len(line); i++ {
		switch c := line[i]; c {
		case '"':
			return string(b), line[i+1:], true
		case '\\':
			c, used, ok := escape(line[i+1:])
			if !ok {
				return "", "", false
			}
			b = append(b, c)
			i += used
		default:
			b = append(b, c)
		}
	}
	return "", "", false
}

// escape reads what follows a backslash: a letter, a quote, a backslash or three octal digits.
func escape(s string) (c byte, used int, ok bool) {
	if s == "" {
		return 0, 0, false
	}
	const letters, bytes = `abfnrtv\"`, "\a\b\f\n\r\t\v\\\""
	if i := strings.IndexByte(letters, s[0]); i >= 0 {
		return bytes[i], 1, true
	}
	if len(s) < 3 || s[0] > '3' {
		return 0, 0, false
	}
	for _, d := range []byte(s[:3]) {
		if d < '0' || d > '7' {
			return 0, 0, false
		}
		c = c<<3 | d - '0'
	}
	return c, 3, true
}
