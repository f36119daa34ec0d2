package ghes

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

func repositoryObject(r Repo) *object {
	return objectOf("Repository", r, repositoryTable.of(repositoryFields))
}

var repositoryTable table[Repo]

func repositoryFields() fields[Repo] {
	return fields[Repo]{
		"id":               is(func(r Repo) any { return nodeID("Repository", r.ID) }),
		"databaseId":       is(func(r Repo) any { return r.ID }),
		"name":             is(func(r Repo) any { return r.Name }),
		"nameWithOwner":    is(func(r Repo) any { return r.FullName() }),
		"description":      is(func(r Repo) any { return orNull(r.Description) }),
		"object":           commitByID,
		"isPrivate":        is(func(r Repo) any { return r.Visibility != Public }),
		"visibility":       is(func(r Repo) any { return strings.ToUpper(string(r.Visibility)) }),
		"isArchived":       is(func(r Repo) any { return r.Archived }),
		"isDisabled":       is(func(r Repo) any { return r.Disabled }),
		"isFork":           is(func(r Repo) any { return r.Fork }),
		"isMirror":         is(func(Repo) any { return false }),
		"isLocked":         is(func(Repo) any { return false }),
		"isTemplate":       is(func(Repo) any { return false }),
		"diskUsage":        is(func(r Repo) any { return r.SizeKB }),
		"createdAt":        is(func(r Repo) any { return stamp(r.CreatedAt) }),
		"updatedAt":        is(func(r Repo) any { return stamp(r.UpdatedAt) }),
		"pushedAt":         is(func(r Repo) any { return stamp(r.PushedAt) }),
		"resourcePath":     is(func(r Repo) any { return "/" + r.FullName() }),
		"hasIssuesEnabled": is(func(r Repo) any { return !r.IssuesOff }),
		"url":              func(x *execution, r Repo, _ args) (any, error) { return x.web + "/" + r.FullName(), nil },
		"sshUrl": func(x *execution, r Repo, _ args) (any, error) {
			_, host, _ := strings.Cut(x.web, "://")
			return "git@" + host + ":" + r.FullName() + ".git", nil
		},
		"isEmpty": func(x *execution, r Repo, _ args) (any, error) {
			refs, err := gitRefs(x.Context(), r.GitDir, "refs/heads/")
			return len(refs) == 0, err
		},
		"isInOrganization": func(x *execution, r Repo, _ args) (any, error) {
			_, ok := x.s.World.Organization(r.Owner)
			return ok, nil
		},
		"owner":            repositoryOwner,
		"parent":           repositoryParent,
		"primaryLanguage":  primaryLanguage,
		"viewerPermission": viewerPermission,
		"viewerCanAdminister": func(x *execution, r Repo, _ args) (any, error) {
			return x.s.World.permission(x.viewer, r) == Admin, nil
		},
		"defaultBranchRef": func(x *execution, r Repo, _ args) (any, error) {
			return refNamed(x, r, "refs/heads/"+r.DefaultBranch)
		},
		"ref": func(x *execution, r Repo, a args) (any, error) {
			name, _ := a["qualifiedName"].(string)
			return refNamed(x, r, name)
		},
		"refs":       refsField,
		"labels":     labelsField,
		"milestones": milestonesField,
		"pullRequests": func(x *execution, r Repo, a args) (any, error) {
			return x.items(r, true, a)
		},
		"issues": func(x *execution, r Repo, a args) (any, error) { return x.items(r, false, a) },
		"pullRequest": func(x *execution, r Repo, a args) (any, error) {
			return x.numbered(r, a, "a PullRequest", "pull_requests", func(i *Issue) bool { return i.Pull != nil })
		},
		"issue": func(x *execution, r Repo, a args) (any, error) {
			return x.numbered(r, a, "an Issue", "issues", func(i *Issue) bool { return i.Pull == nil })
		},
		"issueOrPullRequest": func(x *execution, r Repo, a args) (any, error) {
			return x.numbered(r, a, "an issue or pull request", "issues", func(*Issue) bool { return true })
		},
	}
}

func repositoryOwner(x *execution, r Repo, _ args) (any, error) {
	if o, ok := x.s.World.Organization(r.Owner); ok {
		return organizationObject(o), nil
	}
	u, _ := x.s.World.User(r.Owner)
	return userObject(u), nil
}

func repositoryParent(x *execution, r Repo, _ args) (any, error) {
	parent, ok := x.s.World.Repo(r.Parent)
	if !ok || !r.Fork || x.s.World.permission(x.viewer, parent) == NoPermission {
		return nil, nil
	}
	return repositoryObject(parent), nil
}

func primaryLanguage(_ *execution, r Repo, _ args) (any, error) {
	if r.Language == "" {
		return nil, nil
	}
	return objectOf("Language", r.Language, fields[string]{
		"name": is(func(name string) any { return name }),
	}), nil
}

func viewerPermission(x *execution, r Repo, _ args) (any, error) {
	switch x.s.World.permission(x.viewer, r) {
	case Admin:
		return "ADMIN", nil
	case Push:
		return "WRITE", nil
	default:
		return "READ", nil
	}
}

// repositories is the connection of an account's repos: filtered, and in the order asked for.
func (x *execution) repositories(owner string, a args) (any, error) {
	privacy, _ := a["privacy"].(string)
	fork, byFork := a["isFork"].(bool)
	archived, byArchived := a["isArchived"].(bool)
	repos := x.s.World.visibleRepos(x.viewer, func(r Repo) bool {
		return fold(r.Owner) == fold(owner) &&
			(privacy == "" || (privacy == "PUBLIC") == (r.Visibility == Public)) &&
			(!byFork || r.Fork == fork) && (!byArchived || r.Archived == archived)
	})
	orderRepositories(repos, a["orderBy"])
	items := make([]connected, 0, len(repos))
	for _, r := range repos {
		items = append(items, connected{key: strconv.FormatInt(r.ID, 10), node: repositoryObject(r)})
	}
	return connect("repositories", "Repository", items, a)
}

// orderRepositories sorts by a RepositoryOrder; without one the order of ids stays.
func orderRepositories(repos []Repo, by any) {
	order, ok := by.(map[string]any)
	if !ok {
		return
	}
	field, _ := order["field"].(string)
	slices.SortStableFunc(repos, func(a, b Repo) int {
		switch field {
		case "NAME":
			return cmp.Compare(fold(a.Name), fold(b.Name))
		case "UPDATED_AT":
			return a.UpdatedAt.Compare(b.UpdatedAt)
		case "PUSHED_AT":
			return a.PushedAt.Compare(b.PushedAt)
		default:
			return a.CreatedAt.Compare(b.CreatedAt)
		}
	})
	if order["direction"] == "DESC" {
		slices.Reverse(repos)
	}
}

// commitByID is a commit by its id, null for one that is not there. Other objects it does not know.
func commitByID(x *execution, r Repo, a args) (any, error) {
	id, _ := a["oid"].(string)
	found, err := gitCommitsByID(x.Context(), r.GitDir, []string{id})
	if err != nil || len(found) == 0 {
		return nil, nil //nolint:nilerr // git's error is that there is no such object
	}
	return objectOf("Commit", repoCommit{r, found[0]}, commitTable.of(commitFields)), nil
}
