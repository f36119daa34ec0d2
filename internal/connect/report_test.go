package connect_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weir/internal/connect"
	"weir/internal/ghes"
)

// TestReportJSON holds the form that scripts read.
func TestReportJSON(t *testing.T) {
	t.Parallel()
	for name, target := range map[string]connect.Target{"well": newDouble(t, nil).target(), "ill": {Address: "nonsense address"}} {
		out, err := json.Marshal(connect.Diagnose(t.Context(), target, quick()))
		if err != nil {
			t.Fatal(err)
		}
		var report map[string]any
		if err := json.Unmarshal(out, &report); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"address", "result", "services", "stages"}, slices.Sorted(maps.Keys(report))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		stages := report["stages"].([]any)
		if diff := cmp.Diff([]string{"cause", "code", "detail", "next", "stage", "status", "took_ms"}, slices.Sorted(maps.Keys(stages[0].(map[string]any)))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		services, is := report["services"].([]any)
		if !is || (name == "well") != (len(services) > 0) {
			t.Fatalf("%s: services %v", name, report["services"])
		}
		for _, row := range services {
			if diff := cmp.Diff([]string{"available", "organization", "reason", "service"}, slices.Sorted(maps.Keys(row.(map[string]any)))); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
}

// TestPrivateMode: a server that tells strangers nothing is GitHub all the same.
func TestPrivateMode(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]ghes.Settings{
		"told as JSON":          {PrivateMode: true},
		"told as a bare page":   {PrivateMode: true, BareUnauthorized: true},
		"meta open to everyone": {PrivateMode: true, MetaOpen: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settings.Version = "3.20.1"
			d := newDouble(t, func(o *ghes.Options) { o.Settings = settings })
			for _, target := range []connect.Target{d.target(), d.passwordTarget("weir-bot", plantedPassword)} {
				report := connect.Diagnose(t.Context(), target, quick())
				if report.Result != connect.ResultOK || report.Version != "3.20.1" || report.Stage(connect.StageVersion).Status != connect.StatusOK {
					t.Errorf("%s, version %q\n%s", report.Result, report.Version, dump(report))
				}
			}
		})
	}
}

func TestHeadlines(t *testing.T) {
	t.Parallel()
	want := map[connect.Result]string{
		connect.ResultCouldNotConnect: "Could not connect to url", connect.ResultAuthorizationFailed: "Authorization failed",
		connect.ResultOK: "Connected", connect.ResultLimited: "Connected, with some services missing",
	}
	for result, headline := range want {
		if result.Headline() != headline {
			t.Errorf("%s: %q", result, result.Headline())
		}
	}
}
