package ghes

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Label is one of a repo's.
type Label struct {
	ID          int64
	Name        string
	Description string
	// Color is six hexadecimal digits.
	Color     string
	CreatedAt time.Time
}

// Milestone is one of a repo's.
type Milestone struct {
	ID          int64
	Number      int
	Title       string
	Description string
	Creator     string
	Closed      bool
	CreatedAt   time.Time
	UpdatedAt   time.Time
	ClosedAt    time.Time
	DueOn       time.Time
}

// AddLabel adds a label to a repo, or replaces the one of that name.
func (w *World) AddLabel(fullName string, l Label) (Label, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id, ok := w.names[fold(fullName)]
	if !ok {
		return Label{}, fmt.Errorf("add label to %s: %w", fullName, ErrNotFound)
	}
	l.ID = w.nextID(l.ID)
	l.Color = cmp.Or(l.Color, "ededed")
	l.CreatedAt = orDefault(l.CreatedAt)
	work := w.workOf(id)
	work.labels = append(slices.DeleteFunc(slices.Clone(work.labels), func(o Label) bool {
		return fold(o.Name) == fold(l.Name)
	}), l)
	return l, nil
}

// labelNamed makes a label when the repo has none of that name. The caller holds the lock.
func (w *World) labelNamed(repo int64, name string, at time.Time) {
	work := w.workOf(repo)
	if !slices.ContainsFunc(work.labels, func(l Label) bool { return fold(l.Name) == fold(name) }) {
		work.labels = append(slices.Clone(work.labels),
			Label{ID: w.nextID(0), Name: name, Color: "ededed", CreatedAt: at})
	}
}

// Labels returns a repo's labels.
func (w *World) Labels(repo int64) []Label {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if work := w.work[repo]; work != nil {
		return work.labels
	}
	return nil
}

// label finds one by name; a deleted one is shown as it would be made again.
func (w *World) label(repo int64, name string) Label {
	labels := w.Labels(repo)
	if n := slices.IndexFunc(labels, func(l Label) bool { return fold(l.Name) == fold(name) }); n >= 0 {
		return labels[n]
	}
	return Label{Name: name, Color: "ededed"}
}

// AddMilestone adds a milestone to a repo and returns it with its number.
func (w *World) AddMilestone(fullName string, m Milestone) (Milestone, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id, ok := w.names[fold(fullName)]
	if !ok {
		return Milestone{}, fmt.Errorf("add milestone to %s: %w", fullName, ErrNotFound)
	}
	work := w.workOf(id)
	m.ID = w.nextID(m.ID)
	m.Number = cmp.Or(m.Number, len(work.milestones)+1)
	m.CreatedAt = orDefault(m.CreatedAt)
	m.UpdatedAt = latest(m.CreatedAt, latest(m.UpdatedAt.UTC(), m.ClosedAt.UTC()))
	work.milestones = append(slices.Clone(work.milestones), m)
	return m, nil
}

// Milestones returns a repo's milestones in order of number.
func (w *World) Milestones(repo int64) []Milestone {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if work := w.work[repo]; work != nil {
		return work.milestones
	}
	return nil
}

func (w *World) milestone(repo int64, number int) (Milestone, bool) {
	for _, m := range w.Milestones(repo) {
		if m.Number == number {
			return m, true
		}
	}
	return Milestone{}, false
}
