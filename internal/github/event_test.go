package github_test

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"weir/internal/github"
)

// official are examples of payloads that GitHub publishes (npm @octokit/webhooks-examples, MIT; the
// licence is beside them), a few of each event that Weir reads and one that it does not.
type official struct {
	Name     string            `json:"name"`
	Examples []json.RawMessage `json:"examples"`
}

func officialEvents(t testing.TB) []official {
	t.Helper()
	file, err := os.Open("testdata/webhook-examples.ghes-35.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	text, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []official
	if err := json.NewDecoder(text).Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestReadOfficialEvents(t *testing.T) {
	t.Parallel()
	var got []string
	for _, event := range officialEvents(t) {
		for _, payload := range event.Examples {
			news, err := github.ReadEvent(event.Name, payload)
			got = append(got, fmt.Sprintf("%s: %s %v", event.Name, sum(news), err))
		}
	}
	want := []string{
		"create: acme commits <nil>",
		"delete: acme commits <nil>",
		"installation: deleted list <nil>", "installation: created list <nil>",
		"installation_repositories: added list <nil>", "installation_repositories: removed list <nil>",
		"issue_comment: created acme ticket=1 <nil>", "issue_comment: deleted acme ticket=1 <nil>", "issue_comment: edited acme ticket=1 <nil>",
		"issues: edited acme ticket=1 <nil>", "issues: assigned acme ticket=1 <nil>", "issues: demilestoned acme pull=2 <nil>",
		"meta: deleted hook-gone <nil>",
		"organization: member_added list <nil>", "organization: member_removed list <nil>",
		"ping:  <nil>", "ping:  <nil>",
		"pull_request: opened acme commits pull=2 <nil>", "pull_request: assigned acme pull=2 <nil>", "pull_request: closed acme pull=2 <nil>",
		"pull_request_review: submitted acme pull=2 <nil>",
		"pull_request_review_comment: created acme pull=2 <nil>",
		"pull_request_review_thread: resolved acme pull=118 <nil>",
		"push: acme commits <nil>", "push: acme commits <nil>",
		"repository: publicized acme repo <nil>", "repository: created acme repo list <nil>", "repository: deleted acme repo <nil>",
		"star:  " + github.ErrEventUnread.Error(),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what was read (-want +got):\n%s", diff)
	}
}

// sum puts news into words; every repo of the examples is acme.
func sum(n github.News) string {
	words := []string{n.Action}
	if n.Repo != 0 {
		words = append(words, "acme")
	}
	for _, flag := range []struct {
		on   bool
		word string
	}{
		{n.Commits, "commits"}, {n.RepoChanged, "repo"}, {n.ListChanged, "list"}, {n.HookGone, "hook-gone"},
		{n.PullRequest != 0, fmt.Sprint("pull=", n.PullRequest)}, {n.Ticket != 0, fmt.Sprint("ticket=", n.Ticket)},
	} {
		if flag.on {
			words = append(words, flag.word)
		}
	}
	return strings.TrimPrefix(strings.Join(words, " "), " ")
}

func TestPayloadsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, event, payload string }{
		{"nothing", "push", ""},
		{"no JSON", "push", "payload=1"},
		{"another kind of JSON", "push", `[1]`},
		{"no repo", "push", `{"action":"x"}`},
		{"a repo without an id", "push", `{"repository":{"full_name":"a/b"}}`},
		{"a repo with a negative id", "push", `{"repository":{"id":-1}}`},
		{"a repo with a text for an id", "push", `{"repository":{"id":"1"}}`},
		{"no pull request", "pull_request", `{"repository":{"id":1}}`},
		{"a pull request without a number", "pull_request_review", `{"repository":{"id":1},"pull_request":{}}`},
		{"a pull request that is null", "pull_request_review_comment", `{"repository":{"id":1},"pull_request":null}`},
		{"no issue", "issues", `{"repository":{"id":1}}`},
		{"an issue of number 0", "issue_comment", `{"repository":{"id":1},"issue":{"number":0}}`},
		{"JSON that breaks off", "ping", `{"zen":`},
		{"deep JSON", "ping", strings.Repeat("[", 20_000)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if news, err := github.ReadEvent(c.event, []byte(c.payload)); !errors.Is(err, github.ErrPayload) || strings.Contains(err.Error(), "payload=") {
				t.Errorf("got %+v, %v", news, err)
			}
		})
	}
}

// FuzzReadEvent holds the readers to their promise for any bytes: an error of theirs, or news that is safe to keep.
func FuzzReadEvent(f *testing.F) {
	for _, event := range officialEvents(f) {
		for _, payload := range event.Examples {
			f.Add(event.Name, []byte(payload))
		}
	}
	f.Add("issues", []byte(`{"action":"`+strings.Repeat("é", 300)+`","repository":{"id":9223372036854775807,"full_name":"\ud800"},"issue":{"number":1,"pull_request":{}}}`))
	f.Fuzz(func(t *testing.T, name string, payload []byte) {
		before := slices.Clone(payload)
		news, err := github.ReadEvent(name, payload)
		if string(before) != string(payload) {
			t.Error("the payload was changed")
		}
		if err != nil {
			if !errors.Is(err, github.ErrPayload) && !errors.Is(err, github.ErrEventUnread) {
				t.Errorf("an error of another kind: %v", err)
			}
			return
		}
		for _, text := range []string{news.Action, news.FullName} {
			if len(text) > 250 || !utf8.ValidString(text) {
				t.Errorf("unsafe text %q", text)
			}
		}
		if news.Repo < 0 || news.PullRequest < 0 || news.Ticket < 0 || news.Repo == 0 && (news.Commits || news.RepoChanged || news.PullRequest+news.Ticket > 0) {
			t.Errorf("news of nothing: %+v", news)
		}
	})
}
