package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"weir/internal/facts"
)

// scanner is a row, alone or of many.
type scanner interface{ Scan(dest ...any) error }

// statement collects the arguments of a query while its text is written.
type statement struct {
	args  []any
	conds []string
}

// arg adds an argument and gives its placeholder.
func (s *statement) arg(v any) string {
	s.args = append(s.args, v)
	return "$" + strconv.Itoa(len(s.args))
}

// where adds a condition; each ? in it stands for the next of values. No condition of ours holds a ? of its own.
func (s *statement) where(cond string, values ...any) {
	s.conds = append(s.conds, "("+s.fill(cond, values...)+")")
}

// fill puts placeholders in the place of each ? of a text.
func (s *statement) fill(text string, values ...any) string {
	for _, v := range values {
		text = strings.Replace(text, "?", s.arg(v), 1)
	}
	return text
}

// whereSet adds a condition that a column is set, or is 0; nil adds none.
func (s *statement) whereSet(column string, wanted *bool) {
	switch {
	case wanted == nil:
	case *wanted:
		s.where(column + " > 0")
	default:
		s.where(column + " = 0")
	}
}

// clause gives WHERE with all conditions, or nothing.
func (s *statement) clause() string {
	if len(s.conds) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(s.conds, " AND ")
}

// page gives LIMIT and OFFSET, or nothing for a page without bounds.
func (s *statement) page(p facts.Page) string {
	if p.Limit <= 0 {
		return ""
	}
	return " LIMIT " + s.arg(p.Limit) + " OFFSET " + s.arg(p.Offset)
}

// whereIn adds a condition that a column is one of the ids; without ids it adds none.
func whereIn[T integer](s *statement, column string, ids []T) {
	if len(ids) > 0 {
		s.conds = append(s.conds, column+" IN ("+inList(s, ids)+")")
	}
}

// mostPlaceholders is how long a list of ids may be before it is written out as numbers: SQLite takes
// time for each placeholder that grows with their count.
const mostPlaceholders = 50

func inList[T integer](s *statement, ids []T) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		if len(ids) > mostPlaceholders {
			texts[i] = strconv.FormatInt(int64(id), 10)
		} else {
			texts[i] = s.arg(int64(id))
		}
	}
	return strings.Join(texts, ",")
}

// like gives a pattern for LIKE ... ESCAPE '\' that finds text anywhere, in lower case.
func like(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(lower(text)) + "%"
}

// lower folds ASCII only, as lower() does on both databases.
func lower(text string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
}

// clean makes text that both databases take: valid UTF-8 without NUL, which PostgreSQL refuses.
func clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

// one reads the one row of a query; none is facts.ErrNotFound.
func one[T any](ctx context.Context, q *queries, doing string, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	v, err := scan(q.db.QueryRowContext(ctx, query, args...))
	return v, q.translate(doing, err)
}

// stream reads rows as they come. It ends with the first error.
func stream[T any](
	ctx context.Context, q *queries, doing string, scan func(scanner) (T, error), query string, args ...any,
) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		rows, err := q.db.QueryContext(ctx, query, args...)
		if err != nil {
			yield(none, q.translate(doing, err))
			return
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			v, err := scan(rows)
			if !yield(v, q.translate(doing, err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(none, q.translate(doing, err))
		}
	}
}

// list reads all rows.
func list[T any](ctx context.Context, q *queries, doing string, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	var all []T
	for v, err := range stream(ctx, q, doing, scan, query, args...) {
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

// exec runs a statement and tells how many rows it changed.
func (t *Tx) exec(ctx context.Context, doing, query string, args ...any) (int64, error) {
	result, err := t.tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, t.translate(doing, err)
	}
	n, err := result.RowsAffected()
	return n, t.translate(doing, err)
}

// execOne runs a statement that must change a row; changing none is facts.ErrNotFound.
func (t *Tx) execOne(ctx context.Context, doing, query string, args ...any) error {
	n, err := t.exec(ctx, doing, query, args...)
	if err == nil && n == 0 {
		err = fmt.Errorf("%s: %w", doing, facts.ErrNotFound)
	}
	return err
}

// alone runs one writing method in a transaction of its own.
func alone[T any](ctx context.Context, s *Store, fn func(*Tx) (T, error)) (T, error) {
	var v T
	err := s.InTx(ctx, func(tx *Tx) (err error) {
		v, err = fn(tx)
		return err
	})
	return v, err
}

func scanOne[T any](row scanner) (T, error) {
	var v T
	err := row.Scan(&v)
	return v, err
}

var _ scanner = (*sql.Row)(nil)
