package ghes

import (
	"cmp"
	"fmt"
)

// listedPull is a pull request as lists have it.
func (c *call) listedPull(r Repo, i *Issue) document {
	p := i.Pull
	issue := c.issueDocument(r, i)
	at := fmt.Sprintf("%s/repos/%s/pulls/%d", c.api, r.FullName(), i.Number)
	page := c.issuePage(r, i)
	body := document{
		"id": p.ID, "url": at, "issue_url": issue["url"], "html_url": page, "diff_url": page + ".diff",
		"patch_url": page + ".patch", "commits_url": at + "/commits", "review_comments_url": at + "/comments",
		"review_comment_url":  fmt.Sprintf("%s/repos/%s/pulls/comments{/number}", c.api, r.FullName()),
		"statuses_url":        c.api + "/repos/" + r.FullName() + "/statuses/" + p.HeadSHA,
		"draft":               p.Draft,
		"requested_reviewers": c.people(p.RequestedReviewers), "requested_teams": c.requestedTeams(r, p),
		"head": c.headDocument(r, i), "base": c.baseDocument(r, p), "auto_merge": c.autoMerge(i),
		"merged_at": stampOrNull(p.MergedAt), "merge_commit_sha": orNull(p.MergeCommit),
		"_links": document{
			"self": document{"href": at}, "html": document{"href": page},
			"issue": document{"href": issue["url"]}, "comments": document{"href": issue["comments_url"]},
			"review_comments": document{"href": at + "/comments"},
			"review_comment":  document{"href": fmt.Sprintf("%s/repos/%s/pulls/comments{/number}", c.api, r.FullName())},
			"commits":         document{"href": at + "/commits"},
			"statuses":        document{"href": c.api + "/repos/" + r.FullName() + "/statuses/" + p.HeadSHA},
		},
	}
	for _, shared := range []string{"node_id", "number", "state", "locked", "active_lock_reason", "title",
		"user", "body", "labels", "milestone", "assignee", "assignees", "created_at", "updated_at",
		"closed_at", "author_association", "comments_url"} {
		body[shared] = issue[shared]
	}
	return c.asOf(body)
}

// fullPull is a pull request by itself, with what is counted.
func (c *call) fullPull(r Repo, i *Issue) (document, error) {
	p := i.Pull
	body := c.listedPull(r, i)
	commits, err := c.commitIDs(r, p)
	if err != nil {
		return nil, err
	}
	body["merged"], body["merged_by"] = p.Merged(), c.person(p.MergedBy)
	body["comments"], body["review_comments"], body["commits"] = len(i.Comments), len(p.comments()), len(commits)
	body["additions"], body["deletions"], body["changed_files"] = p.Additions, p.Deletions, p.ChangedFiles
	body["maintainer_can_modify"] = p.HeadRepo != ""
	body["mergeable"], body["rebaseable"], body["mergeable_state"] = nil, nil, "unknown"
	if !i.Closed {
		body["mergeable"], body["rebaseable"], body["mergeable_state"] = true, true, "clean"
	}
	return body, nil
}

func (c *call) headDocument(r Repo, i *Issue) document {
	p := i.Pull
	from := cmp.Or(p.HeadRepo, r.FullName())
	owner, _ := splitFullName(from)
	head := document{
		"ref": p.HeadRef, "sha": p.HeadSHA, "label": owner + ":" + p.HeadRef,
		"user": c.person(owner), "repo": nil,
	}
	if source, ok := c.s.World.Repo(from); ok && !p.HeadRepoGone && c.s.World.permission(c.viewer, source) != NoPermission {
		head["repo"], head["user"], head["label"] = c.listedRepo(source), c.person(source.Owner), source.Owner+":"+p.HeadRef
	}
	return head
}

func (c *call) baseDocument(r Repo, p *PullRequest) document {
	return document{
		"ref": p.BaseRef, "sha": p.BaseSHA, "label": r.Owner + ":" + p.BaseRef,
		"user": c.person(r.Owner), "repo": c.listedRepo(r),
	}
}

func (c *call) autoMerge(i *Issue) any {
	p := i.Pull
	if p.AutoMerge == nil {
		return nil
	}
	return document{
		"enabled_by": c.person(p.AutoMerge.EnabledBy), "merge_method": p.AutoMerge.Method,
		"commit_title":   cmp.Or(p.AutoMerge.Title, fmt.Sprintf("%s (#%d)", i.Title, i.Number)),
		"commit_message": p.AutoMerge.Message,
	}
}

func (c *call) requestedTeams(r Repo, p *PullRequest) []document {
	teams := []document{}
	for _, slug := range p.RequestedTeams {
		if t, ok := c.s.World.team(r.Owner, slug); ok {
			body := c.teamDocument(t)
			body["parent"] = nil
			teams = append(teams, body)
		}
	}
	return teams
}
