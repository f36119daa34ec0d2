package report

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Visible makes text fit for a terminal or a page: invalid UTF-8 becomes U+FFFD, and characters that move the
// cursor, break the line or turn the direction of writing are written out as escapes.
func Visible(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case r < 0x80 && unicode.IsControl(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		case hostile(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// hostile tells whether a character has no place in a line of text.
func hostile(r rune) bool {
	switch {
	case unicode.IsControl(r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r), unicode.Is(unicode.Bidi_Control, r):
		return true
	}
	return r == '\uFEFF'
}

// Width gives how many columns of a terminal a text takes.
func Width(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

func runeWidth(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r >= 0x1100 && wide(r):
		return 2
	}
	return 1
}

func wide(r rune) bool {
	k := width.LookupRune(r).Kind()
	return k == width.EastAsianWide || k == width.EastAsianFullwidth
}

// Shorten cuts a text to at most n columns, with an ellipsis where something is gone.
func Shorten(s string, n int) string {
	taken, keep := 0, 0 // keep is how many bytes leave a column for the ellipsis
	for i, r := range s {
		if taken < n {
			keep = i
		}
		if taken += runeWidth(r); taken > n {
			return s[:keep] + "…"
		}
	}
	return s
}

// The narrowest that columns of text are cut to before columns of numbers are left away.
const narrowText = 16

// WriteText writes a table for a terminal: aligned, thousands separated, no wider than so many columns (0 for
// no bound). Where it is too wide, texts are cut first; then the last columns are left away, which is said.
func (t *Table) WriteText(w io.Writer, columns int) error {
	cells, widths := t.layOut()
	shown := len(widths)
	for columns > 0 && total(widths[:shown]) > columns {
		if cutWidest(t.Columns[:shown], widths, total(widths[:shown])-columns) {
			continue
		}
		if shown == 1 {
			widths[0] = max(1, columns)
			break
		}
		shown--
	}
	var b strings.Builder
	for _, row := range cells {
		b.WriteString(strings.TrimRight(line(row[:shown], widths, t.Columns), " "))
		b.WriteByte('\n')
	}
	if len(t.Rows) == 0 && t.Empty != "" {
		b.WriteString(t.Empty + "\n")
	}
	if left := len(widths) - shown; left > 0 {
		fmt.Fprintf(&b, "(%s left away: use a wider terminal, --json or --csv)\n", counted(left, "column", "columns"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// layOut writes all cells, the heading first, and gives the width that each column needs.
func (t *Table) layOut() (cells [][]string, widths []int) {
	widths = make([]int, len(t.Columns))
	heading := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		heading[i] = c.Title
	}
	cells = append(cells, heading)
	for _, row := range t.Rows {
		texts := make([]string, len(row.Cells))
		for i, cell := range row.Cells {
			texts[i] = Visible(cell.Value.String())
		}
		cells = append(cells, texts)
	}
	for _, row := range cells {
		for i, text := range row {
			widths[i] = max(widths[i], Width(text))
		}
	}
	return cells, widths
}

const gap = 2

func total(widths []int) int {
	n := gap * (len(widths) - 1)
	for _, w := range widths {
		n += w
	}
	return n
}

// cutWidest takes up to excess columns from the widest text; false when no text can give any.
func cutWidest(columns []Column, widths []int, excess int) bool {
	widest := -1
	for i, c := range columns {
		if !c.Format.Numeric() && widths[i] > narrowText && (widest < 0 || widths[i] > widths[widest]) {
			widest = i
		}
	}
	if widest < 0 {
		return false
	}
	widths[widest] = max(narrowText, widths[widest]-excess)
	return true
}

func line(row []string, widths []int, columns []Column) string {
	var b strings.Builder
	for i, text := range row {
		if i > 0 {
			b.WriteString(strings.Repeat(" ", gap))
		}
		text = Shorten(text, widths[i])
		pad := strings.Repeat(" ", max(0, widths[i]-Width(text)))
		if columns[i].Format.Numeric() {
			b.WriteString(pad + text)
		} else {
			b.WriteString(text + pad)
		}
	}
	return b.String()
}
