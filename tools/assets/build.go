package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// build gives the content of every file, by its path from this folder.
func build() (map[string][]byte, error) {
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{"src/js/weir.js", "src/js/charts.js", "src/js/theme.js", "src/css/weir.css"},
		Outdir:      targets[0],
		EntryNames:  "[name]",
		Bundle:      true,
		Format:      api.FormatIIFE,
		// The oldest browsers that know light-dark(), on which the two themes rest.
		Target: api.ES2022,
		Engines: []api.Engine{
			{Name: api.EngineChrome, Version: "123"},
			{Name: api.EngineFirefox, Version: "120"},
			{Name: api.EngineSafari, Version: "17.5"},
		},
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsEndOfFile,
		Charset:           api.CharsetUTF8,
		Loader:            map[string]api.Loader{".svg": api.LoaderDataURL},
		LogLevel:          api.LogLevelWarning,
	})
	if len(result.Errors) > 0 {
		return nil, fmt.Errorf("bundle: %s", result.Errors[0].Text)
	}
	files := map[string][]byte{}
	for _, out := range result.OutputFiles {
		files[path.Join(targets[0], filepath.Base(out.Path))] = out.Contents
	}
	return files, copies(files)
}

// copied names files that are taken as they are, and where they go.
var copied = map[string]string{
	"src/img/logo.svg":                 targets[0] + "/logo.svg",
	"src/img/favicon.svg":              targets[0] + "/favicon.svg",
	"src/img/logo.png":                 targets[0] + "/logo.png",
	"node_modules/axe-core/axe.min.js": targets[1] + "/axe.min.js",
}

// licensed names the packages whose code ends up in the binary.
var licensed = []string{"echarts", "htmx.org", "zrender", "tslib"}

func copies(files map[string][]byte) error {
	for from, to := range copied {
		content, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		files[to] = content
	}
	text, err := licenses()
	files[targets[0]+"/licenses.txt"] = []byte(text)
	return err
}

// licenses gathers the terms under which the bundled packages are passed on.
func licenses() (string, error) {
	var text strings.Builder
	text.WriteString("The styles and scripts of these pages contain the packages below.\n")
	// Tabler's package leaves its license file out.
	tabler, err := os.ReadFile("src/licenses/tabler.txt")
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&text, "\n---- @tabler/core: LICENSE ----\n\n%s\n", strings.TrimSpace(string(tabler)))
	for _, name := range licensed {
		for _, file := range []string{"LICENSE", "LICENSE.txt", "NOTICE"} {
			content, err := os.ReadFile(filepath.Join("node_modules", name, file))
			if err == nil {
				fmt.Fprintf(&text, "\n---- %s: %s ----\n\n%s\n", name, file, strings.TrimSpace(string(content)))
			}
		}
		if !strings.Contains(text.String(), "---- "+name) {
			return "", fmt.Errorf("package %s came without a license file", name)
		}
	}
	return text.String(), nil
}
