package cli

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

func pauseIntegration(ctx context.Context, a *app, std streams, o order) error {
	i, err := a.manage.Find(ctx, o.Integration, false)
	if err != nil {
		return err
	}
	if err := a.manage.Pause(ctx, i); err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%s is paused. What runs stops at its next step; what was imported stays.\n", plain(i.Name))
	return nil
}

func resumeIntegration(ctx context.Context, a *app, std streams, o order) error {
	i, err := a.manage.Find(ctx, o.Integration, false)
	if err != nil {
		return err
	}
	if err := a.manage.Resume(ctx, i); err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%s goes on.\n", plain(i.Name))
	return nil
}

func deleteIntegration(ctx context.Context, a *app, std streams, o order) error {
	i, err := a.manage.Find(ctx, o.Integration, false)
	if err != nil {
		return err
	}
	c, err := a.manage.Contents(ctx, i.ID)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%s: %d organizations, %d repos of which %d are imported, %d commits, %d pull requests, %d tickets, %d bytes of mirrors and line histories.\n",
		plain(i.Name), c.Organizations, c.Repos, c.Imported, c.Commits, c.PullRequests, c.Tickets, c.Bytes)
	if o.Typed == "" {
		return usageError{fmt.Errorf("nothing was deleted; to delete all of that, say --confirm %q", i.Name)}
	}
	if err := a.manage.Delete(ctx, i, o.Typed); err != nil {
		return err
	}
	fmt.Fprintf(std.out, "Deleted, and out of all reports. For %d days it can be brought back: weir integration restore %d\n",
		int(facts.KeepDeleted.Hours()/24), i.ID)
	return nil
}

func restoreIntegration(ctx context.Context, a *app, std streams, o order) error {
	i, err := a.manage.Find(ctx, o.Integration, true)
	if err != nil {
		return err
	}
	if err := a.manage.Restore(ctx, i); err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%s is back, with all that it had brought.\n", plain(i.Name))
	return nil
}
