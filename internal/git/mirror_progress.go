package git

import (
	"regexp"
	"strconv"
	"strings"
)

// FetchPhase is what git is doing, in its own order.
type FetchPhase string

// The phases of a fetch. The server counts and compresses; we receive and resolve.
const (
	FetchCounting    FetchPhase = "counting"
	FetchCompressing FetchPhase = "compressing"
	FetchReceiving   FetchPhase = "receiving"
	FetchResolving   FetchPhase = "resolving"
)

// FetchProgress is how far a fetch has come.
type FetchProgress struct {
	Phase FetchPhase
	// Done of Total objects, or deltas while resolving; Total is 0 while it is not known.
	Done, Total int64
	// Bytes received so far, and bytes per second; 0 outside FetchReceiving until the first figure.
	Bytes, Throughput int64
}

var (
	progressLine = regexp.MustCompile(
		`^(?:remote: )?(Enumerating|Counting|Compressing|Receiving|Unpacking|Resolving) (?:objects|deltas): +(?:(\d+)% \((\d+)/(\d+)\)|(\d+))(.*)$`)
	progressSize  = regexp.MustCompile(`, ([\d.]+) (bytes|KiB|MiB|GiB)(?: \| ([\d.]+) (bytes|KiB|MiB|GiB)/s)?`)
	progressNames = map[string]FetchPhase{
		"Enumerating": FetchCounting, "Counting": FetchCounting, "Compressing": FetchCompressing,
		"Receiving": FetchReceiving, "Unpacking": FetchReceiving, "Resolving": FetchResolving,
	}
	progressUnits = map[string]float64{"bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
)

// parseProgress reads one of git's progress lines; ok is false for any other line.
func parseProgress(line string) (p FetchProgress, ok bool) {
	m := progressLine.FindStringSubmatch(strings.TrimRight(line, " \x1b[K"))
	if m == nil {
		return p, false
	}
	p.Phase = progressNames[m[1]]
	if m[3] != "" {
		p.Done, p.Total = number(m[3]), number(m[4])
	} else {
		p.Done = number(m[5])
	}
	if size := progressSize.FindStringSubmatch(m[6]); size != nil {
		p.Bytes, p.Throughput = amount(size[1], size[2]), amount(size[3], size[4])
	}
	return p, true
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func amount(text, unit string) int64 {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n > 1<<33 {
		return 0
	}
	return int64(n * progressUnits[unit])
}

// progressReader turns lines of standard error into reports, and remembers what was received.
type progressReader struct {
	report  func(FetchProgress)
	last    FetchProgress
	objects int64
}

func (r *progressReader) line(line string) {
	p, ok := parseProgress(line)
	if !ok {
		return
	}
	if p.Phase == FetchReceiving {
		r.objects = p.Done
	}
	if p.Bytes == 0 {
		p.Bytes = r.last.Bytes
	}
	r.last = p
	if r.report != nil {
		r.report(p)
	}
}
