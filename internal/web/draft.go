package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/secret"
)

// draft is an integration that is being set up. It lives sealed in the session, so that a token never
// goes back to the browser and never lies readable in the database.
type draft struct {
	// Integration is the one that is given a new credential, 0 while a new one is made.
	Integration facts.IntegrationID
	Method      connect.Method
	// Address is as entered; Base is what it was read as.
	Address, Base string
	CAPEM, Proxy  string
	// Credential is the form of connect.EncodeCredential.
	Credential []byte
	// OfferedCA is PEM of the authority that the server itself offered and nobody has trusted yet.
	OfferedCA string
	// Last is what the last test found, Tested the same when it connected.
	Last, Tested *tested
	On           []facts.Service
	// Pending is what the server's pages are to answer; nil when nothing is.
	Pending *pending
	// AppOwner is the organization that a GitHub App is to belong to, empty for the person's own account;
	// AppForAll lets every organization of the server install it.
	AppOwner  string
	AppForAll bool
}

// tested is what a test found out, as far as the pages show it.
type tested struct {
	Result         connect.Result
	Version, Login string
	ExpiresAt      int64
	Organizations  []connect.Organization
	Services       []connect.ServiceRow
	// Stages are kept for the pages that show the last test.
	Stages []connect.Stage
	Name   string
	// PersonalSigns and PrivateHosts are as in the report.
	PersonalSigns, PrivateHosts []string
	// Scopes are those granted; nil for a credential that has none.
	Scopes    []string
	App       *connect.App
	OfferedCA *connect.Certificate
}

func testedOf(r *connect.Report) *tested {
	t := &tested{Result: r.Result, Version: r.Version, Login: r.Account.Login, Organizations: r.Organizations, Services: r.Services,
		Stages: r.Stages, Name: r.Account.Name, PersonalSigns: r.Account.PersonalSigns, PrivateHosts: r.PrivateHosts, App: r.App,
		OfferedCA: r.OfferedCA}
	if r.Scopes != nil {
		t.Scopes = append([]string{}, r.Scopes.Granted...)
	}
	if !r.Account.ExpiresAt.IsZero() {
		t.ExpiresAt = r.Account.ExpiresAt.Unix()
	}
	return t
}

// report is the test again, as far as it is kept.
func (t *tested) report(base string) *connect.Report {
	r := &connect.Report{Address: base, Result: t.Result, Version: t.Version, Stages: t.Stages, Organizations: t.Organizations,
		Services: t.Services, Account: connect.Account{Login: t.Login, Name: t.Name, PersonalSigns: t.PersonalSigns},
		PrivateHosts: t.PrivateHosts, App: t.App, OfferedCA: t.OfferedCA}
	if t.Scopes != nil {
		r.Scopes = connect.AnalyseScopes(strings.Join(t.Scopes, ","))
	}
	if t.ExpiresAt != 0 {
		r.Account.ExpiresAt = time.Unix(t.ExpiresAt, 0).UTC()
	}
	return r
}

const keyDraft = "draft"

func (s *Server) draftContext(v *visit) string {
	return fmt.Sprintf("draft of user %d", v.User.ID)
}

// draft gives what the person has entered so far; an empty one when there is nothing.
func (s *Server) draft(v *visit) (*draft, error) {
	sealed := s.sessions.GetBytes(v.ctx(), keyDraft)
	if sealed == nil {
		return &draft{}, nil
	}
	plain, err := s.keys.Open(sealed, s.draftContext(v))
	if err != nil {
		// The key has changed under it; what was entered has to be entered again.
		s.log.Warn("open draft", "request", v.id, "error", err)
		return &draft{}, nil
	}
	d := &draft{}
	if err := json.Unmarshal(plain, d); err != nil {
		// A draft of an older version; what was entered has to be entered again.
		s.log.Warn("read draft", "request", v.id, "error", err)
		return &draft{}, nil
	}
	return d, nil
}

func (s *Server) keepDraft(v *visit, d *draft) error {
	plain, err := json.Marshal(d)
	if err != nil {
		return errors.New("keep draft: it cannot be written as JSON")
	}
	sealed, err := s.keys.Seal(plain, s.draftContext(v))
	if err != nil {
		return fmt.Errorf("keep draft: %w", err)
	}
	s.sessions.Put(v.ctx(), keyDraft, sealed)
	return nil
}

func (s *Server) dropDraft(v *visit) { s.sessions.Remove(v.ctx(), keyDraft) }

// target is the server that the draft speaks of, and the way to it.
func (d *draft) target() (connect.Target, error) {
	t := connect.Target{Address: d.Address, CAPEM: d.CAPEM, Proxy: secret.New(d.Proxy)}
	if d.Credential == nil {
		return t, nil
	}
	var err error
	t.Credential, err = connect.DecodeCredential(d.Credential)
	return t, err
}

// credential is what is held, empty when nothing is.
func (d *draft) credential() connect.Credential {
	if d.Credential == nil {
		return connect.Credential{}
	}
	c, err := connect.DecodeCredential(d.Credential)
	if err != nil {
		return connect.Credential{}
	}
	return c
}

// hold keeps a credential, sealed with the rest.
func (d *draft) hold(c connect.Credential) (err error) {
	d.Credential, err = connect.EncodeCredential(c)
	return err
}

// steps of the set-up, in order.
var setUpSteps = []string{"Provider", "Way to connect", "Connection", "Services", "Name"}

type stepView struct {
	Title         string
	Done, Current bool
}

// stepsAt marks where in the set-up a page stands, counted from 0.
func stepsAt(at int) []stepView {
	views := make([]stepView, len(setUpSteps))
	for i, title := range setUpSteps {
		views[i] = stepView{Title: title, Done: i < at, Current: i == at}
	}
	return views
}
