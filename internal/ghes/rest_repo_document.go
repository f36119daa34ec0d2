package ghes

import "strings"

// repoURLs are the addresses that hang on a repo's own, by field.
var repoURLs = map[string]string{
	"archive_url":       "/{archive_format}{/ref}",
	"assignees_url":     "/assignees{/user}",
	"blobs_url":         "/git/blobs{/sha}",
	"branches_url":      "/branches{/branch}",
	"collaborators_url": "/collaborators{/collaborator}",
	"comments_url":      "/comments{/number}",
	"commits_url":       "/commits{/sha}",
	"compare_url":       "/compare/{base}...{head}",
	"contents_url":      "/contents/{+path}",
	"contributors_url":  "/contributors",
	"deployments_url":   "/deployments",
	"downloads_url":     "/downloads",
	"events_url":        "/events",
	"forks_url":         "/forks",
	"git_commits_url":   "/git/commits{/sha}",
	"git_refs_url":      "/git/refs{/sha}",
	"git_tags_url":      "/git/tags{/sha}",
	"hooks_url":         "/hooks",
	"issue_comment_url": "/issues/comments{/number}",
	"issue_events_url":  "/issues/events{/number}",
	"issues_url":        "/issues{/number}",
	"keys_url":          "/keys{/key_id}",
	"labels_url":        "/labels{/name}",
	"languages_url":     "/languages",
	"merges_url":        "/merges",
	"milestones_url":    "/milestones{/number}",
	"notifications_url": "/notifications{?since,all,participating}",
	"pulls_url":         "/pulls{/number}",
	"releases_url":      "/releases{/id}",
	"stargazers_url":    "/stargazers",
	"statuses_url":      "/statuses/{sha}",
	"subscribers_url":   "/subscribers",
	"subscription_url":  "/subscription",
	"tags_url":          "/tags",
	"teams_url":         "/teams",
	"trees_url":         "/git/trees{/sha}",
}

// listedRepo is a repo as /user/repos lists it.
func (c *call) listedRepo(r Repo) document {
	at := c.api + "/repos/" + r.FullName()
	host := strings.TrimPrefix(strings.TrimPrefix(c.web, "https://"), "http://")
	page := c.web + "/" + r.FullName()
	open := c.s.World.openCount(r.ID)
	body := document{
		"id": r.ID, "node_id": nodeID("Repository", r.ID), "name": r.Name,
		"full_name": r.FullName(), "owner": c.accountDocument(r.Owner),
		"private": r.Visibility != Public, "visibility": r.Visibility,
		"html_url": page, "description": orNull(r.Description), "fork": r.Fork, "url": at,
		"git_url":   "git://" + host + "/" + r.FullName() + ".git",
		"ssh_url":   "git@" + host + ":" + r.FullName() + ".git",
		"clone_url": page + ".git", "svn_url": page, "mirror_url": nil, "homepage": nil,
		"language": orNull(r.Language), "size": r.SizeKB, "default_branch": r.DefaultBranch,
		"forks_count": 0, "stargazers_count": 0, "watchers_count": 0, "open_issues_count": open,
		"forks": 0, "watchers": 0, "open_issues": open,
		"is_template": false, "topics": []string{}, "license": nil, "allow_forking": true,
		"web_commit_signoff_required": false,
		"has_issues":                  !r.IssuesOff, "has_projects": true, "has_wiki": true, "has_pages": false,
		"has_downloads": true, "has_discussions": false,
		"archived": r.Archived, "disabled": r.Disabled,
		"pushed_at": stamp(r.PushedAt), "created_at": stamp(r.CreatedAt),
		"updated_at": stamp(r.UpdatedAt), "permissions": c.permissions(r),
	}
	for field, path := range repoURLs {
		body[field] = at + path
	}
	return body
}

// minimalRepo is a repo as an organization lists it.
func (c *call) minimalRepo(r Repo) document { return c.listedRepo(r) }

// fullRepo is a repo by itself.
func (c *call) fullRepo(r Repo) document {
	body := c.listedRepo(r)
	body["network_count"], body["subscribers_count"] = 0, 0
	body["allow_squash_merge"], body["allow_merge_commit"] = true, true
	body["allow_rebase_merge"], body["delete_branch_on_merge"] = true, false
	body["temp_clone_token"] = nil
	if o, ok := c.s.World.Organization(r.Owner); ok {
		body["organization"] = c.simpleUser(o.account())
	}
	if parent, ok := c.s.World.Repo(r.Parent); ok && r.Fork {
		body["parent"], body["source"] = c.listedRepo(parent), c.listedRepo(parent)
	}
	return body
}

func (c *call) permissions(r Repo) document {
	p := c.s.World.permission(c.viewer, r)
	return document{
		"admin": p == Admin, "maintain": p == Admin, "push": p == Admin || p == Push,
		"triage": p == Admin || p == Push, "pull": p != NoPermission,
	}
}
