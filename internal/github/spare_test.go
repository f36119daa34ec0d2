package github_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"weir/internal/facts"
	"weir/internal/github"
)

// hiding answers a page, ids and the rest of one pull request, and complains beside each of what the account may not see of it.
func hiding(kind, field, more string) http.Handler {
	const node = `{"__typename":"PullRequest","id":"PR_1","databaseId":9,"number":1,"state":"OPEN","createdAt":"2026-03-02T09:00:00Z","updatedAt":"2026-03-02T09:00:00Z","commits":{"pageInfo":{"hasNextPage":%v,"endCursor":"a"}}}`
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		data, path := `{"repository":{"databaseId":1,"pullRequests":{"totalCount":1,"nodes":[`+fmt.Sprintf(node, more)+`]}}}`, `"repository","pullRequests","nodes",0`
		switch {
		case strings.Contains(string(body), "WeirPullRequestsByID"):
			data, path = `{"nodes":[`+fmt.Sprintf(node, more)+`]}`, `"nodes",0`
		case strings.Contains(string(body), "WeirPullRequestRest"):
			data, path = `{"node":{"commits":{"pageInfo":{"hasNextPage":false,"endCursor":"b"},"nodes":[{"commit":{"oid":"1"}}]}}}`, `"node"`
		}
		for part := range strings.SplitSeq(field, ".") {
			if part != "0" {
				part = `"` + part + `"`
			}
			path += "," + part
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"data":%s,"errors":[{"type":%q,"path":[%s],"message":"Resource not accessible by integration"}]}`, data, kind, path)
	})
}

// TestWhatMayNotBeReadIsNotEmpty: somebody who is hidden is nobody, and a list that is hidden is not an empty one.
func TestWhatMayNotBeReadIsNotEmpty(t *testing.T) {
	t.Parallel()
	cases := []struct {
		kind, field string
		want        error
	}{
		{"FORBIDDEN", "reviewRequests.nodes.0.requestedReviewer", nil},
		{"NOT_FOUND", "timelineItems.nodes.0.requestedReviewer", nil},
		{"NOT_FOUND", "headRepository", nil},
		{"FORBIDDEN", "author", nil},
		{"FORBIDDEN", "reviews.nodes.0.commit", nil},
		{"FORBIDDEN", "closingIssuesReferences", nil},
		{"FORBIDDEN", "comments", github.ErrForbidden},
		{"FORBIDDEN", "reviews", github.ErrForbidden},
		{"NOT_FOUND", "reviewThreads.nodes.0.comments", github.ErrNotFound},
		{"FORBIDDEN", "commits.nodes.0.commit", github.ErrForbidden},
		{"", "author", github.ErrUnreadable},
	}
	for _, c := range cases {
		t.Run(c.kind+" "+c.field, func(t *testing.T) {
			t.Parallel()
			for name, more := range map[string]string{"first page": "false", "further pages": "true"} {
				client := clientOf(t, hiding(c.kind, c.field, more))
				listed, err := client.PullRequests(t.Context(), github.Capabilities{}, facts.Repo{ServerID: 1, FullName: "acme/web"}, "", 25, github.FewUsual)
				read, again := client.PullRequestsByID(t.Context(), github.Capabilities{}, []string{"PR_1"}, github.FewUsual)
				if !errors.Is(err, c.want) || !errors.Is(again, c.want) {
					t.Errorf("%s: listed %v, by id %v, want %v", name, err, again, c.want)
				}
				if c.want == nil && (len(listed.PullRequests) != 1 || len(read.PullRequests) != 1) {
					t.Errorf("%s: listed %d, by id %d", name, len(listed.PullRequests), len(read.PullRequests))
				}
			}
		})
	}
}

// TestHiddenTicketsLeaveLinks: where tickets may not be read, what a pull request closes is not told rather than nothing.
func TestHiddenTicketsLeaveLinks(t *testing.T) {
	t.Parallel()
	page, err := clientOf(t, hiding("FORBIDDEN", "closingIssuesReferences", "false")).PullRequestsByID(t.Context(), github.Capabilities{}, []string{"PR_1"}, github.FewUsual)
	if err != nil || page.PullRequests[0].Closes != nil {
		t.Errorf("%+v, %v", page.PullRequests, err)
	}
	held, err := github.ReadPullRequests(page.Raw[0])
	if err != nil || held[0].Closes != nil {
		t.Errorf("read again: %+v, %v", held, err)
	}
}
