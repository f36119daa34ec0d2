package connect_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weir/internal/connect"
)

var update = flag.Bool("update", false, "write the golden files anew")

// faultCase provokes one fault for real and says which stage must catch it under which code.
type faultCase struct {
	name    string
	provoke func(t *testing.T) (connect.Target, connect.Options)
	stage   connect.StageID
	code    connect.Code
	result  connect.Result
	// report provokes what Diagnose does not meet, in place of provoke.
	report func(t *testing.T) *connect.Report
	// check looks at more of the report; it may be nil.
	check func(t *testing.T, r *connect.Report)
}

func allFaults() []faultCase {
	return slices.Concat(networkFaults(), proxyFaults(), tlsFaults(), httpFaults(), serverFaults(), signInFaults(), oauthFaults(), appFaults(), accountFaults(), laterFaults(), webhookFaults())
}

// TestFaults provokes every fault and keeps what a person reads as a golden file, to be reviewed as prose.
func TestFaults(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	told := map[string]string{}
	t.Run("each", func(t *testing.T) {
		for _, c := range allFaults() {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				text := provoke(t, c)
				mu.Lock()
				defer mu.Unlock()
				told[c.name] = text
			})
		}
	})
	if t.Failed() || len(told) != len(allFaults()) {
		return
	}
	var b strings.Builder
	for _, c := range allFaults() {
		fmt.Fprintf(&b, "%s\n%s\n", c.name, told[c.name])
	}
	golden(t, "faults", b.String())
}

func provoke(t *testing.T, c faultCase) string {
	t.Helper()
	var target connect.Target
	var report *connect.Report
	if c.report != nil {
		report = c.report(t)
	} else {
		var options connect.Options
		target, options = c.provoke(t)
		report = connect.Diagnose(t.Context(), target, options)
	}
	stage := report.Stage(c.stage)
	if stage.Code != c.code || report.Result != c.result {
		t.Fatalf("got %s %s, result %s, want %s, result %s\n%s", c.stage, stage.Code, report.Result, c.code, c.result, dump(report))
	}
	checkWords(t, stage)
	if c.report == nil {
		checkStages(t, report)
	}
	checkNoSecrets(t, target, report)
	if c.check != nil {
		c.check(t, report)
	}
	return fmt.Sprintf("  %s %s %s -> %s\n  %s\n  %s\n", stage.Stage, stage.Status, stage.Code, report.Result, steady(stage.Cause), steady(stage.Next))
}

// checkWords holds the text to the rules: a cause and a next step, whole sentences, nothing unfilled,
// nothing generic.
func checkWords(t *testing.T, s connect.Stage) {
	t.Helper()
	for _, text := range []string{s.Cause, s.Next} {
		if text == "" || strings.ContainsAny(text, "{}") || !strings.ContainsAny(text[len(text)-1:], ".”") || strings.Contains(text, "..") {
			t.Errorf("%s: not a whole sentence: %q", s.Code, text)
		}
		for _, empty := range []string{"Something went wrong", "check your connection details", "unknown error", "%!", "<nil>"} {
			if strings.Contains(text, empty) {
				t.Errorf("%s: generic: %q", s.Code, text)
			}
		}
	}
}

// checkStages holds a report to its form: each stage once, in order, and none run after the run ended.
func checkStages(t *testing.T, r *connect.Report) {
	t.Helper()
	var ids []connect.StageID
	ended := false
	for _, s := range r.Stages {
		ids = append(ids, s.Stage)
		if ended && s.Status != connect.StatusSkipped {
			t.Errorf("stage %s ran after the run ended", s.Stage)
		}
		before := slices.Index(connect.Stages, s.Stage) <= slices.Index(connect.Stages, connect.StageSignIn)
		ended = ended || before && s.Status == connect.StatusFail
		if info := s.Code.Info(); s.Code != "" && info.Code == "" {
			t.Errorf("code %s is not in the table", s.Code)
		}
	}
	if diff := cmp.Diff(connect.Stages, ids); diff != "" {
		t.Errorf("stages: %s", diff)
	}
}

// checkNoSecrets searches everything that a report can show.
func checkNoSecrets(t *testing.T, target connect.Target, r *connect.Report) {
	t.Helper()
	asJSON, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	shown := string(asJSON) + fmt.Sprintf("%+v %#v", r, r) + fmt.Sprintf("%+v %#v", target, target)
	for _, s := range target.Credential.Secrets() {
		if strings.Contains(shown, s.Reveal()) {
			t.Errorf("a secret is shown: %s", strings.ReplaceAll(shown, s.Reveal(), "[HERE]"))
		}
	}
	if strings.Contains(shown, proxyPassword) {
		t.Error("the proxy's password is shown")
	}
}

func dump(r *connect.Report) string {
	out, _ := json.MarshalIndent(r.Stages, "", " ")
	return string(out)
}

var (
	portNumber  = regexp.MustCompile(`\b[1-9]\d{3,4}\b`)
	clockTime   = regexp.MustCompile(`\d{1,2} [A-Z][a-z]{2} \d{4}( \d\d:\d\d UTC)?`)
	timeOfDay   = regexp.MustCompile(`\d\d:\d\d(:\d\d)? UTC`)
	fingerprint = regexp.MustCompile(`([0-9A-F]{2}:){31}[0-9A-F]{2}`)
)

// steady takes out what differs from run to run.
func steady(text string) string {
	text = clockTime.ReplaceAllString(text, "DATE")
	text = timeOfDay.ReplaceAllString(text, "TIME")
	text = fingerprint.ReplaceAllString(text, "FINGERPRINT")
	return portNumber.ReplaceAllStringFunc(text, func(s string) string {
		if s == "8443" || s == "3128" || s == "8080" || s == "8888" {
			return s
		}
		return "PORT"
	})
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (run with -update and read the difference): %s", file, diff)
	}
}

// notProvoked are the codes that no fault of TestFaults shows, and why.
var notProvoked = map[connect.Code]string{
	connect.NotRun: "every failing case has stages after it that were not run",
}

// TestEveryCodeIsProvoked holds the table of codes against the table of faults.
func TestEveryCodeIsProvoked(t *testing.T) {
	t.Parallel()
	provoked := map[connect.Code]bool{}
	for _, c := range allFaults() {
		provoked[c.code] = true
	}
	seen := map[connect.Code]bool{}
	for _, info := range connect.Codes {
		if seen[info.Code] {
			t.Errorf("code %s is there twice", info.Code)
		}
		seen[info.Code] = true
		if info.Cause == "" || info.Next == "" || info.Status == "" || info.Status == connect.StatusOK {
			t.Errorf("code %s: incomplete row", info.Code)
		}
		if info.Stage == "import" {
			continue // spoken by package github, which has its own table test
		}
		if _, excused := notProvoked[info.Code]; provoked[info.Code] == excused {
			t.Errorf("code %s: provoked %t, excused %t", info.Code, provoked[info.Code], excused)
		}
		if info.Stage != "" && !strings.HasPrefix(string(info.Code), string(info.Stage)+"_") {
			t.Errorf("code %s does not begin with its stage %s", info.Code, info.Stage)
		}
	}
	for code := range maps.Keys(provoked) {
		if !seen[code] {
			t.Errorf("code %s has no row", code)
		}
	}
}

// resolves answers fixed addresses for every name.
func resolves(addresses ...string) func(context.Context, string) ([]string, error) {
	return func(context.Context, string) ([]string, error) { return addresses, nil }
}
