package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"

	"weir/internal/connect"
)

// maxPages ends a list that a server never ends; at 100 items a page it is far beyond any real one.
const maxPages = 20_000

// pages asks for a list page by page and yields its items. The first error ends it. An item that
// cannot be decoded is an error of its own, and the list goes on.
func pages[T any](ctx context.Context, c *Client, op, path string) iter.Seq2[T, error] {
	return pagesWithin[T](ctx, c, op, path, func(a *connect.Answer) (items []json.RawMessage, err error) {
		err = a.Decode(&items)
		return items, err
	})
}

// pagesWithin is pages for lists that open takes out of the answer.
func pagesWithin[T any](
	ctx context.Context, c *Client, op, path string, open func(*connect.Answer) ([]json.RawMessage, error),
) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		next := withPageSize(path, c.options.PerPage)
		seen := map[string]bool{}
		for range maxPages {
			answer, err := c.ask(ctx, op, func() (*connect.Answer, error) { return c.transport.Get(ctx, next) })
			if err != nil {
				yield(none, err)
				return
			}
			items, err := open(answer)
			if err != nil {
				yield(none, c.unreadable(op, answer, "its JSON is not what was asked for", err))
				return
			}
			for _, raw := range items {
				item, err := decodeItem[T](op, raw)
				if !yield(item, err) {
					return
				}
			}
			seen[next] = true
			// A server that points back to a page we had would keep us for ever.
			if next = c.transport.NextPage(answer); next == "" || seen[next] {
				return
			}
		}
	}
}

func decodeItem[T any](op string, raw json.RawMessage) (T, error) {
	var item T
	if err := json.Unmarshal(raw, &item); err != nil {
		return item, &Error{
			Kind: ErrUnreadable, Op: op, Code: "api_unreadable",
			Cause: "One item of the list cannot be read.", Next: "The rest of the list is used. Report it with the version of the server.",
			Err: fmt.Errorf("%w: %w", errOddItem, err),
		}
	}
	return item, nil
}

// OddItem tells whether an error of a list is about one item alone: the list goes on behind it.
func OddItem(err error) bool { return errors.Is(err, errOddItem) }

func withPageSize(path string, size int) string {
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	return fmt.Sprintf("%s%sper_page=%d", path, separator, size)
}
