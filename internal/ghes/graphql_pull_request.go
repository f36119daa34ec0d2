package ghes

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

func pullRequestObject(t item) *object {
	return objectOf("PullRequest", t, pullRequestTable.of(pullRequestFields))
}

var pullRequestTable table[item]

func pullRequestFields() fields[item] {
	all := itemFields()
	maps.Copy(all, branchFields())
	maps.Copy(all, fields[item]{
		"id":               is(func(t item) any { return nodeID("PullRequest", t.Pull.ID) }),
		"databaseId":       is(func(t item) any { return t.Pull.ID }),
		"fullDatabaseId":   is(func(t item) any { return strconv.FormatInt(t.Pull.ID, 10) }),
		"state":            is(func(t item) any { return t.entry().state() }),
		"isDraft":          is(func(t item) any { return t.Pull.Draft }),
		"additions":        is(func(t item) any { return t.Pull.Additions }),
		"deletions":        is(func(t item) any { return t.Pull.Deletions }),
		"changedFiles":     is(func(t item) any { return t.Pull.ChangedFiles }),
		"merged":           is(func(t item) any { return t.Pull.Merged() }),
		"mergedAt":         is(func(t item) any { return stampOrNull(t.Pull.MergedAt) }),
		"mergedBy":         func(x *execution, t item, _ args) (any, error) { return x.actor(t.Pull.MergedBy), nil },
		"permalink":        func(x *execution, t item, _ args) (any, error) { return x.web + t.path(), nil },
		"mergeCommit":      is(func(t item) any { return commitObject(t.repo, t.Pull.MergeCommit) }),
		"autoMergeRequest": is(autoMergeObject),
		"mergeable":        is(mergeability),
		"reviewDecision":   is(func(item) any { return nil }),
		"reviews":          reviewsField,
		"latestReviews":    latestReviewsField,
		"reviewThreads":    reviewThreadsField,
		"reviewRequests":   reviewRequestsField,
		"commits":          commitsField,
		"totalCommentsCount": is(func(t item) any {
			return len(t.Comments) + len(t.Pull.comments())
		}),
		"closingIssuesReferences": closingIssuesField,
	})
	return all
}

// branchFields are those of what is merged into what.
func branchFields() fields[item] {
	return fields[item]{
		"headRefName":    is(func(t item) any { return t.Pull.HeadRef }),
		"headRefOid":     is(func(t item) any { return t.Pull.HeadSHA }),
		"baseRefName":    is(func(t item) any { return t.Pull.BaseRef }),
		"baseRefOid":     is(func(t item) any { return t.Pull.BaseSHA }),
		"baseRepository": is(func(t item) any { return repositoryObject(t.repo) }),
		"baseRef": func(x *execution, t item, _ args) (any, error) {
			return refNamed(x, t.repo, "refs/heads/"+t.Pull.BaseRef)
		},
		"headRef": func(x *execution, t item, _ args) (any, error) {
			r, ok := x.headRepo(t)
			if !ok {
				return nil, nil
			}
			return refNamed(x, r, "refs/heads/"+t.Pull.HeadRef)
		},
		"headRepository": func(x *execution, t item, _ args) (any, error) {
			r, ok := x.headRepo(t)
			if !ok {
				return nil, nil
			}
			return repositoryObject(r), nil
		},
		"headRepositoryOwner": func(x *execution, t item, _ args) (any, error) {
			r, ok := x.headRepo(t)
			if !ok {
				return nil, nil
			}
			return repositoryOwner(x, r, nil)
		},
		"isCrossRepository": is(func(t item) any {
			return t.Pull.HeadRepo != "" && fold(t.Pull.HeadRepo) != fold(t.repo.FullName())
		}),
		"maintainerCanModify": is(func(t item) any { return t.Pull.HeadRepo != "" }),
	}
}

// headRepo is where the branch is, unless that is gone or not for the viewer.
func (x *execution) headRepo(t item) (Repo, bool) {
	if t.Pull.HeadRepoGone {
		return Repo{}, false
	}
	r, ok := x.s.World.Repo(cmp.Or(t.Pull.HeadRepo, t.repo.FullName()))
	return r, ok && x.s.World.permission(x.viewer, r) != NoPermission
}

func mergeability(t item) any {
	if t.Closed {
		return "UNKNOWN"
	}
	return "MERGEABLE"
}

func autoMergeObject(t item) any {
	if t.Pull.AutoMerge == nil {
		return nil
	}
	auto := *t.Pull.AutoMerge
	return &object{"AutoMergeRequest", func(x *execution, name string, _ args) (any, error) {
		switch name {
		case "enabledAt":
			return stamp(auto.EnabledAt), nil
		case "enabledBy":
			return x.actor(auto.EnabledBy), nil
		case "mergeMethod":
			return strings.ToUpper(string(auto.Method)), nil
		case "commitHeadline":
			return orNull(auto.Title), nil
		case "commitBody":
			return orNull(auto.Message), nil
		case "pullRequest":
			return pullRequestObject(t), nil
		}
		return nil, errUnsupported
	}}
}

