package connect

import (
	"io"
	"sync"
	"sync/atomic"
)

// peekedBody is a body whose beginning was read already and is given again.
type peekedBody struct {
	io.Reader
	io.Closer
}

// answerBody bounds an answer and tells when it has been read or closed.
type answerBody struct {
	io.ReadCloser
	left, limit int64
	read        atomic.Int64
	once        sync.Once
	finish      func(bytes int64)
}

func (b *answerBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		// One byte more tells an answer that ends here from one that goes on.
		if n, err := b.ReadCloser.Read(make([]byte, 1)); n == 0 {
			return 0, b.ended(err)
		}
		return 0, b.ended(&BodyTooLargeError{Limit: b.limit})
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	b.read.Add(int64(n))
	return n, b.ended(err)
}

func (b *answerBody) ended(err error) error {
	if err != nil {
		b.once.Do(func() { b.finish(b.read.Load()) })
	}
	return err
}

// Close ends the request; it may be called beside a Read.
func (b *answerBody) Close() error {
	err := b.ReadCloser.Close()
	b.once.Do(func() { b.finish(b.read.Load()) })
	return err
}
