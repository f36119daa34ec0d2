package web

import (
	"slices"
	"time"

	"weir/internal/facts"
	"weir/internal/store"
)

// stateView is how far a repo's import has come, in words.
type stateView struct {
	Repo facts.RepoID
	// Kind is ok, busy, bad or empty; Icon goes with it.
	Kind, Icon, Title string
	// Counts says how much of how much is done, Left how long the rest may take.
	Counts, Left string
	// Bar says that there is a bar; it is of unknown length while Total is 0.
	Bar         bool
	Done, Total int64
	// Why and Next explain a failure; Problems counts items that could not be read.
	Why, Next string
	Problems  int64
	// ProblemsAddress leads to the list of those items.
	ProblemsAddress string
	FinishedAt      int64
	Retry           bool
	// Rule is the exclusion rule that matches; Asks says that a person has yet to decide about it.
	Rule string
	Asks bool
	// Do is what can be done about the state, for those who may.
	Do []stateAction
}

// stateAction is a button of one row.
type stateAction struct{ Change, Title string }

func (s *Server) viewState(r store.RepoRow, rules facts.Exclusions, manage bool) stateView {
	v := stateOf(r.Sync, r.ImportedAt != 0, s.now())
	v.Repo, v.ProblemsAddress = r.ID, problemsAddress(r.Repo)
	if r.ImportedAt != 0 {
		v.decided(r.Repo)
	}
	if at := slices.IndexFunc(rules, func(e facts.Exclusion) bool { return e.ID == r.Exclusion }); at >= 0 {
		v.Rule, v.Asks = rules[at].String(), r.ImportedAt != 0 && !r.ExclusionKept
	}
	switch {
	case r.ImportedAt == 0 && v.Rule != "":
		v.Title = "Left out"
	case r.ImportedAt == 0 && r.GoneAt != 0:
		v.Title = "Gone from the server"
	}
	if manage {
		v.offer(r.Repo)
	}
	return v
}

// decided shows what a person or the server decided over how the sync was doing before.
func (v *stateView) decided(r facts.Repo) {
	switch {
	case r.GoneAt != 0:
		*v = stateView{Repo: v.Repo, Icon: "box", Kind: "gone", Title: "Gone from the server",
			Why: "The server no longer shows it: it was deleted, or the account lost its access. What was read of it stays.", ProblemsAddress: v.ProblemsAddress}
	case r.PausedAt != 0:
		*v = stateView{Repo: v.Repo, Icon: "pause", Title: "Paused", FinishedAt: v.FinishedAt, ProblemsAddress: v.ProblemsAddress, Problems: v.Problems}
	}
}

func (v *stateView) offer(r facts.Repo) {
	switch {
	case v.Asks:
		v.Do = []stateAction{{string(facts.RepoKeep), "Keep"}, {string(facts.RepoStop), "Stop importing"}}
	case v.Retry:
		v.Do = []stateAction{{string(facts.RepoRetry), "Try again"}}
	case r.ImportedAt != 0 && r.PausedAt != 0:
		v.Do = []stateAction{{string(facts.RepoResume), "Resume"}}
	}
}

// stateOf puts a sync's state into words.
func stateOf(st facts.SyncState, imported bool, now time.Time) stateView {
	v := stateView{Problems: st.Problems, FinishedAt: st.FinishedAt, Done: st.Done, Total: st.Total}
	if !imported {
		return stateView{Title: "Not imported"}
	}
	switch st.Phase {
	case "", facts.PhaseQueued:
		v.Kind, v.Icon, v.Title = "busy", "clock", "Waiting"
	case facts.PhaseFetching:
		v.under("Fetching", st, now)
	case facts.PhaseReplaying:
		v.under("Reading history", st, now)
	case facts.PhaseJudging:
		v.under("Adding up", st, now)
	case facts.PhaseReady:
		v.Kind, v.Icon, v.Title = "ok", "check", "Ready"
	case facts.PhasePaused:
		v.Icon, v.Title = "pause", "Paused"
	default:
		v.Kind, v.Icon, v.Title, v.Retry = "bad", "warn", "Failed", true
		v.Why, v.Next = st.Cause, st.Next
	}
	return v
}

// under describes work that is under way.
func (v *stateView) under(title string, st facts.SyncState, now time.Time) {
	v.Kind, v.Icon, v.Title, v.Bar = "busy", "sync", title, true
	if st.Done > 0 {
		v.Counts = number(st.Done)
		if st.Total > 0 {
			v.Counts += " of " + number(st.Total)
		}
		if st.Unit != "" {
			v.Counts += " " + st.Unit
		}
	}
	if left, known := remaining(st, now); known {
		v.Left = "about " + span(left) + " left"
	}
}

// remaining estimates how long the rest takes if it goes on as fast as until now. It says nothing before
// it has something to go by.
func remaining(st facts.SyncState, now time.Time) (time.Duration, bool) {
	elapsed := now.Sub(time.Unix(st.StartedAt, 0))
	if st.StartedAt == 0 || st.Done <= 0 || st.Total <= st.Done || elapsed < 5*time.Second {
		return 0, false
	}
	return time.Duration(float64(elapsed) * float64(st.Total-st.Done) / float64(st.Done)), true
}
