package web

// passwordHint says what is asked of a password.
const passwordHint = "At least 12 characters. A sentence is good."

func refusal(err error) (words string, shown bool) { return "", false }

func (v *setUpView) blame(err error) bool { return false }
