package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weir/internal/secret"
)

func valid() Config {
	return Config{Data: "weir-data", Listen: "127.0.0.1:8080", Workers: 2, MemoryMiB: 1024, SyncEvery: 15 * time.Minute}
}

func TestValidateNamesTheFlagThatIsWrong(t *testing.T) {
	t.Parallel()
	cases := []struct {
		flag   string
		change func(*Config)
	}{
		{"", func(*Config) {}},
		{"--workers", func(c *Config) { c.Workers = 0 }},
		{"--memory", func(c *Config) { c.MemoryMiB = 1 }},
		{"--sync-every", func(c *Config) { c.SyncEvery = time.Second }},
		{"--requests-at-once", func(c *Config) { c.RequestsAtOnce = 33 }},
		{"--database-file", func(c *Config) { c.Database, c.DatabaseFile = secret.New("postgres://x"), "f" }},
	}
	for _, c := range cases {
		settings := valid()
		c.change(&settings)
		err := settings.Validate()
		if c.flag == "" && err != nil {
			t.Errorf("valid settings are refused: %v", err)
		}
		if c.flag != "" && (err == nil || !strings.Contains(err.Error(), c.flag)) {
			t.Errorf("want an error that names %s, got %v", c.flag, err)
		}
	}
}

func TestPrintingHidesSecrets(t *testing.T) {
	t.Parallel()
	settings := valid()
	settings.Database, settings.Key = secret.New("postgres://u:hunter2@db/weir"), secret.New("topsecretkey")
	printed := settings.String()
	if strings.Contains(printed, "hunter2") || strings.Contains(printed, "topsecret") {
		t.Errorf("a secret is printed:\n%s", printed)
	}
	if !strings.Contains(printed, "database = ***") {
		t.Errorf("it is not said that a database is set:\n%s", printed)
	}
}

func TestDatabaseFileGivesTheFirstLine(t *testing.T) {
	t.Parallel()
	settings := valid()
	settings.DatabaseFile = filepath.Join(t.TempDir(), "database")
	if err := os.WriteFile(settings.DatabaseFile, []byte("postgres://u:p@db/weir \nsecond line\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	url, err := settings.DatabaseURL()
	if err != nil || url.Reveal() != "postgres://u:p@db/weir" {
		t.Errorf("got %q, %v", url.Reveal(), err)
	}
	settings.DatabaseFile += "-absent"
	if _, err := settings.DatabaseURL(); err == nil {
		t.Error("an absent file is no error")
	}
}

func TestReadFile(t *testing.T) {
	t.Parallel()
	values, err := ReadFile(strings.NewReader("# where\n listen = :80 \n\nurl=https://weir.example.com/?a=b\n"))
	want := map[string]string{"listen": ":80", "url": "https://weir.example.com/?a=b"}
	if diff := cmp.Diff(want, values); diff != "" || err != nil {
		t.Errorf("unexpected values (-want +got):\n%s%v", diff, err)
	}
	for text, line := range map[string]string{"listen": "line 1", "a = 1\na = 2": "line 2"} {
		if _, err := ReadFile(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), line) {
			t.Errorf("%q: want an error that names %s, got %v", text, line, err)
		}
	}
}
