// Package similarity finds the file that a new file was renamed from, as git blame does: it
// computes git's similarity score and follows git's order of choice for one destination.
//
// # Score
//
// A file is cut into parts that end at a line feed or after 64 bytes; in text, the carriage return
// of a line end does not count. Each part is hashed to a number below 107927. For each number, the
// lesser of the bytes that either file has under it counts as copied. The score is copied bytes *
// 60000 / size of the larger file, rounded down. Files of which one is less than half as large as
// the other are not compared.
//
// Git before 2.44 left the last part out when it was shorter than 64 bytes and had no line feed.
// Rules tells which of the two is wanted.
//
// # Choice
//
// git blame looks for the origin of one path at a time. The candidates are the paths that the
// commit removed, in the order of the tree. Best chooses
//
//  1. a file with the identical blob, the first with the same base name if there is one, else the
//     first (only the first 100 are looked at);
//  2. the one removed file that has the same base name, if it is the only one, and if the score is
//     45000 (75 %) or more;
//  3. the file with the highest score of 30000 (50 %) or more; of equals one with the same base
//     name; of equals again the one that git's table of four best candidates lists first, which is
//     mostly but not always the first in order.
//
// Only regular files are compared by content; symbolic links and submodules can only be identical.
//
// # Where git log -M differs
//
// git log, git diff and git diff-tree pair all added files of a commit at once, with the same
// scores, but a removed file can serve only one destination:
//
//   - exact renames are taken first, for all destinations, and use their sources up;
//   - the base name must be unique among the remaining sources and among the destinations;
//   - the remaining pairs are taken by descending score until each file is used up;
//   - if destinations * sources exceeds diff.renameLimit squared (default 1000), the last step
//     is left out. git blame has one destination, so it meets the limit only at a million sources.
//
// Where one file was copied to two places and removed, git log therefore shows one rename and one
// new file, and git blame follows both.
package similarity

// MaxScore is the score of files with the same content.
const MaxScore = 60000

// MinScore is the least score at which a file counts as renamed.
const MinScore = MaxScore / 2

// minNameScore is the least score that files of the same, unique base name need.
const minNameScore = MinScore + (MaxScore-MinScore)/2

// Percent returns the score as git prints it (the 87 of R087).
func Percent(score int) int { return score * 100 / MaxScore }

// Score compares two files; MaxScore is the highest value and 0 means that they have nothing in
// common. Either signature may be nil, which gives 0.
func Score(src, dst *Signature) int {
	if src == nil || dst == nil {
		return 0
	}
	larger := max(src.size, dst.size)
	if larger == 0 || !comparableSizes(src.size, dst.size) {
		return 0
	}
	return int(copied(src.parts, dst.parts) * MaxScore / larger)
}

// comparableSizes reports whether the sizes alone allow a score of MinScore.
func comparableSizes(a, b int64) bool {
	larger, smaller := max(a, b), min(a, b)
	return larger >= 2*(larger-smaller)
}

// bound returns the highest score that files of these sizes can have.
func bound(a, b int64) int {
	if larger := max(a, b); larger > 0 {
		return int(min(a, b) * MaxScore / larger)
	}
	return 0
}
