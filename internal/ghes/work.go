package ghes

import (
	"cmp"
	"slices"
)

// Entry is what lists need of an issue or a pull request.
type Entry struct {
	Number int
	// ID is that of the issue, or of the pull request where it is one.
	ID     int64
	Pull   bool
	Closed bool
	Merged bool
	// CreatedAt and UpdatedAt are seconds since 1970.
	CreatedAt, UpdatedAt int64
}

// work is everything that people did in one repo besides git. Issues in it are never changed, only
// replaced, so that who reads one needs no lock.
type work struct {
	source Source
	// held are all issues, or those that differ from what the source makes up.
	held       map[int]*Issue
	entries    []Entry // in order of number
	lastNumber int
	labels     []Label
	milestones []Milestone
	// moved says where issues went that were transferred; gone are those that were deleted.
	moved map[int]place
	gone  map[int]bool
	// sorted and remarks are made when they are asked for and forgotten with each change.
	sorted  map[order][]Entry
	remarks map[bool][]remark
	open    *int
}

// place is where an issue is.
type place struct {
	repo   int64
	number int
}

// order is one in which a repo's issues or pull requests are listed.
type order struct {
	pulls, updated bool
}

// workOf returns a repo's work, which is made when there is none. The caller holds the lock for
// writing.
func (w *World) workOf(repo int64) *work {
	if w.work[repo] == nil {
		w.work[repo] = &work{
			held: map[int]*Issue{}, moved: map[int]place{}, gone: map[int]bool{},
			sorted: map[order][]Entry{}, remarks: map[bool][]remark{},
		}
	}
	return w.work[repo]
}

// keep stores an issue in place of what was there. The caller holds the lock.
func (w *World) keep(repo int64, i *Issue) {
	work := w.workOf(repo)
	work.held[i.Number] = i
	work.lastNumber = max(work.lastNumber, i.Number)
	delete(work.gone, i.Number)
	at, found := work.position(i.Number)
	if !found {
		work.entries = slices.Insert(work.entries, at, Entry{})
	}
	work.entries[at] = i.entry()
	work.changed()
	w.index(place{repo, i.Number}, i)
}

func (i *Issue) entry() Entry {
	e := Entry{
		Number: i.Number, ID: i.ID, Closed: i.Closed,
		CreatedAt: i.CreatedAt.Unix(), UpdatedAt: i.UpdatedAt.Unix(),
	}
	if i.Pull != nil {
		e.Pull, e.ID, e.Merged = true, i.Pull.ID, i.Pull.Merged()
	}
	return e
}

// index notes where each id of an issue is.
func (w *World) index(at place, i *Issue) {
	w.ids[i.ID] = at
	for _, c := range i.Comments {
		w.ids[c.ID] = at
	}
	for _, e := range i.Events {
		w.ids[e.ID] = at
	}
	if i.Pull == nil {
		return
	}
	w.ids[i.Pull.ID] = at
	for _, r := range i.Pull.Reviews {
		w.ids[r.ID] = at
	}
	for _, t := range i.Pull.Threads {
		w.ids[t.ID] = at
		for _, c := range t.Comments {
			w.ids[c.ID] = at
		}
	}
}

// locate finds the issue that an id belongs to.
func (w *World) locate(id int64) (Repo, *Issue, bool) {
	w.mu.RLock()
	at, ok := w.ids[id]
	if !ok {
		at, ok = w.locateMadeUp(id)
	}
	r, known := w.repos[at.repo]
	w.mu.RUnlock()
	if !ok || !known {
		return Repo{}, nil, false
	}
	i, ok := w.issue(at.repo, at.number)
	return r, i, ok
}

func (k *work) position(number int) (int, bool) {
	return slices.BinarySearchFunc(k.entries, number, func(e Entry, n int) int { return cmp.Compare(e.Number, n) })
}

func (k *work) remove(number int) {
	delete(k.held, number)
	k.gone[number] = true
	if at, found := k.position(number); found {
		k.entries = slices.Delete(k.entries, at, at+1)
	}
	k.changed()
}

func (k *work) changed() {
	clear(k.sorted)
	clear(k.remarks)
	k.open = nil
}

// find returns an issue of the repo, which is not to be changed.
func (k *work) find(number int) (*Issue, bool) {
	if i, ok := k.held[number]; ok {
		return i, true
	}
	if _, found := k.position(number); !found || k.source == nil {
		return nil, false
	}
	made := k.source.Issue(number)
	return &made, true
}

// issue returns an issue or a pull request, which is not to be changed.
func (w *World) issue(repo int64, number int) (*Issue, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.work[repo] == nil {
		return nil, false
	}
	return w.work[repo].find(number)
}

// entries lists a repo's issues or pull requests, from the first created or updated to the last.
// The list is not to be changed.
func (w *World) entries(repo int64, pulls bool, byUpdate bool) []Entry {
	w.mu.Lock()
	defer w.mu.Unlock()
	k := w.work[repo]
	if k == nil {
		return nil
	}
	o := order{pulls, byUpdate}
	if list, ok := k.sorted[o]; ok {
		return list
	}
	list := []Entry{}
	for _, e := range k.entries {
		if e.Pull == pulls {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b Entry) int { return compareEntries(a, b, byUpdate) })
	k.sorted[o] = list
	return list
}

// openCount is how many issues and pull requests of a repo are open.
func (w *World) openCount(repo int64) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	k := w.work[repo]
	if k == nil {
		return 0
	}
	if k.open == nil {
		n := 0
		for _, e := range k.entries {
			if !e.Closed {
				n++
			}
		}
		k.open = &n
	}
	return *k.open
}

func compareEntries(a, b Entry, byUpdate bool) int {
	if byUpdate {
		return cmp.Or(cmp.Compare(a.UpdatedAt, b.UpdatedAt), cmp.Compare(a.ID, b.ID))
	}
	return cmp.Or(cmp.Compare(a.CreatedAt, b.CreatedAt), cmp.Compare(a.ID, b.ID))
}

// remark is a comment of a repo's, by the order in which lists have it.
type remark struct {
	number           int
	id               int64
	created, updated int64
}

// remarksOf lists the comments of a whole repo in order of id: those on lines, or those in
// conversations. The list is not to be changed.
func (w *World) remarksOf(repo int64, onLines bool) []remark {
	w.mu.Lock()
	defer w.mu.Unlock()
	k := w.work[repo]
	if k == nil {
		return nil
	}
	if list, ok := k.remarks[onLines]; ok {
		return list
	}
	list := []remark{}
	add := func(number int, c Comment) {
		list = append(list, remark{number, c.ID, c.CreatedAt.Unix(), c.UpdatedAt.Unix()})
	}
	for _, e := range k.entries {
		i, _ := k.find(e.Number)
		switch {
		case !onLines:
			for _, c := range i.Comments {
				add(e.Number, c)
			}
		case i.Pull != nil:
			for _, c := range i.Pull.comments() {
				add(e.Number, c.Comment)
			}
		}
	}
	slices.SortFunc(list, func(a, b remark) int { return cmp.Compare(a.id, b.id) })
	k.remarks[onLines] = list
	return list
}
