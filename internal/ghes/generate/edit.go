package generate

import (
	"math/rand/v2"
	"slices"
	"time"
)

// recent is how long a line counts as fresh in the story.
const recent = 21 * 24 * time.Hour

// editor changes files as one person at one time.
type editor struct {
	dice *rand.Rand
	lang language
	who  string
	at   time.Time
}

func (e editor) lines(texts []string) []line {
	made := make([]line, 0, len(texts))
	for _, text := range texts {
		made = append(made, line{text, e.who, e.at})
	}
	return made
}

// create is a new file of one to three blocks.
func (e editor) create() *file {
	texts := write(e.dice, e.lang.header)
	for range 1 + e.dice.IntN(3) {
		texts = append(append(texts, ""), e.lang.block(e.dice)...)
	}
	f := lined(texts, e.who, e.at)
	f.plain = true
	return f
}

// add puts a block in where an empty line is, or at the end; nil when the file is long enough.
func (e editor) add(f *file) *file {
	at := len(f.lines)
	if at > 350 {
		return nil
	}
	var gaps []int
	for i, l := range f.lines {
		if l.text == "" && i > 3 {
			gaps = append(gaps, i)
		}
	}
	if len(gaps) > 0 && e.dice.IntN(3) > 0 {
		at = pick(e.dice, gaps)
	}
	block := append([]string{""}, e.lang.block(e.dice)...)
	return f.with(slices.Insert(slices.Clone(f.lines), at, e.lines(block)...))
}

// change edits a run of lines that fits, mixed with a few added and deleted; nil when none fits.
func (e editor) change(f *file, fits func(line) bool) *file {
	var starts []int
	for i, l := range f.lines {
		if word.MatchString(l.text) && fits(l) {
			starts = append(starts, i)
		}
	}
	if len(starts) == 0 {
		return nil
	}
	lines := slices.Clone(f.lines)
	at := pick(e.dice, starts)
	for range 2 + e.dice.IntN(8) {
		if at >= len(lines) || lines[at].text == "" || !fits(lines[at]) {
			break
		}
		if word.MatchString(lines[at].text) { // a brace alone stays as it is
			lines[at] = line{e.lang.tweak(e.dice, lines[at].text), e.who, e.at}
		}
		at++
	}
	if e.dice.IntN(3) == 0 {
		extra := e.lines([]string{e.lang.tweak(e.dice, lines[at-1].text)})
		lines = slices.Insert(lines, at, extra...)
	}
	return f.with(lines)
}

// cut deletes a block's worth of lines.
func (e editor) cut(f *file) *file {
	if len(f.lines) < 25 {
		return nil
	}
	from := 4 + e.dice.IntN(len(f.lines)-20)
	to := from + 3 + e.dice.IntN(12)
	return f.with(slices.Delete(slices.Clone(f.lines), from, to))
}

func (e editor) ownRecent(l line) bool   { return l.by == e.who && e.at.Sub(l.at) < recent }
func (e editor) otherRecent(l line) bool { return l.by != e.who && e.at.Sub(l.at) < recent }
func (e editor) old(l line) bool         { return e.at.Sub(l.at) >= recent+14*24*time.Hour }
