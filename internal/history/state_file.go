package history

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"

	"weir/internal/git"
	"weir/internal/git/pack/inflate"
)

// The checkpoint is two files that only grow, each a header and frames:
//
//	plan  the hashes of the commits in the order of their numbers, and the holes that were met in finding them. It is
//	      on disk before any of them is emitted, so that after a crash each commit gets the number again under which
//	      the caller may already hold it.
//	log   the records of the commits that were replayed and emitted, in the same order.
//
// A frame is the length and the checksum of its bytes, and these; those of the log are deflated, those of the plan
// begin with what they hold. What follows the last whole frame is what a crash
// left and is cut off. A log that lost frames only costs their replay; a plan that does not reach as far as the caller
// holds commits makes the checkpoint useless. Both headers carry the same random generation.
type stateFiles struct {
	dir      string
	hashSize int
	lock     *os.File
	plan     *os.File
	log      *os.File
	// pending are records that are not in the log yet.
	pending []byte
	header  header
}

const (
	planName = "plan"
	logName  = "log"
	lockName = "lock"

	stateVersion = 3
	headerSize   = 64
	frameHead    = 8
	// planCommits and planHoles begin a frame of the plan.
	planCommits, planHoles = 'c', 'h'
	// flushSize is how many bytes of records make a frame.
	flushSize = 256 << 10
	// maxFrame bounds what a damaged length can make us read.
	maxFrame = 1 << 30
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// header is the head of both files. Settings in it decide results, so other ones need another checkpoint.
type header struct {
	hashSize int
	// dropLastPart is similarity.Rules, as of the git that was installed when the checkpoint was begun.
	dropLastPart bool
	maxBlob      int64
	maxCost      int64
	generation   [16]byte
}

func (h header) bytes() []byte {
	b := make([]byte, headerSize)
	copy(b, "weirhist")
	binary.LittleEndian.PutUint32(b[8:], stateVersion)
	b[12] = byte(h.hashSize)
	if h.dropLastPart {
		b[13] = 1
	}
	binary.LittleEndian.PutUint64(b[16:], uint64(h.maxBlob))
	binary.LittleEndian.PutUint64(b[24:], uint64(h.maxCost))
	copy(b[32:48], h.generation[:])
	binary.LittleEndian.PutUint32(b[60:], crc32.Checksum(b[:60], castagnoli))
	return b
}

// parseHeader tells in words for a person what is wrong with a header.
func parseHeader(b []byte) (h header, wrong string) {
	switch {
	case len(b) < headerSize || string(b[:8]) != "weirhist":
		return h, "its head is damaged"
	case binary.LittleEndian.Uint32(b[8:]) != stateVersion:
		return h, "it was written by another version of Weir"
	case binary.LittleEndian.Uint32(b[60:]) != crc32.Checksum(b[:60], castagnoli):
		return h, "its head is damaged"
	}
	h.hashSize, h.dropLastPart = int(b[12]), b[13] == 1
	h.maxBlob = int64(binary.LittleEndian.Uint64(b[16:]))
	h.maxCost = int64(binary.LittleEndian.Uint64(b[24:]))
	copy(h.generation[:], b[32:48])
	return h, ""
}

// ErrStateBusy says that another process replays with the same folder.
var ErrStateBusy = errors.New("the line history of this repository is in use by another process")

// openFiles opens or creates the folder and takes its lock.
func openFiles(dir string) (*stateFiles, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open line history: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open line history: %w", err)
	}
	if err := tryLock(lock); err != nil {
		return nil, errors.Join(fmt.Errorf("open line history %s: %w", dir, err), lock.Close())
	}
	return &stateFiles{dir: dir, lock: lock}, nil
}

// close gives the lock back. What is pending is dropped: it counts as not done.
func (f *stateFiles) close() error {
	errs := []error{unlock(f.lock)}
	for _, file := range []*os.File{f.plan, f.log, f.lock} {
		if file != nil {
			errs = append(errs, file.Close())
		}
	}
	return errors.Join(errs...)
}

// create begins a new checkpoint. The plan goes first: a log of another generation is not looked at.
func (f *stateFiles) create(h header) error {
	_, _ = rand.Read(h.generation[:]) // never fails
	f.header, f.hashSize = h, h.hashSize
	f.pending = f.pending[:0]
	for _, old := range []**os.File{&f.plan, &f.log} {
		if *old != nil {
			_ = (*old).Close()
		}
	}
	var err error
	if f.plan, err = f.fresh(planName); err != nil {
		return err
	}
	f.log, err = f.fresh(logName)
	return err
}

// fresh puts a file with a header in place, at once or not at all.
func (f *stateFiles) fresh(name string) (*os.File, error) {
	path := filepath.Join(f.dir, name)
	file, err := os.OpenFile(path+".new", os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("begin line history: %w", err)
	}
	if _, err = file.Write(f.header.bytes()); err == nil {
		err = file.Sync()
	}
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err == nil {
		err = syncDir(f.dir)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("begin line history: %w", err), file.Close())
	}
	return file, nil
}

