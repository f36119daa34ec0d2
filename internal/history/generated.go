package history

import (
	"path"
	"strings"

	"github.com/go-enry/go-enry/v2/data"

	"weir/internal/facts"
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
