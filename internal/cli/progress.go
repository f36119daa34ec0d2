package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

const (
	barWidth    = 24
	barInterval = 100 * time.Millisecond
	// estimateAfter is how long the rate must have been watched before a remaining time is worth showing.
	estimateAfter = 2 * time.Second
)

// progress draws one line that renews itself on a terminal, and nothing anywhere else.
type progress struct {
	out     io.Writer
	on      bool
	now     func() time.Time
	label   string
	started time.Time
	drawn   time.Time
}

func newProgress(std streams) *progress {
	file, isFile := std.err.(*os.File)
	return &progress{out: std.err, on: isFile && term.IsTerminal(int(file.Fd())), now: time.Now}
}

// show draws done of total; a total of 0 is not known yet. A new label starts a new measure of time.
func (p *progress) show(label string, done, total int64, unit string) {
	if !p.on {
		return
	}
	now := p.now()
	if label != p.label {
		p.label, p.started, p.drawn = label, now, time.Time{}
	}
	if now.Sub(p.drawn) < barInterval && done != total {
		return
	}
	p.drawn = now
	fmt.Fprintf(p.out, "\r\x1b[K%s", p.line(done, total, unit, now.Sub(p.started)))
}

func (p *progress) line(done, total int64, unit string, took time.Duration) string {
	if total <= 0 {
		return fmt.Sprintf("%s  %d %s", p.label, done, unit)
	}
	done = min(done, total)
	filled := int(done * barWidth / total)
	line := fmt.Sprintf("%s  [%s%s]  %d of %d %s", p.label, strings.Repeat("=", filled), strings.Repeat(" ", barWidth-filled), done, total, unit)
	if took >= estimateAfter && done > 0 && done < total {
		left := time.Duration(float64(took) / float64(done) * float64(total-done))
		line += "  about " + left.Round(time.Second).String() + " left"
	}
	return line
}

// clear removes the line, so that what follows starts on an empty one.
func (p *progress) clear() {
	if p.on && p.label != "" {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.label = ""
	}
}
