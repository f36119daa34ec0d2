package access

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"weir/internal/secret"
)

// The bounds of a password. The upper one bounds the work of hashing.
const (
	MinPasswordLength = 12
	maxPasswordBytes  = 1024
	// minBesideLogin is how much of a password must remain when the login in it is taken away.
	minBesideLogin = 8
	// minDistinct is how many different characters a password needs.
	minDistinct = 5
)

// RuleError says which rule a login or a password breaks, in words for the one who chose it.
type RuleError struct {
	// Field is login or password.
	Field string
	Text  string
}

// Error gives the sentence.
func (e *RuleError) Error() string { return e.Text }

var loginForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$`)

// CheckLogin tells whether a login may be given to a new account. Its error is a *RuleError.
func CheckLogin(login string) error {
	if !loginForm.MatchString(login) {
		return &RuleError{"login", "choose a login of up to 64 letters, digits, dots, dashes, underscores or @, " +
			"beginning with a letter or a digit"}
	}
	return nil
}

// CheckPassword tells whether an account may have a password. Its error is a *RuleError.
func CheckPassword(login string, password secret.String) error {
	text := password.Reveal()
	folded := strings.ToLower(text)
	rest := folded
	if login != "" {
		rest = strings.ReplaceAll(folded, strings.ToLower(login), "")
	}
	switch n := utf8.RuneCountInString(text); {
	case n < MinPasswordLength:
		return &RuleError{"password", fmt.Sprintf("choose a password of at least %d characters; this one has %d", MinPasswordLength, n)}
	case len(text) > maxPasswordBytes:
		return &RuleError{"password", fmt.Sprintf("choose a password of at most %d bytes", maxPasswordBytes)}
	case rest != folded && utf8.RuneCountInString(rest) < minBesideLogin:
		return &RuleError{"password", "choose a password that is not the login with a little added"}
	case distinct(folded) < minDistinct:
		return &RuleError{"password", fmt.Sprintf("choose a password of at least %d different characters", minDistinct)}
	case common(folded):
		return &RuleError{"password", "choose another password: this one is among those that attackers try first"}
	}
	return nil
}

func distinct(text string) int {
	seen := map[rune]bool{}
	for _, r := range text {
		seen[r] = true
	}
	return len(seen)
}

// common finds the passwords of twelve and more characters that lists of leaked ones have at the top: a
// few words and keyboard rows, alone, repeated, or with digits and signs around them.
func common(folded string) bool {
	core := strings.Trim(folded, "0123456789!@#$%^&*()-_=+.,;:?/ ")
	if core == "" {
		return strings.Contains("01234567890123456789", folded) || strings.Contains("98765432109876543210", folded) ||
			!strings.ContainsAny(folded, "!@#$%^&*()-_=+.,;:?/ ") && len(folded) < 16
	}
	for _, word := range commonWords {
		if strings.ReplaceAll(core, word, "") == "" {
			return true
		}
	}
	return false
}

var commonWords = []string{
	"password", "passw0rd", "p@ssw0rd", "p@ssword", "pass", "passwort", "motdepasse", "contraseña", "secret",
	"letmein", "welcome", "changeme", "admin", "administrator", "root", "weir", "github", "iloveyou", "sunshine",
	"princess", "football", "baseball", "superman", "batman", "dragon", "monkey", "master", "shadow", "michael",
	"trustno", "whatever", "starwars", "computer", "internet", "default", "guest", "test", "qwerty", "qwertz",
	"azerty", "qwertyuiop", "qwertyuiopasdfghjkl", "asdfghjkl", "asdfghjklzxcvbnm", "zxcvbnm",
	"qwertyuiopasdfghjklzxcvbnm", "1q2w3e4r5t6y", "q2w3e4r5t6y", "q1w2e3r4t5y6", "q1w2e3r4t5y", "1qaz2wsx3edc",
	"qaz2wsx3edc", "qazwsxedc", "qazwsxedcrfv", "abcdefghijkl", "abcdefghijklm", "abcdefghijklmnopqrstuvwxyz",
	"correcthorsebatterystaple", "correct horse battery staple",
}
