package connect

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"weir/internal/secret"
)

// soonEnding is how long before its end a token is worth a warning.
const soonEnding = 14 * 24 * time.Hour

const userPath = "/api/v3/user"

// userAnswer holds the keys of /api/v3/user that are used.
type userAnswer struct {
	ID                int64  `json:"id"`
	Login             string `json:"login"`
	Name              string `json:"name"`
	SiteAdmin         bool   `json:"site_admin"`
	URL               string `json:"url"`
	HTMLURL           string `json:"html_url"`
	PublicRepos       int    `json:"public_repos"`
	OwnedPrivateRepos int    `json:"owned_private_repos"`
}

// checkSignIn asks who the credential belongs to.
func (d *diagnosis) checkSignIn(ctx context.Context) outcome {
	if !d.target.Credential.Code.Empty() {
		exchanged, f := d.anonymous.exchange(ctx, d.target.Credential, d.values())
		if f != nil {
			return bad(f)
		}
		d.target.Credential, d.report.Exchanged = exchanged, exchanged
	}
	c := d.target.Credential
	switch {
	case c.Empty():
		return bad(fault(SignInNothing, d.values()))
	case c.Method != MethodPassword && Kind(c.Token) == TokenRefresh:
		return bad(fault(SignInWrongTokenKind, d.values().with("kind", TokenRefresh.Name())))
	case c.Method == MethodPassword && d.toldPasswordsBarred() && Kind(c.Password) == TokenUnknown:
		// It would be refused, and each try may count towards a lock-out.
		return bad(fault(SignInPasswordBarred, d.values()))
	}
	signed, err := NewTransport(d.target, d.options)
	if err != nil {
		return bad(FaultOf(err, d.address))
	}
	d.signed = signed
	if c.Method == MethodApp {
		return d.signInApp(ctx)
	}
	answer, err := signed.Get(ctx, userPath)
	if err != nil {
		return bad(d.signInLost(err))
	}
	d.userAnswer = answer
	if f := d.signInFault(answer); f != nil {
		return bad(f.saw("GET %s: HTTP %d %s", userPath, answer.Status, aside(answer.Message())))
	}
	return d.welcome(answer)
}

// signInLost is a request that brought no answer although the one before did.
func (d *diagnosis) signInLost(err error) *Fault {
	if f, ok := asFault(err); ok && f.Stage == StageSignIn {
		return f // the credential itself is at fault, so that nothing was sent
	}
	var redirect *RedirectError
	var limited *RateLimitError
	switch {
	case errors.As(err, &redirect):
		return fault(SignInBlockedPage, d.values().with("status", fmt.Sprint(redirect.Status), "title", "")).
			saw("it redirects to %s", redirect.To)
	case errors.As(err, &limited):
		return fault(SignInLimited, d.values().with("until", until(limited)))
	}
	return fault(SignInLost, d.values().with("reason", FaultOf(err, d.address).Cause)).because(err)
}

// signInFault names why the server does not say who we are; nil when it does.
func (d *diagnosis) signInFault(a *Answer) *Fault {
	v := d.values().with("status", fmt.Sprint(a.Status), "title", a.title(), "message", said(a.Message()))
	if limited := a.Limited(); limited != nil && !lockedOut(a) {
		return fault(SignInLimited, v.with("until", until(limited)))
	}
	switch {
	case a.InMaintenance():
		return fault(SignInMaintenance, v)
	case a.Status >= http.StatusInternalServerError:
		return fault(SignInServerError, v)
	case a.Status == http.StatusUnauthorized:
		return d.unauthorized(a, v)
	case a.IsPage():
		return fault(SignInBlockedPage, v)
	case a.Status == http.StatusForbidden:
		return d.forbidden(a, v)
	}
	d.user = &userAnswer{}
	if a.Status != http.StatusOK || a.Decode(d.user) != nil || d.user.Login == "" {
		d.user = nil
		return fault(SignInUnreadable, v)
	}
	return nil
}

// unauthorized sorts a 401 by what is known of the credential and of the server.
func (d *diagnosis) unauthorized(a *Answer, v values) *Fault {
	if d.target.Credential.Method == MethodPassword {
		switch {
		case strings.HasPrefix(strings.ToLower(a.Header.Get("X-GitHub-OTP")), "required"):
			return fault(SignInTwoFactor, v)
		case d.passwordsBarred(a):
			return fault(SignInPasswordBarred, v)
		default:
			return fault(SignInBadPassword, v)
		}
	}
	if !a.byGitHub() && a.IsPage() {
		return fault(SignInBlockedPage, v)
	}
	return d.badToken(a, v)
}

func (d *diagnosis) toldPasswordsBarred() bool {
	told := d.report.PasswordsVerifiable
	return told != nil && !*told
}

