package git

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/ianaindex"
)

// Text makes the bytes of a commit fit to be shown: UTF-8 without NUL. encoding is the commit's header. Bytes that are
// not what they claim to be, or do not say, are taken for Windows-1252, which always gives something readable.
func Text(raw, encoding string) string {
	text := raw
	if !utf8.ValidString(raw) || namesOther(encoding) {
		text = decode(raw, encoding)
	}
	if strings.IndexByte(text, 0) >= 0 {
		text = strings.ReplaceAll(text, "\x00", "\uFFFD")
	}
	return text
}

// namesOther tells whether an encoding header names something else than UTF-8.
func namesOther(encoding string) bool {
	switch strings.ToLower(encoding) {
	case "", "utf-8", "utf8":
		return false
	}
	return true
}

func decode(raw, encoding string) string {
	if namesOther(encoding) {
		if e, err := ianaindex.IANA.Encoding(encoding); err == nil && e != nil {
			if s, err := e.NewDecoder().String(raw); err == nil && !strings.ContainsRune(s, utf8.RuneError) {
				return s
			}
		}
	}
	if utf8.ValidString(raw) {
		return raw
	}
	s, err := charmap.Windows1252.NewDecoder().String(raw)
	if err != nil {
		s = raw
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// maxSubject bounds Subject, in bytes.
const maxSubject = 1000

// Subject gives the first line of the message that is not blank, fit to be shown, at most 1,000 bytes.
func (c *Commit) Subject() string {
	message := bytes.TrimLeft(c.Message, " \t\r\n")
	line, _, _ := bytes.Cut(message[:min(len(message), 8*maxSubject)], []byte("\n"))
	s := Text(strings.TrimRight(string(line), " \t\r"), c.Encoding)
	if len(s) <= maxSubject {
		return s
	}
	cut := maxSubject
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut]
}
