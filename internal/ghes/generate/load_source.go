package generate

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"weir/internal/ghes"
)

// loadSource makes up the work of one repo whose git history is on disk.
type loadSource struct {
	name, dir string
	seed      uint64
	pulls     int
	people    int
	now       time.Time
	giant     bool
	// hash of the name sets the repo apart.
	hash uint64

	commits *loadCommits
	first   []int64 // id of each number
}

// Entries lists all; their ids are set by the world.
func (s *loadSource) Entries() []ghes.Entry {
	all := make([]ghes.Entry, 0, s.numbers())
	for number := 1; number <= s.numbers(); number++ {
		h := s.shape(number)
		all = append(all, ghes.Entry{
			Number: number, Pull: h.pull, Closed: h.closed, Merged: h.merged,
			CreatedAt: h.created.Unix(), UpdatedAt: h.ended.Unix(),
		})
	}
	return all
}

// IDs is how many ids a number takes.
func (s *loadSource) IDs(number int) int { return s.shape(number).ids() }

// Begin keeps the first id of each number.
func (s *loadSource) Begin(first []int64) { s.first = first }

// Issue makes one up.
func (s *loadSource) Issue(number int) ghes.Issue {
	h := s.shape(number)
	m := &maker{s: s, shape: h, dice: s.dice(number, 2), next: s.first[number-1]}
	return m.issue()
}

var loadLabels = []string{"area/api", "area/storage", "kind/bug", "kind/feature", "kind/cleanup", "priority/high", "lgtm", "size/S"}

// maker makes one issue or pull request up, giving ids out one after the other.
type maker struct {
	s *loadSource
	shape
	dice *rand.Rand
	next int64
}

func (m *maker) id() int64 {
	m.next++
	return m.next - 1
}

// somebody is one of the people, more often one of the first; rarely a ghost.
func (m *maker) somebody() string {
	if m.dice.IntN(100) == 0 {
		return ""
	}
	n := 1 + int(float64(m.s.people)*m.dice.Float64()*m.dice.Float64())
	return sailor(min(n, m.s.people)).Login
}

func (m *maker) author() string {
	switch roll := m.dice.IntN(200); {
	case roll == 0:
		return fleetMannequin
	case roll < 25 && m.pull:
		return fleetBot
	default:
		return m.somebody()
	}
}

func (m *maker) issue() ghes.Issue {
	first := m.id()
	i := ghes.Issue{
		ID: first, Number: m.number, Author: m.author(), CreatedAt: m.created, UpdatedAt: m.ended, Closed: m.closed,
		Title: newWords(m.dice).fill(pick(m.dice, titles[pick(m.dice, kinds)])), Body: m.text(bodies),
		Labels: []string{pick(m.dice, loadLabels)},
	}
	if m.closed {
		i.ClosedAt, i.ClosedBy, i.Reason = m.ended, m.somebody(), "completed"
	}
	if m.pull {
		i.ID, i.Reason = m.id(), ""
		m.pullRequest(first, &i)
	}
	for k := range m.comments {
		c := ghes.Comment{ID: m.id(), Author: m.somebody(), Body: m.text(remarks), CreatedAt: m.moment(k, m.comments)}
		if m.dice.IntN(4) == 0 {
			c.Author, c.Body = fleetBot, "The checks of this pull request passed. Commands: `/retest`, `/hold`, `/lgtm`."
		}
		c.UpdatedAt = c.CreatedAt
		i.Comments = append(i.Comments, c)
	}
	m.history(&i)
	return i
}

// text is mostly short; of huge ones the first is 60 kB.
func (m *maker) text(from []string) string {
	text := newWords(m.dice).fill(pick(m.dice, from))
	if m.huge {
		m.huge = false
		text += "\n\n" + strings.Repeat("| a table | that somebody | pasted |\n", 60_000/37)
	}
	return text
}

func (m *maker) pullRequest(id int64, i *ghes.Issue) {
	c := m.s.commits.of(m.number)
	p := &ghes.PullRequest{
		ID: id, Draft: m.draft, HeadRef: fmt.Sprintf("work-%d", m.number), HeadSHA: c.list[len(c.list)-1],
		BaseRef: "main", BaseSHA: c.base, Commits: c.list, Additions: loadLines * filesOf(m.number),
		Deletions: loadLines * filesOf(m.number), ChangedFiles: filesOf(m.number),
	}
	if m.merged {
		p.MergedAt, p.MergedBy, p.MergeCommit, p.MergeMethod = m.ended, i.ClosedBy, c.merge, methodOf(m.number)
	}
	if !m.closed {
		p.RequestedReviewers = []string{sailor(1 + m.dice.IntN(m.s.people)).Login}
	}
	for k := range m.reviews {
		state := pick(m.dice, []ghes.ReviewState{ghes.Approved, ghes.Commented, ghes.Commented, ghes.ChangesRequested})
		p.Reviews = append(p.Reviews, ghes.Review{
			ID: m.id(), Author: m.somebody(), State: state, Body: pick(m.dice, verdicts[state]),
			Commit: c.list[k%len(c.list)], SubmittedAt: m.moment(k, m.reviews),
		})
	}
	m.threadsOf(p)
	i.Pull = p
}

// threadsOf shares the comments on lines out among the threads.
func (m *maker) threadsOf(p *ghes.PullRequest) {
	for k := range m.threads {
		t := ghes.ReviewThread{ID: m.id(), Path: slotName(m.number), Line: 1 + k%loadLines, OriginalLine: 1 + k%loadLines}
		if t.Resolved = m.dice.IntN(2) == 0; t.Resolved {
			t.ResolvedBy = sailor(1 + m.dice.IntN(m.s.people)).Login
		}
		for n := k; n < m.onLines; n += m.threads {
			at := m.moment(n, m.onLines)
			c := ghes.ReviewComment{
				Comment: ghes.Comment{ID: m.id(), Author: m.somebody(), Body: m.text(questions), CreatedAt: at, UpdatedAt: at},
				Commit:  p.HeadSHA, Hunk: "@@ -1,3 +1,3 @@\n-line\n+line",
			}
			if len(p.Reviews) > 0 {
				c.Review = p.Reviews[n%len(p.Reviews)].ID
			}
			t.Comments = append(t.Comments, c)
		}
		p.Threads = append(p.Threads, t)
	}
}

// history is the events that shape counted.
func (m *maker) history(i *ghes.Issue) {
	add := func(kind ghes.EventKind, at time.Time, by string) *ghes.Event {
		i.Events = append(i.Events, ghes.Event{ID: m.id(), Kind: kind, Actor: by, At: at})
		return &i.Events[len(i.Events)-1]
	}
	if m.pull {
		add(ghes.EventReviewRequested, m.created, i.Author).Account = sailor(1 + m.dice.IntN(m.s.people)).Login
	} else {
		add(ghes.EventLabeled, m.created, i.Author).Label = i.Labels[0]
	}
	if m.merged {
		add(ghes.EventMerged, m.ended, i.ClosedBy).Commit = i.Pull.MergeCommit
	}
	if m.closed {
		add(ghes.EventClosed, m.ended, i.ClosedBy)
	}
}
