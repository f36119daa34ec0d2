package support

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
)

// recentLines is how many lines Recent remembers.
const recentLines = 300

// Recent remembers the latest warnings and errors that go to a log.
type Recent struct {
	mu    sync.Mutex
	lines []string
}

// Lines gives what is remembered, the oldest first, each line with its end. A nil Recent has none.
func (r *Recent) Lines() []string {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.lines...)
}

// Write takes one line from the text handler.
func (r *Recent) Write(line []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.lines) == recentLines {
		r.lines = append(r.lines[:0], r.lines[1:]...)
	}
	r.lines = append(r.lines, string(bytes.Clone(line)))
	return len(line), nil
}

// Remember gives a log that does as the other one and is remembered.
func (r *Recent) Remember(log *slog.Logger) *slog.Logger {
	own := slog.NewTextHandler(r, &slog.HandlerOptions{Level: slog.LevelWarn})
	return slog.New(both{log.Handler(), own})
}

// both hands a record to two handlers.
type both struct{ first, second slog.Handler }

// Enabled tells whether one of them wants it.
func (b both) Enabled(ctx context.Context, level slog.Level) bool {
	return b.first.Enabled(ctx, level) || b.second.Enabled(ctx, level)
}

// Handle gives it to those that want it.
func (b both) Handle(ctx context.Context, r slog.Record) error {
	var err error
	if b.second.Enabled(ctx, r.Level) {
		err = b.second.Handle(ctx, r.Clone())
	}
	if b.first.Enabled(ctx, r.Level) {
		err = b.first.Handle(ctx, r)
	}
	return err
}

// WithAttrs is for slog.
func (b both) WithAttrs(attrs []slog.Attr) slog.Handler {
	return both{b.first.WithAttrs(attrs), b.second.WithAttrs(attrs)}
}

// WithGroup is for slog.
func (b both) WithGroup(name string) slog.Handler {
	return both{b.first.WithGroup(name), b.second.WithGroup(name)}
}
