package web

import (
	"html/template"
	"time"

	"weir/internal/facts"
	"weir/internal/report"
)

// funcs are the words that templates know beside Go's own.
func (s *Server) funcs() template.FuncMap {
	return template.FuncMap{
		"asset":   s.assets.url,
		"icon":    icon,
		"visible": visible,
		"called":  calledAs,
		"number":  func(n any) string { return number(wide(n)) },
		"sum":     func(a, b int) int { return a + b },
		"plural":  func(n any, one, many string) string { return plural(wide(n), one, many) },
		"size":    size,
		"took":    took,
		"instant": instant,
		"since":   func(unix int64) string { return span(s.now().Sub(time.Unix(unix, 0))) },
		"link":    reportAddress,
		"spark":   spark,
		"chart":   chartData,
		"tone":    tone,
		"letter":  letter,
		"heat":    heat,
		"dict":    dict,
		"shown":   func(i facts.Integration) integrationStateView { return viewIntegrationState(i, false) },
		"day":     func(d facts.Day) string { return date(d.Time()) },
		"isoDay":  func(d facts.Day) string { return d.String() },
	}
}

// wide takes any whole number, since templates cannot convert.
func wide(n any) int64 {
	switch n := n.(type) {
	case int:
		return int64(n)
	case int32:
		return int64(n)
	case int64:
		return n
	case uint64:
		return int64(n)
	}
	return 0
}

// instant writes a moment in UTC; times.js turns it into the reader's own zone.
func instant(unix int64) template.HTML {
	if unix == 0 {
		return "never"
	}
	at := time.Unix(unix, 0).UTC()
	return template.HTML(`<time class="nowrap" data-instant datetime="` + at.Format(time.RFC3339) + `">` + at.Format("2 Jan 2006 15:04") + ` UTC</time>`)
}

// reportAddress gives the page that a report's link leads to.
func reportAddress(l report.Link) string { return "/reports/" + l.String() }

// named is the set of values that a template hands to a part it uses.
type named map[string]any

func dict(pairs ...any) named {
	set := named{}
	for i := 0; i+1 < len(pairs); i += 2 {
		set[pairs[i].(string)] = pairs[i+1]
	}
	return set
}
