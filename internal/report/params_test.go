package report_test

import (
	"net/url"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"weir/internal/facts"
	"weir/internal/report"
)

func TestParams(t *testing.T) {
	t.Parallel()
	for query, want := range map[string][2]string{
		"":                              {"1969-11-02", "1970-01-30"},
		"period=7d":                     {"1970-01-24", "1970-01-30"},
		"period=week":                   {"1970-01-26", "1970-01-30"},
		"period=last_week":              {"1970-01-19", "1970-01-25"},
		"period=month":                  {"1970-01-01", "1970-01-30"},
		"period=last_month":             {"1969-12-01", "1969-12-31"},
		"from=1970-01-03&to=1970-01-05": {"1970-01-03", "1970-01-05"},
		"from=1970-01-03":               {"1970-01-03", "1970-01-30"},
		"from=1970-01-03&to=2030-01-01": {"1970-01-03", "1970-01-30"}, // clipped to today
		"to=1970-01-05":                 {"1969-10-08", "1970-01-05"},
	} {
		q := params(t, query).Query()
		if q.From.String() != want[0] || q.To.String() != want[1] {
			t.Errorf("%q is %s to %s, want %s to %s", query, q.From, q.To, want[0], want[1])
		}
	}
	for _, bad := range []string{"period=never", "from=yesterday", "to=1", "from=1970-02-01&to=1970-01-01", "person=x", "repo=-1", "repo=0", "limit=-1", "offset=a",
		"reason=because", "count=half", "order=random", "complexity=huge",
		"foo=bar", "period=7d&from=1970-01-01", "commit=abc", "compare=all", "q=a&q=b"} {
		q, _ := url.ParseQuery(bad)
		if p, err := report.ParseParams(q, now); err == nil {
			t.Errorf("%s was taken as %+v", bad, p)
		}
	}
}

// Whatever an address asks, the address made of it asks the same.
func TestParamsComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := url.Values{}
		for key, values := range map[string][]string{
			"period": {"", "7d", "90d", "all", "last_month"}, "from": {"", "1970-01-02"}, "to": {"", "1970-01-20", "2020-01-01"}, "compare": {"", "none"},
			"person": {"", "3"}, "repo": {"", "12"}, "count": {"", "counted"}, "reason": {"", "merge"}, "q": {"", "a b&c"}, "order": {"", "oldest"},
			"complexity": {"", "high"}, "sort": {"", "-haloc"}, "limit": {"", "0", "7", "999999"}, "offset": {"", "30"}, "commit": {"", strings.Repeat("a", 40)},
		} {
			if v := rapid.SampledFrom(values).Draw(t, key); v != "" {
				q.Set(key, v)
			}
		}
		if q.Has("from") || q.Has("to") {
			q.Del("period")
		}
		p, err := report.ParseParams(q, now)
		if err != nil {
			t.Fatal(err)
		}
		again, err := report.ParseParams(p.Values(), now)
		if err != nil || !reflect.DeepEqual(p, again) {
			t.Fatalf("%v became %+v, then %+v (%v)", q, p, again, err)
		}
	})
}

func FuzzParams(f *testing.F) {
	f.Add("from=1970-01-01&to=1970-01-01&person=1")
	f.Fuzz(func(t *testing.T, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		p, err := report.ParseParams(q, now)
		if err != nil {
			return
		}
		if _, err := report.ParseParams(p.Values(), now); err != nil {
			t.Errorf("%q: %v", query, err)
		}
		if p.Period != "after_today" && p.Query().Days() > 0 && p.Query().To > facts.DayAt(now) {
			t.Errorf("%q reaches beyond today", query)
		}
	})
}