// syncDir makes a rename last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// openPlan reads the plan, and its holes into found. wrong tells in words why it cannot be used; it is "absent" when there is none.
func (f *stateFiles) openPlan(found holes) (plan []git.Hash, wrong string, err error) {
	file, data, err := f.read(planName)
	if err != nil || file == nil {
		return nil, "absent", err
	}
	f.plan = file
	if f.header, wrong = parseHeader(data); wrong != "" {
		return nil, wrong, nil
	}
	f.hashSize = f.header.hashSize
	plan = make([]git.Hash, 0, len(data)/max(f.hashSize, 1)+spareCommits)
	end, err := frames(data, func(_ int, payload []byte) error {
		what, payload := payload[0], payload[1:]
		if what == planHoles {
			p := parser{data: payload}
			p.holes(found, f.hashSize)
			return nil
		}
		for ; len(payload) >= f.hashSize && f.hashSize > 0; payload = payload[f.hashSize:] {
			plan = append(plan, git.HashOf(payload[:f.hashSize]))
		}
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	return plan, "", cut(file, end)
}

// openLog reads the log and calls each for its first records, at most so many; the rest is cut off. A log that does
// not go with the plan is begun anew.
func (f *stateFiles) openLog(most int, each func(data []byte, from, to int) error) error {
	file, data, err := f.read(logName)
	if err != nil {
		return err
	}
	f.log = file
	h, wrong := parseHeader(data)
	if file == nil || wrong != "" || h != f.header {
		if file != nil {
			_ = file.Close()
		}
		f.log, err = f.fresh(logName)
		return err
	}
	var kept []byte
	all, err := room(data)
	if err != nil {
		return err
	}
	var decoder inflate.Decoder
	end, err := frames(data, func(_ int, payload []byte) error {
		from := len(all)
		if all, err = unpack(&decoder, all, payload); err != nil {
			return err
		}
		most, kept, err = records(all, from, most, each)
		return err
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	// Records of a frame that is cut in two are written again with what comes next.
	f.pending = append(f.pending[:0], kept...)
	return cut(file, end)
}

// records calls each for the records of all[at:], at most so many, and tells how many more may come. Where these are
// enough, it gives the ones that were taken.
func records(
	all []byte, at, most int, each func(data []byte, from, to int) error,
) (left int, kept []byte, err error) {
	p := parser{data: all, at: at}
	for p.at < len(all) {
		if most == 0 {
			return 0, all[at:p.at], errEnough
		}
		most--
		n := p.number()
		from := p.at
		if n > uint64(len(all)) || p.bytes(int(n)) == nil && p.bad {
			return most, nil, fmt.Errorf("%w: a record is cut off", errState)
		}
		if err := each(all, from, p.at); err != nil {
			return most, nil, err
		}
	}
	return most, nil, nil
}

// errEnough ends the reading of the log.
var errEnough = errors.New("enough records")

// read gives a file and its bytes, nil when there is none.
func (f *stateFiles) read(name string) (*os.File, []byte, error) {
	file, err := os.OpenFile(filepath.Join(f.dir, name), os.O_RDWR, 0o600)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("open line history: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return file, nil, fmt.Errorf("read line history: %w", err)
	}
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(file, data); err != nil {
		return file, nil, fmt.Errorf("read line history: %w", err)
	}
	return file, data, nil
}

// frames calls each for the payload of every whole frame, with its place in data, and gives the end of the last one.
func frames(data []byte, each func(at int, payload []byte) error) (end int, err error) {
	end = headerSize
	for len(data)-end > frameHead {
		size := int(binary.LittleEndian.Uint32(data[end:]))
		at := end + frameHead
		if size == 0 || size > maxFrame || size > len(data)-at {
			break
		}
		payload := data[at : at+size]
		if crc32.Checksum(payload, castagnoli) != binary.LittleEndian.Uint32(data[end+4:]) {
			break
		}
		if err := each(at, payload); err != nil {
			return end, err
		}
		end = at + size
	}
	return end, nil
}

// cut drops what follows the last whole frame and goes there to write on.
func cut(file *os.File, end int) error {
	if err := file.Truncate(int64(end)); err != nil {
		return fmt.Errorf("read line history: %w", err)
	}
	if _, err := file.Seek(int64(end), io.SeekStart); err != nil {
		return fmt.Errorf("read line history: %w", err)
	}
	return nil
}

// extend appends holes and hashes to the plan and makes them last. The holes go first: a plan that a crash cut off
// between the two knows too many, which costs time at most.
func (f *stateFiles) extend(hashes []git.Hash, found []hole) error {
	const most = 1 << 20
	if len(found) > 0 {
		if err := writeFrame(f.plan, appendHoles([]byte{planHoles}, found)); err != nil {
			return err
		}
	}
	for len(hashes) > 0 {
		part := hashes[:min(most, len(hashes))]
		payload := []byte{planCommits}
		for _, h := range part {
			payload = h.AppendRaw(payload)
		}
		if err := writeFrame(f.plan, payload); err != nil {
			return err
		}
		hashes = hashes[len(part):]
	}
	if err := f.plan.Sync(); err != nil {
		return fmt.Errorf("write line history: %w", err)
	}
	return nil
}

// append adds a record; it is written when there are enough for a frame.
func (f *stateFiles) append(record []byte) error {
	f.pending = append(binary.AppendUvarint(f.pending, uint64(len(record))), record...)
	if len(f.pending) < flushSize {
		return nil
	}
	return f.flush()
}

// flush writes the pending records.
func (f *stateFiles) flush() error {
	if len(f.pending) == 0 {
		return nil
	}
	packed, err := deflate(f.pending)
	if err == nil {
		err = writeFrame(f.log, packed)
	}
	f.pending = f.pending[:0]
	return err
}

func writeFrame(file *os.File, payload []byte) error {
	frame := make([]byte, frameHead, frameHead+len(payload))
	binary.LittleEndian.PutUint32(frame, uint32(len(payload)))
	binary.LittleEndian.PutUint32(frame[4:], crc32.Checksum(payload, castagnoli))
	if _, err := io.Copy(file, bytes.NewReader(append(frame, payload...))); err != nil {
		return fmt.Errorf("write line history: %w", err)
	}
	return nil
}

// discard removes a checkpoint that contradicts itself. The lock stays.
func discard(dir string) error {
	if dir == "" {
		return nil
	}
	for _, name := range []string{planName, logName} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("begin line history anew: %w", err)
		}
	}
	return nil
}
