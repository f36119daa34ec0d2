package history

import (
	"path"
	"strings"

	"github.com/go-enry/go-enry/v2/data"

	"weir/internal/facts"
	"weir/internal/history/linediff"
)

// generated tells whether a file's content says that a program wrote it. What the path alone says is judged later.
func generated(name string, c *content) bool {
	if c.kind != facts.KindText || c.lines == 0 {
		return false
	}
	name = strings.ToLower(name)
	ext := path.Ext(name)
	for _, match := range data.GeneratedCodeMatchers {
		if match(name, ext, c.text.Bytes()) {
			return true
		}
	}
	return false
}

// What the matchers look at, unless they are those of the kinds of files in wholeMatched.
const (
	headMatched = 40
	tailMatched = 4
)

// wholeMatched are the kinds of files of which the matchers look at more than the first and the last lines.
var wholeMatched = map[string]bool{".js": true, ".css": true, ".ps": true, ".eps": true, ".pfa": true}

// generated is what generated says of a version's content at a path. The verdict on the version that it was derived
// from holds where only the middle of the text differs, which saves most of the asking.
func (v *version) generated(name string, c *content, before *version, like *linediff.Text) bool {
	if v.judgedAt == name {
		return v.verdict
	}
	v.judgedAt = name
	if before != nil && before != v && before.judgedAt == name && c.text != nil && c.text.KeepsEnds(like, headMatched, tailMatched) &&
		!wholeMatched[strings.ToLower(path.Ext(name))] {
		v.verdict = before.verdict
	} else {
		v.verdict = generated(name, c)
	}
	return v.verdict
}
