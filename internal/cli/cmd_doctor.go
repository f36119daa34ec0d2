package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"weir/internal/connect"
)

type doctorCmd struct {
	URL  string          `arg:"" help:"Address of the server, as you would paste it."`
	Way  connectionFlags `embed:""`
	JSON bool            `name:"json" help:"Print the result as JSON."`
}

// Run tests the connection and prints each stage. Exit code 0 all well, 1 could not connect,
// 2 authorization failed, 3 connected with services missing, 64 usage.
func (c *doctorCmd) Run(ctx context.Context, std streams) error {
	target, err := c.Way.target(c.URL)
	if err != nil {
		return err
	}
	result := connect.Diagnose(ctx, target, connect.Options{})
	if ctx.Err() != nil {
		return errInterrupted
	}
	return showDiagnosis(std, result, c.JSON)
}

// showDiagnosis prints a diagnosis and gives the exit code that belongs to it.
func showDiagnosis(std streams, result *connect.Report, asJSON bool) error {
	var err error
	if asJSON {
		err = printJSON(std, result)
	} else {
		err = printDiagnosis(std, result)
	}
	if err != nil {
		return err
	}
	return doctorExit(result.Result)
}

func printJSON(std streams, value any) error {
	encoder := json.NewEncoder(std.out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

func doctorExit(result connect.Result) error {
	switch result {
	case connect.ResultOK:
		return nil
	case connect.ResultCouldNotConnect:
		return exitError(exitFailed)
	case connect.ResultAuthorizationFailed:
		return exitError(exitAuth)
	default:
		return exitError(exitLimited)
	}
}

var statusMarks = map[connect.Status]string{
	connect.StatusOK: "ok", connect.StatusWarn: "warning", connect.StatusFail: "FAILED", connect.StatusSkipped: "skipped",
}

func printDiagnosis(std streams, result *connect.Report) error {
	fmt.Fprintf(std.out, "%s: %s\n", result.Result.Headline(), plain(result.Address))
	for _, note := range result.Notes {
		fmt.Fprintf(std.out, "  %s\n", plain(note))
	}
	fmt.Fprintln(std.out)
	skipped := 0
	for _, stage := range result.Stages {
		if stage.Status == connect.StatusSkipped {
			skipped++
			continue
		}
		took := (time.Duration(stage.TookMS) * time.Millisecond).String()
		fmt.Fprintf(std.out, "  %-14s %-8s %6s  %s\n", stage.Stage, statusMarks[stage.Status], took, plain(stage.Detail))
		for _, sentence := range []string{stage.Cause, stage.Next} {
			if sentence != "" {
				fmt.Fprintf(std.out, "  %-14s %s\n", "", plain(sentence))
			}
		}
	}
	if skipped > 0 {
		fmt.Fprintf(std.out, "  %d of %d stages did not apply or were not tried; --json lists them.\n", skipped, len(result.Stages))
	}
	return printServices(std, result.Services)
}

func printServices(std streams, services []connect.ServiceRow) error {
	if len(services) == 0 {
		return nil
	}
	fmt.Fprintln(std.out)
	table := tabwriter.NewWriter(std.out, 2, 2, 2, ' ', 0)
	fmt.Fprintln(table, "  Organization\tService\t\t")
	for _, row := range services {
		available := "available"
		if !row.Available {
			available = "not available"
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", plain(row.Organization), strings.ReplaceAll(row.Service, "_", " "), available, plain(row.Reason))
	}
	return table.Flush()
}

// plain takes control characters out of a server's text, so that it cannot drive the terminal.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) {
			return ' '
		}
		return r
	}, s)
}
