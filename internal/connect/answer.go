package connect

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// maxErrorBody bounds what is read of an answer that says no.
const maxErrorBody = 64 << 10

// Answer is a whole answer, read and closed.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	// At is when the answer's head came, Took how long that was after sending.
	At   time.Time
	Took time.Duration
}

// Get asks for a path, such as /api/v3/user, or for a URL at the configured server. Any status is an
// Answer, not an error; an answer that breaks off comes with an error.
func (t *Transport) Get(ctx context.Context, path string, header ...string) (*Answer, error) {
	u, err := t.base.Parse(path)
	if err != nil {
		return nil, &RefusedError{Method: http.MethodGet, Path: "an unreadable path", Reason: "it is not a path"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return t.ask(req, 0)
}

// Send sends what changes a webhook of Weir's own; body is written as JSON, nil for none. The rules and
// Options.Hooks decide whether it leaves. Any status is an Answer.
func (t *Transport) Send(ctx context.Context, method, path string, body any) (*Answer, error) {
	u, err := t.base.Parse(path)
	if err != nil {
		return nil, &RefusedError{Method: method, Path: "an unreadable path", Reason: "it is not a path"}
	}
	var content io.Reader
	if body != nil {
		written, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("encode the body of a request: %w", err)
		}
		content = bytes.NewReader(written)
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), content)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	return t.ask(req, 0)
}

// Query asks GraphQL. Any status is an Answer; errors inside a GraphQL answer are left to the caller.
func (t *Transport) Query(ctx context.Context, query string, variables map[string]any) (*Answer, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return nil, fmt.Errorf("encode variables of a query: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.address.GraphQL(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	return t.ask(req, 0)
}

// ask sends and reads; a most above 0 reads no more than that and calls it whole.
func (t *Transport) ask(req *http.Request, most int64) (*Answer, error) {
	sent := t.options.Now()
	resp, err := t.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	at := t.options.Now()
	var body io.Reader = resp.Body
	if most > 0 {
		body = io.LimitReader(body, most)
	}
	content, err := io.ReadAll(body)
	answer := &Answer{Status: resp.StatusCode, Header: resp.Header, Body: content, At: at, Took: at.Sub(sent)}
	if err != nil {
		return answer, fmt.Errorf("read answer: %w", err)
	}
	return answer, nil
}

// Decode reads the answer's JSON into a value. Missing keys and nulls leave zero values: servers of
// different ages send different keys.
func (a *Answer) Decode(into any) error {
	if err := json.Unmarshal(a.Body, into); err != nil {
		return fmt.Errorf("decode answer: %w", err)
	}
	return nil
}

// IsJSON tells whether the answer claims to be JSON or is.
func (a *Answer) IsJSON() bool {
	return strings.Contains(a.Header.Get("Content-Type"), "json") || json.Valid(a.Body)
}

// IsPage tells whether the answer is a web page.
func (a *Answer) IsPage() bool {
	if strings.Contains(a.Header.Get("Content-Type"), "html") {
		return true
	}
	head := strings.ToLower(string(a.Body[:min(len(a.Body), 200)]))
	return strings.Contains(head, "<!doctype html") || strings.Contains(head, "<html")
}

// truncated tells whether the answer is JSON that breaks off.
func (a *Answer) truncated() bool {
	var ignored json.RawMessage
	err := json.NewDecoder(bytes.NewReader(a.Body)).Decode(&ignored)
	return errors.Is(err, io.ErrUnexpectedEOF)
}

// Message is what the server says in an answer of JSON, "" when it says nothing.
func (a *Answer) Message() string {
	var said struct {
		Message string            `json:"message"`
		Error   string            `json:"error"`
		Errors  []json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(a.Body, &said) != nil {
		return ""
	}
	if said.Message == "" {
		said.Message = said.Error
	}
	for _, raw := range said.Errors {
		if detail := errorDetail(raw); detail != "" && a.Status == http.StatusUnprocessableEntity {
			said.Message += ": " + detail
			break
		}
	}
	return shorten(said.Message, 300)
}

// errorDetail reads one of the errors behind "Validation Failed", which is text or an object.
func errorDetail(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var detail struct {
		Message string `json:"message"`
	}
	_ = json.Unmarshal(raw, &detail)
	return detail.Message
}

var pageTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// title is the web page's own, as a part of a sentence.
func (a *Answer) title() string {
	m := pageTitle.FindSubmatch(a.Body)
	if m == nil {
		return ""
	}
	text := shorten(html.UnescapeString(string(m[1])), 80)
	if text == "" {
		return ""
	}
	return ", titled “" + text + "”"
}

var (
	tags       = regexp.MustCompile(`(?s)<(script|style)[^>]*>.*?</(script|style)>|<[^>]*>`)
	whitespace = regexp.MustCompile(`\s+`)
)

// Excerpt is the beginning of the answer's text, for whoever looks closer.
func (a *Answer) Excerpt() string {
	text := string(a.Body[:min(len(a.Body), 8<<10)])
	if a.IsPage() {
		text = html.UnescapeString(tags.ReplaceAllString(text, " "))
	}
	return shorten(text, 300)
}

// shorten makes one line of text that is safe to show: valid, without control characters, and short.
func shorten(text string, most int) string {
	text = strings.ToValidUTF8(whitespace.ReplaceAllString(text, " "), "?")
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) {
			return -1
		}
		return r
	}, text))
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// rateLimit reads a limit out of an answer: the hourly budget, or the pace. Nil when it is neither.
func rateLimit(status int, header http.Header, body []byte, now time.Time) *RateLimitError {
	if status != http.StatusForbidden && status != http.StatusTooManyRequests {
		return nil
	}
	after, told := parseRetryAfter(header.Get("Retry-After"), now)
	text := strings.ToLower(string(body))
	secondary := strings.Contains(text, "secondary rate limit") || strings.Contains(text, "abuse detection")
	switch {
	case !secondary && header.Get("X-RateLimit-Remaining") == "0":
		return &RateLimitError{Until: resetTime(header, after, told, now)}
	case told:
		return &RateLimitError{Until: after, Secondary: true}
	case secondary || status == http.StatusTooManyRequests:
		// Without a time, GitHub asks to wait for a minute at least.
		return &RateLimitError{Until: now.Add(time.Minute), Secondary: true}
	}
	return nil
}

