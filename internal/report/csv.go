package report

import (
	"encoding/csv"
	"io"
	"strings"
)

// WriteCSV writes a table as RFC 4180 with the columns' names as its heading, numbers without separators,
// days and times in ISO 8601, and missing values empty. Text that a spreadsheet would run as a formula is
// written with an apostrophe before it: see Neutral.
func (t *Table) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	record := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		record[i] = Neutral(c.Name)
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for _, row := range t.Rows {
		for i, cell := range row.Cells {
			record[i] = cell.Value.Raw()
			if !cell.Value.Format.Numeric() {
				record[i] = Neutral(record[i])
			}
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// Neutral makes text safe for a CSV that a spreadsheet may open: bytes that are not UTF-8 become U+FFFD, NUL
// is dropped, and an apostrophe is put before text that begins, after spaces, with = + - @ or their full-width
// forms, or with a tab or a line break. A program that reads the CSV takes one leading apostrophe off again
// where text would begin so.
func Neutral(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	if s == "" || strings.ContainsRune("\t\r\n", rune(s[0])) {
		return prefixed(s)
	}
	first := strings.TrimLeft(s, " \u00a0\u3000")
	if strings.HasPrefix(first, "=") || strings.HasPrefix(first, "+") || strings.HasPrefix(first, "-") ||
		strings.HasPrefix(first, "@") || strings.HasPrefix(first, "＝") || strings.HasPrefix(first, "＋") ||
		strings.HasPrefix(first, "－") || strings.HasPrefix(first, "＠") {
		return "'" + s
	}
	return s
}

func prefixed(s string) string {
	if s == "" {
		return s
	}
	return "'" + s
}
