package cli

import (
	"context"
	"errors"
	"fmt"
	"os/user"
	"slices"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/secret"
)

type integrationCmd struct {
	List    integrationListCmd    `cmd:"" help:"List integrations with their state."`
	Add     integrationAddCmd     `cmd:"" help:"Test a connection, and add it when it works."`
	Test    integrationTestCmd    `cmd:"" help:"Test the connection of an integration, step by step."`
	Edit    integrationEditCmd    `cmd:"" help:"Change an integration; what changes its connection is tested first."`
	Pause   integrationPauseCmd   `cmd:"" help:"Stop its work until it is resumed; nothing is lost."`
	Resume  integrationResumeCmd  `cmd:"" help:"Take its work up again."`
	Delete  integrationDeleteCmd  `cmd:"" help:"Take it with all its data out of Weir; it can be restored for 30 days."`
	Restore integrationRestoreCmd `cmd:"" help:"Bring a deleted integration back."`
}

type integrationListCmd struct {
	place   `embed:""`
	Deleted bool `help:"List those that were deleted and can be restored."`
	JSON    bool `name:"json" help:"Print them as JSON."`
}

// Run lists integrations.
func (c *integrationListCmd) Run(ctx context.Context, std streams) error {
	return give(ctx, std, c.place, order{Act: "list", Deleted: c.Deleted, JSON: c.JSON})
}

type integrationAddCmd struct {
	place    `embed:""`
	URL      string          `arg:"" help:"Address of the server, as you would paste it."`
	Way      connectionFlags `embed:""`
	OAuth    oauthFlags      `embed:""`
	Name     string          `help:"Its name; default is made of the server's." placeholder:"NAME"`
	Services []string        `help:"The services that are on: repos, pull_requests, tickets, webhooks." default:"repos,pull_requests,tickets,webhooks" placeholder:"LIST"`
	JSON     bool            `name:"json" help:"Print the test of the connection as JSON."`
}

// Run tests the connection and adds it. The exit codes are those of doctor; nothing is added on 1, 2 and 64.
func (c *integrationAddCmd) Run(ctx context.Context, std streams) error {
	target, err := c.Way.target(c.URL)
	if err != nil {
		return err
	}
	on, err := readServices(c.Services)
	if err != nil {
		return err
	}
	if c.OAuth.given() {
		if target.Credential, err = c.OAuth.consent(std, c.URL); err != nil {
			return err
		}
	}
	if target.Credential.Empty() && !c.OAuth.given() {
		return usageError{errors.New("give --token-file, or --user with --password-file, or --app-id with --private-key-file, or --client-id with --client-secret-file and --callback")}
	}
	w, err := wayOf(target)
	if err != nil {
		return err
	}
	w.Name, w.On = &c.Name, &on
	return give(ctx, std, c.place, order{Act: "add", Way: w, JSON: c.JSON, By: whoRuns()})
}

// wayOf puts a whole connection into an order.
func wayOf(t connect.Target) (*way, error) {
	proxy := t.Proxy.Reveal()
	w := &way{Address: &t.Address, CAPEM: &t.CAPEM, Proxy: &proxy}
	return w, w.hold(t.Credential)
}

// hold puts a credential, or an answer that is yet to be exchanged for one, into an order.
func (w *way) hold(c connect.Credential) (err error) {
	w.Code, w.Callback = c.Code.Reveal(), c.Callback
	w.Credential, err = connect.EncodeCredential(c)
	return err
}

func readServices(names []string) ([]facts.Service, error) {
	on := []facts.Service{}
	for _, name := range names {
		if name == "none" {
			continue
		}
		if !slices.Contains(facts.Services, facts.Service(name)) {
			return nil, usageError{fmt.Errorf("there is no service %q; there are repos, pull_requests, tickets and webhooks, or none", name)}
		}
		on = append(on, facts.Service(name))
	}
	return on, nil
}

// whoRuns names the one at the keyboard, for the column "added by".
func whoRuns() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username + " (command line)"
	}
	return "command line"
}

