// Package cli holds the commands of the one binary and wires every other package together.
//
// Main is the whole program as a function. Each command is a file, cmd_NAME.go: a struct whose fields
// are its flags and whose Run does the work. Commands never compute: they hand facts to report and print
// what it answers. Exit codes are decided in exit.go and nowhere else.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"reflect"
	"syscall"

	"github.com/alecthomas/kong"

	"weir/internal/config"
)

// commands is the grammar of the command line.
type commands struct {
	Config kong.ConfigFlag `help:"File of settings, lines of name = value. Stronger than defaults, weaker than the environment and flags." env:"WEIR_CONFIG" placeholder:"FILE"`

	Serve   serveCmd   `cmd:"" help:"Serve Weir: pages, imports and reports, on a data folder."`
	Demo    demoCmd    `cmd:"" help:"Try Weir with no network: a small GitHub Enterprise Server, connected and imported."`
	Analyze analyzeCmd `cmd:"" help:"Measure one git repository, with no server and no account."`
	Blame   blameCmd   `cmd:"" help:"Print who wrote each line of a file, as the replay holds it."`
	Doctor  doctorCmd  `cmd:"" help:"Test the connection to a GitHub Enterprise Server, step by step."`

	Integration integrationCmd `cmd:"" help:"List, add, test, edit, pause, resume, delete and restore integrations."`
	RotateKey   rotateKeyCmd   `cmd:"" help:"Make a new key and seal every credential with it."`

	SupportBundle supportBundleCmd `cmd:"" help:"Write what helps whoever helps you, without secrets, code and names."`

	Version versionCmd `cmd:"" help:"Print the version."`
}

// streams is what a command reads and writes, so that a test can hand over its own.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// Main runs one command line and gives the exit code. It never exits the process itself.
func Main(args []string, in io.Reader, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, args, streams{in: in, out: out, err: errOut})
}

func run(ctx context.Context, args []string, std streams) (code int) {
	var grammar commands
	parser, err := kong.New(&grammar,
		kong.Name("weir"),
		kong.Description("Weir measures the flow of software work on a GitHub Enterprise Server, from inside its firewall."),
		kong.Writers(std.out, std.err),
		kong.Exit(func(code int) { panic(exitRequest(code)) }),
		kong.Configuration(loadConfigFile),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.KindMapper(reflect.String, text(func(s string) string { return s })),
		kong.NamedMapper("path", text(expandPath)),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(std),
	)
	if err != nil {
		return conclude(std, err)
	}
	defer func() {
		switch thrown := recover().(type) {
		case nil:
		case exitRequest:
			code = int(thrown)
		default:
			panic(thrown)
		}
	}()
	if len(args) == 0 {
		args = []string{"--help"}
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		return conclude(std, usageError{err})
	}
	return conclude(std, chosen.Run())
}

// text takes an argument as it is. Kong's own way goes through JSON, which has no place for names that are not UTF-8,
// and git and the file system have such names.
func text(made func(string) string) kong.MapperFunc {
	return func(c *kong.DecodeContext, target reflect.Value) error {
		token, err := c.Scan.PopValue("text")
		if err != nil {
			return err
		}
		target.SetString(made(fmt.Sprint(token.Value)))
		return nil
	}
}

func expandPath(path string) string {
	if path == "" || path == "-" {
		return path
	}
	return kong.ExpandPath(path)
}

// exitRequest carries the exit code of --help out of the parser, which knows only how to exit.
type exitRequest int

// loadConfigFile lets a configuration file answer for flags that neither the command line nor the environment sets.
func loadConfigFile(r io.Reader) (kong.Resolver, error) {
	values, err := config.ReadFile(r)
	if err != nil {
		return nil, err
	}
	return fileResolver(values), nil
}

type fileResolver map[string]string

// Validate refuses names that no command has, since a misspelt setting would be silently without effect.
func (f fileResolver) Validate(app *kong.Application) error {
	known := map[string]bool{}
	err := kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			known[flag.Name] = true
		}
		return next(nil)
	})
	if err != nil {
		return err
	}
	for name := range f {
		if !known[name] {
			return fmt.Errorf("the configuration file sets %s, which is no setting of Weir", name)
		}
	}
	return nil
}

// Resolve gives a flag's value from the file; the environment is stronger.
func (f fileResolver) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return nil, nil
		}
	}
	if value, ok := f[flag.Name]; ok {
		return value, nil
	}
	return nil, nil
}

var errInterrupted = errors.New("interrupted")
