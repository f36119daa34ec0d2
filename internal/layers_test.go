// Package internal holds no code: this test keeps the packages below it apart.
package internal

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// table is the import table as docs/ARCHITECTURE.md states it.
type table struct {
	// mayImport gives, for each package, the ones of ours that its product files may import; "all" stands for every one.
	mayImport map[string][]string
	// openParts may be imported by whoever may import their parent, such as git/pack.
	openParts []string
}

func readTable(t *testing.T) table {
	t.Helper()
	text, err := os.ReadFile("../docs/ARCHITECTURE.md")
	if err != nil {
		t.Fatalf("read import table: %v", err)
	}
	read := table{mayImport: map[string][]string{}}
	for line := range strings.Lines(string(text)) {
		if parts, ok := strings.CutPrefix(line, "Open parts:"); ok {
			read.openParts = strings.Fields(strings.ReplaceAll(parts, "`", ""))
		}
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 5 || strings.HasPrefix(cells[1], " ---") || strings.TrimSpace(cells[1]) == "package" {
			continue
		}
		read.mayImport[strings.TrimSpace(cells[1])] = strings.Fields(strings.Trim(cells[3], " -"))
	}
	if len(read.mayImport) < 15 {
		t.Fatalf("docs/ARCHITECTURE.md has a table of %d rows: its form has changed", len(read.mayImport))
	}
	return read
}

type listedPackage struct {
	ImportPath string
	Imports    []string
}

func TestImportsFollowTheTable(t *testing.T) {
	t.Parallel()
	rules := readTable(t)
	for _, p := range listPackages(t) {
		owner, part := split(p.ImportPath)
		if owner == "" || isTestHelper(part) {
			continue
		}
		if _, known := rules.mayImport[owner]; !known {
			t.Errorf("%s is not in the import table: add a row and say in a decision record what belongs there", p.ImportPath)
			continue
		}
		for _, imported := range p.Imports {
			if to, toPart := split(imported); to != "" && !rules.permit(owner, to, toPart) {
				t.Errorf("%s imports %s; the table lets %s import only %v", p.ImportPath, imported, owner, rules.mayImport[owner])
			}
		}
	}
}

func (r table) permit(owner, to, toPart string) bool {
	if isTestHelper(toPart) {
		return false
	}
	if to == owner {
		return true
	}
	allowed := r.mayImport[owner]
	if !slices.Contains(allowed, to) && !slices.Contains(allowed, "all") {
		return false
	}
	return toPart == "" || slices.Contains(r.openParts, path.Join(to, toPart))
}

// isTestHelper tells whether a part is made for tests, such as store/storetest: it may import anything
// and no product file may import it.
func isTestHelper(part string) bool { return strings.HasSuffix(part, "test") }

// split gives the package and the part below it of an import path of ours, and "" for anybody else's.
func split(importPath string) (owner, part string) {
	rest, ours := strings.CutPrefix(importPath, "weir/internal/")
	if !ours {
		return "", ""
	}
	owner, part, _ = strings.Cut(rest, "/")
	return owner, part
}

func listPackages(t *testing.T) []listedPackage {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "weir/...").Output()
	if err != nil {
		t.Fatalf("list packages: %v", err)
	}
	var packages []listedPackage
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listedPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatalf("read package list: %v", err)
		}
		packages = append(packages, p)
	}
}

func TestTableRefusesWhatItDoesNotName(t *testing.T) {
	t.Parallel()
	cases := []struct {
		owner, imported string
		want            bool
	}{
		{"metrics", "weir/internal/facts", true},
		{"metrics", "weir/internal/store", false},
		{"web", "weir/internal/git", false},
		{"history", "weir/internal/history/linediff", true},
		{"history", "weir/internal/git/pack", true},
		{"ingest", "weir/internal/history/linediff", false},
		{"web", "weir/internal/store/storetest", false},
		{"cli", "weir/internal/web", true},
	}
	rules := readTable(t)
	for _, c := range cases {
		to, part := split(c.imported)
		if got := rules.permit(c.owner, to, part); got != c.want {
			t.Errorf("%s importing %s: permit = %v, want %v", c.owner, c.imported, got, c.want)
		}
	}
}
