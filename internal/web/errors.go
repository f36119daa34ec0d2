package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"weir/internal/facts"
	"weir/internal/manage"
)

// problem is an error that a person is told about: what happened, why, and what to do next.
type problem struct {
	Status int    `json:"status"`
	What   string `json:"what"`
	Why    string `json:"why"`
	Next   string `json:"next"`
	// RequestID finds the log line that belongs to it.
	RequestID string `json:"request_id"`
	cause     error
}

// Error gives the text for the log.
func (p *problem) Error() string {
	if p.cause != nil {
		return fmt.Sprintf("%s: %v", p.What, p.cause)
	}
	return fmt.Sprintf("%s: %s", p.What, p.Why)
}

func (p *problem) Unwrap() error { return p.cause }

// invalid says that what was asked for cannot be understood; the cause's text is shown.
func invalid(cause error) error {
	return &problem{
		Status: http.StatusBadRequest,
		What:   "This request cannot be understood",
		Why:    sentence(cause.Error()),
		Next:   "Correct the address or the form and try again.",
	}
}

// forbidden says that the person lacks a right.
func forbidden() error {
	return &problem{
		Status: http.StatusForbidden,
		What:   "You do not have the right to do this",
		Why:    "Your role in Weir does not include it.",
		Next:   "Ask an admin of Weir for a role that does.",
	}
}

// explain is the one place where an error becomes a status and the words a person reads.
func explain(err error) *problem {
	var said *problem
	var large *http.MaxBytesError
	var refused *manage.Refusal
	switch {
	case errors.As(err, &refused):
		return &problem{Status: http.StatusConflict, What: refused.What, Why: sentence(refused.Why), Next: refused.Next, cause: err}
	case errors.As(err, &said):
		shown := *said
		return &shown
	case errors.As(err, &large):
		return &problem{Status: http.StatusRequestEntityTooLarge, What: "The form is too large",
			Why: fmt.Sprintf("It is larger than %s.", size(large.Limit)), Next: "Send less at once.", cause: err}
	case errors.Is(err, facts.ErrNotFound):
		return &problem{Status: http.StatusNotFound, What: "There is nothing here",
			Why: "The address is wrong, or what it named has been deleted.", Next: "Go back, or start from the home page.", cause: err}
	case errors.Is(err, facts.ErrConflict):
		return &problem{Status: http.StatusConflict, What: "Somebody else changed this first",
			Why: "Your change was not saved.", Next: "Load the page again, look at what is there now, and repeat your change.", cause: err}
	case errors.Is(err, context.DeadlineExceeded):
		return &problem{Status: http.StatusGatewayTimeout, What: "This took too long",
			Why: "The answer was not ready in time.", Next: "Try a shorter period or fewer repos, or try again in a minute.", cause: err}
	}
	return &problem{Status: http.StatusInternalServerError, What: "Something went wrong on our side",
		Why: "Weir could not finish the request.", Next: "Try again. If it stays, give your admin the request number below; the log says more.", cause: err}
}

// fail answers a request that ended in an error.
func (s *Server) fail(v *visit, err error) {
	if errors.Is(err, context.Canceled) && v.R.Context().Err() != nil {
		return
	}
	p := explain(err)
	p.RequestID = v.id
	level := slog.LevelInfo
	if p.Status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	s.log.Log(v.R.Context(), level, "request ended in an error",
		"request", v.id, "method", v.R.Method, "path", v.R.URL.Path, "status", p.Status, "error", err)
	if err := v.showProblem(p); err != nil {
		s.log.Debug("write error page", "request", v.id, "error", err)
	}
}

func (v *visit) showProblem(p *problem) error {
	v.W.Header().Set("Cache-Control", "no-store")
	switch {
	case v.Format != formatHTML:
		v.W.Header().Set("Content-Type", "application/json; charset=utf-8")
		v.W.WriteHeader(p.Status)
		return json.NewEncoder(v.W).Encode(map[string]*problem{"error": p})
	case v.fragment():
		return v.writePart(p.Status, "problem", p)
	}
	return v.writePage(p.Status, "problem", p.What, p)
}

// sentence makes an error's text fit to be read as a sentence.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	first, rest := text[:1], text[1:]
	if first >= "a" && first <= "z" {
		first = string(first[0] - 'a' + 'A')
	}
	if last := text[len(text)-1]; last != '.' && last != '?' && last != '!' {
		rest += "."
	}
	return first + rest
}
