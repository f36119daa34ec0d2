package connect_test

import (
	"testing"

	"weir/internal/connect"
	"weir/internal/ghes"
	"weir/internal/ghes/ghestest"
)

// TestDiagnosisSpeaksTheOfficialAPI holds what is asked, and what the double answers, to the official
// description of the API.
func TestDiagnosisSpeaksTheOfficialAPI(t *testing.T) {
	t.Parallel()
	ghestest.Query(t, connect.ViewerQuery)
	d := newDouble(t, nil)
	ghestest.Validate(t, d.Server)
	app := d.app(t)
	d.World.AddInstallation(ghes.Installation{App: app.ID, Account: "acme"})
	for _, target := range []connect.Target{d.target(), d.passwordTarget("weir-bot", plantedPassword), d.targetWith(d.addToken("repo")), d.appTarget(app)} {
		if report := connect.Diagnose(t.Context(), target, quick()); !report.Result.Connected() {
			t.Errorf("%s: %s", report.Result, dump(report))
		}
	}
}
