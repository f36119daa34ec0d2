package ghes

import (
	"fmt"
	"time"
)

// query is the root of every query.
func (x *execution) query() *object { return objectOf("Query", x.s, queryTable.of(queryFields)) }

var queryTable table[*Server]

func queryFields() fields[*Server] {
	return fields[*Server]{
		"viewer":       func(x *execution, _ *Server, _ args) (any, error) { return userObject(x.viewer.user), nil },
		"rateLimit":    rateLimitField,
		"organization": organizationField,
		"user":         userField,
		"repository":   repositoryField,
		"node":         nodeField,
		"nodes":        nodesField,
		"__type":       typeField,
		"__schema":     schemaField,
		"meta": func(x *execution, s *Server, _ args) (any, error) {
			return objectOf("GitHubMetadata", s.Settings(), metaFields), nil
		},
	}
}

var metaFields = fields[Settings]{
	"isPasswordAuthenticationVerifiable": is(func(s Settings) any { return s.SignIn != SAML && s.SignIn != CAS }),
	"gitHubServicesSha":                  is(func(Settings) any { return "0000000000000000000000000000000000000000" }),
}

// rateLimitField is null while limits are off.
func rateLimitField(x *execution, s *Server, _ args) (any, error) {
	limit := s.Settings().Limits.GraphQLPerHour
	if limit == 0 {
		return nil, nil
	}
	spent := s.limits.look(x.call, s.Settings().Limits, graphQLBudget)
	reset, _ := spent["reset"].(int64)
	spent["resetAt"] = stamp(time.Unix(reset, 0))
	spent["cost"], spent["nodeCount"] = x.cost.points(), x.cost.nodes
	return &object{"RateLimit", func(_ *execution, name string, _ args) (any, error) {
		return spent[name], nil
	}}, nil
}

func organizationField(x *execution, s *Server, a args) (any, error) {
	login, _ := a["login"].(string)
	o, ok := s.World.Organization(login)
	if !ok || hidesOthers(x.viewer, o) {
		return nil, notResolved("an Organization", fmt.Sprintf("login of '%s'", login))
	}
	if err := x.maySeeOrganization(o); err != nil {
		return nil, err
	}
	return organizationObject(o), nil
}

// orgReaders are the scopes of which GraphQL wants one for an organization.
var orgReaders = []string{"read:org", "read:discussion"}

func (x *execution) maySeeOrganization(o Organization) error {
	if x.s.World.barsToken(x.viewer, o.Login) {
		return graphQLError{Type: "FORBIDDEN", Message: fmt.Sprintf("`%s` forbids access via a personal "+
			"access token (classic). Please use a GitHub App, OAuth App, or a personal access token "+
			"with fine-grained permissions.", o.Login)}
	}
	t := x.viewer.token
	if t.hasScopes() && !t.grants(orgReaders) {
		return insufficientScopes("login", orgReaders, t, x.web)
	}
	return nil
}

func userField(_ *execution, s *Server, a args) (any, error) {
	login, _ := a["login"].(string)
	u, ok := s.World.User(login)
	if !ok {
		return nil, notResolved("a User", fmt.Sprintf("login of '%s'", login))
	}
	return userObject(u), nil
}

// repositoryField follows renames, unless it was told not to.
func repositoryField(x *execution, s *Server, a args) (any, error) {
	owner, _ := a["owner"].(string)
	name, _ := a["name"].(string)
	follow, told := a["followRenames"].(bool)
	r, ok := s.World.Repo(owner + "/" + name)
	renamed := ok && fold(r.FullName()) != fold(owner+"/"+name)
	if !ok || renamed && told && !follow || s.World.permission(x.viewer, r) == NoPermission {
		return nil, notResolved("a Repository", fmt.Sprintf("name '%s/%s'", owner, name))
	}
	return repositoryObject(r), nil
}

func nodeField(x *execution, s *Server, a args) (any, error) {
	id, _ := a["id"].(string)
	if found := x.byNodeID(s, id); found != nil {
		return found, nil
	}
	return nil, notResolved("a node", fmt.Sprintf("global id of '%s'", id))
}

func nodesField(x *execution, s *Server, a args) (any, error) {
	ids, _ := a["ids"].([]any)
	found := make([]*object, 0, len(ids))
	for _, id := range ids {
		text, _ := id.(string)
		found = append(found, x.byNodeID(s, text))
	}
	return found, nil
}

// byNodeID finds what a global id names, nil when the viewer sees nothing there.
func (x *execution) byNodeID(s *Server, node string) *object {
	typeName, id, _ := parseNodeID(node)
	switch typeName {
	case "Repository":
		if r, ok := s.World.RepoByID(id); ok && s.World.permission(x.viewer, r) != NoPermission {
			return repositoryObject(r)
		}
	case "Organization":
		if o, ok := s.World.organizationByID(id); ok && !hidesOthers(x.viewer, o) {
			return organizationObject(o)
		}
	case "User", "Bot", "Mannequin":
		for _, u := range s.World.Users() {
			if u.ID == id && u.Type == typeName {
				return userObject(u)
			}
		}
	default:
		r, i, ok := s.World.locate(id)
		if ok && s.World.permission(x.viewer, r) != NoPermission {
			return x.partOf(item{r, i}, typeName, id)
		}
	}
	return nil
}

// partOf is an issue, a pull request, or what of it has an id.
func (x *execution) partOf(t item, typeName string, id int64) *object {
	switch {
	case typeName == "Issue" && t.Pull == nil && t.ID == id:
		return issueObject(t)
	case typeName == "IssueComment":
		for _, c := range t.Comments {
			if c.ID == id {
				return commentObject(t, c)
			}
		}
	case t.Pull == nil:
		return nil
	case typeName == "PullRequest" && t.Pull.ID == id:
		return pullRequestObject(t)
	case typeName == "PullRequestReview":
		for _, v := range x.shownReviews(t.Issue) {
			if v.ID == id {
				return reviewObject(t, v)
			}
		}
	case typeName == "PullRequestReviewThread":
		for n := range t.Pull.Threads {
			if t.Pull.Threads[n].ID == id {
				return reviewThreadObject(discussion{t, &t.Pull.Threads[n]})
			}
		}
	case typeName == "PullRequestReviewComment":
		for _, c := range t.Pull.comments() {
			if c.ID == id {
				return lineCommentObject(remarkOnLine{t, c})
			}
		}
	}
	return nil
}
