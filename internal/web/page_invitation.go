package web

import (
	"errors"
	"strings"

	"weir/internal/access"
	"weir/internal/secret"
)

type invitationView struct {
	// Code is sent back only when the password beside it broke a rule.
	Code                                 string
	WrongCode, WrongPassword, WrongAgain string
	PasswordHint                         string
}

// GET /invitation
func (s *Server) invitationPage(v *visit) error {
	return v.render("invitation", "Invitation", invitationView{PasswordHint: passwordHint})
}

// POST /invitation
func (s *Server) acceptInvitation(v *visit) error {
	view := invitationView{Code: strings.TrimSpace(v.R.PostFormValue("code")), PasswordHint: passwordHint}
	password := v.R.PostFormValue("password")
	if password != v.R.PostFormValue("again") {
		view.WrongAgain = "The two passwords differ."
		return v.again("invitation", "Invitation", view)
	}
	user, err := s.gate.Accept(v.ctx(), secret.New(view.Code), secret.New(password), s.clientAddress(v.R))
	var rule *access.RuleError
	var throttled *access.ThrottledError
	switch {
	case errors.As(err, &rule):
		view.WrongPassword = sentence(rule.Text)
	case errors.Is(err, access.ErrNoInvitation), errors.Is(err, access.ErrDisabled), errors.As(err, &throttled):
		view.WrongCode = sentence(err.Error())
	case err != nil:
		return err
	}
	if err != nil {
		return v.again("invitation", "Invitation", view)
	}
	if err := s.sessions.SignIn(v.ctx(), user); err != nil {
		return err
	}
	v.say("ok", "Welcome. Your user name is "+visible(user.Login)+"; sign in with it and your password from now on.")
	return v.redirect("/")
}
