package cli

import (
	"weir/internal/config"
	"weir/internal/secret"
)

// place says which Weir a command is for: the settings of `weir serve` that say where its data is.
type place struct {
	Data         string        `help:"The data folder of Weir." default:"weir-data" env:"WEIR_DATA" type:"path" placeholder:"FOLDER"`
	Database     secret.String `help:"PostgreSQL, when Weir keeps its data there." env:"WEIR_DATABASE" hidden:""`
	DatabaseFile string        `help:"File whose first line is the address of the PostgreSQL database." env:"WEIR_DATABASE_FILE" type:"path" placeholder:"FILE"`
	Key          secret.String `env:"WEIR_KEY" hidden:""`
}

func (p place) settings() *config.Config {
	return &config.Config{
		Data: p.Data, Database: p.Database, DatabaseFile: p.DatabaseFile, Key: p.Key,
		Workers: 1, MemoryMiB: 64, LogLevel: "warn", LogFormat: "text",
	}
}
