package facts

// Identity is one way in which somebody appears: a git name and e-mail as committed, or a GitHub login.
type Identity struct {
	ID     IdentityID
	Person PersonID
	// Name and Email are the bytes of the commit, made valid UTF-8. E-mail keeps its case; matching folds it.
	Name, Email string
	// Login is the GitHub login when it is known, empty otherwise.
	Login string
}

// Person is who stands behind one or more identities.
type Person struct {
	ID PersonID
	// Name and Email are the ones to show, by .mailmap or chosen by an admin.
	Name, Email string
	Login       string
	// Bot people are left out of people metrics and shown apart.
	Bot bool
	// Excluded people stay in lists and do not count; hidden ones are not listed either.
	Excluded, Hidden bool
}
