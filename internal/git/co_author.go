package git

import (
	"bytes"
	"strings"
)

// coAuthoredBy is the key of the trailers that name further authors, in any case.
const coAuthoredBy = "co-authored-by"

// CoAuthors gives those whom the message names as further authors, in its order, repeats included. They stand in
// Co-authored-by trailers, which are told as git tells them: in the last paragraph, never the first, which holds nothing
// but trailers, or one that git knows beside at most three times as many other lines. A line without <e-mail> names nobody.
// When is 0. Most messages cost one look at their last paragraph.
func (c *Commit) CoAuthors() []Signature {
	block := lastParagraph(c.Message)
	if !named(block) || !trailers(block) {
		return nil
	}
	var all []Signature
	for value := range values(block) {
		if s, ok := parseCoAuthor(value); ok {
			all = append(all, s)
		}
	}
	return all
}

// lastParagraph gives the last paragraph of a message that is not its first.
func lastParagraph(message []byte) []byte {
	rest := message
	for {
		start := bytes.LastIndexByte(bytes.TrimSuffix(rest, []byte("\n")), '\n') + 1
		if start == 0 {
			return nil
		}
		if blank(rest[start:]) && len(bytes.TrimSpace(message[start:])) > 0 {
			if len(bytes.TrimSpace(message[:start])) == 0 {
				return nil
			}
			return message[start:]
		}
		rest = rest[:start]
	}
}

func blank(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }

// named tells whether a line begins with the key.
func named(block []byte) bool {
	for line := range bytes.Lines(block) {
		if len(line) > len(coAuthoredBy) && bytes.EqualFold(line[:len(coAuthoredBy)], []byte(coAuthoredBy)) {
			return true
		}
	}
	return false
}

// trailers tells whether a paragraph is one of trailers. A line that begins with space belongs to the one above.
func trailers(block []byte) bool {
	known, count, other := false, 0, 0
	above := &other
	for line := range bytes.Lines(block) {
		key := keyOf(line)
		switch {
		case blank(line) || line[0] == '#':
			above = &other
		case line[0] == ' ' || line[0] == '\t':
			if above == &other {
				other++
			}
		case bytes.HasPrefix(line, []byte("Signed-off-by: ")), bytes.HasPrefix(line, []byte("(cherry picked from commit ")),
			named(line) && line[len(coAuthoredBy)] == ':':
			known = true
			count++
			above = &count
		case key != nil:
			count++
			above = &count
		default:
			other++
			above = &other
		}
	}
	return count > 0 && (other == 0 || known && count*3 >= other)
}

// keyOf gives what stands before the colon of a trailer, nil when the line is none.
func keyOf(line []byte) []byte {
	key, _, ok := bytes.Cut(line, []byte(":"))
	key = bytes.TrimRight(key, " \t")
	if !ok || len(key) == 0 {
		return nil
	}
	for _, b := range key {
		if b != '-' && (b < '0' || b > '9') && (b < 'a' || b > 'z') && (b < 'A' || b > 'Z') {
			return nil
		}
	}
	return key
}

// values gives what the trailers of the key say, a folded one in one line.
func values(block []byte) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		value, in := "", false
		for line := range bytes.Lines(block) {
			if in && (line[0] == ' ' || line[0] == '\t') {
				value += " " + string(bytes.TrimSpace(line))
				continue
			}
			if in && !yield(value) {
				return
			}
			if in = bytes.EqualFold(keyOf(line), []byte(coAuthoredBy)); in {
				_, after, _ := bytes.Cut(line, []byte(":"))
				value = string(bytes.TrimSpace(after))
			}
		}
		if in {
			yield(value)
		}
	}
}

// parseCoAuthor reads "Name <e-mail>".
func parseCoAuthor(value string) (Signature, bool) {
	name, rest, opened := strings.Cut(value, "<")
	email, _, closed := strings.Cut(rest, ">")
	s := Signature{Name: strings.TrimSpace(name), Email: strings.TrimSpace(email)}
	return s, opened && closed && s.Email != "" && !strings.ContainsAny(s.Email, " \t<")
}
