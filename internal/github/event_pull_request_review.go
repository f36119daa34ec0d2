package github

// readReview: a review was submitted, edited or dismissed.
func readReview(payload []byte) (News, error) { return readOfPullRequest(payload) }
