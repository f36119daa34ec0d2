package connect

import (
	"context"
	"strings"
)

// checkScopes reads which scopes a classic token has. Passwords have none, fine-grained tokens have
// permissions that the server does not list.
func (d *diagnosis) checkScopes(context.Context) outcome {
	if d.target.Credential.Method == MethodApp {
		return d.scopesOfApp()
	}
	if d.target.Credential.Method == MethodPassword && Kind(d.target.Credential.Password) == TokenUnknown {
		return bad(fault(ScopesNotApplicable, nil))
	}
	granted, told := d.userAnswer.Header["X-Oauth-Scopes"]
	if !told {
		if kind := d.tokenKind(); kind == TokenClassic || kind == TokenOAuth {
			return bad(fault(ScopesUnknown, nil))
		}
		return bad(fault(ScopesFineGrained, nil))
	}
	report := AnalyseScopes(strings.Join(granted, ","))
	d.report.Scopes = report
	detail := "Granted: " + strings.Join(report.Granted, ", ") + "."
	v := d.values().with("missing", strings.Join(report.Missing, ", "), "lost", report.lost())
	switch oauth := d.target.Credential.Method == MethodOAuth; {
	case oauth && len(report.Granted) == 0:
		return bad(fault(ScopesOAuthNone, v))
	case oauth && len(report.Missing) > 0:
		return bad(fault(ScopesOAuthFewer, v).saw("%s", detail))
	case len(report.Granted) == 0:
		return bad(fault(ScopesNone, v))
	case len(report.Missing) > 0:
		return bad(fault(ScopesMissing, v).saw("%s", detail))
	}
	return fine(detail)
}

// tokenKind is the kind of the token, which may also stand in the place of a password.
func (d *diagnosis) tokenKind() TokenKind {
	if c := d.target.Credential; c.Method == MethodPassword {
		return Kind(c.Password)
	}
	return Kind(d.target.Credential.Token)
}
