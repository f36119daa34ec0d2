package report

import (
	"weir/internal/facts"
	"weir/internal/metrics"
)

// CommitDetail is one commit with its files and typed hunks.
type CommitDetail struct {
	Commit  facts.JudgedCommit `json:"-"`
	Repo    string             `json:"repo,omitempty"`
	Author  string             `json:"author"`
	Hash    string             `json:"hash"`
	Subject string             `json:"subject"`
	// CoAuthors are the others whom the message names, bots and left-out people too.
	CoAuthors []CoAuthor `json:"co_authors,omitempty"`
	Authored  Value      `json:"authored"`
	// Counts says whether the commit counts; Reason says it in words, ReasonDetail what the reason refers to.
	Counts       bool   `json:"counts"`
	Reason       string `json:"reason"`
	ReasonDetail string `json:"reason_detail,omitempty"`
	// Impact shows how the impact comes about; nil for merges and where it is not known.
	Impact *metrics.Terms `json:"impact,omitempty"`
	// TextMissing says why the lines' text is not shown, empty when it is.
	TextMissing string         `json:"text_missing,omitempty"`
	Files       []DetailedFile `json:"files"`
	// Moved are the blocks of lines that it moved or copied, where somebody looked for them.
	Moved []DetailedMove `json:"moved,omitempty"`
}

// DetailedMove is a block of lines that only changed its place.
type DetailedMove struct {
	From     Value `json:"from"`
	FromLine int   `json:"from_line"`
	To       Value `json:"to"`
	ToLine   int   `json:"to_line"`
	Lines    int   `json:"lines"`
	Copied   bool  `json:"copied"`
}

// DetailedFile is one changed file.
type DetailedFile struct {
	Path    Value  `json:"path"`
	OldPath *Value `json:"old_path,omitempty"`
	Status  string `json:"status"`
	// Left is why the file does not count, empty when it does.
	Left           string          `json:"left,omitempty"`
	Added, Deleted int             `json:"-"`
	Lines          facts.WorkTypes `json:"lines"`
	MergeLines     int             `json:"merge_lines,omitempty"`
	Hunks          []DetailedHunk  `json:"hunks"`
}

// DetailedHunk is one hunk, cut into runs of one type and one replaced commit.
type DetailedHunk struct {
	OldStart int `json:"old_start"`
	OldLines int `json:"old_lines"`
	NewStart int `json:"new_start"`
	NewLines int `json:"new_lines"`
	// Runs cover the lines that are counted, in order; their lines add up to the larger of OldLines and NewLines.
	Runs []DetailedRun `json:"runs"`
}

// DetailedRun is a stretch of lines of one type. Old and New hold the text when it is at hand; a run that
// adds only has no Old lines, one that deletes only no New lines.
type DetailedRun struct {
	// Type is new_work, legacy_refactor, help_others, rework or unattributed.
	Type  string `json:"type"`
	Title string `json:"title"`
	Lines int    `json:"lines"`
	// OldStart and NewStart number the first deleted and the first added line, 0 when there are none.
	OldStart int `json:"old_start,omitempty"`
	OldLines int `json:"old_lines,omitempty"`
	NewStart int `json:"new_start,omitempty"`
	NewLines int `json:"new_lines,omitempty"`
	// Replaces is the commit that wrote the lines that are gone, nil for new work and unattributed lines.
	Replaces *Replaced `json:"replaces,omitempty"`
	Old      []string  `json:"old,omitempty"`
	New      []string  `json:"new,omitempty"`
}

// Replaced is the commit whose lines a run touches.
type Replaced struct {
	Hash   string `json:"hash"`
	Author string `json:"author"`
	Day    Value  `json:"day"`
	// AgeDays is the author time of this commit less that of the other, in days; negative when it is later.
	AgeDays float64 `json:"age_days"`
	Link    Link    `json:"link,omitzero"`
}
