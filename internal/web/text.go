package web

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// number writes a whole number with its thousands separated.
func number[T ~int | ~int32 | ~int64](n T) string {
	s := strconv.FormatInt(int64(n), 10)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// plural gives "1 repo" or "1,234 repos".
func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

// date writes a day as 23 Nov 2026.
func date(t time.Time) string { return t.Format("2 Jan 2006") }

// span writes a duration as 40 s, 12 min, 3.4 h or 2 d 4 h.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", max(0, int(d.Seconds())))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 24*time.Hour:
		return strconv.FormatFloat(d.Hours(), 'f', 1, 64) + " h"
	}
	days, hours := int(d.Hours())/24, int(d.Hours())%24
	if hours == 0 {
		return fmt.Sprintf("%d d", days)
	}
	return fmt.Sprintf("%d d %d h", days, hours)
}

// took writes the time a stage or a request took.
func took(ms int64) string {
	if ms < 1000 {
		return number(ms) + " ms"
	}
	return strconv.FormatFloat(float64(ms)/1000, 'f', 1, 64) + " s"
}

// size writes a number of bytes as 12.5 MB.
func size(n int64) string {
	const step = 1000.0
	value, units := float64(n), []string{"B", "kB", "MB", "GB", "TB"}
	for value >= step && len(units) > 1 {
		value, units = value/step, units[1:]
	}
	if units[0] == "B" {
		return number(n) + " B"
	}
	return strconv.FormatFloat(value, 'f', 1, 64) + " " + units[0]
}

// visible makes control characters of a name seen, so that a path or a message cannot draw on the page
// what is not there: bidirectional overrides included.
func visible(s string) string {
	if !strings.ContainsFunc(s, hides) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < 0x20:
			b.WriteRune(0x2400 + r)
		case hides(r):
			fmt.Fprintf(&b, "\\u%04x", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func hides(r rune) bool {
	return r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r))
}
