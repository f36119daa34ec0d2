// Package judge decides of each commit whether it counts, and why not, by the rules of metrics.md.
//
// The core is pure: a Judge takes the commits of one repo as a stream, keeps about two hundred bytes of each,
// and gives verdicts, roll-ups and left-out lines when all have been seen. Repo runs it over the facts in the
// store; `weir analyze` runs it without a store. Whatever merging people, choosing another window or
// changing a rule alters is found again from the same facts, without reading git.
package judge

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"slices"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// Judge gathers the commits of one repo. It is not safe for use by several goroutines.
type Judge struct {
	rules  *rules
	repo   facts.Repo
	files  *Files
	person func(facts.IdentityID) facts.Person
	// ids remembers who is behind an identity: it is asked for every touched line's.
	ids map[facts.IdentityID]facts.PersonID

	rows  []row
	found *lookup // nil until a row is looked for
	left  []leftFiles
	// together holds the co-authors of rows that have any, by index.
	together map[int][]facts.IdentityID
	graph    Graph
	// parentless says that some commit came without the numbers of its parents: ancestry cannot be told.
	parentless bool
}

// row is what is kept of a commit.
type row struct {
	hash                    string
	detail                  string // of the rule that its message or a path met
	patch                   patchID
	author                  facts.IdentityID
	person                  facts.PersonID
	authoredAt, committedAt int64
	number                  facts.CommitNumber
	day                     facts.Day
	offset                  int32
	shape                   metrics.Shape
	types                   [5]int32
	seen, lines             counts
	ignored, mergeLines     int32
	parents                 int16
	unreadable              bool
}

type counts struct{ added, deleted int32 }

// patchID is the first 16 bytes of a patch id, all zero for none.
type patchID [16]byte

// leftFiles counts the files of one commit that one reason leaves out.
type leftFiles struct {
	row    int32
	reason facts.Reason
	files  int32
	lines  counts
}

// New starts judging a repo. person gives who stands behind an identity; it is asked during Add and Finish,
// and must give the same PersonID each time.
func New(rules facts.Rules, repo facts.Repo, person func(facts.IdentityID) facts.Person) (*Judge, error) {
	ready, err := newRules(rules)
	if err != nil {
		return nil, fmt.Errorf("judge repo %s: %w", repo.FullName, err)
	}
	return &Judge{rules: ready, repo: repo, files: NewFiles(rules, repo), person: person, ids: map[facts.IdentityID]facts.PersonID{},
		together: map[int][]facts.IdentityID{}}, nil
}

// Add takes a commit with its files. It fills in Left of each file and keeps nothing of c.
func (j *Judge) Add(c *facts.Commit) {
	r := row{
		hash: c.Hash, author: c.Author, person: j.personID(c.Author), number: c.Number, day: c.Day, offset: int32(c.AuthorOffset),
		authoredAt: c.AuthoredAt, committedAt: c.CommittedAt, parents: int16(min(c.Parents, 1<<15-1)),
		unreadable: c.Problem != "" && len(c.Files) == 0,
	}
	if id, err := hex.DecodeString(c.PatchID); err == nil {
		copy(r.patch[:], id)
	}
	if c.Parents > 0 && len(c.ParentNumbers) == 0 {
		j.parentless = true
	}
	j.graph.Add(c.Number, c.ParentNumbers)
	if c.Merge() {
		j.addMerge(&r, c)
	} else {
		if len(c.CoAuthors) > 0 {
			j.together[len(j.rows)] = slices.Clone(c.CoAuthors)
		}
		j.addFiles(&r, c)
		r.detail = j.rules.meets(c)
	}
	j.rows = append(j.rows, r)
}

func (j *Judge) addMerge(r *row, c *facts.Commit) {
	for i := range c.Files {
		f := &c.Files[i]
		f.Left = j.files.Reason(f)
		r.mergeLines += int32(f.MergeLines)
	}
}

func (j *Judge) addFiles(r *row, c *facts.Commit) {
	var lines facts.WorkTypes
	hunks, files := 0, 0
	dirs := map[string]struct{}{}
	start := len(j.left)
	for i := range c.Files {
		f := &c.Files[i]
		f.Left = j.files.Reason(f)
		r.seen.add(f)
		if f.Left != facts.Counts {
			r.ignored += int32(f.HALOC())
			j.leave(start, f)
			continue
		}
		lines = lines.Add(j.typed(f, r.person))
		r.lines.add(f)
		hunks += max(f.HunkCount, len(f.Hunks))
		files++
		dirs[directory(f.Path)] = struct{}{}
	}
	r.types = [5]int32{int32(lines.NewWork), int32(lines.LegacyRefactor), int32(lines.HelpOthers), int32(lines.Rework), int32(lines.Unattributed)}
	r.shape = metrics.ShapeOf(lines, hunks, files, len(dirs))
}

func (j *Judge) typed(f *facts.FileChange, author facts.PersonID) facts.WorkTypes {
	return metrics.WorkTypesOf(f, author, j.personID, j.rules.window)
}

func (j *Judge) personID(id facts.IdentityID) facts.PersonID {
	person, known := j.ids[id]
	if !known {
		person = j.person(id).ID
		j.ids[id] = person
	}
	return person
}

// leave counts a file among those that its reason leaves out of the commit whose tally begins at start.
func (j *Judge) leave(start int, f *facts.FileChange) {
	for i := start; i < len(j.left); i++ {
		if j.left[i].reason == f.Left {
			j.left[i].files++
			j.left[i].lines.add(f)
			return
		}
	}
	tally := leftFiles{row: int32(len(j.rows)), reason: f.Left, files: 1}
	tally.lines.add(f)
	j.left = append(j.left, tally)
}

func (c *counts) add(f *facts.FileChange) {
	c.added += int32(f.Added)
	c.deleted += int32(f.Deleted)
}

func (c counts) facts() facts.LineCounts {
	return facts.LineCounts{Added: int(c.added), Deleted: int(c.deleted)}
}

func (r *row) merge() bool { return r.parents > 1 }

func (r *row) work() facts.WorkTypes {
	return facts.WorkTypes{
		NewWork: int(r.types[0]), LegacyRefactor: int(r.types[1]), HelpOthers: int(r.types[2]),
		Rework: int(r.types[3]), Unattributed: int(r.types[4]),
	}
}

// earlier orders commits by author time, of equal ones by object id.
func (r *row) earlier(o *row) int {
	return cmp.Or(cmp.Compare(r.authoredAt, o.authoredAt), cmp.Compare(r.hash, o.hash))
}

// directory gives the path of the directory that holds a file, "" at the root.
func directory(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return path[:i]
		}
	}
	return ""
}
