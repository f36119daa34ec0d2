package github

// readReviewComment: a comment on a line of the difference was made, edited or deleted.
func readReviewComment(payload []byte) (News, error) { return readOfPullRequest(payload) }
