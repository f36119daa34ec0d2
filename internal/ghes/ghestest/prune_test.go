package ghestest_test

import (
	"bytes"
	"compress/gzip"
	"flag"
	"io"
	"os"
	"testing"

	"weir/internal/ghes/ghestest"
)

var update = flag.Bool("update", false, "write the pruned schemas anew")

// The schemas that the double embeds are the official ones and nothing else.
func TestEmbeddedSchemasComeFromTheOfficialOnes(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"current": "../schema/current.graphql.gz", "ghes of 2022": "../schema/ghes-2022.graphql.gz",
	} {
		want, err := ghestest.Prune(name)
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(unpack(t, got), unpack(t, want)) {
			t.Errorf("%s is not what Prune makes of the official schema: run with -update", file)
		}
	}
}

func unpack(t *testing.T, packed []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
