package ingest_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/ingest"
	"weir/internal/jobs"
)

// aPage gives each turn of a reading one page.
func aPage(o *ingest.Options) { o.ItemSlice = time.Nanosecond }

// halfRead reads the first page of many pull requests and gives what is held then.
func (w *itemWorld) halfRead() []string {
	w.t.Helper()
	for n := range 130 {
		w.add("web", aPull(n))
	}
	w.restart(aPage)
	if err := w.ingest.SyncPullRequests(w.t.Context(), w.repos["web"]); !errors.Is(err, jobs.ErrAgain) {
		w.t.Fatalf("the first turn ended with %v", err)
	}
	held := w.inStore("web")
	if len(held) == 0 {
		w.t.Fatal("nothing is held after the first turn")
	}
	return held
}

// goesOn reads the rest, and fails the test when what was read before is asked for again.
func (w *itemWorld) goesOn(before []ghes.Request, same func(string)) {
	w.t.Helper()
	w.server.ForgetRequests()
	w.restart()
	if err := w.ingest.SyncPullRequests(w.t.Context(), w.repos["web"]); err != nil {
		w.t.Fatal(err)
	}
	same("web")
	rest := w.server.Requests()
	for _, r := range rest {
		if w.rest && r.Status == http.StatusOK && slices.ContainsFunc(before, func(was ghes.Request) bool {
			return was.Status == http.StatusOK && was.Path == r.Path && was.Query == r.Query && r.Path != "/api/v3/rate_limit"
		}) {
			w.t.Errorf("%s?%s is asked for again", r.Path, r.Query)
		}
	}
	if !w.rest && len(rest) > 3+3 { // what the server can do, then pages of 30, 35 and 40; all would be one more
		w.t.Errorf("%d requests for the rest", len(rest))
	}
}

// TestItemsOutliveAnOutage: a server that fails for an hour in the midst of the first reading, in every way that servers fail,
// is asked again and again; what happened is said, and the reading goes on where it was.
func TestItemsOutliveAnOutage(t *testing.T) {
	t.Parallel()
	outages := []struct {
		effect ghes.Effect
		code   connect.Code
	}{
		{ghes.BadGateway(), connect.APIServerError}, {ghes.ServerError(), connect.APIServerError}, {ghes.MaintenancePage(), connect.APIMaintenance},
		{ghes.Reset(), connect.HTTPReset}, {ghes.Truncate(0.5), connect.APIUnreadable}, {ghes.EmptyBody(), connect.APIUnreadable},
	}
	eachWay(t, func(t *testing.T, w *itemWorld, same func(string)) {
		held := w.halfRead()
		before := w.server.Requests()
		for minutes := 0; minutes < 60; minutes += 5 {
			outage := outages[minutes/5%len(outages)]
			w.server.Faults.Clear()
			w.server.Faults.Add(ghes.Fault{Effect: outage.effect})
			w.clock.advance(5 * time.Minute)
			w.restart(aPage) // a new process has to find out what the server can do
			err := w.ingest.SyncPullRequests(t.Context(), w.repos["web"])
			var stop *jobs.StopError
			if err == nil || errors.As(err, &stop) || errors.Is(err, jobs.ErrAgain) {
				t.Fatalf("%s: ended with %v, want to be tried again", outage.effect, err)
			}
			w.says(facts.PhaseFailed, outage.code)
		}
		w.server.Faults.Clear()
		if diff := cmp.Diff(held, w.inStore("web")); diff != "" {
			t.Errorf("the outage changed what is held (-before +after):\n%s", diff)
		}
		w.goesOn(before, same)
		w.says(facts.PhaseReady, "")
	}, "web")
}

// says fails the test unless the state of the reading of pull requests is said, with what to do when it is a failure.
func (w *itemWorld) says(phase facts.Phase, code connect.Code) {
	w.t.Helper()
	s, err := w.store.SyncState(w.t.Context(), w.repos["web"], facts.SyncPullRequests)
	if err != nil || s.Phase != phase || s.Code != string(code) || (s.Cause == "" || s.Next == "") != (code == "") {
		w.t.Fatalf("the state is %q %q: %q %q, %v, want %q %q", s.Phase, s.Code, s.Cause, s.Next, err, phase, code)
	}
}

