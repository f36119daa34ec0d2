package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"weir/internal/connect"
	"weir/internal/metrics"
)

// generated documents are made from what the code says, so that they cannot differ from it. `make
// generate` writes them.
var generated = map[string]func() string{
	"METRICS.md":          metrics.Markdown,
	"DIAGNOSIS.md":        diagnosisMarkdown,
	"ALLOWED_REQUESTS.md": rulesMarkdown,
}

func TestGeneratedDocs(t *testing.T) {
	t.Parallel()
	for name, make := range generated {
		file := filepath.Join("..", "..", "docs", name)
		if os.Getenv("WEIR_UPDATE") == "1" {
			if err := os.WriteFile(file, []byte(make()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(text) != make() {
			t.Errorf("docs/%s is not what the code says; run `make generate` and read the difference", name)
		}
	}
}

func diagnosisMarkdown() string {
	var b strings.Builder
	b.WriteString("# What a test of the connection can say\n\n" +
		"Made from `internal/connect` by `make generate`. `weir doctor URL` and the button Test connection run the same stages in\n" +
		"this order. Up to sign-in the first failure ends the run; the later stages all run. Each fault has a fixed code. A word in\n" +
		"braces is filled in with what was found.\n")
	for _, stage := range connect.Stages {
		fmt.Fprintf(&b, "\n## %s\n\n| code | status | what it says | what to do next |\n| --- | --- | --- | --- |\n", stage)
		for _, info := range connect.Codes {
			if info.Stage == stage {
				fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", info.Code, info.Status, cell(info.Cause), cell(info.Next))
			}
		}
	}
	b.WriteString(provokedMarkdown())
	return b.String()
}

// provokedMarkdown is the table of what the last run of the tests provoked, from what it kept.
func provokedMarkdown() string {
	text, err := os.ReadFile(filepath.Join("..", "connect", "testdata", "faults.golden"))
	if err != nil {
		panic(err) // it is a file of the repository
	}
	var b strings.Builder
	b.WriteString("\n# What was provoked, and what was said\n\n" +
		"Each row is a test of `internal/connect`: a server, a proxy or a name server on this machine with that very fault, and the\n" +
		"sentence that a person read. Three errors of the kernel (no route, no permission, a connection reset as it was opened) are\n" +
		"handed in as the kernel says them. What differs from run to run stands as PORT, DATE and TIME.\n\n" +
		"| fault | stage | code | status | the test ends with | what was said | next step |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	for block := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n\n") {
		lines := strings.Split(block, "\n")
		if len(lines) != 4 {
			panic(fmt.Sprintf("faults.golden: %q is not a name, an outcome, a cause and a next step", block))
		}
		var stage, status, code, result string
		if _, err := fmt.Sscanf(lines[1], "%s %s %s -> %s", &stage, &status, &code, &result); err != nil {
			panic(fmt.Sprintf("faults.golden: %q: %v", lines[1], err))
		}
		fmt.Fprintf(&b, "| %s | %s | `%s` | %s | %s | %s | %s |\n", cell(lines[0]), stage, code, status,
			strings.ReplaceAll(result, "_", " "), cell(strings.TrimSpace(lines[2])), cell(strings.TrimSpace(lines[3])))
	}
	return b.String()
}

func rulesMarkdown() string {
	var b strings.Builder
	b.WriteString("# Every request that can leave\n\n" +
		"Made from `connect.Rules` by `make generate`. The transport sends what a row here allows and refuses everything else before\n" +
		"it leaves, whatever the credential could do. Paths are regular expressions that match the whole path. Git runs beside\n" +
		"this, as fetch only; see `SECURITY.md`.\n\n" +
		"| methods | path | kind | carries the credential | because |\n| --- | --- | --- | --- | --- |\n")
	for _, rule := range connect.Rules {
		path := rule.Path.String()
		if rule.Query != nil && *rule.Query != "" {
			path += "?" + *rule.Query
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s |\n", strings.Join(rule.Methods, " "), cell(path), rule.Kind,
			map[bool]string{true: "yes", false: "no"}[rule.Credential], cell(rule.Because))
	}
	return b.String()
}

func cell(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "|", `\|`), "\n", " ") }

// named finds what a document puts between backquotes and that looks like a file of the repository.
var named = regexp.MustCompile("`((?:internal|docs|cmd|scripts|tools)/[A-Za-z0-9_./-]+)`")

func TestDocsNameFilesThatExist(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	files, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no docs found: %v", err)
	}
	more, err := filepath.Glob(filepath.Join(root, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range append(files, more...) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range named.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(name[1], "NAME") {
				continue // stands for a name that the reader chooses
			}
			found++
			if _, err := os.Stat(filepath.Join(root, strings.TrimSuffix(name[1], "/"))); err != nil {
				t.Errorf("%s names %s, which is not there", filepath.Base(file), name[1])
			}
		}
	}
	if found < 20 {
		t.Errorf("the documents name %d files; the pattern of this test has gone stale", found)
	}
}
