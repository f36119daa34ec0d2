package facts

// SizeState says whether the size of a pull request is known. The words appear in exports.
type SizeState string

// The states: not read from git yet; known; something of it is not in the mirror; more than is looked at.
const (
	SizeUnread   SizeState = ""
	SizeKnown    SizeState = "known"
	SizeMissing  SizeState = "missing"
	SizeTooLarge SizeState = "too_large"
)

// PullRequestSize is what git tells of the diff of a pull request, from the merge base of its base and its head to its head.
// Which files and which comments count is for others to decide.
type PullRequestSize struct {
	Number int
	State  SizeState
	// MadeOf stands for the head, the base and the line comments that it was made of.
	MadeOf string
	// Lacking is the object that was not in the mirror, in hex; empty when none is known to be missed.
	Lacking string
	// Changes is the state of the pull request that was looked at; see store.DueItem.
	Changes int64
	Files   []SizedFile
	// Places are where line comments stand; those that stand at no hunk of the diff are left out.
	Places []CommentPlace
}

// SizedFile is one file of the diff.
type SizedFile struct {
	// Path is the bytes of the tree.
	Path      string
	Kind      FileKind
	Generated bool
	// Lines sums, over the hunks without context, the larger of added and deleted lines. Hunks counts those with three lines of context.
	Lines, Hunks int
}

// CommentPlace is the hunks of a file that a comment stands at.
type CommentPlace struct {
	// ServerID is that of the comment.
	ServerID int64
	// File is the place in Files, -1 when it is not known because the commit of the comment is not in the mirror or too large.
	File int
	// First is the first of so many Hunks.
	First, Hunks int
}

// SizeVerdict is what of the diff of a pull request counts.
type SizeVerdict struct {
	State SizeState
	// Lines, Files and Hunks are those of files that count; 0 unless the state is known.
	Lines, Files, Hunks int
	// Covered counts the hunks at which a comment of a reviewer stands, Untold when the place of one is not known.
	Covered int
}

// SizeCount is how many pull requests have so many lines.
type SizeCount struct{ Lines, PullRequests int }
