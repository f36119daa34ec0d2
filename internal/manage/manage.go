// Package manage is what people do with integrations: test, add, edit, pause, resume, update, delete and
// restore. The pages and the command line both call it, so that each act has one way and one set of rules.
//
// It keeps nothing and talks to no server itself: the store keeps, connect diagnoses, jobs do the work.
package manage

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/secret"
	"weir/internal/store"
)

// Work hands work to the background. *jobs.Client meets it.
type Work interface {
	// DiscoverTx lists an integration's organizations and repos anew, if the transaction is kept.
	DiscoverTx(ctx context.Context, tx *store.Tx, id facts.IntegrationID) error
	// UpdateTx does so and fetches all imported repos, also those that wait for their next try.
	UpdateTx(ctx context.Context, tx *store.Tx, id facts.IntegrationID) error
	// PauseIntegration ends an integration's work until it is resumed.
	PauseIntegration(ctx context.Context, id facts.IntegrationID) error
	// ResumeIntegration takes it up again.
	ResumeIntegration(ctx context.Context, id facts.IntegrationID) error
	// SetServices switches services on and off, and with them their work.
	SetServices(ctx context.Context, id facts.IntegrationID, on []facts.Service) error
	// RetireTx winds down the work of an integration that was deleted, if the transaction is kept.
	RetireTx(ctx context.Context, tx *store.Tx, id facts.IntegrationID) error
}

// Options are what the acts need. Store, Work and DiagnoseFunc must be given.
type Options struct {
	Store *store.Store
	Work  Work
	// DiagnoseFunc tests a connection; the integration is 0 before there is one.
	DiagnoseFunc func(ctx context.Context, id facts.IntegrationID, target connect.Target) *connect.Report
	// BytesFunc tells how much disk the mirrors and line histories of repos take; nil tells 0.
	BytesFunc func(repos []facts.RepoID) int64
}

// Manager does the acts. It is safe for concurrent use.
type Manager struct{ Options }

// New makes a Manager.
func New(o Options) *Manager {
	if o.BytesFunc == nil {
		o.BytesFunc = func([]facts.RepoID) int64 { return 0 }
	}
	return &Manager{o}
}

// Refusal says why an act was not done, in words for the person who asked.
type Refusal struct{ What, Why, Next string }

// Error gives the sentences.
func (r *Refusal) Error() string {
	return strings.TrimSpace(fmt.Sprintf("%s: %s. %s", r.What, strings.TrimSuffix(r.Why, "."), r.Next))
}

// SuggestName gives a name for an integration with the server at a base URL.
func SuggestName(base string) string {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return "GitHub Enterprise"
	}
	return "GitHub Enterprise " + u.Hostname()
}

// maxName bounds the name of an integration.
const maxName = 100

// CheckName tells what is wrong with a name, empty when nothing is.
func CheckName(name string) string {
	switch {
	case strings.TrimSpace(name) == "":
		return "Give it a name, so that you can tell which account it connects with."
	case utf8.RuneCountInString(name) > maxName:
		return fmt.Sprintf("The name is longer than %d characters.", maxName)
	}
	return ""
}

// NameTaken is what a person is told whose name for an integration is in use.
const NameTaken = "Another integration has this name."

// testTimeout bounds a connection test: each stage has bounds of its own, this one is for their sum.
const testTimeout = 2 * time.Minute

// Test diagnoses a connection that is not yet one.
func (m *Manager) Test(ctx context.Context, target connect.Target) *connect.Report {
	return m.diagnose(ctx, 0, target)
}

func (m *Manager) diagnose(ctx context.Context, id facts.IntegrationID, target connect.Target) *connect.Report {
	ctx, cancel := context.WithTimeout(connect.WithWhy(ctx, "test connection"), testTimeout)
	defer cancel()
	return m.DiagnoseFunc(ctx, id, target)
}

// TestHeld diagnoses an integration with the credential that is held, and keeps what was found for the pages.
func (m *Manager) TestHeld(ctx context.Context, i facts.Integration) (*connect.Report, error) {
	target, err := m.Target(ctx, i)
	if err != nil {
		return nil, err
	}
	report := m.diagnose(ctx, i.ID, target)
	if ctx.Err() != nil {
		return nil, ctx.Err() // a test that was cut short says nothing about the server
	}
	return report, m.Store.SaveDiagnosis(ctx, i.ID, report)
}

// Target is the server of an integration and the way to it, with its secrets.
func (m *Manager) Target(ctx context.Context, i facts.Integration) (connect.Target, error) {
	t := connect.Target{Address: i.Address, CAPEM: i.CAPEM}
	var err error
	if t.Credential, err = m.Store.Credential(ctx, i.ID); err != nil {
		return t, err
	}
	t.Proxy, err = m.Store.ProxyURL(ctx, i.ID)
	return t, err
}

// Addition is a connection that was tested, and what it is to be called.
type Addition struct {
	Name   string
	Target connect.Target
	// Tested is what the test of Target found; its result must be one that connects.
	Tested *connect.Report
	On     []facts.Service
	// By is who adds it.
	By string
}

// Add keeps an integration and asks for its organizations and repos to be listed, both or neither. A name
// in use is facts.ErrConflict.
func (m *Manager) Add(ctx context.Context, a Addition) (id facts.IntegrationID, err error) {
	if wrong := CheckName(a.Name); wrong != "" {
		return 0, &Refusal{"The integration was not added", wrong, ""}
	}
	if !a.Tested.Result.Connected() {
		return 0, errors.New("add integration: its connection was not tested, or the test failed")
	}
	credential := a.Target.Credential
	credential.Login = a.Tested.Account.Login
	err = m.Store.InTx(ctx, func(tx *store.Tx) error {
		id, err = tx.CreateIntegration(ctx, facts.Integration{
			Name: strings.TrimSpace(a.Name), Address: a.Tested.Address, CAPEM: a.Target.CAPEM, Method: string(credential.Method),
			Account: credential.Login, Version: a.Tested.Version, On: a.On, State: facts.IntegrationProcessing, AddedBy: a.By,
			ExpiresAt: expiry(a.Tested),
		}, credential)
		if err != nil {
			return err
		}
		if err := m.keepWay(ctx, tx, id, a.Target.Proxy, a.Tested); err != nil {
			return err
		}
		return m.Work.DiscoverTx(ctx, tx, id)
	})
	return id, err
}

func (m *Manager) keepWay(ctx context.Context, tx *store.Tx, id facts.IntegrationID, proxy secret.String, tested *connect.Report) error {
	if err := tx.SaveProxyURL(ctx, id, proxy); err != nil {
		return err
	}
	return tx.SaveDiagnosis(ctx, id, tested)
}

func expiry(r *connect.Report) int64 {
	if r.Account.ExpiresAt.IsZero() {
		return 0
	}
	return r.Account.ExpiresAt.Unix()
}
