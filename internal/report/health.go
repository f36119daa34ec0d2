package report

import (
	"fmt"

	"weir/internal/facts"
)

// maxRepoNotes bounds how many repos are named one by one; the rest is counted.
const maxRepoNotes = 5

// health tells how complete the data of a page is, with a note for each repo that is not as it should be.
func (pl *places) health() (Health, []Note) {
	if len(pl.covered) == 0 {
		return Health{State: HealthEmpty, Text: "No repo has been imported yet"},
			[]Note{{Level: LevelInfo, Text: "There is nothing to report on yet: no repo has been imported.", Next: "Import repos under Settings, Integrations."}}
	}
	c := census{of: "commits"}
	for _, r := range pl.covered {
		c.add(r, pl.states[r.ID])
	}
	return c.health(len(pl.covered)), c.notes
}

// census counts the repos of a page by what is the matter with them.
type census struct {
	of                                  string // what is missing: commits, pull requests or tickets
	busy, waiting, failed, paused, more int
	since, failedSince                  int64
	notes                               []Note
}

func (c *census) add(r facts.Repo, s facts.SyncState) {
	switch {
	case s.Phase == facts.PhaseFailed:
		c.failed++
		c.failedSince = earliest(c.failedSince, s.UpdatedAt)
		c.note(Note{Level: LevelError, Text: failedText(r, s), Next: s.Next, Repo: r.ID, Since: s.UpdatedAt})
	case s.Phase == facts.PhasePaused:
		c.paused++
		c.note(Note{Level: LevelWarning, Text: r.FullName + " is paused: newer " + c.of + " are missing.", Next: "Resume its integration.", Repo: r.ID, Since: s.UpdatedAt})
	case s.FinishedAt == 0:
		c.waiting++
		c.since = earliest(c.since, s.StartedAt)
		c.note(Note{Level: LevelWarning, Text: c.importingText(r, s), Repo: r.ID, Since: s.StartedAt})
	case s.Busy():
		c.busy++
		c.since = earliest(c.since, s.StartedAt)
	}
	if s.Problems > 0 {
		c.note(Note{Level: LevelWarning, Text: fmt.Sprintf("%s: %s could not be read and are left out.", r.FullName, counted(int(s.Problems), "item", "items")),
			Next: "See the repo's problems on its import page.", Repo: r.ID})
	}
	if r.GoneAt != 0 {
		c.note(Note{Level: LevelInfo, Text: r.FullName + " no longer exists on the server: its " + c.of + " are kept and do not count.", Repo: r.ID, Since: r.GoneAt})
	}
}

func failedText(r facts.Repo, s facts.SyncState) string {
	what := r.FullName + " could not be updated"
	if s.FinishedAt == 0 {
		what = r.FullName + " could not be imported"
	}
	if s.Cause == "" {
		return what + "."
	}
	return what + ": " + s.Cause
}

func (c *census) importingText(r facts.Repo, s facts.SyncState) string {
	switch {
	case s.Phase == "" || s.Phase == facts.PhaseQueued:
		return r.FullName + " is waiting to be imported: its " + c.of + " are missing."
	case s.Total > 0:
		return fmt.Sprintf("%s is being imported (%s, %s of %s %s): its %s are missing or incomplete.", r.FullName, s.Phase,
			Count(int(s.Done)), Count(int(s.Total)), s.Unit, c.of)
	}
	return fmt.Sprintf("%s is being imported (%s): its %s are missing or incomplete.", r.FullName, s.Phase, c.of)
}

// note keeps a note, and only counts it once there are many.
func (c *census) note(n Note) {
	if len(c.notes) < maxRepoNotes {
		c.notes = append(c.notes, n)
		return
	}
	if c.more++; c.more == 1 {
		c.notes = append(c.notes, Note{Level: LevelWarning})
	}
	c.notes[maxRepoNotes].Text = fmt.Sprintf("%s about other repos.", counted(c.more, "more note", "more notes"))
}

func (c *census) health(repos int) Health {
	of := fmt.Sprintf(" of %s", counted(repos, "repo", "repos"))
	switch {
	case c.failed > 0:
		return Health{State: HealthPartial, Text: Count(c.failed).String() + of + " could not be updated", Since: c.failedSince}
	case c.waiting > 0:
		return Health{State: HealthPartial, Text: Count(c.waiting).String() + of + " still to be imported", Since: c.since}
	case c.paused > 0:
		return Health{State: HealthPartial, Text: Count(c.paused).String() + of + " paused"}
	case c.busy > 0:
		return Health{State: HealthSyncing, Text: Count(c.busy).String() + of + " being updated", Since: c.since}
	}
	return Health{State: HealthComplete, Text: "Complete"}
}

func earliest(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// counted writes a number with its noun.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n).String() + " " + many
}
