package report

import "weir/internal/facts"

// reasonTitles says in words why a commit or a file is left out.
var reasonTitles = map[facts.Reason]string{
	facts.Counts:          "Counts",
	facts.LeftMerge:       "Merge",
	facts.LeftUnreachable: "On no branch",
	facts.LeftSuperseded:  "Superseded",
	facts.LeftDuplicate:   "Duplicate",
	facts.LeftBot:         "Bot",
	facts.LeftExcluded:    "Excluded person",
	facts.LeftHidden:      "Hidden person",
	facts.LeftOutlier:     "Outlier",
	facts.LeftMarked:      "Marked by hand",
	facts.LeftRepoDeleted: "Repo deleted",
	facts.LeftUnreadable:  "Could not be read",
	facts.LeftNotMerged:   "Not merged",
	facts.LeftGone:        "Gone from the server",
	facts.LeftComment:     "Left out by a rule on comments",
	facts.LeftGhosts:      "Nobody known did it",
	facts.LeftGenerated:   "Generated file",
	facts.LeftVendored:    "Vendored file",
	facts.LeftLock:        "Lock file",
	facts.LeftBinary:      "Binary file",
	facts.LeftGlob:        "Left out by a rule of the repo",
	facts.LeftSubmodule:   "Submodule",
}

// ReasonTitle says in words why a commit or a file is left out, and whether the reason is a known one.
func ReasonTitle(r facts.Reason) (title string, known bool) {
	title, known = reasonTitles[r]
	if !known {
		title = string(r)
	}
	return title, known
}
