package github

import (
	"context"
	"encoding/json"
	"iter"

	"weir/internal/connect"
	"weir/internal/facts"
)

// byApp tells whether we are a GitHub App, which has no account of its own: what it sees are the
// organizations that have installed it.
func (c *Client) byApp() bool { return c.transport.Method() == connect.MethodApp }

// appViewer is the app's bot, which acts where the app does something.
func (c *Client) appViewer(ctx context.Context) (Viewer, error) {
	const op = "ask which app the key belongs to"
	var app struct {
		ID         int64 `json:"id"`
		Slug, Name string
	}
	answer, err := c.get(ctx, op, "/api/v3/app", &app)
	if err != nil {
		return Viewer{}, err
	}
	if app.Slug == "" {
		return Viewer{}, c.unreadable(op, answer, "it names no app", nil)
	}
	viewer := Viewer{ServerID: app.ID, Login: app.Slug + "[bot]", Name: app.Name}
	c.keepViewer(viewer)
	return viewer, nil
}

// installedIn lists the organizations and accounts that have installed the app. One that has suspended it
// is left out, as nothing of it can be read.
func (c *Client) installedIn(ctx context.Context) ([]facts.Organization, error) {
	const op = "list the app's installations"
	list, err := c.transport.Installations(ctx)
	if err != nil {
		return nil, c.failure(op, nil, err)
	}
	found := []facts.Organization{}
	for _, i := range list {
		if !i.Suspended && i.Account != "" {
			found = append(found, facts.Organization{ServerID: i.AccountID, Login: i.Account, Role: facts.RoleNone})
		}
	}
	if len(found) == 0 {
		return nil, c.failure(op, nil, &connect.NotInstalledError{})
	}
	return found, nil
}

// installationRepos lists what an organization lets the app read.
func (c *Client) installationRepos(ctx context.Context, organization string) iter.Seq2[repo, error] {
	ctx = connect.WithOwner(ctx, organization)
	return pagesWithin[repo](ctx, c, "list repos of "+organization, "/api/v3/installation/repositories", func(a *connect.Answer) ([]json.RawMessage, error) {
		var list struct {
			Repositories []json.RawMessage `json:"repositories"`
		}
		err := a.Decode(&list)
		return list.Repositories, err
	})
}
