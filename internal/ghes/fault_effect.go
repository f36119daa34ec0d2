package ghes

import (
	"bytes"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Latency answers after a while, or never when the client gives up first.
func Latency(d time.Duration) Effect {
	return Effect{"latency", func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if wait(r.Context(), d) {
				next.ServeHTTP(w, r)
			}
		})
	}}
}

func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// instead answers by itself and never asks the server.
func instead(name string, answer http.HandlerFunc) Effect {
	return Effect{name, func(http.Handler) http.Handler { return answer }}
}

// ServerError answers 500 as the API does.
func ServerError() Effect {
	return Status(http.StatusInternalServerError, "Server Error", nil)
}

// Status answers any status as the API does, with a message and headers.
func Status(status int, message string, header http.Header) Effect {
	return instead("status "+strconv.Itoa(status), func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range header {
			w.Header()[http.CanonicalHeaderKey(name)] = values
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		_, _ = w.Write(encode(document{"message": message}))
	})
}

// EmptyList answers a list as if nothing were there.
func EmptyList() Effect {
	return instead("empty list", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write([]byte("[]"))
	})
}

// Page answers a web page where another answer belongs.
func Page(status int, title, text string) Effect {
	return instead("page "+strconv.Itoa(status), func(w http.ResponseWriter, _ *http.Request) {
		writePage(w, status, webPage{Title: title, Text: text})
	})
}

// BadGateway answers the front's 502 page, as when the application behind it timed out.
func BadGateway() Effect {
	return Page(http.StatusBadGateway, "502 Bad Gateway", "This page is taking too long to load.")
}

// MaintenancePage answers 503 as the appliance does during an upgrade.
func MaintenancePage() Effect {
	return instead("maintenance", func(w http.ResponseWriter, _ *http.Request) { maintenancePage(w) })
}

// LoginRedirect sends the client to a sign-in page, as a proxy in front or SAML would.
func LoginRedirect(to string) Effect {
	return instead("login redirect", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, to, http.StatusFound)
	})
}

// LoginPage answers 200 and a sign-in page in place of the answer.
func LoginPage() Effect {
	return instead("login page", func(w http.ResponseWriter, _ *http.Request) {
		writePage(w, http.StatusOK, webPage{Title: "Single sign-on", SignIn: true})
	})
}

// Drop closes the connection without an answer.
func Drop() Effect {
	return instead("drop", func(_ http.ResponseWriter, r *http.Request) { closeConn(r, false) })
}

// Reset resets the connection without an answer.
func Reset() Effect {
	return instead("reset", func(_ http.ResponseWriter, r *http.Request) { closeConn(r, true) })
}

// closeConn cuts the connection below TLS and ends the handler.
func closeConn(r *http.Request, reset bool) {
	endRecord(r)
	conn, _ := r.Context().Value(connKey{}).(net.Conn)
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0)
	}
	if conn != nil {
		_ = conn.Close()
	}
	panic(http.ErrAbortHandler)
}

// Truncate sends the true header and only a part of the body, from 0 to 1, then ends as if well.
func Truncate(part float64) Effect {
	return rewritten("truncate", func(body []byte) []byte { return body[:int(float64(len(body))*part)] })
}

// EmptyBody sends the true header and nothing else.
func EmptyBody() Effect { return rewritten("empty body", func([]byte) []byte { return nil }) }

func rewritten(name string, change func([]byte) []byte) Effect {
	return Effect{name, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			held := hold(next, w, r)
			w.WriteHeader(held.status)
			_, _ = w.Write(change(held.body.Bytes()))
		})
	}}
}

// SlowBytes sends the body at a rate of bytes per second.
func SlowBytes(perSecond int) Effect {
	return Effect{"slow bytes", func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			held := hold(next, w, r)
			w.WriteHeader(held.status)
			step := max(1, perSecond/10)
			for held.body.Len() > 0 && wait(r.Context(), time.Second/10) {
				if _, err := w.Write(held.body.Next(step)); err != nil {
					return
				}
				_ = http.NewResponseController(w).Flush()
			}
		})
	}}
}

// CutOff sends a part of the body, from 0 to 1, and then breaks the connection.
func CutOff(part float64) Effect {
	return Effect{"cut off", func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			held := hold(next, w, r)
			w.WriteHeader(held.status)
			_, _ = w.Write(held.body.Next(int(float64(held.body.Len()) * part)))
			_ = http.NewResponseController(w).Flush()
			closeConn(r, false)
		})
	}}
}

// WrongHost puts another address into every URL of the answer, its Link header included, as a
// server does whose own host name was set to one that only its network knows.
func WrongHost(base string) Effect {
	return Effect{"wrong host", func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx := context.WithValue(r.Context(), baseKey{}, base)
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}}
}

// ClockSkew moves the server's Date.
func ClockSkew(by time.Duration) Effect {
	return Effect{"clock skew", func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if at, err := http.ParseTime(w.Header().Get("Date")); err == nil {
				w.Header().Set("Date", at.Add(by).Format(http.TimeFormat))
			}
			next.ServeHTTP(w, r)
		})
	}}
}

// heldAnswer is an answer that was not sent yet; its headers are those of the real one.
type heldAnswer struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func hold(next http.Handler, w http.ResponseWriter, r *http.Request) *heldAnswer {
	held := &heldAnswer{ResponseWriter: w, status: http.StatusOK}
	next.ServeHTTP(held, r)
	w.Header().Del("Content-Length")
	return held
}

func (h *heldAnswer) WriteHeader(status int)      { h.status = status }
func (h *heldAnswer) Write(p []byte) (int, error) { return h.body.Write(p) }
