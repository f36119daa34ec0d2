package cli

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/manage"
	"weir/internal/secret"
)

// integrationRow is an integration as `weir integration list --json` prints it.
type integrationRow struct {
	ID       facts.IntegrationID    `json:"id"`
	Name     string                 `json:"name"`
	Provider string                 `json:"provider"`
	Address  string                 `json:"address"`
	Account  string                 `json:"account"`
	Method   string                 `json:"method"`
	Version  string                 `json:"version"`
	Services []facts.Service        `json:"services"`
	State    facts.IntegrationState `json:"state"`
	// Area says where to look while the state is failed.
	Area      connect.Area `json:"area"`
	Code      string       `json:"code"`
	Cause     string       `json:"cause"`
	Next      string       `json:"next"`
	Repos     int          `json:"repos"`
	Imported  int          `json:"imported"`
	Commits   int64        `json:"commits"`
	AddedBy   string       `json:"added_by"`
	AddedAt   *time.Time   `json:"added_at"`
	UpdatedAt *time.Time   `json:"updated_at"`
	CheckedAt *time.Time   `json:"checked_at"`
	ExpiresAt *time.Time   `json:"expires_at"`
	DeletedAt *time.Time   `json:"deleted_at"`
	// RestorableUntil is when a deleted one is removed for good.
	RestorableUntil *time.Time `json:"restorable_until"`
}

