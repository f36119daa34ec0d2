// Command weir measures the flow of software work on a GitHub Enterprise Server. See `weir --help`.
package main

import (
	"os"

	"weir/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
