package web

import (
	"errors"

	"weir/internal/access"
	"weir/internal/facts"
)

// passwordHint says what is asked of a password.
const passwordHint = "At least 12 characters. A sentence is good."

// refusal gives the words for a person who is not let in, and whether the error is of that kind.
func refusal(err error) (words string, shown bool) {
	var throttled *access.ThrottledError
	switch {
	case errors.Is(err, access.ErrWrongPassword):
		return "Authorization failed: the user name or the password is not right.", true
	case errors.Is(err, access.ErrDisabled), errors.Is(err, access.ErrSetUpDone), errors.As(err, &throttled):
		return sentence(err.Error()), true
	}
	return "", false
}

// blame puts the words of an error beside the field that it is about, and tells whether it knew how.
func (v *setUpView) blame(err error) bool {
	var rule *access.RuleError
	switch {
	case errors.As(err, &rule) && rule.Field == "login":
		v.WrongLogin = sentence(rule.Text)
	case errors.As(err, &rule):
		v.WrongPassword = sentence(rule.Text)
	case errors.Is(err, access.ErrWrongCode), errors.Is(err, access.ErrNoCode):
		v.WrongCode = sentence(err.Error())
	case errors.Is(err, facts.ErrConflict):
		v.Wrong = sentence(access.ErrSetUpDone.Error())
	default:
		words, shown := refusal(err)
		v.Wrong = words
		return shown
	}
	return true
}
