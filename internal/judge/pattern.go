package judge

import "strings"

// pattern is a path pattern by the rules of .gitattributes: without a slash it meets the last part of a path
// in any directory; with one it meets the path from the directory of its file on; * and ? do not meet a
// slash, ** between slashes does; one that ends in a slash meets no file. It works on bytes, as git does, in
// time that grows with pattern x path whatever the pattern.
type pattern struct {
	base   bool // meets the last part only
	never  bool
	tokens []token
}

// token meets one byte of its set, or many when it is a star.
type token struct {
	kind tokenKind
	set  [4]uint64
}

type tokenKind uint8

const (
	one       tokenKind = iota // one byte of the set
	star                       // any number of bytes of the set
	dirsMaybe                  // nothing, or anything that ends in a slash
)

// newGlob makes a pattern of a repo's own rules. Unlike in .gitattributes, one that ends in a slash, or
// names a directory by ending in /**, leaves out everything beneath it.
func newGlob(text string) pattern {
	text = strings.TrimSpace(text)
	if strings.HasSuffix(text, "/") {
		if strings.Count(text, "/") == 1 {
			text = "**/" + text
		}
		text += "**"
	}
	return newPattern(text)
}

func newPattern(text string) pattern {
	if text == "" || text[0] == '!' || strings.HasSuffix(text, "/") {
		return pattern{never: true}
	}
	p := pattern{base: !strings.Contains(text, "/")}
	text = strings.TrimPrefix(text, "/")
	// git compares the part before the first special byte literally and starts afresh behind it.
	literal := strings.IndexAny(text, `*?[\`)
	if literal < 0 {
		literal = len(text)
	}
	for _, c := range []byte(text[:literal]) {
		p.tokens = append(p.tokens, just(c))
	}
	rest, ok := tokens(text[literal:], !p.base)
	p.tokens = append(p.tokens, rest...)
	p.never = !ok
	return p
}

// match tells whether the pattern, from a file in dir ("" or ending in a slash), meets path.
func (p *pattern) match(dir, path string) bool {
	if p.never {
		return false
	}
	rest, inside := strings.CutPrefix(path, dir)
	if !inside {
		return false
	}
	if p.base {
		rest = rest[strings.LastIndexByte(rest, '/')+1:]
	}
	return run(p.tokens, rest)
}

// run follows all ways through the tokens at once. State 2i stands before token i, 2i+1 inside it.
func run(tokens []token, s string) bool {
	now := make([]bool, 2*len(tokens)+2)
	next := make([]bool, len(now))
	enter(tokens, now, 0)
	for k := range len(s) {
		clear(next)
		alive := false
		for i := range tokens {
			t := &tokens[i]
			switch {
			case t.kind == one && now[2*i] && t.has(s[k]):
				enter(tokens, next, i+1)
				alive = true
			case t.kind == star && now[2*i] && t.has(s[k]):
				enter(tokens, next, i)
				alive = true
			case t.kind == dirsMaybe && now[2*i+1]:
				next[2*i+1], alive = true, true
				if s[k] == '/' {
					enter(tokens, next, i+1)
				}
			}
		}
		if !alive {
			return false
		}
		now, next = next, now
	}
	return now[2*len(tokens)]
}

// enter puts the run before token i, and before those that can be passed over from there.
func enter(tokens []token, states []bool, i int) {
	for !states[2*i] {
		states[2*i] = true
		if i == len(tokens) || tokens[i].kind == one {
			return
		}
		states[2*i+1] = tokens[i].kind == dirsMaybe
		i++
	}
}

func (t *token) has(c byte) bool { return t.set[c>>6]&(1<<(c&63)) != 0 }

func (t *token) include(from, to byte) {
	for c := int(from); c <= int(to); c++ {
		t.set[c>>6] |= 1 << (c & 63)
	}
}

func (t *token) exclude(c byte) { t.set[c>>6] &^= 1 << (c & 63) }

func just(c byte) token {
	var t token
	t.include(c, c)
	return t
}

func anyBut(kind tokenKind, slash bool) token {
	t := token{kind: kind}
	t.include(0, 255)
	if !slash {
		t.exclude('/')
	}
	return t
}
