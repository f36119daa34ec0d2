package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"weir/internal/connect"
	"weir/internal/secret"
)

type doctorCmd struct {
	URL          string        `arg:"" help:"Address of the server, as you would paste it."`
	TokenFile    string        `help:"File whose first line is an access token." type:"path" xor:"credential" placeholder:"FILE"`
	User         string        `help:"User name to sign in with." placeholder:"NAME"`
	PasswordFile string        `help:"File whose first line is the password of --user." type:"path" xor:"credential" placeholder:"FILE"`
	CAFile       string        `name:"ca-file" help:"Certificate authority to trust beside the system's, in PEM." type:"path" placeholder:"FILE"`
	Proxy        secret.String `help:"HTTP(S) proxy to go through. Prefer the environment when it holds a password." env:"WEIR_PROXY" placeholder:"URL"`
	JSON         bool          `name:"json" help:"Print the result as JSON."`
}

// Run tests the connection and prints each stage. Exit code 0 all well, 1 could not connect,
// 2 authorization failed, 3 connected with services missing, 64 usage.
func (c *doctorCmd) Run(ctx context.Context, std streams) error {
	target, err := c.target()
	if err != nil {
		return err
	}
	result := connect.Diagnose(ctx, target, connect.Options{})
	if ctx.Err() != nil {
		return errInterrupted
	}
	if c.JSON {
		encoder := json.NewEncoder(std.out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		err = encoder.Encode(result)
	} else {
		err = printDiagnosis(std, result)
	}
	if err != nil {
		return err
	}
	return doctorExit(result.Result)
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

func (c *doctorCmd) target() (connect.Target, error) {
	target := connect.Target{Address: c.URL, Proxy: c.Proxy}
	if (c.User == "") != (c.PasswordFile == "") {
		return target, usageError{fmt.Errorf("--user and --password-file go together")}
	}
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return target, usageError{fmt.Errorf("read the certificate authority: %w", err)}
		}
		target.CAPEM = string(pem)
	}
	file := c.TokenFile + c.PasswordFile
	if file == "" {
		return target, nil
	}
	text, err := readSecretFile(file)
	if err != nil {
		return target, usageError{err}
	}
	target.Credential = connect.TokenCredential(text)
	if c.User != "" {
		target.Credential = connect.PasswordCredential(c.User, text)
	}
	return target, nil
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
