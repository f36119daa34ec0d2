package generate

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"time"
)

// story is one repository while its history is told.
type story struct {
	org      *Organization
	plan     repoPlan
	calendar *calendar
	dice     *rand.Rand
	lang     language
	out      *stream

	main     tree
	tip      int // mark of the main branch's last commit
	branches []*branch
	pulls    []*pull
	number   int // last number of an issue or pull request
	commits  int
	last     time.Time
	release  int
	undo     *undo
	imported bool
	moved    bool
	// heads are branches that stay behind, in the order in which they appeared.
	heads []head
}

// head is a reference that the repository keeps.
type head struct {
	ref  string
	mark int
}

// pull is a pull request with the marks of its commits, which ids replace at the end.
type pull struct {
	PullRequest
	base, head, merge int
	commits           []int
}

// undo is what a revert would put back.
type undo struct {
	title  string
	mark   int
	before map[string]*file
	after  map[string]*file
}

// moment is when somebody commits.
type moment struct {
	at  time.Time
	who Person
}

func newStory(org *Organization, p repoPlan, c *calendar, dice *rand.Rand) *story {
	return &story{org: org, plan: p, calendar: c, dice: dice, lang: languageOf(p.language), main: tree{}}
}

// tell writes the repository from its first commit to the last.
func (s *story) tell(ctx context.Context, dir string) (Repo, error) {
	if err := initBare(ctx, dir); err != nil {
		return Repo{}, err
	}
	out, err := openStream(ctx, dir)
	if err != nil {
		return Repo{}, err
	}
	s.out = out
	s.begin()
	s.live(ctx)
	s.end()
	ids, err := out.close()
	if err != nil {
		return Repo{}, err
	}
	repo := s.result(dir, ids)
	return repo, measure(ctx, dir, repo.Pulls)
}

// live tells what happens from the second day on, in the order of time: everybody's commits, the
// merges that are due in between, and each evening's routine.
func (s *story) live(ctx context.Context) {
	evening := s.org.From.Truncate(24 * time.Hour).Add(21 * time.Hour)
	for _, m := range s.moments() {
		for ; evening.Before(m.at); evening = evening.AddDate(0, 0, 1) {
			s.mergeDue(evening)
			s.routine(evening)
		}
		s.mergeDue(m.at)
		if s.work(m); ctx.Err() != nil {
			return
		}
	}
	s.mergeDue(s.org.To)
}

// moments are when somebody commits, over all days and people, in order.
func (s *story) moments() []moment {
	var all []moment
	for day := s.org.From.AddDate(0, 0, 1); !day.After(s.org.To); day = day.AddDate(0, 0, 1) {
		for _, p := range s.org.People {
			share := s.plan.team[p.Login]
			if share == 0 {
				continue
			}
			for _, at := range s.calendar.moments(s.dice, p, day, share) {
				all = append(all, moment{at, p})
			}
		}
	}
	all = slices.DeleteFunc(all, func(m moment) bool { return m.at.After(s.org.To) })
	slices.SortFunc(all, func(a, b moment) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.who.Login, b.who.Login))
	})
	return all
}

// work is one commit of one person: on the branch in hand, on a new one, or on main.
func (s *story) work(m moment) {
	for _, b := range s.branches {
		if b.author.Login == m.who.Login && b.planned > 0 {
			s.continueBranch(b, m)
			return
		}
	}
	if s.dice.Float64() < s.plan.direct {
		s.direct(m)
		return
	}
	s.continueBranch(s.openBranch(m), m)
}

// direct commits to main without a pull request.
func (s *story) direct(m moment) {
	if s.dice.IntN(12) == 0 && s.revert(m) {
		return
	}
	kind := pick(s.dice, kinds)
	changed := s.edit(m, kind, nil)
	if len(changed) == 0 {
		return
	}
	s.commitMain(s.sign(m), s.sign(m), s.message(kind), changed)
}

// commitMain adds a commit to main and takes the files over.
func (s *story) commitMain(author, committer signature, message string, files map[string]*file, merge ...int) int {
	s.tip = s.out.commit(commit{
		ref: "refs/heads/main", author: author, committer: committer, message: message,
		from: s.tip, merge: merge, changes: s.changes(files),
	})
	s.take(files)
	s.note(committer.at)
	return s.tip
}

// take puts files into main; nil deletes.
func (s *story) take(files map[string]*file) {
	for path, f := range files {
		if f == nil {
			delete(s.main, path)
			continue
		}
		f.branch = nil
		s.main[path] = f
	}
}

func (s *story) note(at time.Time) {
	s.commits++
	if at.After(s.last) {
		s.last = at
	}
}

// changes writes the contents that the stream does not have yet, and lists the files in order.
func (s *story) changes(files map[string]*file) []change {
	var list []change
	for _, path := range tree(files).paths() {
		f := files[path]
		if f == nil {
			list = append(list, change{path: path})
			continue
		}
		if f.blob == 0 {
			f.blob = s.out.blob(f.content())
		}
		list = append(list, change{path, f.mode, f.blob})
	}
	// Deletions first: a file may become a folder.
	slices.SortStableFunc(list, func(a, b change) int {
		return cmp.Compare(min(a.blob, 1), min(b.blob, 1))
	})
	return list
}

// sign is how a person signs at a moment: mostly under the main name, now and then another.
func (s *story) sign(m moment) signature {
	alias := m.who.Aliases[0]
	if len(m.who.Aliases) > 1 && s.dice.IntN(4) == 0 {
		alias = pick(s.dice, m.who.Aliases[1:])
	}
	return signature{alias, m.at}
}

// web is how the server signs what people do in the browser.
func web(at time.Time) signature {
	return signature{Alias{"GitHub Enterprise", "noreply@harbour.example"}, at.UTC()}
}
