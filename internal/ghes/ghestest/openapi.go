// Package ghestest holds the double of a GitHub Enterprise Server, and the clients that talk to
// it, to the official descriptions of the real one: OpenAPI for REST, SDL for GraphQL. The
// descriptions are embedded (testdata, with their licences), so a bare clone can check itself.
//
// Validate watches a ghes.Server, Transport watches a client; both report through testing.TB.
// Query checks a GraphQL query against the oldest and the newest schema.
package ghestest

import (
	"bytes"
	"compress/gzip"
	"context"
	"embed"
	"fmt"
	"io"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

//go:embed testdata
var testdata embed.FS

// official reads one embedded description.
func official(name string) ([]byte, error) {
	packed, err := testdata.ReadFile("testdata/" + name)
	if err != nil {
		return nil, fmt.Errorf("read description %s: %w", name, err)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpack description %s: %w", name, err)
	}
	data, err := io.ReadAll(unpacked)
	if err != nil {
		return nil, fmt.Errorf("unpack description %s: %w", name, err)
	}
	return data, nil
}

// The newest and the oldest release whose REST API is described.
const (
	Newest = "3.19"
	Oldest = "3.14"
)

// description of one release, loaded once: it takes about a second.
type description struct {
	load   sync.Once
	router routers.Router
	doc    *openapi3.T
	err    error
}

var descriptions = map[string]*description{Newest: {}, Oldest: {}}

// openAPI returns the router over the description of a release.
func openAPI(release string) (*description, error) {
	d, ok := descriptions[release]
	if !ok {
		return nil, fmt.Errorf("describe release %s: only %s and %s are embedded", release, Newest, Oldest)
	}
	d.load.Do(func() { d.router, d.doc, d.err = loadOpenAPI(release) })
	return d, d.err
}

func loadOpenAPI(release string) (routers.Router, *openapi3.T, error) {
	data, err := official("ghes-" + release + ".pruned.json.gz")
	if err != nil {
		return nil, nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, nil, fmt.Errorf("load description of %s: %w", release, err)
	}
	mendInstallations(doc)
	// The official examples do not all keep to the official schemas.
	if err := doc.Validate(context.Background(), openapi3.DisableExamplesValidation()); err != nil {
		return nil, nil, fmt.Errorf("load description of %s: %w", release, err)
	}
	if err := loosen(doc); err != nil {
		return nil, nil, err
	}
	doc.Servers = openapi3.Servers{{URL: "http://described/api/v3"}}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return nil, nil, fmt.Errorf("route description of %s: %w", release, err)
	}
	return router, doc, nil
}

// mendInstallations makes the account of an installation a user or an enterprise in the list too, as it
// is everywhere else in the description: here it says "all of" where it means "any of".
func mendInstallations(doc *openapi3.T) {
	list := doc.Paths.Value("/app/installations")
	if list == nil || list.Get == nil {
		return
	}
	item := list.Get.Responses.Status(200).Value.Content.Get("application/json").Schema.Value.Items.Value
	account := item.Properties["account"].Value
	account.AnyOf, account.AllOf = append(account.AnyOf, account.AllOf...), nil
}
