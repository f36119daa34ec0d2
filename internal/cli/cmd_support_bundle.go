package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"time"

	"weir/internal/config"
	"weir/internal/git"
	"weir/internal/support"
)

type supportBundleCmd struct {
	place `embed:""`
	Out   string `help:"Where to write it; - is standard output. Default is weir-support-DATE.zip in this folder." type:"path" placeholder:"FILE"`
}

// Run tests each integration and writes the bundle, for its owner alone to read.
func (c *supportBundleCmd) Run(ctx context.Context, std streams) error {
	if c.Out == "-" {
		return give(ctx, std, c.place, order{Act: "support-bundle"})
	}
	var bundle bytes.Buffer
	if err := give(ctx, streams{in: std.in, out: &bundle, err: std.err}, c.place, order{Act: "support-bundle"}); err != nil {
		return err
	}
	name := c.Out
	if name == "" {
		name = (&support.Bundle{MadeAt: time.Now()}).Name()
	}
	if err := os.WriteFile(name, bundle.Bytes(), 0o600); err != nil {
		return fmt.Errorf("write the support bundle: %w", err)
	}
	fmt.Fprintf(std.out, "%s holds no credential, no code and no name of a person. Look at it before you send it.\n", name)
	return nil
}

func supportBundle(ctx context.Context, a *app, std streams, _ order) error {
	bundle, err := a.gatherSupport(ctx)
	if err != nil {
		return err
	}
	return bundle.WriteZip(std.out)
}

// supporter gives what gathers support bundles of this process.
func (a *app) supporter(settings *config.Config, recent *support.Recent) func(context.Context) (*support.Bundle, error) {
	return func(ctx context.Context) (*support.Bundle, error) {
		installed := "not found"
		if major, minor, err := git.Version(ctx); err == nil {
			installed = fmt.Sprintf("%d.%d", major, minor)
		}
		return support.Gather(ctx, support.Options{
			Store: a.store, DiagnoseFunc: a.manage.TestHeld, Settings: settings.String(), Version: version(), Git: installed, Recent: recent,
		})
	}
}
