package ghes

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Request is one request that arrived, with its answer. It holds no secret.
type Request struct {
	At     time.Time
	Method string
	Path   string
	// Query is the raw query of API and git requests; sign-in pages' are left out.
	Query string
	// Credential is the kind that was sent: none, password, token, or unknown when it was refused.
	Credential string
	// Login is the account that it signed in, if it did.
	Login string
	// Operation is query or mutation for GraphQL.
	Operation string
	UserAgent string
	Status    int
	Bytes     int64
	// Fault names what was made to go wrong, if anything.
	Fault string
}

// keptRequests bounds the memory of a demo that runs for days: the older half is forgotten.
const keptRequests = 200_000

type requestLog struct {
	mu       sync.Mutex
	requests []Request
}

// Requests returns what arrived so far, in the order of their answers' ends.
func (s *Server) Requests() []Request {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return append([]Request(nil), s.log.requests...)
}

// ForgetRequests empties what Requests returns.
func (s *Server) ForgetRequests() {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	s.log.requests = nil
}

func (l *requestLog) add(r Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.requests) >= keptRequests {
		l.requests = append([]Request(nil), l.requests[keptRequests/2:]...)
	}
	l.requests = append(l.requests, r)
}

type recordKey struct{}

// pending is the log entry of a request under way.
type pending struct {
	Request
	log     *requestLog
	counter *countingWriter
	once    sync.Once
}

// end writes the entry into the log.
func (p *pending) end() {
	p.once.Do(func() {
		p.Status, p.Bytes = p.counter.status, p.counter.bytes
		p.log.add(p.Request)
	})
}

// record is the log entry of a request under way, for those who learn more about it.
func record(r *http.Request) *Request {
	if p, ok := r.Context().Value(recordKey{}).(*pending); ok {
		return &p.Request
	}
	return &Request{}
}

// endRecord logs a request that is about to be cut off, so that it is in the log when its client learns.
func endRecord(r *http.Request) {
	if p, ok := r.Context().Value(recordKey{}).(*pending); ok {
		p.end()
	}
}

// wrap logs each request when its answer has ended, even by a broken connection.
func (l *requestLog) wrap(s *Server, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := &pending{log: l, counter: &countingWriter{ResponseWriter: w}, Request: Request{
			At: s.now(), Method: r.Method, Path: r.URL.Path, UserAgent: r.UserAgent(), Credential: "none",
		}}
		if !strings.HasPrefix(r.URL.Path, "/login") {
			p.Query = r.URL.RawQuery
		}
		defer p.end()
		ctx := context.WithValue(r.Context(), recordKey{}, p)
		next.ServeHTTP(p.counter, r.WithContext(ctx))
	})
}

// countingWriter notes the status and the size of an answer.
type countingWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *countingWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *countingWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

func (w *countingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *countingWriter) Flush() {
	if f, ok := w.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}
