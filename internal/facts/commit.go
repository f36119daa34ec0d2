package facts

// CommitNumber names a commit within its repo by a small integer. Numbers are given in the order of the
// first replay, start at 1, and never change or get reused while the repo's line history lives.
type CommitNumber int32

// Unattributed stands where the commit that wrote a line could not be told.
const Unattributed CommitNumber = 0

// Commit is one commit as it was made, before anybody decides whether it counts.
type Commit struct {
	Repo   RepoID
	Number CommitNumber
	// Hash is the object id in hex, 40 or 64 digits.
	Hash string
	// Parents counts the parents: 0 a root, 1 an ordinary commit, more a merge.
	Parents int
	// ParentNumbers names the parents that were replayed, in the commit's order. Judging needs it to tell
	// ancestors and what a branch reaches.
	ParentNumbers []CommitNumber
	Author        IdentityID
	// AuthoredAt and AuthorOffset (seconds east of UTC) are as committed; Day is the author's own calendar day.
	AuthoredAt   int64
	AuthorOffset int
	Day          Day
	// CoAuthors are whom the message names as further authors (Co-authored-by), in its order, each once and never Author.
	CoAuthors   []IdentityID
	Committer   IdentityID
	CommittedAt int64
	// Subject is the first line of the message, made valid UTF-8, at most 1,000 bytes.
	Subject string
	// PatchID is git's stable patch id in hex, empty for merges and for commits that change nothing.
	PatchID string
	// Problem says in one sentence what could not be read of the commit, empty when all was.
	Problem string
	// Files holds every changed path, sorted by path. A reader that did not ask for files leaves it nil.
	Files []FileChange
}

// Merge tells whether the commit has more than one parent.
func (c *Commit) Merge() bool { return c.Parents > 1 }

// FileKind is what a path holds after the change, or held before a deletion.
type FileKind uint8

// Only text has lines. TooLarge is text that was not attributed line by line: its lines are Unattributed.
const (
	KindText FileKind = iota
	KindBinary
	KindSymlink
	KindSubmodule
	KindTooLarge
	KindUnreadable
)

// FileStatus is what happened to a path, by git's letters.
type FileStatus byte

// The statuses of git's raw diff that a replay can meet.
const (
	FileAdded       FileStatus = 'A'
	FileDeleted     FileStatus = 'D'
	FileModified    FileStatus = 'M'
	FileRenamed     FileStatus = 'R'
	FileTypeChanged FileStatus = 'T'
)

// FileChange is what one commit did to one path.
type FileChange struct {
	// Path and OldPath are the bytes of the tree; they need not be UTF-8. OldPath is empty unless Status is FileRenamed.
	Path, OldPath string
	Status        FileStatus
	Kind          FileKind
	// Generated says that the content says so of itself (by go-enry's rules). What a path alone says is judged later.
	Generated bool
	// Added and Deleted count lines of text; 0 for what is not text.
	Added, Deleted int
	// MergeLines counts the lines of a merge that none of its parents has. In a merge it is the only count.
	MergeLines int
	// New counts added lines without a partner.
	New int
	// Unattributed counts touched or paired lines whose owner could not be told.
	Unattributed int
	// Touched counts touched lines by who wrote them and how old they were; it is what typing needs.
	Touched []TouchedLines
	// Hunks holds positions and touched commits in file order; nil for a reader that did not ask for them.
	Hunks []Hunk
	// HunkCount is the number of hunks; it is kept apart because judging needs it and not the hunks.
	HunkCount int
	// Left says why the file does not count. It is derived: judge fills it in, nobody stores it.
	Left Reason
}

// HALOC is the sum over hunks of the larger of added and deleted lines.
func (f *FileChange) HALOC() int {
	n := f.New + f.Unattributed
	for _, t := range f.Touched {
		n += t.Lines
	}
	return n
}

// AgeBucket is how old a line was, by author times, when it was touched.
type AgeBucket uint8

// The buckets answer for both windows that a workspace can choose: 21 and 30 days. Age is counted in
// seconds; exactly 21 x 86,400 seconds is still within, and so is a negative age.
const (
	AgeTo21Days AgeBucket = iota
	AgeTo30Days
	AgeOlder
)

// AgeOf gives the bucket of a line authored at wrote when it is touched by a commit authored at touched.
func AgeOf(wrote, touched int64) AgeBucket {
	switch age := touched - wrote; {
	case age <= 21*secondsPerDay:
		return AgeTo21Days
	case age <= 30*secondsPerDay:
		return AgeTo30Days
	default:
		return AgeOlder
	}
}

// TouchedLines counts touched lines of one earlier author and one age.
type TouchedLines struct {
	Identity IdentityID
	Age      AgeBucket
	Lines    int
}

// Hunk is a maximal run of deleted and added lines with no unchanged line between, at zero context.
type Hunk struct {
	// OldStart and NewStart are the 1-based numbers of the first deleted and first added line; with no
	// such lines, of the line before the place, as in a unified diff.
	OldStart, OldLines int
	NewStart, NewLines int
	// Touched says, in the order of the deleted lines, which commits wrote them. Its lines add up to OldLines.
	Touched []Run
}

// HALOC is the larger of added and deleted lines.
func (h Hunk) HALOC() int { return max(h.OldLines, h.NewLines) }

// Run is a stretch of lines written by one commit, Unattributed when it could not be told.
type Run struct {
	Commit CommitNumber
	Lines  int
}
