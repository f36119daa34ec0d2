package web

import (
	"crypto/rand"
	"errors"
	"net/http"
	"runtime/debug"
	"time"
)

// policy lets pages load what Weir itself serves and nothing else: no inline script or style, no other
// host. The style sheet's own pictures are data: addresses.
const policy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; " +
	"form-action 'self'; frame-ancestors 'none'"

// maxForm bounds what a browser may send; the longest form holds a certificate chain or a few thousand ids.
const maxForm = 2 << 20

func secureHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Content-Security-Policy", policy)
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("X-Frame-Options", "DENY")
		head.Set("Referrer-Policy", "same-origin")
		head.Set("Cross-Origin-Opener-Policy", "same-origin")
		head.Set("Cross-Origin-Resource-Policy", "same-origin")
		head.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		next.ServeHTTP(w, r)
	})
}

// statusWriter remembers the status for the log.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the real writer.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// observe gives each request an id, logs its outcome and keeps a panic from ending more than this request.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, began := rand.Text()[:12], s.now()
		w.Header().Set("X-Request-Id", id)
		out := &statusWriter{ResponseWriter: w}
		defer func() {
			if caught := recover(); caught != nil {
				if err, is := caught.(error); is && errors.Is(err, http.ErrAbortHandler) {
					panic(caught)
				}
				s.log.Error("request panicked", "request", id, "path", r.URL.Path, "panic", caught, "stack", string(debug.Stack()))
				if out.status == 0 {
					http.Error(out, "Something went wrong on our side. Request number "+id+".", http.StatusInternalServerError)
				}
			}
			// The query is left out: it can hold names that people search for.
			s.log.Debug("request", "request", id, "method", r.Method, "path", r.URL.Path,
				"status", max(out.status, http.StatusOK), "took", s.now().Sub(began).Round(time.Millisecond))
		}()
		next.ServeHTTP(out, r)
	})
}
