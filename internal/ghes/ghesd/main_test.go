package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestServesASizeAndCounts(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, told := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"-size", "S", "-dir", t.TempDir()}, strings.NewReader(""), told)
		_ = told.Close()
	}()
	var r ready
	if err := json.NewDecoder(out).Decode(&r); err != nil {
		t.Fatal(err, <-ended)
	}
	if r.Repos != 10 || r.Pulls != 500 || !strings.HasPrefix(r.URL, "https://127.0.0.1:") || r.Token == "" || r.CA == "" {
		t.Errorf("got %+v", r)
	}
	for _, path := range []string{"/live?acts=12", "/reset"} {
		res, err := http.Post(r.Control+path, "", nil)
		if err != nil || res.StatusCode != 200 {
			t.Fatalf("%s: got %v %v", path, res, err)
		}
		_ = res.Body.Close()
	}
	res, err := http.Get(r.Control + "/requests")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var s summary
	if err := json.NewDecoder(res.Body).Decode(&s); err != nil || s.Requests != 0 {
		t.Errorf("got %+v %v", s, err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestWantsASizeAndAFolder(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{}, {"-size", "XL", "-dir", "x"}, {"-dir", "x", "-until", "soon"}} {
		if err := run(t.Context(), args, nil, io.Discard); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}

// Standard input that ends takes the server along.
func TestTiedToStandardInput(t *testing.T) {
	t.Parallel()
	if err := run(t.Context(), []string{"-tied", "-dir", t.TempDir()}, strings.NewReader(""), io.Discard); err != nil && !strings.Contains(err.Error(), "canceled") {
		t.Error(err)
	}
}
