package web

import (
	"strings"

	"weir/internal/access"
	"weir/internal/secret"
)

type setUpView struct {
	Code, Login, Name string

	Wrong, WrongCode, WrongLogin, WrongPassword, WrongAgain string
	PasswordHint                                            string
}

// GET /set-up
func (s *Server) setUpPage(v *visit) error {
	needed, err := s.gate.NeedsSetUp(v.ctx())
	if err != nil {
		return err
	}
	if !needed {
		return v.redirect("/sign-in")
	}
	return v.render("set_up", "Set up", setUpView{Login: "admin", PasswordHint: passwordHint})
}

// POST /set-up
func (s *Server) setUp(v *visit) error {
	view := setUpView{
		Code:  strings.TrimSpace(v.R.PostFormValue("code")),
		Login: strings.TrimSpace(v.R.PostFormValue("login")), Name: strings.TrimSpace(v.R.PostFormValue("name")),
		PasswordHint: passwordHint,
	}
	password := v.R.PostFormValue("password")
	if password != v.R.PostFormValue("again") {
		view.WrongAgain = "The two passwords differ."
		return v.again("set_up", "Set up", view)
	}
	user, err := s.gate.SetUp(v.ctx(), secret.New(view.Code),
		access.NewUser{Login: view.Login, Name: view.Name, Password: secret.New(password)}, s.clientAddress(v.R))
	if err != nil && view.blame(err) {
		return v.again("set_up", "Set up", view)
	}
	if err != nil {
		return err
	}
	if err := s.sessions.SignIn(v.ctx(), user); err != nil {
		return err
	}
	v.say("ok", "The admin account is ready. Next, connect a GitHub Enterprise Server.")
	return v.redirect("/settings/integrations")
}
