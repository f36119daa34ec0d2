package github

// readIssueComment: a comment was made, edited or deleted, on an issue or in a pull request's conversation.
func readIssueComment(payload []byte) (News, error) { return readOfIssue(payload) }
