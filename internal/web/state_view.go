package web

import (
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
}

func (s *Server) viewState(r store.RepoRow) stateView {
	v := stateOf(r.Sync, r.ImportedAt != 0, s.now())
	v.Repo, v.ProblemsAddress = r.ID, problemsAddress(r.Repo)
	return v
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
