package git

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseProgress(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]FetchProgress{
		"remote: Enumerating objects: 1234, done.        ":                       {Phase: FetchCounting, Done: 1234},
		"remote: Counting objects:  50% (5/10)        ":                          {Phase: FetchCounting, Done: 5, Total: 10},
		"remote: Compressing objects: 100% (6/6), done.\x1b[K":                   {Phase: FetchCompressing, Done: 6, Total: 6},
		"Receiving objects:  33% (411/1234), 1.50 MiB | 512.00 KiB/s":            {Phase: FetchReceiving, Done: 411, Total: 1234, Bytes: 1572864, Throughput: 524288},
		"Receiving objects: 100% (3/3), 250 bytes | 250.00 KiB/s, done.":         {Phase: FetchReceiving, Done: 3, Total: 3, Bytes: 250, Throughput: 256000},
		"Resolving deltas:   0% (0/27)":                                          {Phase: FetchResolving, Total: 27},
		"Receiving objects:  99% (99999999999999999999/1), 9e9 MiB | 1.00 KiB/s": {Phase: FetchReceiving, Total: 1},
	} {
		got, ok := parseProgress(line)
		if diff := cmp.Diff(want, got); diff != "" || !ok {
			t.Errorf("%q: ok %v (-want +got):\n%s", line, ok, diff)
		}
	}
	for _, line := range []string{"", "remote: Total 3 (delta 0)", "fatal: early EOF", " * [new branch] main -> main", "remote: 50% off today"} {
		if _, ok := parseProgress(line); ok {
			t.Errorf("%q taken for progress", line)
		}
	}
}

func FuzzMirrorOutput(f *testing.F) {
	f.Add("Receiving objects:  33% (411/1234), 1.50 MiB | 512.00 KiB/s")
	f.Add("ref: refs/heads/main\tHEAD\n1234\trefs/heads/main\n")
	f.Fuzz(func(t *testing.T, text string) {
		_, _ = parseProgress(text)
		r := parseRemoteRefs(text)
		if r.head != "" && r.refs[r.head] == "" {
			t.Errorf("head %q does not exist", r.head)
		}
		_ = classify(text)
	})
}
