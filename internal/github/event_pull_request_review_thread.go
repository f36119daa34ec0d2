package github

// readReviewThread: a thread was resolved or opened again, which moves no time of the pull request and
// would otherwise be seen by a sweep only.
func readReviewThread(payload []byte) (News, error) { return readOfPullRequest(payload) }