// passwordsBarred tells whether the server has no passwords to check. In private mode /meta was not
// told, and the words of the refusal have to do.
func (d *diagnosis) passwordsBarred(a *Answer) bool {
	if told := d.report.PasswordsVerifiable; told != nil {
		return !*told
	}
	message := strings.ToLower(a.Message())
	return strings.Contains(message, "saml") || strings.Contains(message, "external authentication") || strings.Contains(message, "password authentication is not")
}

func (d *diagnosis) badToken(a *Answer, v values) *Fault {
	token := d.target.Credential.Token
	ended := a.CredentialExpiry()
	if ended.IsZero() {
		ended = d.target.Credential.ExpiresAt
	}
	switch kind := Kind(token); {
	case d.target.Credential.Method == MethodOAuth:
		return fault(SignInOAuthRevoked, v)
	case !ended.IsZero() && ended.Before(d.options.Now()):
		return fault(SignInExpiredToken, v.with("date", instant(ended)))
	case kind == TokenInstallation:
		return fault(SignInWrongTokenKind, v.with("kind", kind.Name()))
	case tooShort(token, kind):
		return fault(SignInTokenCut, v.with("length", fmt.Sprint(len(token.Reveal())), "kind", kind.Name()))
	default:
		return fault(SignInBadToken, v)
	}
}

// tooShort tells whether a token is shorter than any of its kind has ever been.
func tooShort(token secret.String, kind TokenKind) bool {
	length := len(token.Reveal())
	switch kind {
	case TokenFineGrained:
		return length < 82
	case TokenClassic, TokenOAuth, TokenAppUser:
		return length < 40
	default:
		return false
	}
}

func lockedOut(a *Answer) bool {
	message := strings.ToLower(a.Message())
	return strings.Contains(message, "login attempts") || strings.Contains(message, "too many attempts")
}

func (d *diagnosis) forbidden(a *Answer, v values) *Fault {
	message := strings.ToLower(a.Message())
	kind := Kind(d.target.Credential.Token)
	switch {
	case lockedOut(a):
		return fault(SignInLockedOut, v)
	case strings.Contains(message, "suspended"):
		return fault(SignInSuspended, v)
	case strings.Contains(message, "not accessible by integration"):
		return fault(SignInWrongTokenKind, v.with("kind", TokenInstallation.Name()))
	case strings.Contains(message, "personal access token"):
		return fault(SignInTokenBarred, v)
	case kind == TokenInstallation:
		return fault(SignInWrongTokenKind, v.with("kind", kind.Name()))
	default:
		return fault(SignInForbidden, v)
	}
}

// welcome keeps what a good answer tells beside the account.
func (d *diagnosis) welcome(a *Answer) outcome {
	ends := d.target.Credential.Ends()
	if told := a.CredentialExpiry(); !told.IsZero() && d.target.Credential.RefreshToken.Empty() {
		ends = told
	}
	d.report.Account = Account{
		Login: d.user.Login, Name: shorten(d.user.Name, 100), ServerID: d.user.ID, SiteAdmin: d.user.SiteAdmin,
		ExpiresAt: ends, PersonalSigns: personalSigns(d.user.Login, d.user.Name),
	}
	for _, named := range []string{d.user.URL, d.user.HTMLURL} {
		if named != "" {
			_, _ = d.signed.Rebase(named) // notes a host that differs
		}
	}
	if f := d.noteVersion(a); f != nil && f.Status == StatusFail {
		d.stopped = true
	}
	detail := fmt.Sprintf("Signed in as %s by %s.", d.user.Login, d.wayIn())
	if !ends.IsZero() {
		detail += " The token ends on " + instant(ends) + "."
	}
	if !ends.IsZero() && d.target.Credential.Method != MethodOAuth && ends.Before(d.options.Now().Add(soonEnding)) {
		return bad(fault(SignInTokenExpiresSoon, d.values().with("date", instant(ends))).saw("%s", detail))
	}
	return fine(detail)
}

func (d *diagnosis) wayIn() string {
	c := d.target.Credential
	if c.Method == MethodPassword {
		return "user name and password"
	}
	return Kind(c.Token).Name()
}

var (
	serviceWords = regexp.MustCompile(`(?i)(^|[-_.0-9])(svc|srv|service|bot|ci|robot|automation|weir|flow|reporting|reports|machine|system|sys|integration|jenkins|readonly)([-_.0-9]|$)`)
	twoWords     = regexp.MustCompile(`^\S+\s+\S+`)
)

// personalSigns say by what an account looks like a human being's; none when it does not. They are guesses
// from the names: a server does not tell.
func personalSigns(login, name string) []string {
	if serviceWords.MatchString(login) || serviceWords.MatchString(strings.ReplaceAll(name, " ", "-")) {
		return nil
	}
	if !twoWords.MatchString(strings.TrimSpace(name)) {
		return nil
	}
	return []string{
		"its name on the server has a first and a last part, as a person's has",
		"neither its login nor its name has a word that service accounts carry, such as svc, service, bot or ci",
	}
}
