package github

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strings"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
)

// repo holds the keys of a repository that Weir uses; older servers leave some out.
type repo struct {
	ID            int64   `json:"id"`
	Name          string  `json:"name"`
	FullName      string  `json:"full_name"`
	Owner         *owner  `json:"owner"`
	Private       bool    `json:"private"`
	Visibility    string  `json:"visibility"`
	Fork          bool    `json:"fork"`
	Archived      bool    `json:"archived"`
	Language      *string `json:"language"`
	Size          float64 `json:"size"`
	DefaultBranch string  `json:"default_branch"`
	PushedAt      *string `json:"pushed_at"`
}

func (r repo) fact() facts.Repo {
	visibility := r.Visibility
	if visibility == "" {
		visibility = "public"
		if r.Private {
			visibility = "private"
		}
	}
	language := ""
	if r.Language != nil {
		language = *r.Language
	}
	return facts.Repo{
		Language: language, ServerID: r.ID, Name: r.Name, FullName: r.FullName, DefaultBranch: r.DefaultBranch,
		Visibility: visibility, Fork: r.Fork, Archived: r.Archived, SizeKB: int64(r.Size), PushedAt: unix(r.PushedAt),
	}
}

// belongsTo tells whether a list's item is a repo of the owner asked for: a list may hold null for a
// repo that went while the page was made, and an old server may not heed the filter by affiliation.
func (r repo) belongsTo(owner string) bool {
	return r.ID != 0 && r.Name != "" && (r.Owner == nil || r.Owner.Login == "" || strings.EqualFold(r.Owner.Login, owner))
}

// unix reads a server's time; one that is missing or cannot be read is 0.
func unix(s *string) int64 {
	if s == nil {
		return 0
	}
	t, err := time.Parse(time.RFC3339, *s)
	if err != nil {
		return 0
	}
	return t.Unix()
}

// Repos lists the repos of an organization that the account can see; for the account's own login it
// lists those that the account owns. An item that cannot be read is yielded as an error of kind
// ErrUnreadable with the list going on; any other error ends the list.
func (c *Client) Repos(ctx context.Context, organization string) iter.Seq2[facts.Repo, error] {
	return func(yield func(facts.Repo, error) bool) {
		list, err := c.repoList(ctx, organization)
		if err != nil {
			yield(facts.Repo{}, err)
			return
		}
		for r, err := range list {
			if err == nil && !r.belongsTo(organization) {
				continue
			}
			if !yield(r.fact(), err) {
				return
			}
		}
	}
}

// repoList chooses the list that holds an owner's repos for who we are.
func (c *Client) repoList(ctx context.Context, organization string) (iter.Seq2[repo, error], error) {
	if c.byApp() {
		return c.installationRepos(ctx, organization), nil
	}
	viewer, err := c.Viewer(ctx)
	if err != nil {
		return nil, err
	}
	path := "/api/v3/orgs/" + url.PathEscape(organization) + "/repos?type=all"
	if strings.EqualFold(viewer.Login, organization) {
		path = "/api/v3/user/repos?affiliation=owner"
	}
	return pages[repo](ctx, c, "list repos of "+organization, path), nil
}

// Repo asks for a repo by the server's own id, which a rename or a transfer does not change. The
// answer's FullName tells where it is now. One that is not shown is ErrNotFound.
func (c *Client) Repo(ctx context.Context, serverID int64) (facts.Repo, error) {
	r, err := c.repoByID(ctx, serverID)
	if err != nil {
		return facts.Repo{}, err
	}
	return r.fact(), nil
}

func (c *Client) repoByID(ctx context.Context, serverID int64) (repo, error) {
	return c.repo(ctx, fmt.Sprintf("ask for repo %d", serverID), fmt.Sprintf("/api/v3/repositories/%d", serverID))
}

// RepoNamed asks for a repo by its name; a renamed or transferred one is found through the server's redirect.
func (c *Client) RepoNamed(ctx context.Context, owner, name string) (facts.Repo, error) {
	r, err := c.repo(ctx, "ask for repo "+owner+"/"+name, "/api/v3/repos/"+url.PathEscape(owner)+"/"+url.PathEscape(name))
	if err != nil {
		return facts.Repo{}, err
	}
	return r.fact(), nil
}

func (c *Client) repo(ctx context.Context, op, path string) (repo, error) {
	var r repo
	answer, err := c.get(ctx, op, path, &r)
	if err != nil {
		return repo{}, err
	}
	if r.ID == 0 || r.FullName == "" {
		return repo{}, c.unreadable(op, answer, "it names no repo", nil)
	}
	return r, nil
}

// Change is what became of a repo since it was last seen.
type Change string

// The changes. A repo that is gone may also have become invisible to the account: a server answers
// the same for both, so nothing may be deleted for it.
const (
	ChangeNone        Change = ""
	ChangeRenamed     Change = "renamed"
	ChangeTransferred Change = "transferred"
	ChangeGone        Change = "gone"
)

// Followed is a known repo as the server shows it now.
type Followed struct {
	// Repo keeps the known one's own ids and choices and takes everything else from the server; of a gone
	// repo it is the known one.
	Repo facts.Repo
	// Owner is the organization or account that it belongs to now, as far as the server told.
	Owner  facts.Organization
	Change Change
}

// FollowRepo asks what became of a known repo, by its ServerID.
func (c *Client) FollowRepo(ctx context.Context, known facts.Repo) (Followed, error) {
	owner, _, _ := strings.Cut(known.FullName, "/")
	r, err := c.repoByID(connect.WithOwner(ctx, owner), known.ServerID)
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrGone) {
		return Followed{Repo: known, Change: ChangeGone}, nil
	}
	if err != nil {
		return Followed{Repo: known}, err
	}
	now := r.fact()
	now.ID, now.Integration, now.Organization = known.ID, known.Integration, known.Organization
	now.ImportedAt, now.PausedAt, now.Attributes, now.Globs = known.ImportedAt, known.PausedAt, known.Attributes, known.Globs
	now.Exclusion, now.ExclusionKept = known.Exclusion, known.ExclusionKept
	followed := Followed{Repo: now, Change: changeOf(known.FullName, now.FullName)}
	if r.Owner != nil {
		followed.Owner = organization(*r.Owner, facts.RoleNone)
	}
	return followed, nil
}

func changeOf(before, after string) Change {
	ownerBefore, _, _ := strings.Cut(before, "/")
	ownerAfter, _, _ := strings.Cut(after, "/")
	switch {
	case before == after:
		return ChangeNone
	case !strings.EqualFold(ownerBefore, ownerAfter):
		return ChangeTransferred
	default:
		return ChangeRenamed
	}
}
