package git

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"weir/internal/git/pack"
)

// Kind is the type of an object.
type Kind uint8

// The types of objects.
const (
	KindCommit Kind = iota + 1
	KindTree
	KindBlob
	KindTag
)

var kinds = map[string]Kind{"commit": KindCommit, "tree": KindTree, "blob": KindBlob, "tag": KindTag}

// Object is an object as read.
type Object struct {
	Kind Kind
	Size int64
	// Data is nil when Size was above the reader's bound; then Lines and Binary tell what was seen in passing.
	Data []byte
	// Large says that Data was not kept.
	Large bool
	// Lines counts lines, a last one without a newline included; only set when Large.
	Lines int
	// Binary says that a NUL is among the first 8,000 bytes; only set when Large.
	Binary bool

	memory *pack.Object // what Release gives back, nil for most
}

// ObjectReader reads objects through one `git cat-file --batch`. It is for one goroutine at a time.
//
// A process that dies over an object (damaged data, a promised object that may not be fetched) is started again,
// and only that object is reported.
type ObjectReader struct {
	ctx  context.Context
	repo *Repository
	// MaxSize is the size above which an object's data is not kept; 0 is no bound.
	MaxSize int64

	stop context.CancelFunc
	in   io.WriteCloser
	out  *bufio.Reader
	wait func() error
	said *tail
}

// Objects starts a reader. Close it; cancelling ctx ends it too.
func (r *Repository) Objects(ctx context.Context) (*ObjectReader, error) {
	o := &ObjectReader{ctx: ctx, repo: r}
	return o, o.start()
}

func (o *ObjectReader) start() error {
	ctx, stop := context.WithCancel(o.ctx)
	cmd, said := o.repo.git("cat-file", "--batch").exec(ctx)
	in, err := cmd.StdinPipe()
	if err == nil {
		var out io.ReadCloser
		if out, err = cmd.StdoutPipe(); err == nil {
			err = cmd.Start()
			o.out = bufio.NewReaderSize(out, 64<<10)
		}
	}
	if err != nil {
		stop()
		return fmt.Errorf("start git cat-file: %w", err)
	}
	o.stop, o.in, o.wait, o.said = stop, in, cmd.Wait, said
	return nil
}

// Close ends the process.
func (o *ObjectReader) Close() error {
	if o.stop == nil {
		return nil
	}
	_ = o.in.Close()
	o.stop()
	_ = o.wait() // killed on purpose
	o.stop = nil
	return nil
}

// Read gives one object. Data is appended to buf[:0] where that is large enough, so pass nil to keep it. The error is
// a *MissingError or *CorruptError when only this object is concerned (see Unreadable).
func (o *ObjectReader) Read(h Hash, buf []byte) (Object, error) {
	obj, err := o.try(h, buf)
	if err == nil || Unreadable(err) {
		return obj, err
	}
	// The process died: because of this object if it does so a second time.
	for range 2 {
		if o.ctx.Err() != nil {
			return Object{}, fmt.Errorf("read object %s: %w", h, o.ctx.Err())
		}
		words := o.said.String()
		if err := o.restart(); err != nil {
			return Object{}, err
		}
		if obj, err = o.try(h, buf); err == nil || Unreadable(err) {
			return obj, err
		}
		if again := o.said.String(); again != "" {
			words = again
		}
		err = deathOver(h, words)
	}
	return Object{}, errors.Join(err, o.restart())
}

// deathOver says what git's last words mean for the object that was asked for.
func deathOver(h Hash, words string) error {
	if bytes.Contains([]byte(words), []byte("promisor")) {
		return &MissingError{Hash: h}
	}
	return &CorruptError{Hash: h, Why: words}
}

func (o *ObjectReader) restart() error {
	_ = o.Close()
	return o.start()
}

// try asks once. An error that is not Unreadable means that the process is of no more use.
func (o *ObjectReader) try(h Hash, buf []byte) (Object, error) {
	var line [65]byte
	if _, err := o.in.Write(append(h.AppendHex(line[:0]), '\n')); err != nil {
		return o.died(err)
	}
	return o.answer(h, buf)
}

// died waits for the process so that its last words are complete.
func (o *ObjectReader) died(err error) (Object, error) {
	_ = o.in.Close()
	_ = o.wait()
	return Object{}, fmt.Errorf("git cat-file ended: %w", err)
}

// answer reads "<id> <type> <size>", the data and a newline.
func (o *ObjectReader) answer(h Hash, buf []byte) (Object, error) {
	line, err := o.out.ReadSlice('\n')
	if err != nil {
		return o.died(err)
	}
	field := bytes.Fields(line)
	if len(field) == 2 {
		return Object{}, &MissingError{Hash: h}
	}
	if len(field) != 3 {
		return o.died(fmt.Errorf("unexpected answer %q", line))
	}
	size, err := strconv.ParseInt(string(field[2]), 10, 64)
	if err != nil {
		return o.died(err)
	}
	obj := Object{Kind: kinds[string(field[1])], Size: size}
	if err := o.body(&obj, buf); err != nil {
		return o.died(err)
	}
	return obj, nil
}

// body reads the data, or passes over it while counting.
func (o *ObjectReader) body(obj *Object, buf []byte) error {
	if o.MaxSize > 0 && obj.Size > o.MaxSize {
		obj.Large = true
		if err := o.skip(obj); err != nil {
			return err
		}
	} else {
		if int64(cap(buf)) < obj.Size {
			buf = make([]byte, obj.Size)
		}
		obj.Data = buf[:obj.Size]
		if _, err := io.ReadFull(o.out, obj.Data); err != nil {
			return err
		}
	}
	_, err := o.out.Discard(1)
	return err
}

// skip passes over a large object and tells what was seen.
func (o *ObjectReader) skip(obj *Object) error {
	buf := make([]byte, 64<<10)
	var last byte = '\n'
	for done := int64(0); done < obj.Size; {
		part := buf[:min(int64(len(buf)), obj.Size-done)]
		if _, err := io.ReadFull(o.out, part); err != nil {
			return err
		}
		if done == 0 {
			obj.Binary = Binary(part)
		}
		obj.Lines += bytes.Count(part, []byte{'\n'})
		last = part[len(part)-1]
		done += int64(len(part))
	}
	if last != '\n' {
		obj.Lines++
	}
	return nil
}

// Binary tells whether git takes data for binary: a NUL among the first 8,000 bytes. Attributes (-diff, binary) are
// not followed on purpose: git reads them from the work tree, so what it says of a commit would depend on another one.
func Binary(data []byte) bool {
	return bytes.IndexByte(data[:min(len(data), 8000)], 0) >= 0
}
