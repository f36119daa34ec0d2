package ghes

import (
	"encoding/base64"
	"path"
	"slices"
	"strings"
)

// reference is a ref with the repo that it is in.
type reference struct {
	repo Repo
	gitRef
}

func refObject(r reference) *object { return objectOf("Ref", r, refTable.of(refFields)) }

var refTable table[reference]

func refFields() fields[reference] {
	return fields[reference]{
		"id": is(func(r reference) any {
			return base64.StdEncoding.EncodeToString([]byte("03:Ref" + r.repo.FullName() + ":" + r.Name))
		}),
		"name":       is(func(r reference) any { return strings.TrimPrefix(r.Name, r.prefix()) }),
		"prefix":     is(func(r reference) any { return r.prefix() }),
		"repository": is(func(r reference) any { return repositoryObject(r.repo) }),
		"target": func(x *execution, r reference, _ args) (any, error) {
			return x.gitObject(r.repo, r.Name, r.gitRef)
		},
	}
}

// prefix is refs/heads/, refs/tags/ or what else comes before the name.
func (r reference) prefix() string {
	for _, known := range []string{"refs/heads/", "refs/tags/"} {
		if strings.HasPrefix(r.Name, known) {
			return known
		}
	}
	return path.Dir(r.Name) + "/"
}

// refNamed finds one by its full or its short name; null when there is none.
func refNamed(x *execution, r Repo, name string) (any, error) {
	refs, err := gitRefs(x.Context(), r.GitDir, "refs/")
	if err != nil {
		return nil, err
	}
	for _, full := range []string{name, "refs/heads/" + name, "refs/tags/" + name} {
		i := slices.IndexFunc(refs, func(ref gitRef) bool { return ref.Name == full })
		if i >= 0 && !strings.HasPrefix(full, "refs/__gh__") {
			return refObject(reference{r, refs[i]}), nil
		}
	}
	return nil, nil
}

func refsField(x *execution, r Repo, a args) (any, error) {
	prefix, _ := a["refPrefix"].(string)
	refs, err := gitRefs(x.Context(), r.GitDir, strings.TrimSuffix(prefix, "/")+"/")
	if err != nil {
		return nil, err
	}
	wanted, _ := a["query"].(string)
	items := []connected{}
	for _, ref := range refs {
		if strings.Contains(ref.Name, wanted) && !strings.HasPrefix(ref.Name, "refs/__gh__") {
			items = append(items, connected{key: ref.Name, node: refObject(reference{r, ref})})
		}
	}
	if a["direction"] == "DESC" {
		slices.Reverse(items)
	}
	return connect("refs", "Ref", items, a)
}

// gitObject is a commit, or the tag that leads to one.
func (x *execution) gitObject(r Repo, name string, ref gitRef) (any, error) {
	commits, err := gitCommits(x.Context(), r.GitDir, ref.SHA, 1)
	if err != nil || len(commits) == 0 {
		return nil, err
	}
	commit := objectOf("Commit", repoCommit{r, commits[0]}, commitTable.of(commitFields))
	if ref.Kind != "tag" {
		return commit, nil
	}
	return &object{"Tag", func(_ *execution, field string, _ args) (any, error) {
		switch field {
		case "oid":
			return ref.SHA, nil
		case "name":
			return strings.TrimPrefix(name, "refs/tags/"), nil
		case "target":
			return commit, nil
		}
		return nil, errUnsupported
	}}, nil
}

// repoCommit is a commit with the repo that it is in.
type repoCommit struct {
	repo Repo
	gitCommit
}

var commitTable table[repoCommit]

func commitFields() fields[repoCommit] {
	return fields[repoCommit]{
		"id":             is(func(c repoCommit) any { return nodeID("Commit", c.repo.ID) + c.sha }),
		"oid":            is(func(c repoCommit) any { return c.sha }),
		"abbreviatedOid": is(func(c repoCommit) any { return c.sha[:7] }),
		"message":        is(func(c repoCommit) any { return c.message }),
		"authoredDate":   is(func(c repoCommit) any { return c.authorDate }),
		"committedDate":  is(func(c repoCommit) any { return c.dated }),
		"messageHeadline": is(func(c repoCommit) any {
			headline, _, _ := strings.Cut(c.message, "\n")
			return headline
		}),
		"url": func(x *execution, c repoCommit, _ args) (any, error) {
			return x.web + "/" + c.repo.FullName() + "/commit/" + c.sha, nil
		},
		"repository": is(func(c repoCommit) any { return repositoryObject(c.repo) }),
		"author": is(func(c repoCommit) any {
			return objectOf("GitActor", actor{c.authorName, c.authorEmail, c.authorDate}, actorTable.of(actorFields))
		}),
		"committer": is(func(c repoCommit) any {
			return objectOf("GitActor", actor{c.committerName, c.committerEmail, c.dated}, actorTable.of(actorFields))
		}),
	}
}

// actor is a name in a commit, which may belong to an account.
type actor struct{ name, email, date string }

var actorTable table[actor]

func actorFields() fields[actor] {
	return fields[actor]{
		"name":  is(func(a actor) any { return a.name }),
		"email": is(func(a actor) any { return a.email }),
		"date":  is(func(a actor) any { return a.date }),
		"user": func(x *execution, a actor, _ args) (any, error) {
			u, ok := x.s.World.userByEmail(a.email)
			if !ok || u.Type == "Bot" {
				return nil, nil
			}
			return userObject(u), nil
		},
	}
}
