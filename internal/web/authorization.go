package web

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"time"

	"weir/internal/connect"
	"weir/internal/store"
)

// pending is a page of the server that was opened and is yet to be answered. It lives in the session, so
// that an answer which another browser was given is nobody's.
type pending struct {
	Method connect.Method
	State  string
	Begun  int64
	// Popup says that the page was opened in a window of its own.
	Popup bool
	// WebhookKey is the last part of the address that a manifest gave the app's webhook.
	WebhookKey string
}

// How long the server's pages may take: a consent as long as its code lives, an app as long as its own.
var pendingLife = map[connect.Method]time.Duration{connect.MethodOAuth: 10 * time.Minute, connect.MethodApp: time.Hour}

func (s *Server) newPending(method connect.Method, popup bool) *pending {
	return &pending{Method: method, State: rand.Text() + rand.Text(), Begun: s.now().Unix(), Popup: popup}
}

// answered takes the draft's pending page for an answer with a state, once. The fault says why the answer
// is not to be used.
func (s *Server) answered(v *visit, d *draft, method connect.Method, state string) (*pending, *connect.Fault, error) {
	p := d.Pending
	address, _ := connect.ParseAddress(d.Address)
	nobodys := map[connect.Method]connect.Code{connect.MethodOAuth: connect.SignInOAuthState, connect.MethodApp: connect.SignInAppState}[method]
	if p == nil || p.Method != method || subtle.ConstantTimeCompare([]byte(p.State), []byte(state)) != 1 {
		return &pending{}, connect.RefusedFor(nobodys, address), nil
	}
	d.Pending = nil
	if s.now().Sub(time.Unix(p.Begun, 0)) > pendingLife[method] {
		return p, connect.RefusedFor(lateCodes[method], address), nil
	}
	first, err := s.first(v, p)
	if err != nil || first {
		return p, nil, err
	}
	return p, connect.RefusedFor(nobodys, address), nil
}

var lateCodes = map[connect.Method]connect.Code{connect.MethodOAuth: connect.SignInOAuthLate, connect.MethodApp: connect.SignInAppCode}

// first tells whether this answer comes first, among all processes: a session is only written at the end of
// a request, so that two answers at once would both find the state unused.
func (s *Server) first(v *visit, p *pending) (first bool, err error) {
	sum := sha256.Sum256([]byte(p.State))
	err = s.store.InTx(v.ctx(), func(tx *store.Tx) error {
		until := s.now().Add(pendingLife[p.Method] + time.Minute).Unix()
		first, err = tx.TakeLease(v.ctx(), "state "+hex.EncodeToString(sum[:]), rand.Text(), until)
		return err
	})
	return first, err
}
