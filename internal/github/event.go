package github

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// News is what a webhook's delivery means for what is held. It names what has to be read again and
// carries none of it: deliveries come late, twice and out of order, and the server always knows better.
type News struct {
	// Action is what happened, such as opened; empty for events without one.
	Action string
	// Repo is the server's id of the repo it is about, 0 for none; FullName is OWNER/NAME as the server gave it.
	Repo     int64
	FullName string
	// Commits says that branches or tags of the repo moved.
	Commits bool
	// RepoChanged says that the repo itself changed: its name, owner, visibility, or whether it exists.
	RepoChanged bool
	// ListChanged says that there may be new repos, or that roles changed.
	ListChanged bool
	// PullRequest and Ticket are the number of what changed in the repo, 0 for none.
	PullRequest, Ticket int
	// HookGone says that the webhook itself was deleted on the server.
	HookGone bool
}

// Errors of payloads. Neither means that anything is wrong with the webhook.
var (
	// ErrEventUnread: the event is none that Weir reads.
	ErrEventUnread = errors.New("the event is not one that Weir reads")
	// ErrPayload: the payload is not what the event's name says.
	ErrPayload = errors.New("the payload cannot be read")
)

// events are the readers of payloads, each in a file of its own.
var events = map[string]func(payload []byte) (News, error){
	"create": readCreate, "delete": readDelete, "push": readPush, "repository": readRepository,
	"pull_request": readPullRequest, "pull_request_review": readReview,
	"pull_request_review_comment": readReviewComment, "pull_request_review_thread": readReviewThread,
	"issues": readIssues, "issue_comment": readIssueComment,
	"meta": readMeta, "organization": readOrganization, "ping": readPing,
	"installation": readInstallation, "installation_repositories": readInstallation,
}

// ReadEvent reads the payload of an event by its name. The bytes may be anything.
func ReadEvent(name string, payload []byte) (News, error) {
	read, ok := events[name]
	if !ok {
		return News{}, ErrEventUnread
	}
	news, err := read(payload)
	if err != nil {
		return News{}, err
	}
	news.Action = short(news.Action)
	return news, nil
}

// decode reads a payload into the few keys that a reader wants.
func decode(payload []byte, into any) error {
	if err := json.Unmarshal(payload, into); err != nil {
		// The decoder's words may quote the payload, which is nobody's to see in a log.
		return fmt.Errorf("%w: it is not the JSON that the event's name says", ErrPayload)
	}
	return nil
}

// eventHead is what nearly all events have.
type eventHead struct {
	Action     string     `json:"action"`
	Repository *eventRepo `json:"repository"`
}

type eventRepo struct {
	ID       int64  `json:"id"`
	FullName string `json:"full_name"`
}

// ofRepo is the news of an event that has to be about a repo.
func (h eventHead) ofRepo() (News, error) {
	if h.Repository == nil || h.Repository.ID <= 0 {
		return News{}, fmt.Errorf("%w: it names no repo", ErrPayload)
	}
	return News{Action: h.Action, Repo: h.Repository.ID, FullName: short(h.Repository.FullName)}, nil
}

type eventNumber struct {
	Number int `json:"number"`
}

// of gives the number of what an event is about.
func (n *eventNumber) of(what string) (int, error) {
	if n == nil || n.Number <= 0 {
		return 0, fmt.Errorf("%w: it names no %s", ErrPayload, what)
	}
	return n.Number, nil
}

// short makes text of a payload safe to keep: valid, and no longer than a name may be.
func short(text string) string {
	const most = 250
	text = strings.ToValidUTF8(text, "\uFFFD")
	for len(text) > most {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return text
}
