package web

import (
	"encoding/json"
	"errors"
	"fmt"
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
	Tested    *tested
	On        []facts.Service
}

// tested is what a successful test found out.
type tested struct {
	Result         connect.Result
	Version, Login string
	ExpiresAt      int64
	Organizations  []connect.Organization
	Services       []connect.ServiceRow
	// Stages are kept for the pages that show the last test.
	Stages []connect.Stage
	Name   string
}

// report is the test again, as far as it is kept.
func (t *tested) report(base string) *connect.Report {
	r := &connect.Report{Address: base, Result: t.Result, Version: t.Version, Stages: t.Stages, Organizations: t.Organizations,
		Services: t.Services, Account: connect.Account{Login: t.Login, Name: t.Name}}
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