// TestItemsOutliveARefusal: a credential that ends in the midst of the first reading, and one that may not read the organization
// any more, stop the reading with words. With another credential it goes on where it was.
func TestItemsOutliveARefusal(t *testing.T) {
	t.Parallel()
	refusals := []struct {
		status  int
		message string
		code    connect.Code
	}{
		{401, "Bad credentials", connect.APIUnauthorized},
		{403, "Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.", connect.APIForbidden},
	}
	eachWay(t, func(t *testing.T, w *itemWorld, same func(string)) {
		held := w.halfRead()
		before := w.server.Requests()
		for _, refusal := range refusals {
			for _, path := range []string{"/api/graphql", "/api/v3/repositories/**", "/api/v3/repos/**"} { // the rest is of no organization
				w.server.Faults.Add(ghes.Fault{Path: path, Effect: ghes.Status(refusal.status, refusal.message, nil)})
			}
			for range 2 { // as a job whose credential is still good, and as one that finds out in a new process
				err := w.ingest.SyncPullRequests(t.Context(), w.repos["web"])
				var stop *jobs.StopError
				if !errors.As(err, &stop) {
					t.Fatalf("%d: ended with %v, want to stop", refusal.status, err)
				}
				w.says(facts.PhaseFailed, refusal.code)
				w.restart(aPage)
			}
			_ = w.ingest.SyncPullRequests(t.Context(), w.repos["web"])
			w.server.Faults.Clear()
			w.renew()
		}
		if diff := cmp.Diff(held, w.inStore("web")); diff != "" {
			t.Errorf("the refusal changed what is held (-before +after):\n%s", diff)
		}
		// The process that was refused goes on by the same API.
		if err := w.ingest.SyncPullRequests(t.Context(), w.repos["web"]); !errors.Is(err, jobs.ErrAgain) {
			t.Fatalf("after the refusal: %v", err)
		}
		last := w.server.Requests()
		if path := last[len(last)-1].Path; (path == "/api/graphql") == w.rest {
			t.Errorf("after the refusal %s is asked for", path)
		}
		before = slices.Concat(before, last[len(last)-1:])
		w.goesOn(before, same)
		w.says(facts.PhaseReady, "")
	}, "web")
}

// renew gives the integration another credential of the same kind, as a person would.
func (w *itemWorld) renew() {
	w.t.Helper()
	ctx := w.t.Context()
	if !w.rest {
		if err := w.store.SaveCredential(ctx, w.integration, tokenOf(w.world)); err != nil {
			w.t.Fatal(err)
		}
	}
	w.healthy()
}

// TestItemsChangeTheAPI: a reading that one API has begun is ended by the other, whose lists do not know the places of the first.
func TestItemsChangeTheAPI(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, w *itemWorld, _ func(string)) {
		w.halfRead()
		w.server.Configure(func(s *ghes.Settings) { s.GraphQLOff, s.GraphQLPasswords = !w.rest, true })
		for turn := 0; ; turn++ {
			w.restart(aPage)
			err := w.ingest.SyncPullRequests(t.Context(), w.repos["web"])
			if err == nil {
				break
			}
			if !errors.Is(err, jobs.ErrAgain) || turn == 100 {
				t.Fatalf("turn %d: %v", turn, err)
			}
		}
		w.sameByREST("web")
		if !w.rest {
			w.change("web", 3, func(i *ghes.Issue) { i.Comments, i.UpdatedAt = i.Comments[:1], minute(100_000) })
			w.restart()
			w.sync("web")
			w.server.Configure(func(s *ghes.Settings) { s.GraphQLOff = false })
			w.restart()
			w.sync("web")
		}
		w.same("web") // what only GraphQL tells is told now
	}, "web")
}
