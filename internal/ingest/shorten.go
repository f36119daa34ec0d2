package ingest

import "strings"

// mostKey is how long a text in a key may be, in bytes: PostgreSQL indexes no more than 2,700 for all columns together.
const mostKey = 500

// shorten bounds a text that becomes part of a key. Its beginning and its end are kept, since either may tell it from
// others.
func shorten(text string) string {
	if len(text) <= mostKey {
		return text
	}
	return strings.ToValidUTF8(text[:mostKey/2]+"…"+text[len(text)-mostKey/2:], "")
}
