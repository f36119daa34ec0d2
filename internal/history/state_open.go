package history

import (
	"errors"
	"fmt"
	"hash/maphash"
	"math"

	"weir/internal/facts"
	"weir/internal/git"
)

// openState opens the checkpoint of o.StateDir as far as the caller holds its commits; resume takes all that is there
// and is for a caller who wants no commits. rebuilt says why what was there could not be continued.
func openState(o Options, want header, resume bool) (s *state, rebuilt string, err error) {
	s = newState(o)
	if o.StateDir == "" {
		if o.FromNumber > 0 {
			rebuilt = "no line history is kept"
		}
		return s, rebuilt, nil
	}
	if s.files, err = openFiles(o.StateDir); err != nil {
		return nil, "", err
	}
	rebuilt, err = s.restore(o, want, resume)
	if err != nil {
		return nil, "", errors.Join(err, s.files.close())
	}
	return s, rebuilt, nil
}

func newState(o Options) *state {
	seed := maphash.MakeSeed()
	s := &state{
		number: placeIndex[git.Hash]{key: hashKey}, pathAt: placeIndex[string]{key: func(path string) uint64 { return maphash.String(seed, path) }},
		identify: o.Identify, authorAt: map[authorName]uint32{}, identities: map[authorName]facts.IdentityID{}, next: 1,
		known: map[versionID]*loaded{}, holes: holes{}, where: map[int][]uint32{}, mostStretches: int(o.MemoryLimit / 32 / stretchSize),
	}
	if s.identify == nil {
		var last facts.IdentityID
		s.identify = func(string, string) (facts.IdentityID, error) { last++; return last, nil }
	}
	return s
}

// restore reads what is in the folder, and begins anew where that cannot be continued.
func (s *state) restore(o Options, want header, resume bool) (rebuilt string, err error) {
	plan, wrong, err := s.files.openPlan(s.holes)
	if err != nil {
		return "", err
	}
	have := s.files.header
	if wrong == "" {
		want.dropLastPart, want.generation = have.dropLastPart, have.generation
		if have != want {
			wrong = "it was made with other limits, or for another repository"
		}
	}
	if wrong == "" && int(o.FromNumber) > len(plan) {
		wrong = fmt.Sprintf("it ends at commit %d, and commits up to %d are held", len(plan), o.FromNumber)
	}
	if wrong == "" {
		s.plan = plan
		s.number.add(plan, 0)
		most := int(o.FromNumber)
		if resume {
			most = math.MaxInt
		}
		most = min(most, len(plan))
		s.commits = make([]commitInfo, 0, most+spareCommits)
		err := s.files.openLog(most, func(data []byte, from, to int) error {
			s.data = data
			return s.index(from, to)
		})
		if err == nil {
			s.hold()
			return "", nil
		}
		if !errors.Is(err, errState) {
			return "", err
		}
		wrong = err.Error()
	}
	if wrong != "absent" || o.FromNumber > 0 {
		rebuilt = wrong
	}
	fresh := newState(o)
	fresh.files = s.files
	*s = *fresh
	return rebuilt, s.begun(want)
}

// spareCommits is the room that what is read from disk leaves for new commits: a few new ones copy nothing.
const spareCommits = 1024

// hold sets apart what earlier runs left. Later appends go behind it or elsewhere.
func (s *state) hold() {
	n, paths := len(s.commits), len(s.paths)
	s.done, s.held = n, s.next
	s.heldCommits, s.heldPaths = s.commits[:n:n], s.paths[:paths:paths]
	s.paths = s.paths[:paths:paths]
}

// begun starts an empty checkpoint.
func (s *state) begun(want header) error { return s.files.create(want) }

// extend gives numbers to commits, and makes them last before anybody hears of them; found is what could not be read
// when they were looked for.
func (s *state) extend(hashes []git.Hash, found []hole) error {
	found = s.addHoles(found)
	if len(hashes) == 0 && len(found) == 0 {
		return nil
	}
	from := len(s.plan)
	if from+len(hashes) > math.MaxInt32 {
		return fmt.Errorf("number commits: %d are more than can be numbered", from+len(hashes))
	}
	s.plan = append(s.plan, hashes...)
	s.number.add(s.plan, from)
	if s.files == nil {
		return nil
	}
	return s.files.extend(hashes, found)
}

// close writes what is pending when all went well, and lets go of the folder.
func (s *state) close(ok bool) error {
	if s.files == nil {
		return nil
	}
	var err error
	if ok || len(s.files.pending) > 0 {
		err = s.files.flush()
	}
	return errors.Join(err, s.files.close())
}
