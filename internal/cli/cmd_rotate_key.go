package cli

import (
	"context"
	"fmt"
)

type rotateKeyCmd struct {
	place `embed:""`
}

// Run makes a new key and seals every secret with it again. It may be ended at any moment and run again.
func (c *rotateKeyCmd) Run(ctx context.Context, std streams) error {
	return give(ctx, std, c.place, order{Act: "rotate-key"})
}

func rotateKey(ctx context.Context, a *app, std streams, _ order) error {
	r, err := a.store.RotateKey(ctx)
	if err != nil {
		return err
	}
	if r.Finished {
		fmt.Fprintln(std.out, "A rotation that had been cut short was brought to its end.")
	}
	fmt.Fprintf(std.out, "Secrets sealed again with the newest key: %d.\n", r.Resealed)
	if r.OldKeys {
		fmt.Fprintln(std.out, "Now take the older keys out of WEIR_KEY and start Weir again. Keep them with the backups that were made under them.")
		return nil
	}
	fmt.Fprintln(std.out, "The old key is gone from the file KEY. Keep a copy of the new one apart from the database.")
	return nil
}
