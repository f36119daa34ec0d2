package history

import (
	"encoding/binary"
	"fmt"
	"sort"

	"weir/internal/facts"
	"weir/internal/git"
)

// versionID names a file version in the checkpoint. Ids are given in the order in which versions are attributed.
type versionID uint32

// state is what the replay knows of the commits that it has done: who wrote them, which version each put at which
// path, and how each version's lines stem from earlier ones. With a folder it is kept there (see state_file.go);
// the form of a commit's record is in state_record.go.
type state struct {
	files *stateFiles // nil when nothing is kept

	// plan holds the commits in the order of their numbers; done of them are replayed.
	plan   []git.Hash
	number placeIndex[git.Hash]
	done   int

	commits []commitInfo
	// authors are in the order of their first commit.
	authors  []authorName
	authorAt map[authorName]uint32
	// identities holds the answers of identify, for committers too.
	identities map[authorName]facts.IdentityID
	identify   func(name, email string) (facts.IdentityID, error)

	paths  []string
	pathAt placeIndex[string] // empty until something is recorded
	next   versionID

	// The records of earlier runs, what they hold, the first id that they do not use, and what was looked up in them.
	// The tree stage reads these while the last stage adds to the lists above.
	data        []byte
	heldCommits []commitInfo
	heldPaths   []string
	held        versionID

	// holes are what the replay of the commits that are planned and done had to do without.
	holes holes

	known map[versionID]*loaded
	// stretches counts those of the versions in known, of which there may be so many.
	stretches, mostStretches int
	where                    map[int][]uint32

	record recorder
}

// commitInfo is what is known of a replayed commit without looking into its record.
type commitInfo struct {
	when   int64
	author uint32
	parent facts.CommitNumber // the first, 0 for none
	first  versionID          // of the versions that it made
	// changes and versions say where these parts of the record are in data; only for commits of earlier runs.
	changes, versions uint32
}

// authorName is an author as Identify is told.
type authorName struct{ name, email string }

// keeps tells whether records are written.
func (s *state) keeps() bool { return s.files != nil }

// author gives the identity and the author time of a replayed commit.
func (s *state) author(n facts.CommitNumber) (facts.IdentityID, int64, error) {
	c := &s.commits[n-1]
	who, err := s.identity(s.authors[c.author])
	return who, c.when, err
}

// identity asks who somebody is, once in a run.
func (s *state) identity(a authorName) (facts.IdentityID, error) {
	id, known := s.identities[a]
	if known {
		return id, nil
	}
	id, err := s.identify(a.name, a.email)
	if err != nil {
		return 0, fmt.Errorf("identify %q: %w", a.email, err)
	}
	s.identities[a] = id
	return id, nil
}

// authorIndex finds an author or adds one, and tells whether it is new.
func (s *state) authorIndex(a authorName) (i uint32, isNew bool) {
	i, known := s.authorAt[a]
	if !known {
		i = uint32(len(s.authors))
		s.authors = append(s.authors, a)
		s.authorAt[a] = i
	}
	return i, !known
}

// pathIndex finds a path or adds one, and tells whether it is new.
func (s *state) pathIndex(path string) (i uint32, isNew bool) {
	if len(s.pathAt.slots) == 0 {
		s.pathAt.add(s.paths, 0)
	}
	if at, known := s.pathAt.find(s.paths, path); known {
		return uint32(at), false
	}
	s.paths = append(s.paths, path)
	s.pathAt.add(s.paths, len(s.paths)-1)
	return uint32(len(s.paths) - 1), true
}

// numberOf gives the number of a planned commit, 0 when it has none.
func (s *state) numberOf(h git.Hash) facts.CommitNumber {
	at, known := s.number.find(s.plan, h)
	if !known {
		return 0
	}
	return facts.CommitNumber(at + 1)
}

// maker gives the commit of an earlier run that made a version.
func (s *state) maker(id versionID) int {
	return sort.Search(len(s.heldCommits), func(i int) bool { return s.heldCommits[i].first > id }) - 1
}

// loaded is a version read from the checkpoint.
type loaded struct {
	owners owners // nil for a binary version
	kind   facts.FileKind
	by     facts.CommitNumber
	from   []*version
	steps  int
	weight int
}

// maxKnown bounds how many versions are kept after being looked up.
const maxKnown = 4096

// load completes a version of an earlier run.
func (s *state) load(v *version) error {
	l, err := s.version(v.id, 0)
	if err != nil {
		return err
	}
	v.owners, v.by, v.from, v.steps, v.weight, v.stored = l.owners, l.by, l.from, l.steps, l.weight, false
	if !v.read {
		v.kind, v.lines = l.kind, l.owners.lines()
	}
	return nil
}

// deepest is how many versions a lookup may go through; snapshots keep it far below.
const deepest = 10_000

// version works out the owners of a version of an earlier run.
func (s *state) version(id versionID, depth int) (*loaded, error) {
	if l := s.known[id]; l != nil {
		return l, nil
	}
	if depth > deepest {
		return nil, fmt.Errorf("%w: version %d has no beginning", errState, id)
	}
	l, err := s.readVersion(id, depth)
	if err != nil {
		return nil, err
	}
	s.remember(id, l)
	return l, nil
}

// remember keeps a version that was looked up, and forgets the others when they are too many.
func (s *state) remember(id versionID, l *loaded) {
	if s.stretches += len(l.owners); len(s.known) >= maxKnown || s.stretches > s.mostStretches {
		clear(s.known)
		s.stretches = len(l.owners)
	}
	s.known[id] = l
}

func hashKey(h git.Hash) uint64 { return binary.LittleEndian.Uint64(h.Raw()) }
