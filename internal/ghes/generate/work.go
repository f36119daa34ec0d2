package generate

import (
	"fmt"
	"path"
	"slices"
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
	s.rewriteOne(s.action(e, k), b, free, view, changed)
}

// rewriteOne looks for a file in which an action finds something to do: what the branch has in
// hand is looked at first, as people go back to what they just wrote.
func (s *story) rewriteOne(act action, b *branch, free []string, view tree, changed map[string]*file) {
	at := s.dice.IntN(len(free))
	if b != nil && s.dice.IntN(3) > 0 {
		if i := slices.IndexFunc(free, func(p string) bool { return b.edits[p] != nil }); i >= 0 {
			at = i
		}
	}
	for range min(20, len(free)) {
		name := free[at]
		if _, again := changed[name]; !again {
			if f := act(view[name]); f != nil {
				changed[name], view[name] = f, f
				return
			}
		}
		at = (at + 7) % len(free)
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

// action edits a file; it is nil when there is nothing to do in it.
type action func(f *file) *file

// action chooses what to do by the kind of work.
func (s *story) action(e editor, k kind) action {
	roll := s.dice.Float64()
	var odds [4]float64 // up to which an edit adds, reworks, helps, cuts; else it changes old lines
	switch k {
	case feature:
		odds = [4]float64{0.28, 0.66, 0.80, 0.82}
	case fix:
		odds = [4]float64{0.05, 0.35, 0.70, 0.72}
	case refactor:
		odds = [4]float64{0.05, 0.15, 0.25, 0.45}
	default:
		odds = [4]float64{0.33, 0.62, 0.75, 0.80}
	}
	switch {
	case roll < odds[0]:
		return e.add
	case roll < odds[1]:
		return func(f *file) *file { return e.change(f, e.ownRecent) }
	case roll < odds[2]:
		return func(f *file) *file { return e.change(f, e.otherRecent) }
	case roll < odds[3]:
		return e.cut
	default:
		return func(f *file) *file { return e.change(f, e.old) }
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