func listIntegrations(ctx context.Context, a *app, std streams, o order) error {
	load := a.store.Integrations
	if o.Deleted {
		load = a.store.DeletedIntegrations
	}
	all, err := load(ctx)
	if err != nil {
		return err
	}
	rows := []integrationRow{}
	for _, i := range all {
		row, err := a.integrationRow(ctx, i)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	if o.JSON {
		return printJSON(std, rows)
	}
	return printIntegrations(std, rows)
}

func (a *app) integrationRow(ctx context.Context, i facts.Integration) (integrationRow, error) {
	contents, err := a.store.ContentsOf(ctx, i.ID)
	row := integrationRow{
		ID: i.ID, Name: i.Name, Provider: "github_enterprise", Address: i.Address, Account: i.Account, Method: i.Method, Version: i.Version,
		Services: append([]facts.Service{}, i.On...), State: i.State, Code: i.StateCode, Cause: i.StateCause, Next: i.StateNext,
		Repos: contents.Repos, Imported: contents.Imported, Commits: contents.Commits, AddedBy: i.AddedBy,
		AddedAt: moment(i.CreatedAt), UpdatedAt: moment(contents.FinishedAt), CheckedAt: moment(i.CheckedAt), ExpiresAt: moment(i.ExpiresAt),
		DeletedAt: moment(i.DeletedAt), RestorableUntil: moment(i.RestorableUntil()),
	}
	if i.State == facts.IntegrationFailed {
		row.Area = connect.Code(i.StateCode).Area()
	}
	return row, err
}

func moment(unix int64) *time.Time {
	if unix == 0 {
		return nil
	}
	at := time.Unix(unix, 0).UTC()
	return &at
}

func printIntegrations(std streams, rows []integrationRow) error {
	if len(rows) == 0 {
		fmt.Fprintln(std.out, "There is none.")
		return nil
	}
	table := tabwriter.NewWriter(std.out, 2, 2, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tName\tState\tServer\tAccount\tRepos\tLast updated")
	for _, r := range rows {
		state, updated := string(r.State), "not yet"
		if r.Area != "" {
			state += " (" + string(r.Area) + ")"
		}
		if r.RestorableUntil != nil {
			state = "deleted, restorable until " + r.RestorableUntil.Format("2 Jan 2006")
		}
		if r.UpdatedAt != nil {
			updated = r.UpdatedAt.Format("2 Jan 2006 15:04 UTC")
		}
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%d of %d\t%s\n", r.ID, plain(r.Name), state, r.Address, plain(r.Account), r.Imported, r.Repos, updated)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, r := range rows {
		if r.Cause != "" {
			fmt.Fprintf(std.out, "\n%s: %s %s\n", plain(r.Name), plain(r.Cause), plain(r.Next))
		}
	}
	return nil
}

func addIntegration(ctx context.Context, a *app, std streams, o order) error {
	target, err := a.targetOf(ctx, std, o, connect.Target{})
	if err != nil {
		return err
	}
	report := a.manage.Test(ctx, target)
	if !report.Result.Connected() {
		return showDiagnosis(std, report, o.JSON)
	}
	name := *o.Way.Name
	if name == "" {
		name = manage.SuggestName(report.Address)
	}
	id, err := a.manage.Add(ctx, manage.Addition{Name: name, Target: target, Tested: report, On: *o.Way.On, By: o.By})
	if errors.Is(err, facts.ErrConflict) {
		return fmt.Errorf("nothing was added: another integration is called %q; give this one another --name", name)
	}
	if err != nil {
		return err
	}
	done := showDiagnosis(std, report, o.JSON)
	if !o.JSON {
		fmt.Fprintf(std.out, "\nAdded as %q, with the id %d. Choose what to import on its page in Weir: Settings, Integrations.\n", name, id)
	}
	return done
}

// over gives a target with what the order changes of it.
func (w *way) over(t connect.Target) (connect.Target, error) {
	if w.Address != nil {
		t.Address = *w.Address
	}
	if w.CAPEM != nil {
		t.CAPEM = *w.CAPEM
	}
	if w.Proxy != nil {
		t.Proxy = secret.New(*w.Proxy)
	}
	var err error
	if w.Credential != nil {
		t.Credential, err = connect.DecodeCredential(w.Credential)
		t.Credential.Code, t.Credential.Callback = secret.New(w.Code), w.Callback
	}
	return t, err
}

// targetOf gives a target with what the order changes of it. A code works once: it is exchanged here, where the
// ledger is and the way to the server is known, and what it stands for goes on.
func (a *app) targetOf(ctx context.Context, std streams, o order, held connect.Target) (connect.Target, error) {
	target, err := o.Way.over(held)
	if err != nil || target.Credential.Code.Empty() {
		return target, err
	}
	report := a.manage.Test(ctx, target)
	if report.Exchanged.Empty() {
		return target, errors.Join(showDiagnosis(std, report, o.JSON), ctx.Err())
	}
	target.Credential = report.Exchanged
	return target, nil
}

func testIntegration(ctx context.Context, a *app, std streams, o order) error {
	i, err := a.manage.Find(ctx, o.Integration, false)
	if err != nil {
		return err
	}
	report, err := a.manage.TestHeld(ctx, i)
	if err != nil {
		return err
	}
	return showDiagnosis(std, report, o.JSON)
}

func editIntegration(ctx context.Context, a *app, std streams, o order) error {
	i, err := a.manage.Find(ctx, o.Integration, false)
	if err != nil {
		return err
	}
	held, err := a.manage.Target(ctx, i)
	if err != nil {
		return err
	}
	e := manage.Edit{Name: i.Name, Entered: o.Way.Credential != nil}
	if e.Target, err = a.targetOf(ctx, std, o, held); err != nil {
		return err
	}
	if o.Way.Name != nil {
		e.Name = *o.Way.Name
	}
	edited, err := a.manage.Edit(ctx, i, e)
	if errors.Is(err, facts.ErrConflict) {
		return fmt.Errorf("nothing was changed: another integration is called %q", e.Name)
	}
	if err != nil {
		return err
	}
	if edited.Saved && o.Way.On != nil {
		if err := a.manage.SetServices(ctx, i, *o.Way.On); err != nil {
			return err
		}
	}
	if edited.Report == nil {
		fmt.Fprintln(std.out, "Saved.")
		return nil
	}
	done := showDiagnosis(std, edited.Report, o.JSON)
	if !o.JSON {
		fmt.Fprintln(std.out, map[bool]string{true: "\nSaved.", false: "\nNothing was changed."}[edited.Saved])
	}
	return done
}
