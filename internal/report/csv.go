package report

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// WriteCSV writes a table as RFC 4180 with lines that end in LF: the columns' names as its heading, numbers
// without separators, days and times in ISO 8601, and missing values empty. Text that a spreadsheet would run
// as a formula is written with an apostrophe before it: see Neutral.
func (t *Table) WriteCSV(w io.Writer) error {
	out, err := t.csvTo(w)
	if err != nil {
		return err
	}
	for _, row := range t.Rows {
		if err := out.row(row); err != nil {
			return err
		}
	}
	return out.done()
}

// csvRows writes a table row by row.
type csvRows struct {
	out    *csv.Writer
	record []string
}

// csvTo writes the heading of a table; its rows follow one by one.
func (t *Table) csvTo(w io.Writer) (*csvRows, error) {
	c := &csvRows{out: csv.NewWriter(w), record: make([]string, len(t.Columns))}
	for i, column := range t.Columns {
		c.record[i] = Neutral(column.Name)
	}
	return c, c.out.Write(c.record)
}

func (c *csvRows) row(r Row) error {
	for i, cell := range r.Cells {
		c.record[i] = cell.Value.Raw()
		if !cell.Value.Format.Numeric() {
			c.record[i] = Neutral(c.record[i])
		}
	}
	return c.out.Write(c.record)
}

func (c *csvRows) done() error {
	c.out.Flush()
	return c.out.Error()
}

// Neutral makes text safe for a CSV that a spreadsheet or a terminal may open: bytes that are not UTF-8 and
// control characters other than tab and line feed become U+FFFD, CR LF becomes LF, and an apostrophe is put
// before text that begins, after spaces, with = + - @ or their full-width forms, with a tab or a line break,
// or with an apostrophe. A program that reads the CSV takes one leading apostrophe off where there is one, as
// Plain does.
func Neutral(s string) string {
	s = strings.Map(func(r rune) rune {
		if r != '\t' && r != '\n' && unicode.IsControl(r) {
			return utf8.RuneError
		}
		return r
	}, strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n"))
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \u00a0\u3000"))
	if first != utf8.RuneError && strings.ContainsRune("=+-@＝＋－＠'\t\n", first) {
		return "'" + s
	}
	return s
}

// Plain takes off what Neutral put before a text.
func Plain(s string) string { return strings.TrimPrefix(s, "'") }
