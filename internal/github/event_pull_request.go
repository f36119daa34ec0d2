package github

// readPullRequest: a pull request was opened, pushed to, labelled, merged, or anything else.
func readPullRequest(payload []byte) (News, error) { return readOfPullRequest(payload) }

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
