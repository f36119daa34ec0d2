package connect

import "strings"

// NextPage finds the following page's address in an answer's Link header, rebased onto the configured
// server; "" when there is none. Links are followed as given and never built: servers differ in their form.
func (t *Transport) NextPage(a *Answer) string {
	for _, header := range a.Header.Values("Link") {
		for _, link := range splitLinks(header) {
			address, parameters, found := strings.Cut(link, ">")
			if found && isNext(parameters) {
				if next, err := t.Rebase(strings.TrimPrefix(strings.TrimSpace(address), "<")); err == nil {
					return next
				}
			}
		}
	}
	return ""
}

// splitLinks cuts a Link header at the commas between links, not at those within their addresses.
func splitLinks(header string) []string {
	var links []string
	for {
		end := strings.Index(header, ">")
		if end < 0 {
			return links
		}
		comma := strings.Index(header[end:], ",")
		if comma < 0 {
			return append(links, header)
		}
		links = append(links, header[:end+comma])
		header = header[end+comma+1:]
	}
}

func isNext(parameters string) bool {
	for _, p := range strings.Split(parameters, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if strings.EqualFold(strings.TrimSpace(name), "rel") && strings.EqualFold(strings.Trim(strings.TrimSpace(value), `"`), "next") {
			return true
		}
	}
	return false
}
