package git

import (
	"context"
	"fmt"
)

// Version gives the first two numbers of the installed git's version, for the few things that it does not tell by
// itself.
func Version(ctx context.Context) (major, minor int, err error) {
	out, err := reading{args: []string{"version"}}.run(ctx)
	if err != nil {
		return 0, 0, err
	}
	if _, err := fmt.Sscanf(string(out), "git version %d.%d", &major, &minor); err != nil {
		return 0, 0, fmt.Errorf("git version: %q", out)
	}
	return major, minor, nil
}
