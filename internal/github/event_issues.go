package github

import "fmt"

// readIssues: an issue was opened, closed, labelled, transferred, deleted, or anything else.
func readIssues(payload []byte) (News, error) { return readOfIssue(payload) }

// ofIssue is an event that carries the issue it is about, which may be the outside of a pull request.
type ofIssue struct {
	eventHead
	Issue *struct {
		eventNumber
		PullRequest *struct{} `json:"pull_request"`
	} `json:"issue"`
}

func readOfIssue(payload []byte) (News, error) {
	var e ofIssue
	if err := decode(payload, &e); err != nil {
		return News{}, err
	}
	news, err := e.ofRepo()
	switch {
	case err != nil:
	case e.Issue == nil:
		err = fmt.Errorf("%w: it names no issue", ErrPayload)
	case e.Issue.PullRequest != nil:
		news.PullRequest, err = e.Issue.of("issue")
	default:
		news.Ticket, err = e.Issue.of("issue")
	}
	return news, err
}
