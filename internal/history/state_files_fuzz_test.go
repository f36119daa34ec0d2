package history

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"weir/internal/git"
)

// FuzzStateFiles opens a checkpoint of any two files: it is refused with a reason, or what is taken of it is the
// beginning of what the sound one holds. With repair the checksums are made right again, so that what stands behind
// them is reached; it may then say anything, and only has to be refused or make sense in bounded time and memory.
func FuzzStateFiles(f *testing.F) {
	dir := f.TempDir()
	replaySeed(f, dir)
	plan, log := readState(f, dir)
	whole, err := openWith(f.TempDir(), plan, log)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(false, []byte{}, []byte{}, uint16(len(plan)), uint16(len(log)))
	f.Add(false, []byte{}, []byte{}, uint16(len(plan)-1), uint16(len(log)-1))
	f.Add(false, []byte{70, 0, 1}, []byte{90, 0, 1}, uint16(len(plan)), uint16(len(log)))
	f.Add(true, []byte{80, 0, 1}, []byte{100, 0, 1}, uint16(len(plan)), uint16(len(log)))
	f.Fuzz(func(t *testing.T, repair bool, inPlan, inLog []byte, planSize, logSize uint16) {
		p, l := changed(plan, inPlan, planSize), changed(log, inLog, logSize)
		if repair {
			mendChecksums(p)
			mendChecksums(l)
		}
		got, err := openWith(t.TempDir(), p, l)
		if err != nil {
			t.Fatalf("opening failed where it had to begin anew: %v", err)
		}
		if repair {
			return
		}
		if n := len(got.plan); n > len(whole.plan) || !slices.Equal(got.plan, whole.plan[:n]) {
			t.Fatalf("%d commits of the plan are others than what was written", n)
		}
		if n := len(got.commits); n > len(got.plan) || n > len(whole.commits) || !slices.Equal(got.commits, whole.commits[:n]) {
			t.Fatalf("%d of %d records are others than what was written", n, len(whole.commits))
		}
	})
}

// openWith writes both files into a folder and opens the checkpoint as a replay would, without a commit that is held.
func openWith(dir string, plan, log []byte) (*state, error) {
	for name, data := range map[string][]byte{planName: plan, logName: log} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return nil, err
		}
	}
	s, _, err := openState(Options{StateDir: dir}, header{hashSize: 20, maxBlob: 64 << 20}, true)
	if err != nil {
		return nil, err
	}
	return s, s.files.close()
}

// replaySeed leaves the checkpoint of a small history in a folder.
func replaySeed(f *testing.F, dir string) {
	f.Helper()
	repo, tip := seedRepository(f)
	if _, err := Replay(context.Background(), repo, Options{StateDir: dir, Tips: []git.Hash{tip}}, nil); err != nil {
		f.Fatal(err)
	}
}

func readState(f *testing.F, dir string) (plan, log []byte) {
	f.Helper()
	plan, err := os.ReadFile(filepath.Join(dir, planName))
	log, logErr := os.ReadFile(filepath.Join(dir, logName))
	if err := errors.Join(err, logErr); err != nil {
		f.Fatal(err)
	}
	return plan, log
}

// changed cuts a file and changes bytes of it: each change is two bytes of place and one of value.
func changed(data, changes []byte, size uint16) []byte {
	data = bytes.Clone(data[:min(len(data), int(size))])
	for ; len(changes) >= 3 && len(data) > 0; changes = changes[3:] {
		data[int(binary.LittleEndian.Uint16(changes))%len(data)] ^= changes[2]
	}
	return data
}

// mendChecksums makes the checksums of a file those of what it holds.
func mendChecksums(data []byte) {
	if len(data) < headerSize {
		return
	}
	binary.LittleEndian.PutUint32(data[60:], crc32.Checksum(data[:60], castagnoli))
	for at := headerSize; at+frameHead < len(data); {
		size := int(binary.LittleEndian.Uint32(data[at:]))
		if size <= 0 || size > len(data)-at-frameHead {
			return
		}
		payload := data[at+frameHead : at+frameHead+size]
		binary.LittleEndian.PutUint32(data[at+4:], crc32.Checksum(payload, castagnoli))
		at += frameHead + size
	}
}
