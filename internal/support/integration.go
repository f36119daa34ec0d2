package support

import (
	"context"
	"sync"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
)

// integration is one as the bundle shows it: without its name, account and who added it.
type integration struct {
	ID           facts.IntegrationID    `json:"id"`
	Address      string                 `json:"address"`
	Method       string                 `json:"method"`
	Version      string                 `json:"version"`
	OwnAuthority bool                   `json:"own_certificate_authority"`
	Proxy        string                 `json:"proxy"`
	Services     []facts.Service        `json:"services"`
	State        facts.IntegrationState `json:"state"`
	Area         connect.Area           `json:"area,omitempty"`
	Code         string                 `json:"code"`
	Cause        string                 `json:"cause"`
	AddedAt      *time.Time             `json:"added_at"`
	CheckedAt    *time.Time             `json:"checked_at"`
	Expires      bool                   `json:"credential_ends"`
	Repos        int                    `json:"repos"`
	Imported     int                    `json:"imported"`
	Commits      int64                  `json:"commits"`
	PrivateHosts []string               `json:"private_hosts"`
	TestedAt     *time.Time             `json:"tested_at"`
	Diagnosis    *connect.Report        `json:"diagnosis"`
	// NotTested says why there is no diagnosis.
	NotTested string `json:"not_tested,omitempty"`
}

func (g *gatherer) integrations(ctx context.Context) error {
	all, err := g.Store.Integrations(ctx)
	if err != nil {
		return err
	}
	refused := g.testAll(ctx, all)
	kept, err := g.Store.Diagnoses(ctx)
	if err != nil {
		return err
	}
	shown := []integration{}
	for _, i := range all {
		contents, err := g.Store.ContentsOf(ctx, i.ID)
		if err != nil {
			return err
		}
		row := integration{ID: i.ID, Address: i.Address, Method: i.Method, Version: i.Version, OwnAuthority: i.CAPEM != "", Proxy: i.Proxy,
			Services: i.On, State: i.State, Code: i.StateCode, Cause: g.hide.names(i.StateCause), AddedAt: moment(i.CreatedAt), CheckedAt: moment(i.CheckedAt),
			Expires: i.ExpiresAt != 0, Repos: contents.Repos, Imported: contents.Imported, Commits: contents.Commits, NotTested: refused[i.ID]}
		if i.State == facts.IntegrationFailed {
			row.Area = connect.Code(i.StateCode).Area()
		}
		if d, tested := kept[i.ID]; tested {
			row.TestedAt, row.Diagnosis, row.PrivateHosts = moment(d.TestedAt), g.hidden(d.Report), d.Report.PrivateHosts
		}
		shown = append(shown, row)
	}
	return g.addJSON("integrations.json", "Each integration with its state and its connection test, stage by stage.", shown)
}

// testAll tests the integrations side by side, and tells why some could not be.
func (g *gatherer) testAll(ctx context.Context, all []facts.Integration) map[facts.IntegrationID]string {
	refused := map[facts.IntegrationID]string{}
	if g.DiagnoseFunc == nil {
		return refused
	}
	var mu sync.Mutex
	var tests sync.WaitGroup
	for _, i := range all {
		tests.Go(func() {
			if _, err := g.DiagnoseFunc(ctx, i); err != nil {
				mu.Lock()
				defer mu.Unlock()
				refused[i.ID] = g.hide.names(err.Error())
			}
		})
	}
	tests.Wait()
	return refused
}

// hidden is a report without the names of people that its sentences may hold.
func (g *gatherer) hidden(r *connect.Report) *connect.Report {
	own := newNames(r.Account.Login, r.Account.Name)
	clean := func(text string) string { return g.hide.names(own.hide(text)) }
	shown := &connect.Report{Address: r.Address, Result: r.Result}
	for _, s := range r.Stages {
		s.Cause, s.Next, s.Detail = clean(s.Cause), clean(s.Next), clean(s.Detail)
		shown.Stages = append(shown.Stages, s)
	}
	for _, s := range r.Services {
		s.Organization, s.Reason = clean(s.Organization), clean(s.Reason)
		shown.Services = append(shown.Services, s)
	}
	return shown
}

// moment is nil for what has not happened.
func moment(unix int64) *time.Time {
	if unix == 0 {
		return nil
	}
	at := time.Unix(unix, 0).UTC()
	return &at
}
