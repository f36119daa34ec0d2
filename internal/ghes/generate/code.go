package generate

import (
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
)

// language is how source files of one kind look.
type language struct {
	ext     string
	comment string
	// header begins a file, blocks are what it consists of. A line that begins with ? may be left
	// out, one with * may be repeated with other words.
	header string
	blocks []string
}

// languageOf is the language of a repository's name for it.
func languageOf(name string) language { return languages[name] }

// write makes the lines of a template.
func write(dice *rand.Rand, template string) []string {
	w := newWords(dice)
	var lines []string
	for line := range strings.SplitSeq(strings.Trim(template, "\n"), "\n") {
		repeat := 1
		switch {
		case strings.HasPrefix(line, "?"):
			line = line[1:]
			repeat = dice.IntN(2)
		case strings.HasPrefix(line, "*"):
			line = line[1:]
			repeat = 1 + dice.IntN(4)
		}
		for range repeat {
			lines = append(lines, w.fill(line))
			w.forget("field", "num", "noun3")
		}
	}
	return lines
}

// block makes one function, test, section or the like.
func (l language) block(dice *rand.Rand) []string { return write(dice, pick(dice, l.blocks)) }

var (
	number = regexp.MustCompile(`[0-9]+`)
	word   = regexp.MustCompile(`[a-zA-Z]{2}`)
)

// tweak changes a line the way an edit does: another word, another number, or a remark.
func (l language) tweak(dice *rand.Rand, line string) string {
	switch dice.IntN(5) {
	case 0, 1, 2:
		if changed := otherWord(dice, line); changed != line {
			return changed
		}
	case 3:
		if at := number.FindStringIndex(line); at != nil {
			return line[:at[0]] + strconv.Itoa(dice.IntN(900)+2) + line[at[1]:]
		}
	}
	if strings.TrimSpace(line) == "" {
		return l.comment + " " + pick(dice, verbs) + " the " + pick(dice, nouns)
	}
	before, _, _ := strings.Cut(line, " "+l.comment+" ")
	return before + " " + l.comment + " " + pick(dice, fields) + " of the " + pick(dice, nouns)
}

// otherWord replaces the first known word of a line.
func otherWord(dice *rand.Rand, line string) string {
	lower := strings.ToLower(line)
	for _, list := range [][]string{fields, nouns, verbs} {
		for _, word := range list {
			i := strings.Index(lower, word)
			if i < 0 || len(lower) != len(line) {
				continue
			}
			other := pick(dice, list)
			if line[i] != word[0] {
				other = strings.ToUpper(other[:1]) + other[1:]
			}
			return line[:i] + other + line[i+len(word):]
		}
	}
	return line
}
