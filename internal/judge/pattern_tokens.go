package judge

import "strings"

// tokens reads the text of a pattern from its first special byte on. pathname says that slashes are special.
// It is not ok when git would never find a match, as with a set that is not closed.
func tokens(s string, pathname bool) (found []token, ok bool) {
	for i := 0; i < len(s); {
		switch s[i] {
		case '\\':
			if i+1 == len(s) {
				return nil, false
			}
			found = append(found, just(s[i+1]))
			i += 2
		case '?':
			found = append(found, anyBut(one, !pathname))
			i++
		case '*':
			t, length := stars(s, i, pathname)
			found = append(found, t)
			i += length
		case '[':
			t, length, ok := set(s[i:])
			if !ok {
				return nil, false
			}
			if pathname {
				t.exclude('/')
			}
			found = append(found, t)
			i += length
		default:
			found = append(found, just(s[i]))
			i++
		}
	}
	return found, true
}

// stars reads a run of asterisks at i. Two or more between slashes, or at an end, meet slashes too; and
// together with the slash behind them they may meet nothing.
func stars(s string, i int, pathname bool) (t token, length int) {
	for i+length < len(s) && s[i+length] == '*' {
		length++
	}
	if !pathname {
		return anyBut(star, true), length
	}
	after := s[i+length:]
	open := i == 0 || s[i-1] == '/'
	closed := after == "" || after[0] == '/' || strings.HasPrefix(after, `\/`)
	if length == 1 || !open || !closed {
		return anyBut(star, false), length
	}
	if after != "" && after[0] == '/' {
		return token{kind: dirsMaybe}, length + 1
	}
	return anyBut(star, true), length
}

// set reads a set in brackets at the start of s.
func set(s string) (t token, length int, ok bool) {
	i := 1
	negated := i < len(s) && (s[i] == '!' || s[i] == '^')
	if negated {
		i++
	}
	previous, first := -1, true
	for ; i < len(s) && (first || s[i] != ']'); first = false {
		switch {
		case s[i] == '\\':
			if i+1 == len(s) {
				return t, 0, false
			}
			t.include(s[i+1], s[i+1])
			previous, i = int(s[i+1]), i+2
		case s[i] == '-' && previous >= 0 && i+1 < len(s) && s[i+1] != ']':
			to, used, ok := rangeEnd(s[i+1:])
			if !ok {
				return t, 0, false
			}
			t.include(byte(previous), to)
			previous, i = -1, i+1+used
		case strings.HasPrefix(s[i:], "[:"):
			used, ok := t.class(s[i:])
			if !ok {
				return t, 0, false
			}
			previous, i = -1, i+used
			if used == 1 {
				previous = '['
			}
		default:
			t.include(s[i], s[i])
			previous, i = int(s[i]), i+1
		}
	}
	if i >= len(s) {
		return t, 0, false
	}
	if negated {
		for k := range t.set {
			t.set[k] = ^t.set[k]
		}
	}
	return t, i + 1, true
}

func rangeEnd(s string) (to byte, used int, ok bool) {
	if s[0] != '\\' {
		return s[0], 1, true
	}
	if len(s) < 2 {
		return 0, 0, false
	}
	return s[1], 2, true
}

// class reads [:name:] at the start of s. Where it is not closed so, the bracket stands for itself.
func (t *token) class(s string) (used int, ok bool) {
	end := strings.IndexByte(s[2:], ']')
	if end < 0 {
		return 0, false
	}
	name, closed := strings.CutSuffix(s[2:2+end], ":")
	if !closed {
		t.include('[', '[')
		return 1, true
	}
	ranges, known := classes[name]
	for k := 0; k+1 < len(ranges); k += 2 {
		t.include(ranges[k], ranges[k+1])
	}
	return end + 3, known
}

// classes holds pairs of first and last bytes.
var classes = map[string]string{
	"alnum": "09AZaz", "alpha": "AZaz", "blank": "  \t\t", "cntrl": "\x00\x1f\x7f\x7f", "digit": "09", "graph": "!~", "lower": "az",
	"print": " ~", "punct": "!/:@[`{~", "space": "\t\r  ", "upper": "AZ", "xdigit": "09AFaf",
}
