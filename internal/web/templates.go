package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
)

//go:embed templates
var templateFiles embed.FS

// templates holds every page, parsed once. A page is a file page_*.html that defines "content"; all
// other files hold the layout and the parts that pages share.
type templates struct {
	pages map[string]*template.Template
	// parts renders a shared part alone, for answers to htmx.
	parts *template.Template
}

func parseTemplates(funcs template.FuncMap) (*templates, error) {
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	var shared, pages []string
	for _, name := range names {
		if strings.HasPrefix(path.Base(name), "page_") {
			pages = append(pages, name)
		} else {
			shared = append(shared, name)
		}
	}
	base, err := template.New("").Funcs(funcs).Option("missingkey=error").ParseFS(templateFiles, shared...)
	if err != nil {
		return nil, fmt.Errorf("parse templates: %w", err)
	}
	t := &templates{pages: map[string]*template.Template{}}
	for _, name := range pages {
		page, err := template.Must(base.Clone()).ParseFS(templateFiles, name)
		if err != nil {
			return nil, fmt.Errorf("parse templates: %w", err)
		}
		short := strings.TrimSuffix(strings.TrimPrefix(path.Base(name), "page_"), ".html")
		t.pages[short] = page
	}
	t.parts = base
	return t, nil
}

// page renders a whole page into memory, so that an error in a template never leaves half a page behind.
func (t *templates) page(name string, frame *frame) (*bytes.Buffer, error) {
	page, ok := t.pages[name]
	if !ok {
		return nil, fmt.Errorf("render page %s: no such template", name)
	}
	var out bytes.Buffer
	if err := page.ExecuteTemplate(&out, "layout", frame); err != nil {
		return nil, fmt.Errorf("render page %s: %w", name, err)
	}
	return &out, nil
}

// part renders a shared part.
func (t *templates) part(name string, view any) (*bytes.Buffer, error) {
	var out bytes.Buffer
	if err := t.parts.ExecuteTemplate(&out, name, view); err != nil {
		return nil, fmt.Errorf("render part %s: %w", name, err)
	}
	return &out, nil
}
