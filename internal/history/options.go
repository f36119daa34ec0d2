package history

import (
	"weir/internal/facts"
	"weir/internal/git"
)

// Options say what to replay and where to keep what was learned.
type Options struct {
	// StateDir is where the checkpoint lives. It is created when absent; "" keeps nothing.
	StateDir string
	// Tips are the commits whose ancestry is wanted. Their order decides the numbers of new commits, so give the
	// default branch first and the rest in an order that lasts.
	Tips []git.Hash
	// Identify is called once per distinct author or committer in a run, with the bytes of the commit. Nil numbers
	// them from 1 in order of appearance.
	Identify func(name, email string) (facts.IdentityID, error)
	// Progress is told after each commit how many of this run's commits are done. Nil is fine.
	Progress func(done, total int)
	// FromNumber is the last number that the caller already holds safely: no commit up to it is emitted, every
	// commit after it is, also those that an earlier run emitted before it was stopped.
	FromNumber facts.CommitNumber
	// Rebuild is called when the checkpoint cannot be continued (damaged, of another version, behind FromNumber, or made
	// without something that can be read now). All
	// commits are then emitted, from number 1 and perhaps with other numbers, so the caller must drop what it holds.
	// That is mostly found out at the beginning; when it shows later, commits that this run has emitted are void too.
	// It is called at most once in a run, and its error ends the run. Nil is fine for a caller that looks at
	// Summary.Rebuilt and keeps nothing before Replay returns.
	Rebuild func(reason string) error
	// MemoryLimit is what one replay should stay below, in bytes; 0 is 1 GiB. Its caches and what is under way between
	// its stages take about a third of it at most, which leaves room for what is known of the files and for garbage. It does
	// not change any result. Replays side by side share a limit when each is given its part.
	MemoryLimit int64
	// MaxBlob is the size in bytes above which a text is not attributed line by line; 0 is 64 MiB.
	MaxBlob int64
	// MaxDiffCost bounds the work of one line diff, and of looking for the renames of one commit, in steps; 0 takes
	// linediff's own bound.
	MaxDiffCost int
	// Moved asks for Commit.Moved, which takes half as much time again. It changes nothing else, and is no part of the
	// checkpoint: commits that an earlier run emitted are not looked at again.
	Moved bool
	// NoPatchIDs leaves out the patch ids, which need a second diff of each file.
	NoPatchIDs bool
}

// Commit is what Replay emits. It is valid only during the call: nothing of it may be kept without copying.
//
// An ordinary commit lists every path it changed, sorted by path. A merge lists only the paths in which it wrote
// lines of its own, with MergeLines as their only count.
type Commit struct {
	facts.Commit
	// Names and e-mails are as committed.
	AuthorName, AuthorEmail       string
	CommitterName, CommitterEmail string
	Message                       []byte
	// Moved are the blocks of lines that the commit moved or copied, by where they went; nil unless Options.Moved asks
	// for them, and for merges. MovedUnknown says that the commit is too large to look for them.
	Moved        []facts.MovedBlock
	MovedUnknown bool
}

// Summary says what a replay did.
type Summary struct {
	// Commits counts those replayed in this run, Emitted those given to the caller; Last is the last number.
	Commits, Emitted int
	Last             facts.CommitNumber
	// Rebuilt says that the checkpoint could not be continued and why; numbers may differ from earlier runs.
	Rebuilt       bool
	RebuiltReason string
	// Holes counts what could not be read or was cut off, in this run and in those that the checkpoint is of. Once one
	// of them can be read, the next run begins anew.
	Holes int
	// Problems holds what could not be read, at most MaxProblems of them; ProblemCount counts all.
	Problems     []Problem
	ProblemCount int
}

// MaxProblems bounds Summary.Problems.
const MaxProblems = 1000

// Problem is one object that could not be read or attributed, while the rest was.
type Problem struct {
	Commit git.Hash
	// Path is empty when the commit as a whole is concerned.
	Path string
	// Code is a stable word: missing, corrupt, too_large, too_costly. Cause is one sentence.
	Code, Cause string
}

// BlamedLine is one line of a file with the commit that wrote it.
type BlamedLine struct {
	// Commit is the zero Hash and the rest of the author is empty when the writer could not be told.
	Commit git.Hash
	// AuthorEmail is as committed.
	AuthorEmail string
	AuthorTime  int64
	// Line is the 1-based number in the file.
	Line int
	// Text is the line's bytes without its newline.
	Text []byte
}
