package ghes

import (
	"bytes"
	"io"
	"net/http"
	"sync"
)

// Exchange is one REST request with the answer as it was before any fault.
type Exchange struct {
	Request     *http.Request
	RequestBody []byte
	Status      int
	Header      http.Header
	Body        []byte
}

// taps are those who listen to what the REST API says.
type taps struct {
	mu   sync.RWMutex
	list []func(Exchange)
}

// Tap calls a function with every REST request and its true answer, before it is sent. Tests use
// it to hold both to the official description.
func (s *Server) Tap(listen func(Exchange)) {
	s.taps.mu.Lock()
	defer s.taps.mu.Unlock()
	s.taps.list = append(s.taps.list, listen)
}

// wrap costs nothing while nobody listens.
func (t *taps) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.mu.RLock()
		list := t.list
		t.mu.RUnlock()
		if len(list) == 0 {
			next.ServeHTTP(w, r)
			return
		}
		sent, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(sent))
		held := hold(next, w, r)
		for _, listen := range list {
			listen(Exchange{r, sent, held.status, w.Header().Clone(), held.body.Bytes()})
		}
		w.WriteHeader(held.status)
		_, _ = w.Write(held.body.Bytes())
	})
}
