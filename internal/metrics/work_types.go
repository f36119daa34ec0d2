package metrics

import "weir/internal/facts"

// WorkTypesOf types the lines of one file of a commit by author. It needs nothing but stored facts, so that
// merging people or choosing another window types history again without reading git.
func WorkTypesOf(f *facts.FileChange, author facts.PersonID, person func(facts.IdentityID) facts.PersonID, w Window) facts.WorkTypes {
	types := facts.WorkTypes{NewWork: f.New, Unattributed: f.Unattributed}
	for _, touched := range f.Touched {
		switch TypeOf(touched.Age, person(touched.Identity) == author, w) {
		case LegacyRefactor:
			types.LegacyRefactor += touched.Lines
		case Rework:
			types.Rework += touched.Lines
		default:
			types.HelpOthers += touched.Lines
		}
	}
	return types
}

// WorkType is what a changed line replaced.
type WorkType string

// The work types, and what could not be told. They are stable words: colours and exports follow them.
const (
	NewWork        WorkType = "new_work"
	LegacyRefactor WorkType = "legacy_refactor"
	HelpOthers     WorkType = "help_others"
	Rework         WorkType = "rework"
	Unattributed   WorkType = "unattributed"
)

// WorkTypes lists them in the order of every page.
func WorkTypes() []WorkType {
	return []WorkType{NewWork, LegacyRefactor, HelpOthers, Rework, Unattributed}
}

// TypeOf gives the type of a touched line by its age and by whether the same person had written it.
func TypeOf(age facts.AgeBucket, same bool, w Window) WorkType {
	switch {
	case !w.Within(age):
		return LegacyRefactor
	case same:
		return Rework
	}
	return HelpOthers
}

// Title gives the type's name as it is written on pages.
func (t WorkType) Title() string {
	switch t {
	case NewWork:
		return "New work"
	case LegacyRefactor:
		return "Legacy refactor"
	case HelpOthers:
		return "Help others"
	case Rework:
		return "Rework"
	}
	return "Unattributed"
}

// Of gives the lines of the type.
func (t WorkType) Of(w facts.WorkTypes) int {
	switch t {
	case NewWork:
		return w.NewWork
	case LegacyRefactor:
		return w.LegacyRefactor
	case HelpOthers:
		return w.HelpOthers
	case Rework:
		return w.Rework
	}
	return w.Unattributed
}
