package generate

import "weir/internal/ghes"

// What people write. The blanks are those of words.
var (
	bodies = []string{
		"", "Until now a {noun} without a {field} could not be saved.", "Part of the work on {noun}s.\n\nNo change for those who do not use {field}.",
		"## Why\n\nPeople asked how to {verb} a {noun}.\n\n## How\n\nThe {field} is read once and kept.", "Small one.",
		"This makes {verb} of {noun}s faster: {num} ms before, less than half of it now.",
	}
	remarks = []string{
		"Is the {field} of a {noun} ever empty?", "I tried it with the {noun}s of last week: works.", "Thanks, this was overdue.",
		"Please wait with this until the release is out.", "The failing check is the known one about {verb}.", "Rebased, no changes.",
		"Could @{noun} have a look as well?", "Done. Sorry that it took so long.",
	}
	questions = []string{
		"Can `{field}` be empty here?", "Why not `{verb}` it where the {noun} is made?", "Nit: {noun} would be a better name.",
		"This is done twice now, see `{verb}{Noun}`.", "What happens to a {noun} that has no {field}?", "Please add a test for this.",
		"Do we still need this?", "I would move this out of the loop.",
	}
	answers = []string{
		"Good catch, done.", "No, {verb} has checked that before.", "Renamed.", "Added one.", "It is needed for the old {noun}s; I wrote it down.",
		"True. Let us do that in another one.", "Done in the next commit.",
	}
	farewells = []string{
		"We do not need this any more.", "Closing, {verb} solves it in another way.", "Superseded.", "Not now. Closing to keep the list short.",
	}
	verdicts = map[ghes.ReviewState][]string{
		ghes.Approved:         {"Looks good.", "Nice and small, thanks.", "Works for me."},
		ghes.ChangesRequested: {"Some questions before this can go in.", "Nearly there.", "Please have another look at the edge cases."},
		ghes.Commented:        {"", "Only some thoughts.", "I do not know this part well, so just questions."},
	}
	reports = []string{
		"It happens about {num} times a day.\n\n1. {Verb} a {noun}\n2. Look at its {field}\n\nIt should be there and is not.",
		"People of the warehouse told us.", "Seen twice this week.", "Not urgent, but it looks bad.",
		"Our {noun}s have a {field} now, so we could {verb} them without asking.",
	}
	ticketTitles = map[string][]string{
		"bug":       {"{Noun} loses its {field}", "Cannot {verb} a {noun} with two {noun2}s", "Wrong {field} on the {noun} page", "{Verb} of {noun}s is slow"},
		"feature":   {"{Verb} {noun}s by {field}", "Show who changed the {field} of a {noun}", "Let customers {verb} their {noun}", "Export of {noun}s"},
		"question":  {"How do we {verb} a {noun} without {field}?", "Who owns the {noun} {field}?"},
		"tech debt": {"Two ways to {verb} a {noun}", "Remove the old {noun} {field}", "{Noun} tests depend on the clock"},
	}
	ticketKinds = []string{"bug", "bug", "bug", "feature", "feature", "tech debt", "question"}
	workLabels  = []string{"bug", "feature", "tech debt", "documentation"}
	labelColors = map[string]string{
		"bug": "d73a4a", "feature": "a2eeef", "question": "d876e3", "tech debt": "fbca04", "documentation": "0075ca", "dependencies": "0366d6",
	}
)
