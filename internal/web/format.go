package web

import (
	"net/http"
	"strings"
)

// format is how an answer is written.
type format string

const (
	formatHTML format = "html"
	formatJSON format = "json"
	formatCSV  format = "csv"
)

// splitFormat takes a suffix .json or .csv off a path, and otherwise goes by what the client accepts.
func splitFormat(r *http.Request) (path string, f format) {
	path = r.URL.Path
	for _, known := range []format{formatJSON, formatCSV} {
		if rest, found := strings.CutSuffix(path, "."+string(known)); found && !strings.HasSuffix(rest, "/") {
			return rest, known
		}
	}
	switch accept, _, _ := strings.Cut(r.Header.Get("Accept"), ","); accept {
	case "application/json":
		return path, formatJSON
	case "text/csv":
		return path, formatCSV
	}
	return path, formatHTML
}
