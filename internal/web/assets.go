package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed assets
var assetFiles embed.FS

// asset is one embedded file, ready to be sent.
type asset struct {
	content, squeezed []byte
	kind, version     string
}

type assets map[string]asset

func loadAssets() (assets, error) {
	entries, err := fs.ReadDir(assetFiles, "assets")
	if err != nil {
		return nil, err
	}
	held := assets{}
	for _, entry := range entries {
		content, err := assetFiles.ReadFile("assets/" + entry.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(content)
		held[entry.Name()] = asset{
			content: content, squeezed: squeeze(content),
			kind: mime.TypeByExtension(path.Ext(entry.Name())), version: hex.EncodeToString(sum[:6]),
		}
	}
	return held, nil
}

func squeeze(content []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(content)
	_ = w.Close()
	if out.Len() > len(content)*9/10 {
		return nil
	}
	return out.Bytes()
}

// url gives the address of an asset; it changes with the content, so that browsers may keep it for good.
func (a assets) url(name string) (string, error) {
	held, ok := a[name]
	if !ok {
		return "", fmt.Errorf("no asset %q", name)
	}
	return "/assets/" + name + "?v=" + held.version, nil
}

// GET /assets/{name}
func (a assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	held, ok := a[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	head := w.Header()
	head.Set("Content-Type", held.kind)
	head.Set("Vary", "Accept-Encoding")
	head.Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == held.version {
		head.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	head.Set("ETag", `"`+held.version+`"`)
	if r.Header.Get("If-None-Match") == `"`+held.version+`"` {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	content := held.content
	if held.squeezed != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		head.Set("Content-Encoding", "gzip")
		content = held.squeezed
	}
	_, _ = w.Write(content)
}
