package connect

import (
	"fmt"
	"net/http"
	"strings"
)

// AnswerFault names why an answer is not what was asked for, in words for a person. It is for answers
// met while importing; the diagnosis has codes of its own for its stages. A good answer gets nil only
// when it is JSON.
func (t *Transport) AnswerFault(a *Answer) *Fault {
	f := answerFault(a, t.address.values())
	if f != nil {
		t.scrubFault(f)
		if f.Detail == "" {
			f.Detail = t.Scrub(a.Excerpt())
		}
	}
	return f
}

func answerFault(a *Answer, v values) *Fault {
	v = v.with("status", fmt.Sprint(a.Status), "title", a.title(), "message", aside(a.Message()))
	if limited := a.Limited(); limited != nil {
		f := fault(APILimited, v.with("until", until(limited)))
		f.Until, f.Err = limited.Until, limited
		return f
	}
	switch {
	case a.InMaintenance():
		return a.later(fault(APIMaintenance, v))
	case a.Status >= http.StatusInternalServerError:
		return a.later(fault(APIServerError, v))
	case a.IsPage():
		return fault(APIPage, v)
	case a.Status < http.StatusBadRequest && !a.IsJSON():
		return fault(APIUnreadable, v.with("reason", "it is not JSON"))
	}
	return statusFault(a.Status, v)
}

func statusFault(status int, v values) *Fault {
	switch status {
	case http.StatusUnauthorized:
		return fault(APIUnauthorized, v)
	case http.StatusForbidden:
		return fault(APIForbidden, v)
	case http.StatusNotFound:
		return fault(APINotFound, v)
	case http.StatusGone, http.StatusUnavailableForLegalReasons:
		return fault(APIGone, v)
	}
	if status >= http.StatusBadRequest {
		return fault(APIRejected, v)
	}
	return nil
}

// later takes over the time that a failing server gave.
func (a *Answer) later(f *Fault) *Fault {
	if at, told := parseRetryAfter(a.Header.Get("Retry-After"), a.At); told {
		f.Until = at
	}
	return f
}

// aside puts what the server said behind a sentence that stands without it.
func aside(message string) string {
	if message == "" {
		return ""
	}
	return " (“" + strings.TrimRight(message, ".") + "”)"
}

// said is what the server said as a sentence of its own.
func said(message string) string {
	if message == "" {
		return "the server gives no reason."
	}
	return "“" + strings.TrimRight(message, ".") + "”."
}

// Scrub takes the credential's and the proxy's secrets out of a text, in case a server ever echoes them.
func (t *Transport) Scrub(text string) string {
	t.mu.Lock()
	scrubber := t.scrubber
	t.mu.Unlock()
	return scrubber.Replace(text)
}

func (t *Transport) scrubFault(f *Fault) {
	f.Cause, f.Next, f.Detail = t.Scrub(f.Cause), t.Scrub(f.Next), t.Scrub(f.Detail)
}

// ComplaintFault is the fault of an answer that says no inside a good one, as GraphQL does.
func (t *Transport) ComplaintFault(code Code, status int, message string, limited *RateLimitError) *Fault {
	v := t.address.values().with("status", fmt.Sprint(status), "until", until(limited), "message", aside(shorten(message, 300)))
	if code == APIGraphQL {
		v["message"] = said(shorten(message, 300))
	}
	f := fault(code, v)
	if limited != nil {
		f.Until = limited.Until
	}
	t.scrubFault(f)
	return f
}