type integrationTestCmd struct {
	place       `embed:""`
	Integration string `arg:"" help:"Its name or id."`
	JSON        bool   `name:"json" help:"Print the result as JSON."`
}

// Run tests an integration with the credential that is held.
func (c *integrationTestCmd) Run(ctx context.Context, std streams) error {
	return give(ctx, std, c.place, order{Act: "test", Integration: c.Integration, JSON: c.JSON})
}

type integrationEditCmd struct {
	place       `embed:""`
	Integration string          `arg:"" help:"Its name or id."`
	Name        *string         `help:"Its new name." placeholder:"NAME"`
	URL         *string         `name:"url" help:"Another address of the same server; the credential must be given again with it." placeholder:"URL"`
	Way         connectionFlags `embed:""`
	OAuth       oauthFlags      `embed:""`
	NoCA        bool            `name:"no-ca" help:"Trust no certificate authority of its own any more."`
	NoProxy     bool            `help:"Use no proxy any more."`
	Services    []string        `help:"The services that are on from now on; none switches all off." placeholder:"LIST"`
	JSON        bool            `name:"json" help:"Print the test of the connection as JSON."`
}

// Run changes what is named and leaves the rest.
func (c *integrationEditCmd) Run(ctx context.Context, std streams) error {
	target, err := c.Way.target("")
	if err != nil {
		return err
	}
	if c.OAuth.given() {
		if c.URL == nil {
			return usageError{errors.New("to authorize an OAuth app again name its server too, with --url")}
		}
		if target.Credential, err = c.OAuth.consent(std, *c.URL); err != nil {
			return err
		}
	}
	w := &way{Name: c.Name, Address: c.URL}
	if c.NoProxy {
		target.Proxy = secret.String{} // the environment names one for all commands
	}
	if proxy := target.Proxy.Reveal(); proxy != "" || c.NoProxy {
		w.Proxy = &proxy
	}
	if target.CAPEM != "" || c.NoCA {
		w.CAPEM = &target.CAPEM
	}
	if !target.Credential.Empty() || c.OAuth.given() {
		if err := w.hold(target.Credential); err != nil {
			return err
		}
	}
	if len(c.Services) > 0 {
		on, err := readServices(c.Services)
		if err != nil {
			return err
		}
		w.On = &on
	}
	return give(ctx, std, c.place, order{Act: "edit", Integration: c.Integration, Way: w, JSON: c.JSON})
}

type integrationPauseCmd struct {
	place       `embed:""`
	Integration string `arg:"" help:"Its name or id."`
}

// Run pauses an integration.
func (c *integrationPauseCmd) Run(ctx context.Context, std streams) error {
	return give(ctx, std, c.place, order{Act: "pause", Integration: c.Integration})
}

type integrationResumeCmd struct {
	place       `embed:""`
	Integration string `arg:"" help:"Its name or id."`
}

// Run resumes an integration.
func (c *integrationResumeCmd) Run(ctx context.Context, std streams) error {
	return give(ctx, std, c.place, order{Act: "resume", Integration: c.Integration})
}

type integrationDeleteCmd struct {
	place       `embed:""`
	Integration string `arg:"" help:"Its name or id."`
	Confirm     string `help:"Its name once more, to be sure. Without it, what would go is printed and nothing is deleted." placeholder:"NAME"`
}

// Run deletes an integration, or says what would go.
func (c *integrationDeleteCmd) Run(ctx context.Context, std streams) error {
	return give(ctx, std, c.place, order{Act: "delete", Integration: c.Integration, Typed: c.Confirm})
}

type integrationRestoreCmd struct {
	place       `embed:""`
	Integration string `arg:"" help:"Its name or id."`
}

// Run restores a deleted integration.
func (c *integrationRestoreCmd) Run(ctx context.Context, std streams) error {
	return give(ctx, std, c.place, order{Act: "restore", Integration: c.Integration})
}
