package facts

import (
	"fmt"
	"time"
)

// Rules are the choices of a workspace that decide what counts. Changing one applies to history: the
// stored facts are judged again, and nothing is read anew.
type Rules struct {
	// WindowDays is how old a line may be to count as rework or help when it is touched: 21 or 30.
	WindowDays int `json:"window_days"`
	// OutlierHALOC leaves out commits of more lines than this; 0 leaves out none for their size.
	OutlierHALOC int `json:"outlier_haloc"`
	// TimeZone is the workspace's, by its IANA name; commits keep their author's own.
	TimeZone string `json:"time_zone"`
	// Bots are names, e-mails or logins that are bots beside those that are known to be.
	Bots []string `json:"bots,omitempty"`
	// Globs are path patterns left out in every repo.
	Globs []string `json:"globs,omitempty"`
}

// The windows that stored facts can answer for.
const (
	WindowShort = 21
	WindowLong  = 30
)

// DefaultRules are those of a new workspace.
func DefaultRules() Rules {
	return Rules{WindowDays: WindowLong, OutlierHALOC: 1000, TimeZone: "UTC"}
}

// Validate says what is wrong with the rules, in words for the one who set them.
func (r Rules) Validate() error {
	if r.WindowDays != WindowShort && r.WindowDays != WindowLong {
		return fmt.Errorf("the window is %d days; choose %d or %d", r.WindowDays, WindowShort, WindowLong)
	}
	if r.OutlierHALOC < 0 {
		return fmt.Errorf("the largest commit that counts is %d lines; choose 0 for no limit, or more", r.OutlierHALOC)
	}
	if _, err := time.LoadLocation(r.TimeZone); err != nil || r.TimeZone == "" {
		return fmt.Errorf("there is no time zone %q; choose one such as Europe/Berlin or UTC", r.TimeZone)
	}
	return nil
}
