package ghes

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// page cuts what was asked for by page and per_page out of a list, and sets the Link header.
// path is where the pages are: by id and not by name, as on the real server, and without the host.
// There is no header when everything fits on one page.
func page[T any](c *call, path string, items []T) []T {
	number, size := pageNumber(c.URL.Query()), pageSize(c.URL.Query())
	last := max(1, (len(items)+size-1)/size)
	if link := pageLinks(c, path, number, last); link != "" {
		c.header.Set("Link", link)
	}
	from := min((number-1)*size, len(items))
	return items[from:min(from+size, len(items))]
}

func pageNumber(q url.Values) int {
	n, err := strconv.Atoi(q.Get("page"))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

func pageSize(q url.Values) int {
	n, err := strconv.Atoi(q.Get("per_page"))
	if err != nil || n < 1 {
		return 30
	}
	return min(n, 100)
}

// pageLinks names the pages in the order prev, next, last, first.
func pageLinks(c *call, path string, number, last int) string {
	var links []string
	add := func(rel string, n int) {
		q := c.URL.Query()
		q.Set("page", strconv.Itoa(n))
		links = append(links, fmt.Sprintf(`<%s%s?%s>; rel="%s"`, c.api, path, q.Encode(), rel))
	}
	if number > 1 {
		add("prev", min(number-1, last))
	}
	if number < last {
		add("next", number+1)
		add("last", last)
	}
	if number > 1 {
		add("first", 1)
	}
	return strings.Join(links, ", ")
}

// pageSince cuts what follows an id out of a list that is in order of id, and links the rest.
func pageSince[T any](c *call, path string, items []T, id func(T) int64) []T {
	since, _ := strconv.ParseInt(c.URL.Query().Get("since"), 10, 64)
	var rest []T
	for _, item := range items {
		if id(item) > since {
			rest = append(rest, item)
		}
	}
	size := pageSize(c.URL.Query())
	if len(rest) <= size {
		return rest
	}
	q := c.URL.Query()
	q.Set("since", strconv.FormatInt(id(rest[size-1]), 10))
	c.header.Set("Link", fmt.Sprintf(`<%s%s?%s>; rel="next", <%s%s{?since}>; rel="first"`,
		c.api, path, q.Encode(), c.api, path))
	return rest[:size]
}

// each turns a list into documents; an empty list is [] and not null.
func each[T any](items []T, render func(T) document) []document {
	docs := make([]document, 0, len(items))
	for _, item := range items {
		docs = append(docs, render(item))
	}
	return docs
}
