package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
)

// bulk inserts many rows of one shape with few round trips: full blocks by one prepared statement, the
// rest by smaller ones. Call flush at the end.
type bulk struct {
	tx         *Tx
	doing      string
	head, tail string // INSERT INTO t (...) VALUES, and ON CONFLICT ... or nothing
	width      int
	block      int
	args       []any
	full       *sql.Stmt
}

// bulkParams bounds the placeholders of one statement; both databases take more, and more gains nothing.
const bulkParams = 1000

func (t *Tx) bulk(doing, table, columns, tail string) *bulk {
	width := strings.Count(columns, ",") + 1
	return &bulk{tx: t, doing: doing, width: width, block: bulkParams / width,
		head: "INSERT INTO " + table + " (" + columns + ") VALUES ", tail: " " + tail}
}

func (b *bulk) add(ctx context.Context, row ...any) error {
	b.args = append(b.args, row...)
	if len(b.args) < b.block*b.width {
		return nil
	}
	if b.full == nil {
		var err error
		if b.full, err = b.tx.tx.PrepareContext(ctx, b.text(b.block)); err != nil {
			return b.tx.translate(b.doing, err)
		}
	}
	_, err := b.full.ExecContext(ctx, b.args...)
	b.args = b.args[:0]
	return b.tx.translate(b.doing, err)
}

func (b *bulk) flush(ctx context.Context) error {
	var err error
	if n := len(b.args) / b.width; n > 0 {
		_, err = b.tx.tx.ExecContext(ctx, b.text(n), b.args...)
		b.args = b.args[:0]
	}
	if b.full != nil {
		err = errors.Join(err, b.full.Close())
		b.full = nil
	}
	return b.tx.translate(b.doing, err)
}

func (b *bulk) text(rows int) string {
	var s strings.Builder
	s.WriteString(b.head)
	for n := range rows * b.width {
		switch {
		case n == 0:
			s.WriteString("(")
		case n%b.width == 0:
			s.WriteString("),(")
		default:
			s.WriteString(",")
		}
		// SQLite looks up a named placeholder, which $N is to it, in a list: with a thousand it does little else.
		if b.tx.dialect == SQLite {
			s.WriteString("?")
		} else {
			s.WriteString("$" + strconv.Itoa(n+1))
		}
	}
	s.WriteString(")" + b.tail)
	return s.String()
}
