package report

import (
	"bytes"
	"strings"
)

// Bounds on the text that one page shows.
const (
	maxTextLines = 5000
	maxTextFile  = 8 << 20
	maxTextWidth = 400
)

// textBudget bounds how much text a page shows, and remembers why some is missing.
type textBudget struct {
	left    int
	missing string
}

func newTextBudget(available bool) textBudget {
	if !available {
		return textBudget{missing: "The lines' text is not on this machine; see the commit on the server."}
	}
	return textBudget{left: maxTextLines}
}

func (b *textBudget) open() bool { return b.left > 0 }

// lines cuts n lines from the 1-based start, as far as they exist and the budget reaches.
func (b *textBudget) lines(of []string, start, n int) []string {
	if n <= 0 || start < 1 || start > len(of) {
		return nil
	}
	n = min(n, len(of)-start+1)
	if n > b.left {
		n = b.left
		b.missing = "This commit is long: the text of its later lines is not shown."
	}
	b.left -= n
	cut := make([]string, n)
	for i, line := range of[start-1 : start-1+n] {
		cut[i] = showable(line)
	}
	return cut
}

func splitLines(data []byte) []string {
	if len(data) > maxTextFile {
		return nil
	}
	return strings.Split(string(bytes.TrimSuffix(data, []byte("\n"))), "\n")
}

// showable makes a line fit to be shown: valid UTF-8, no carriage return at its end, not endlessly wide.
func showable(line string) string {
	line = strings.ToValidUTF8(strings.TrimSuffix(line, "\r"), "\uFFFD")
	if len(line) <= maxTextWidth {
		return line
	}
	return strings.ToValidUTF8(line[:maxTextWidth], "") + " …"
}
