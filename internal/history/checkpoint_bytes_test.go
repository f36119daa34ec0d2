package history_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"weir/internal/facts"
	"weir/internal/git/gittest"
	"weir/internal/history"
)

// TestCheckpointAtAnyByte cuts each file of a small checkpoint at each of its lengths, as a kill -9 may leave it, and
// changes each of its bytes, as a disk may: the next run goes on or begins anew, and ends with what a run without a
// checkpoint gives. Unless there is time it looks at every eleventh byte.
func TestCheckpointAtAnyByte(t *testing.T) {
	t.Parallel()
	step := 11
	if os.Getenv("WEIR_HEAVY") == "1" {
		step = 1
	}
	r := gittest.New(t)
	marks := chain(
		r, gittest.Files{"a": gittest.Text("1\n2\n")}, gittest.Files{"a": gittest.Text("1\n3\n"), "b": gittest.Text("b\n")},
		gittest.Files{"a": gittest.Text("1\n3\n4\n")}, gittest.Files{"b": gittest.Text("c\n")},
	)
	// What is absent is noted in both files.
	takeAway(t, r, r.Hash(marks[0]))
	takeAway(t, r, r.Hash(marks[3])+":b")
	whole, _ := replay(t, r.Dir, history.Options{})
	sound := map[string][]byte{}
	state := t.TempDir()
	_, sum := replay(t, r.Dir, history.Options{StateDir: state})
	for _, name := range []string{"plan", "log"} {
		data, err := os.ReadFile(filepath.Join(state, name))
		if err != nil {
			t.Fatal(err)
		}
		sound[name] = data
	}
	resumed, rebuilt := 0, 0
	try := func(what string, broken map[string][]byte, held facts.CommitNumber) {
		t.Helper()
		o := history.Options{StateDir: t.TempDir(), FromNumber: held}
		for name, data := range broken {
			write(t, filepath.Join(o.StateDir, name), string(data))
		}
		got, sum := replay(t, r.Dir, o)
		want := whole[held:]
		if resumed++; sum.Rebuilt {
			want = whole
			resumed--
			rebuilt++
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%s, %d held, rebuilt %q (-want +got):\n%s", what, held, sum.RebuiltReason, diff)
		}
	}
	for name, data := range sound {
		other := map[string]string{"plan": "log", "log": "plan"}[name]
		for at := 0; at <= len(data); at += step {
			held := facts.CommitNumber(at) % (sum.Last + 1)
			try(name+" cut", map[string][]byte{name: data[:at], other: sound[other]}, held)
			if at == len(data) {
				continue
			}
			bad := bytes.Clone(data)
			bad[at] ^= byte(1 + at%255)
			try(name+" changed", map[string][]byte{name: bad, other: sound[other]}, held)
		}
	}
	if resumed == 0 || rebuilt == 0 {
		t.Errorf("%d runs went on and %d began anew: both must occur", resumed, rebuilt)
	}
	t.Logf("plan %d bytes, log %d: %d runs went on, %d began anew", len(sound["plan"]), len(sound["log"]), resumed, rebuilt)
}

// TestOtherCheckpointsAreMadeAgain says why.
func TestOtherCheckpointsAreMadeAgain(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	chain(r, gittest.Files{"a": gittest.Text("1\n2\n")}, gittest.Files{"a": gittest.Text("1\n3\n")})
	for name, test := range map[string]struct {
		change func(dir string, o *history.Options)
		reason string
	}{
		"an earlier version":    {func(dir string, _ *history.Options) { setVersion(t, dir, 1) }, "another version"},
		"a later version":       {func(dir string, _ *history.Options) { setVersion(t, dir, 999) }, "another version"},
		"other sizes":           {func(_ string, o *history.Options) { o.MaxBlob = 1 << 20 }, "other limits"},
		"other costs":           {func(_ string, o *history.Options) { o.MaxDiffCost = 1 << 20 }, "other limits"},
		"the caller holds more": {func(_ string, o *history.Options) { o.FromNumber = 3 }, "commits up to 3 are held"},
		"no checkpoint":         {func(dir string, _ *history.Options) { _ = os.RemoveAll(dir) }, "absent"},
		"another ceiling":       {func(_ string, o *history.Options) { o.MemoryLimit = 64 << 20 }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := history.Options{StateDir: filepath.Join(t.TempDir(), "state")}
			whole, sum := replay(t, r.Dir, o)
			o.FromNumber = sum.Last
			test.change(o.StateDir, &o)
			told := ""
			o.Rebuild = func(reason string) error { told = reason; return nil }
			got, sum := replay(t, r.Dir, o)
			if sum.Rebuilt != (test.reason != "") || !strings.Contains(sum.RebuiltReason, test.reason) || told != sum.RebuiltReason {
				t.Fatalf("rebuilt %v, %q, told %q", sum.Rebuilt, sum.RebuiltReason, told)
			}
			if !sum.Rebuilt {
				whole = nil
			}
			if diff := cmp.Diff(whole, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// setVersion writes another version of the format into the heads of both files.
func setVersion(t *testing.T, dir string, version int) {
	t.Helper()
	for _, name := range []string{"plan", "log"} {
		name = filepath.Join(dir, name)
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		data[8], data[9] = byte(version), byte(version>>8)
		write(t, name, string(data))
	}
}
