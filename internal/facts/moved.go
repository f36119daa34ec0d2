package facts

// MovedBlock is a run of lines that a commit took from one place to another, white space at the ends of lines apart.
// Blocks are told beside the counts of lines and never change them: git, and so every other number, sees such lines as
// deleted here and added there.
type MovedBlock struct {
	From, To LinePlace
	Lines    int
	// Copied says that the lines are still, or were once more, where they came from.
	Copied bool
}

// LinePlace is a line of a file: of the commit's first parent where lines come from, of the commit where they went.
type LinePlace struct {
	Path string
	Line int // counted from 1
}

// Within tells whether the lines stayed in the file. A file that was renamed counts as another one.
func (b *MovedBlock) Within() bool { return b.From.Path == b.To.Path }

// MovedLines counts the lines of a commit's blocks.
type MovedLines struct {
	Within, Between int // moved, in a file and from one to another
	Copied          int
	// Unknown says that the commit is too large to look for blocks.
	Unknown bool
}

// CountMoved adds the blocks of a commit up.
func CountMoved(blocks []MovedBlock, unknown bool) MovedLines {
	m := MovedLines{Unknown: unknown}
	for i := range blocks {
		switch b := &blocks[i]; {
		case b.Copied:
			m.Copied += b.Lines
		case b.Within():
			m.Within += b.Lines
		default:
			m.Between += b.Lines
		}
	}
	return m
}