func resetTime(header http.Header, after time.Time, told bool, now time.Time) time.Time {
	seconds, err := strconv.ParseInt(header.Get("X-RateLimit-Reset"), 10, 64)
	if reset := time.Unix(seconds, 0).UTC(); err == nil && reset.After(now) && reset.Before(now.Add(25*time.Hour)) {
		return reset
	}
	if told {
		return after
	}
	return now.Add(time.Minute)
}

// parseRetryAfter reads seconds or an HTTP date; a day is the longest that is believed.
func parseRetryAfter(value string, now time.Time) (time.Time, bool) {
	if value == "" {
		return time.Time{}, false
	}
	var at time.Time
	if seconds, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64); err == nil {
		at = now.Add(time.Duration(min(max(seconds, 1), 86400)) * time.Second)
	} else if date, err := http.ParseTime(value); err == nil {
		at = date
	} else {
		return time.Time{}, false
	}
	if at.Before(now.Add(time.Second)) {
		at = now.Add(time.Second)
	}
	if limit := now.Add(24 * time.Hour); at.After(limit) {
		at = limit
	}
	return at, true
}

// Limited answers the limit that the answer speaks of, or nil.
func (a *Answer) Limited() *RateLimitError { return rateLimit(a.Status, a.Header, a.Body, a.At) }

// InMaintenance tells whether the server says that it is being maintained.
func (a *Answer) InMaintenance() bool {
	return a.Status == http.StatusServiceUnavailable && strings.Contains(strings.ToLower(string(a.Body)), "maintenance")
}

// CredentialExpiry is when the credential ends as the server tells with each answer; zero when it does not.
func (a *Answer) CredentialExpiry() time.Time {
	value := strings.TrimSpace(a.Header.Get("GitHub-Authentication-Token-Expiration"))
	for _, layout := range []string{"2006-01-02 15:04:05 MST", "2006-01-02 15:04:05 -0700", time.RFC3339} {
		if t, err := time.Parse(layout, value); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

var versionNumber = regexp.MustCompile(`\d+\.\d+(\.\d+)*`)

// ServerVersion is the version in the answer's head, such as 3.19.1; empty when there is none.
func (a *Answer) ServerVersion() string {
	return versionNumber.FindString(a.Header.Get("X-GitHub-Enterprise-Version"))
}

// LimitedUntil is when a budget that the answer's body calls used up is filled again.
func (a *Answer) LimitedUntil() *RateLimitError {
	after, told := parseRetryAfter(a.Header.Get("Retry-After"), a.At)
	return &RateLimitError{Until: resetTime(a.Header, after, told, a.At)}
}
