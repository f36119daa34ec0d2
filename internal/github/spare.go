package github

import (
	"slices"
	"strings"
)

// spared are the fields of an item that lead to somebody or something else, which the account may not see or which is gone:
// null stands for it, and the item is whole all the same. A list of parts is not among them: without it the item would be
// taken for one that has none.
var spared = []string{
	"author", "user", "mergedBy", "enabledBy", "resolvedBy", "actor", "assignee", "requestedReviewer",
	"headRepository", "fromRepository", "milestone", "mergeCommit", "commit", "originalCommit", "beforeCommit", "afterCommit",
	"review", "pullRequestReview",
}

// spared tells whether an item may lack what is complained of. What it closes are tickets, which an App may not be allowed to
// read; a commit of its own list is null with its whole node.
func (e QueryError) spared() bool {
	if e.Type != "NOT_FOUND" && e.Type != "FORBIDDEN" {
		return false
	}
	path := strings.Split(e.Path, ".")
	if slices.Contains(path, "closingIssuesReferences") {
		return true
	}
	return slices.Contains(spared, path[len(path)-1]) && !slices.Contains(path, "commits")
}

func (e QueryErrors) spared() bool {
	return !slices.ContainsFunc(e, func(one QueryError) bool { return !one.spared() })
}

// spare gives nothing in place of an error that complains only of what an item may lack.
func spare(err error) error {
	if complaints := Complaints(err); len(complaints) > 0 && complaints.spared() {
		return nil
	}
	return err
}
