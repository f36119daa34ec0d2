// Command assets bundles what the pages are made of: styles, scripts and pictures.
//
// npm fetches the packages that package-lock.json names, esbuild bundles them with the sources under
// src, and the result is committed under internal/web/assets, where the binary embeds it. A build
// from the same sources gives the same bytes, so that CI can compare: `go run . -check`.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	check := flag.Bool("check", false, "compare with the committed files instead of writing them")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

func run(check bool) error {
	if err := fetch(); err != nil {
		return err
	}
	files, err := build()
	if err != nil {
		return err
	}
	if check {
		return compare(files)
	}
	return write(files)
}

// fetch installs the packages of the lock file, unless the ones present are from that very lock file.
func fetch() error {
	wanted, err := os.ReadFile("package-lock.json")
	if err != nil {
		return fmt.Errorf("read the lock file (run this in tools/assets): %w", err)
	}
	const stamp = "node_modules/.weir-lock"
	if held, err := os.ReadFile(stamp); err == nil && bytes.Equal(held, wanted) {
		return nil
	}
	npm := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Stdout, npm.Stderr = os.Stderr, os.Stderr
	if err := npm.Run(); err != nil {
		return fmt.Errorf("npm ci (is npm installed, and can it reach its registry?): %w", err)
	}
	return os.WriteFile(stamp, wanted, 0o644)
}

// targets are the two folders that hold nothing but what this program writes.
var targets = []string{"../../internal/web/assets", "../../internal/web/webtest/assets"}

func write(files map[string][]byte) error {
	for _, dir := range targets {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	for name, content := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func compare(files map[string][]byte) error {
	var wrong []string
	for name, want := range files {
		if held, err := os.ReadFile(name); err != nil || !bytes.Equal(held, want) {
			wrong = append(wrong, name)
		}
	}
	for _, dir := range targets {
		_ = filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && files[filepath.ToSlash(name)] == nil {
				wrong = append(wrong, name)
			}
			return nil
		})
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(wrong)
	return errors.New("not what the sources give; run `make generate` and commit: " + strings.Join(wrong, " "))
}
