package web

import (
	"reflect"
	"testing"
	"time"

	"weir/internal/facts"
)

func TestText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ got, want string }{
		{number(0), "0"}, {number(-1234567), "-1,234,567"}, {number(int64(999)), "999"}, {number(1000), "1,000"},
		{plural(1, "repo", "repos"), "1 repo"}, {plural(2345, "repo", "repos"), "2,345 repos"},
		{span(-time.Second), "0 s"}, {span(59 * time.Second), "59 s"}, {span(12 * time.Minute), "12 min"},
		{span(204 * time.Minute), "3.4 h"}, {span(52 * time.Hour), "2 d 4 h"}, {span(48 * time.Hour), "2 d"},
		{took(999), "999 ms"}, {took(1500), "1.5 s"}, {size(999), "999 B"}, {size(12_500_000), "12.5 MB"},
		{visible("plain ümläut\ttab"), "plain ümläut\ttab"}, {visible("a\x00b\x1b[31m"), "a␀b␛[31m"}, {visible("a\u202eb\u0085"), `a\u202eb\u0085`},
		{sentence("the name is wrong"), "The name is wrong."}, {sentence("Already done."), "Already done."}, {sentence(""), ""},
		{within("/a?b=c#d"), "/a?b=c#d"}, {within("https://x"), "/"}, {within("//x"), "/"}, {within("/\\x"), "/"}, {within("javascript:1"), "/"}, {within(""), "/"},
		{escapePath("a b/c?d"), "a%20b/c%3Fd"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

func TestStateInWords(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_000_000, 0)
	for _, test := range []struct {
		name     string
		state    facts.SyncState
		imported bool
		want     stateView
	}{
		{"never chosen", facts.SyncState{}, false, stateView{Title: "Not imported"}},
		{"chosen just now", facts.SyncState{}, true, stateView{Kind: "busy", Icon: "clock", Title: "Waiting"}},
		{"total unknown", facts.SyncState{Phase: facts.PhaseFetching, Done: 10, Unit: "objects", StartedAt: 999_000}, true,
			stateView{Kind: "busy", Icon: "sync", Title: "Fetching", Counts: "10 objects", Bar: true, Done: 10}},
		{"with an estimate", facts.SyncState{Phase: facts.PhaseReplaying, Done: 1000, Total: 4000, Unit: "commits", StartedAt: 999_940}, true,
			stateView{Kind: "busy", Icon: "sync", Title: "Reading history", Counts: "1,000 of 4,000 commits", Left: "about 3 min left", Bar: true, Done: 1000, Total: 4000}},
		{"too early for one", facts.SyncState{Phase: facts.PhaseReplaying, Done: 1, Total: 4000, StartedAt: 999_999}, true,
			stateView{Kind: "busy", Icon: "sync", Title: "Reading history", Counts: "1 of 4,000", Bar: true, Done: 1, Total: 4000}},
		{"failed", facts.SyncState{Phase: facts.PhaseFailed, Cause: "No.", Next: "Do."}, true,
			stateView{Kind: "bad", Icon: "warn", Title: "Failed", Why: "No.", Next: "Do.", Retry: true}},
	} {
		if got := stateOf(test.state, test.imported, now); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", test.name, got, test.want)
		}
	}
}
