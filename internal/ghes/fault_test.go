package ghes_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"weir/internal/ghes"
)

func TestFaultsThatAnswerSomethingElse(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	tests := []struct {
		effect ghes.Effect
		status int
		body   string
	}{
		{ghes.ServerError(), 500, `{"message":"Server Error"}`},
		{ghes.BadGateway(), 502, "<!DOCTYPE html>"},
		{ghes.MaintenancePage(), 503, "down for maintenance"},
		{ghes.LoginRedirect("https://sso.example/start"), 302, "sso.example"},
		{ghes.LoginPage(), 200, "Single sign-on"},
		{ghes.EmptyBody(), 200, ""},
		{ghes.Status(451, "Unavailable", http.Header{"Retry-After": {"7"}}), 451, "Unavailable"},
	}
	for _, tt := range tests {
		t.Run(tt.effect.String(), func(t *testing.T) {
			rule := f.Faults.Add(ghes.Fault{Path: "/api/v3/**", Effect: tt.effect})
			defer rule.Remove()
			r := f.get("/meta", "")
			if r.StatusCode != tt.status || !strings.Contains(string(r.body), tt.body) {
				t.Errorf("got %d %q, want %d %q", r.StatusCode, r.body, tt.status, tt.body)
			}
		})
	}
	f.get("/meta", "").wants(t, 200, "")
}

func TestFaultsThatBreakTheConnection(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	for _, effect := range []ghes.Effect{ghes.Drop(), ghes.Reset(), ghes.CutOff(.5)} {
		rule := f.Faults.Add(ghes.Fault{Effect: effect})
		if r, err := f.try("GET", "/api/v3/meta", ""); err == nil {
			t.Errorf("%s: got %d %q", effect, r.StatusCode, r.body)
		}
		rule.Remove()
	}
	f.get("/meta", "").wants(t, 200, "")
}

func TestTruncatedJSON(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	whole := f.get("/meta", "").body
	f.Faults.Add(ghes.Fault{Effect: ghes.Truncate(.5)})
	r := f.get("/meta", "")
	if r.StatusCode != 200 || len(r.body) != len(whole)/2 || json.Valid(r.body) {
		t.Errorf("got %d %q", r.StatusCode, r.body)
	}
}

func TestWrongHostIsInEveryURL(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	f.Faults.Add(ghes.Fault{Effect: ghes.WrongHost("https://ghe.internal:8443")})
	r := f.get("/orgs/acme/repos?per_page=1", f.owner)
	if strings.Contains(string(r.body), f.URL()) || !strings.Contains(string(r.body), `"clone_url":"https://ghe.internal:8443/acme/tools.git"`) {
		t.Errorf("got %s", r.body)
	}
	if got := r.Header.Get("Link"); !strings.HasPrefix(got, "<https://ghe.internal:8443/api/v3/organizations/") {
		t.Errorf("Link: got %q", got)
	}
}

func TestClockSkew(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	f := start(t, func(o *ghes.Options) { o.Now = func() time.Time { return now } })
	f.Faults.Add(ghes.Fault{Effect: ghes.ClockSkew(-time.Hour)})
	if got := f.get("/meta", "").Header.Get("Date"); got != "Mon, 23 Nov 2026 11:00:00 GMT" {
		t.Errorf("got %q", got)
	}
}

func TestSlowFaults(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	for _, effect := range []ghes.Effect{ghes.Latency(30 * time.Millisecond), ghes.SlowBytes(1000)} {
		rule := f.Faults.Add(ghes.Fault{Effect: effect})
		began := time.Now()
		f.get("/meta", "").wants(t, 200, "")
		if took := time.Since(began); took < 30*time.Millisecond {
			t.Errorf("%s: took %v", effect, took)
		}
		rule.Remove()
	}
}

func TestFaultsChooseTheirRequests(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fault ghes.Fault
		want  string // of GET /meta, GET /user, POST /api/graphql, GET /meta
	}{
		{"all", ghes.Fault{}, "xxxx"},
		{"by path", ghes.Fault{Path: "/api/v3/meta"}, "x..x"},
		{"by tree", ghes.Fault{Path: "/api/v3/**"}, "xx.x"},
		{"by method", ghes.Fault{Method: "POST"}, "..x."},
		{"once", ghes.Fault{Times: 1}, "x..."},
		{"after two", ghes.Fault{Skip: 2}, "..xx"},
		{"second only", ghes.Fault{Skip: 1, Times: 1}, ".x.."},
		{"never", ghes.Fault{Probability: 1e-12}, "...."},
		{"by pattern", ghes.Fault{Path: "/api/*/user"}, ".x.."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := start(t, nil)
			tt.fault.Effect = ghes.ServerError()
			rule := f.Faults.Add(tt.fault)
			got := ""
			for _, r := range []reply{f.get("/meta", ""), f.get("/user", f.owner), f.post(f.owner, "{viewer{login}}", nil), f.get("/meta", "")} {
				got += map[bool]string{true: "x", false: "."}[r.StatusCode == 500]
			}
			if got != tt.want || rule.Hits() != strings.Count(tt.want, "x") {
				t.Errorf("got %s and %d hits, want %s", got, rule.Hits(), tt.want)
			}
		})
	}
}

// The same seed hits the same requests.
func TestProbabilityIsRepeatable(t *testing.T) {
	t.Parallel()
	run := func() (hit string) {
		f := start(t, func(o *ghes.Options) { o.Seed = 7 })
		f.Faults.Add(ghes.Fault{Probability: .5, Effect: ghes.ServerError()})
		for range 20 {
			hit += map[bool]string{true: "x", false: "."}[f.get("/meta", "").StatusCode == 500]
		}
		return hit
	}
	one, two := run(), run()
	if one != two || !strings.Contains(one, "x") || !strings.Contains(one, ".") {
		t.Errorf("got %s and %s", one, two)
	}
}

func TestFaultsAreInTheRequestLog(t *testing.T) {
	t.Parallel()
	f := start(t, nil)
	f.Faults.Add(ghes.Fault{Times: 1, Effect: ghes.Drop()})
	_, _ = f.try("GET", "/api/v3/meta", "")
	f.Faults.Clear()
	f.get("/meta", "")
	log := f.Requests()
	if len(log) < 2 || log[0].Fault != "drop" || log[0].Status != 0 || log[len(log)-1].Fault != "" {
		t.Errorf("got %+v", log)
	}
}

func TestMaintenanceShutsEverything(t *testing.T) { // [mem]
	t.Parallel()
	f := start(t, nil)
	f.Configure(func(s *ghes.Settings) { s.Maintenance = true })
	for _, path := range []string{"/api/v3/meta", "/", "/acme/docs.git/info/refs?service=git-upload-pack"} {
		if r := f.do("GET", path, f.owner); r.StatusCode != 503 {
			t.Errorf("%s: got %d", path, r.StatusCode)
		}
	}
}
