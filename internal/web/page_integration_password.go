package web

import (
	"net/http"
	"strings"

	"weir/internal/connect"
	"weir/internal/secret"
)

// POST /settings/integrations/new/passwords
//
// passwordsPart says, before anybody enters one, whether the server checks passwords at all.
func (s *Server) passwordsPart(v *visit) error {
	d, err := s.draft(v)
	if err != nil {
		return err
	}
	entered := strings.TrimSpace(v.R.PostFormValue("address"))
	read, wrong := connect.ParseAddress(entered)
	if wrong != nil || d.Integration != 0 && read.Base != d.Base {
		return v.writePart(http.StatusOK, "passwords", "")
	}
	if read.Base != d.Base {
		d.Credential, d.Last, d.Tested, d.OfferedCA = nil, nil, nil, ""
	}
	d.Address, d.Base = entered, read.Base
	d.takeWay(v.R)
	if err := s.keepDraft(v, d); err != nil { // whoever goes on with a token need not enter it again
		return err
	}
	target := connect.Target{Address: d.Address, CAPEM: d.CAPEM, Proxy: secret.New(d.Proxy)}
	said := ""
	if told := s.manage.Test(v.ctx(), target).PasswordsVerifiable; told != nil {
		said = map[bool]string{true: "checked", false: "barred"}[*told]
	}
	return v.writePart(http.StatusOK, "passwords", said)
}
