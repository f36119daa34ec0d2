package github

// readPullRequest: a pull request was opened, pushed to, labelled, merged, or anything else. Its commits may
// come from a fork, of which no push is told: they are fetched by the pull request's own ref.
func readPullRequest(payload []byte) (News, error) {
	news, err := readOfPullRequest(payload)
	news.Commits = err == nil && (news.Action == "opened" || news.Action == "synchronize")
	return news, err
}

// ofPullRequest is an event that carries the pull request it is about.
type ofPullRequest struct {
	eventHead
	PullRequest *eventNumber `json:"pull_request"`
}

func readOfPullRequest(payload []byte) (News, error) {
	var e ofPullRequest
	if err := decode(payload, &e); err != nil {
		return News{}, err
	}
	news, err := e.ofRepo()
	if err != nil {
		return news, err
	}
	news.PullRequest, err = e.PullRequest.of("pull request")
	return news, err
}
