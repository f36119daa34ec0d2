package generate

import (
	"fmt"
	"path"
	"strings"
)

// kind is what a piece of work is about.
type kind string

const (
	feature  kind = "feature"
	fix      kind = "fix"
	refactor kind = "refactor"
	tests    kind = "test"
	chore    kind = "chore"
)

// kinds are weighted by how often they stand here.
var kinds = []kind{feature, feature, feature, fix, fix, refactor, tests, chore}

// edit makes one commit's changes: nil when nothing came of it. b is nil on main.
func (s *story) edit(m moment, k kind, b *branch) map[string]*file {
	e := editor{s.dice, s.lang, m.who.Login, m.at}
	changed := map[string]*file{}
	view := s.view(b)
	for range 1 + s.dice.IntN(3)*s.dice.IntN(2) {
		s.editOne(e, k, b, view, changed)
	}
	return changed
}

// view is main as a branch sees it.
func (s *story) view(b *branch) tree {
	if b == nil {
		return s.main
	}
	view := tree{}
	for p, f := range s.main {
		view[p] = f
	}
	for p, f := range b.edits {
		if f == nil {
			delete(view, p)
			continue
		}
		view[p] = f
	}
	return view
}

// editOne changes, makes, moves or deletes one file.
func (s *story) editOne(e editor, k kind, b *branch, view tree, changed map[string]*file) {
	free := view.editable(b)
	roll := s.dice.Float64()
	if len(free) == 0 || k == feature && roll < 0.22 || len(free) < 8 && roll < 0.5 {
		s.createIn(e, view, changed)
		return
	}
	name := pick(s.dice, free)
	if _, again := changed[name]; again {
		return
	}
	if k == refactor && roll < 0.12 {
		s.move(e, name, view, changed)
		return
	}
	if k == chore && roll < 0.06 && len(free) > 15 {
		changed[name] = nil
		delete(view, name)
		return
	}
	if f := s.rewrite(e, k, view[name]); f != nil {
		changed[name], view[name] = f, f
	}
}

func (s *story) createIn(e editor, view tree, changed map[string]*file) {
	folder := pick(s.dice, s.plan.folders)
	name := path.Join(folder, newWords(s.dice).fill("{noun}_{verb}")+s.lang.ext)
	if _, exists := s.main[name]; exists || view[name] != nil {
		return
	}
	changed[name] = e.create()
	view[name] = changed[name]
}

// move renames a file, at times with an edit in the same commit.
func (s *story) move(e editor, name string, view tree, changed map[string]*file) {
	to := path.Join(pick(s.dice, s.plan.folders), newWords(s.dice).fill("{noun}_{field}")+path.Ext(name))
	if _, exists := s.main[to]; exists || view[to] != nil {
		return
	}
	f := view[name].with(view[name].lines)
	if s.dice.IntN(3) == 0 {
		if edited := e.change(f, func(line) bool { return true }); edited != nil {
			f = edited
		}
	}
	changed[to], view[to] = f, f
	changed[name] = nil
	delete(view, name)
}

// rewrite is one edit of a file by the kind of work; nil when there is nothing to do in it.
func (s *story) rewrite(e editor, k kind, f *file) *file {
	roll := s.dice.Float64()
	full := len(f.lines) > 350
	switch k {
	case feature:
		switch {
		case roll < 0.55 && !full:
			return e.add(f)
		case roll < 0.75:
			return e.change(f, e.ownRecent)
		case roll < 0.85:
			return e.change(f, e.otherRecent)
		default:
			return e.change(f, e.old)
		}
	case fix:
		switch {
		case roll < 0.4:
			return e.change(f, e.otherRecent)
		case roll < 0.65:
			return e.change(f, e.ownRecent)
		default:
			return e.change(f, e.old)
		}
	case refactor:
		if roll < 0.35 || full {
			return e.cut(f)
		}
		return e.change(f, e.old)
	default:
		if roll < 0.5 && !full {
			return e.add(f)
		}
		return e.change(f, func(line) bool { return true })
	}
}

// titles by kind; the bot's are in routine.go.
var titles = map[kind][]string{
	feature:  {"Add {field} to {noun}", "{Verb} {noun}s by {field}", "Let people {verb} a {noun}", "Show the {field} of each {noun}"},
	fix:      {"Fix {field} of {noun} when it is empty", "Do not {verb} a {noun} twice", "Fix rounding of {noun} {field}", "Handle a missing {noun}"},
	refactor: {"Move {noun} out of {noun2}", "Split {verb}{Noun}", "Simplify how we {verb} {noun}s", "Remove unused {noun} {field}"},
	tests:    {"Test {verb} of {noun}", "Cover {noun} {field}", "Make {noun} tests faster"},
	chore:    {"Update {noun} settings", "Clean up {field} handling", "Document the {noun} {field}"},
}

// message is a commit's: a title, at times with a reason or a trailer.
func (s *story) message(k kind) string {
	w := newWords(s.dice)
	text := w.fill(pick(s.dice, titles[k]))
	if s.dice.IntN(4) == 0 {
		text += "\n\n" + w.fill("Until now we could not {verb} a {noun} before its {field} was known.")
	}
	if s.dice.IntN(20) == 0 {
		p := pick(s.dice, s.org.People[:len(s.org.People)-1])
		text += fmt.Sprintf("\n\nCo-authored-by: %s <%s>", p.Name(), p.Aliases[0].Email)
	}
	return text + "\n"
}

// slug makes a branch name of a title.
func slug(title string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(title)), " ", "-")
}
