// Package config holds the settings of a Weir process: one struct, filled from defaults, then a file,
// then the environment, then flags, each stronger than the one before. It can print itself with secrets
// hidden. What a person changes while Weir runs (rules, people, integrations) is in the store, not here.
package config

import (
	"fmt"
	"os"
	"strings"
	"time"

	"weir/internal/secret"
)

// Config is what `weir serve` needs to run. The tags are read by the command line.
type Config struct {
	Data           string        `help:"Folder for the database, the mirrors and the key. Made with mode 0700 when it is not there." default:"weir-data" env:"WEIR_DATA" type:"path" placeholder:"FOLDER"`
	Listen         string        `help:"Address to listen on." default:"127.0.0.1:8080" env:"WEIR_LISTEN" placeholder:"HOST:PORT"`
	URL            string        `help:"Address by which people reach Weir, when a proxy stands before it." env:"WEIR_URL" placeholder:"URL"`
	Database       secret.String `help:"PostgreSQL instead of SQLite in the data folder. Holds a password, so prefer the environment or --database-file." env:"WEIR_DATABASE" placeholder:"postgres://..."`
	DatabaseFile   string        `help:"File whose first line is the address of the PostgreSQL database." env:"WEIR_DATABASE_FILE" type:"path" placeholder:"FILE"`
	Key            secret.String `help:"Key that seals credentials, as printed by a key file; default is the file KEY in the data folder. Only from the environment or the configuration file." env:"WEIR_KEY" hidden:""`
	Workers        int           `help:"Background jobs that run at once." default:"2" env:"WEIR_WORKERS"`
	MemoryMiB      int           `name:"memory" help:"Ceiling in MiB for reading line history, all repos together." default:"1024" env:"WEIR_MEMORY" placeholder:"MIB"`
	SyncEvery      time.Duration `help:"How often each imported repo is fetched." default:"15m" env:"WEIR_SYNC_EVERY" placeholder:"DURATION"`
	RequestsAtOnce int           `name:"requests-at-once" help:"Requests that one GitHub server gets from this process at a time, at most." default:"4" env:"WEIR_REQUESTS_AT_ONCE"`
	LogLevel       string        `help:"Least important log line to write." enum:"debug,info,warn,error" default:"info" env:"WEIR_LOG_LEVEL" placeholder:"debug|info|warn|error"`
	LogFormat      string        `help:"Form of a log line." enum:"text,json" default:"text" env:"WEIR_LOG_FORMAT" placeholder:"text|json"`
}

// DatabaseURL gives the PostgreSQL address, empty for SQLite. It reads DatabaseFile when that is set.
func (c *Config) DatabaseURL() (secret.String, error) {
	if c.DatabaseFile == "" {
		return c.Database, nil
	}
	text, err := os.ReadFile(c.DatabaseFile)
	if err != nil {
		return secret.String{}, fmt.Errorf("read the database's address: %w", err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return secret.New(strings.TrimSpace(line)), nil
}

// Validate says what is wrong with the settings taken together, in words for the one who set them.
func (c *Config) Validate() error {
	switch {
	case !c.Database.Empty() && c.DatabaseFile != "":
		return fmt.Errorf("both --database and --database-file are set; keep one")
	case c.Workers < 1:
		return fmt.Errorf("--workers is %d; at least 1 is needed for anything to be imported", c.Workers)
	case c.MemoryMiB < 64:
		return fmt.Errorf("--memory is %d MiB; line history needs at least 64", c.MemoryMiB)
	case c.RequestsAtOnce < 0 || c.RequestsAtOnce > 32:
		return fmt.Errorf("--requests-at-once is %d; choose 1 to 32: a server is one machine that people work on", c.RequestsAtOnce)
	case c.SyncEvery < time.Minute:
		return fmt.Errorf("--sync-every is %s; less than a minute would trouble the server for nothing", c.SyncEvery)
	}
	return nil
}

// String prints the settings one per line, secrets as ***.
func (c *Config) String() string {
	var b strings.Builder
	for _, row := range []struct {
		name  string
		value any
	}{
		{"data", c.Data}, {"listen", c.Listen}, {"url", c.URL},
		{"database", c.Database}, {"database-file", c.DatabaseFile}, {"key", c.Key},
		{"workers", c.Workers}, {"memory", c.MemoryMiB}, {"sync-every", c.SyncEvery},
		{"requests-at-once", c.RequestsAtOnce},
		{"log-level", c.LogLevel}, {"log-format", c.LogFormat},
	} {
		fmt.Fprintf(&b, "%s = %v\n", row.name, row.value)
	}
	return b.String()
}