// reviewRequestsField are the people and teams who are still asked.
func reviewRequestsField(x *execution, t item, a args) (any, error) {
	var items []connected
	add := func(key string, reviewer *object) {
		items = append(items, connected{key: key, node: &object{"ReviewRequest",
			func(_ *execution, name string, _ args) (any, error) {
				switch name {
				case "requestedReviewer":
					return reviewer, nil
				case "asCodeOwner":
					return false, nil
				case "pullRequest":
					return pullRequestObject(t), nil
				case "id":
					return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "013:ReviewRequest%d:%s", t.Pull.ID, key)), nil
				}
				return nil, errUnsupported
			}}})
	}
	for _, login := range t.Pull.RequestedReviewers {
		add(login, x.actor(login))
	}
	for _, slug := range t.Pull.RequestedTeams {
		if team, ok := x.s.World.team(t.repo.Owner, slug); ok {
			add("@"+slug, teamObject(team))
		}
	}
	return connect("reviewRequests", "ReviewRequest", items, a)
}

func closingIssuesField(x *execution, t item, a args) (any, error) {
	var items []connected
	for _, number := range t.Pull.Closes {
		if i, ok := x.s.World.issue(t.repo.ID, number); ok && i.Pull == nil {
			items = append(items, connected{key: strconv.Itoa(number), node: issueObject(item{t.repo, i})})
		}
	}
	return connect("closingIssuesReferences", "Issue", items, a)
}

// commitsField asks git for what is in the commits only when the query does.
func commitsField(x *execution, t item, a args) (any, error) {
	ids, err := x.commitIDs(t.repo, t.Pull)
	if err != nil {
		return nil, err
	}
	load := sync.OnceValues(func() ([]gitCommit, error) { return gitCommitsByID(x.Context(), t.repo.GitDir, ids) })
	items := make([]connected, 0, len(ids))
	for _, id := range ids {
		items = append(items, connected{key: id, node: pullCommitObject(t, id, load)})
	}
	return connect("commits", "PullRequestCommit", items, a)
}

func pullCommitObject(t item, sha string, load func() ([]gitCommit, error)) *object {
	return &object{"PullRequestCommit", func(x *execution, name string, _ args) (any, error) {
		switch name {
		case "commit":
			return lazyCommit(t.repo, sha, load), nil
		case "id":
			return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "017:PullRequestCommit%d:%s", t.Pull.ID, sha)), nil
		case "pullRequest":
			return pullRequestObject(t), nil
		case "url":
			return x.web + t.path() + "/commits/" + sha, nil
		case "resourcePath":
			return t.path() + "/commits/" + sha, nil
		}
		return nil, errUnsupported
	}}
}

// commitObject is a commit by its id, nil for none. Git is asked only for what is not the id.
func commitObject(r Repo, sha string) *object {
	if sha == "" {
		return nil
	}
	var once sync.Once
	var list []gitCommit
	var err error
	return &object{"Commit", func(x *execution, name string, a args) (any, error) {
		return lazyCommit(r, sha, func() ([]gitCommit, error) {
			once.Do(func() { list, err = gitCommitsByID(x.Context(), r.GitDir, []string{sha}) })
			return list, err
		}).field(x, name, a)
	}}
}

func lazyCommit(r Repo, sha string, load func() ([]gitCommit, error)) *object {
	return &object{"Commit", func(x *execution, name string, a args) (any, error) {
		c := repoCommit{r, gitCommit{sha: sha}}
		if find, ok := commitTable.of(commitFields)[name]; ok && slices.Contains([]string{"oid", "id", "abbreviatedOid", "url", "repository"}, name) {
			return find(x, c, a)
		}
		list, err := load()
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(list, func(g gitCommit) bool { return g.sha == sha })
		if i < 0 {
			return nil, graphQLError{Type: "NOT_FOUND", Message: "Could not resolve to a Commit with the oid of '" + sha + "'."}
		}
		return objectOf("Commit", repoCommit{r, list[i]}, commitTable.of(commitFields)).field(x, name, a)
	}}
}

func teamObject(t Team) *object { return objectOf("Team", t, teamFields) }

var teamFields = fields[Team]{
	"id":           is(func(t Team) any { return nodeID("Team", t.ID) }),
	"databaseId":   is(func(t Team) any { return t.ID }),
	"name":         is(func(t Team) any { return t.Name }),
	"slug":         is(func(t Team) any { return t.Slug }),
	"combinedSlug": is(func(t Team) any { return t.Organization + "/" + t.Slug }),
	"description":  is(func(t Team) any { return orNull(t.Description) }),
	"privacy":      is(func(Team) any { return "VISIBLE" }),
	"createdAt":    is(func(t Team) any { return stamp(t.CreatedAt) }),
	"updatedAt":    is(func(t Team) any { return stamp(t.CreatedAt) }),
}
