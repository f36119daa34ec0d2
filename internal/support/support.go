// Package support makes the bundle that a person sends to whoever helps with Weir: what is known of this
// Weir and its integrations, without a secret, without code, and without the name of a person.
//
// What goes in is chosen here, field by field; nothing is copied whole. On top of that every file passes
// the hider, which takes out what the store knows to be a secret or the name of somebody.
package support

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/store"
)

// Options are what a bundle is made of. Store must be given.
type Options struct {
	Store *store.Store
	// DiagnoseFunc tests an integration; nil leaves the last test that was kept.
	DiagnoseFunc func(ctx context.Context, i facts.Integration) (*connect.Report, error)
	// Settings are those in force, with secrets hidden already.
	Settings string
	// Version is Weir's, Git that of the git binary.
	Version, Git string
	// Recent has the latest warnings and errors of the log; nil has none.
	Recent *Recent
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Bundle is what was gathered, to be looked at before it is sent.
type Bundle struct {
	MadeAt time.Time
	Files  []File
}

// File is one file of a bundle; About says what is in it.
type File struct {
	Name, About string
	Content     []byte
}

// Name is what the file to download is called.
func (b *Bundle) Name() string {
	return "weir-support-" + b.MadeAt.UTC().Format("2006-01-02-1504") + ".zip"
}

// WriteZip writes the bundle as a zip file.
func (b *Bundle) WriteZip(w io.Writer) error {
	out := zip.NewWriter(w)
	for _, f := range b.Files {
		part, err := out.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: b.MadeAt})
		if err != nil {
			return fmt.Errorf("write support bundle: %w", err)
		}
		if _, err := part.Write(f.Content); err != nil {
			return fmt.Errorf("write support bundle: %w", err)
		}
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("write support bundle: %w", err)
	}
	return nil
}

// Gather makes a bundle. It tests each integration, so it may take as long as a connection test.
func Gather(ctx context.Context, o Options) (*Bundle, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	g := &gatherer{Options: o, bundle: &Bundle{MadeAt: o.Now()}}
	var err error
	if g.hide, err = newHider(ctx, o.Store); err != nil {
		return nil, fmt.Errorf("gather support bundle: %w", err)
	}
	for _, part := range []func(context.Context) error{
		g.about, g.settings, g.integrations, g.syncs, g.problems, g.ledger, g.log,
	} {
		if err := part(ctx); err != nil {
			return nil, fmt.Errorf("gather support bundle: %w", err)
		}
	}
	g.readMe()
	return g.bundle, nil
}

// gatherer is one Gather under way.
type gatherer struct {
	Options
	hide   *hider
	bundle *Bundle
}

func (g *gatherer) add(name, about string, content []byte) {
	g.bundle.Files = append(g.bundle.Files, File{Name: name, About: about, Content: g.hide.secrets(content)})
}

func (g *gatherer) addJSON(name, about string, value any) error {
	content, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	g.add(name, about, append(content, '\n'))
	return nil
}

func (g *gatherer) about(ctx context.Context) error {
	schema, err := g.Store.SchemaVersion(ctx)
	if err != nil {
		return err
	}
	users, err := g.Store.CountUsers(ctx)
	if err != nil {
		return err
	}
	people, err := g.Store.People(ctx)
	if err != nil {
		return err
	}
	return g.addJSON("about.json", "Versions of Weir, git and the database, and how many users and people there are.", map[string]any{
		"made_at": g.bundle.MadeAt.UTC(), "weir": g.Version, "go": runtime.Version(), "system": runtime.GOOS + "/" + runtime.GOARCH,
		"processors": runtime.NumCPU(), "git": g.Git, "database": g.Store.Dialect(), "schema": schema,
		"users": users, "people": len(people),
	})
}

func (g *gatherer) settings(context.Context) error {
	g.add("settings.txt", "The settings in force; what is secret shows as ***.", []byte(g.Settings))
	return nil
}

func (g *gatherer) readMe() {
	text := "Support bundle of Weir, made " + g.bundle.MadeAt.UTC().Format("2 Jan 2006 15:04 UTC") + ".\n\n"
	for _, f := range g.bundle.Files {
		text += fmt.Sprintf("%-18s %s\n", f.Name, f.About)
	}
	text += "\nNot in it: credentials, keys, passwords, codes; the text of any file, commit or comment; names, logins and\n" +
		"e-mail addresses of people. Repos are named by their number in Weir.\n"
	g.bundle.Files = append([]File{{Name: "README.txt", About: "What is in the other files, and what is not.", Content: []byte(text)}}, g.bundle.Files...)
}
