package web

import (
	"fmt"

	"weir/internal/report"
)

// timelineView is a timeline laid out: places are shares of its width.
type timelineView struct {
	Ticks []tickView
	Rows  []barView
}

type tickView struct {
	X    string
	Text string
}

// barView is one pull request. Until it was ready it is drawn thin, from then on as a bar.
type barView struct {
	Row                          report.TimelineRow
	DraftX, DraftWidth, X, Width string
	Class                        string
	Begun, Open                  bool // cut on the left; not over yet
	Dots                         []dotView
}

type dotView struct{ X, Kind string }

func viewTimeline(t *report.Timeline) *timelineView {
	v := &timelineView{}
	at := func(unix int64) float64 {
		return 100 * float64(min(max(unix, t.From), t.To)-t.From) / float64(max(1, t.To-t.From))
	}
	share := func(f float64) string { return fmt.Sprintf("%.2f%%", f) }
	for _, tick := range t.Days {
		v.Ticks = append(v.Ticks, tickView{share(at(tick.At)), tick.Day.String()})
	}
	for _, row := range t.Rows {
		start, ready, end := at(row.Start), at(min(row.Ready, row.End)), at(row.End)
		line := barView{Row: row, DraftX: share(start), DraftWidth: share(ready - start), X: share(ready), Width: share(end - ready),
			Class: lineClass(row), Begun: row.Start < t.From, Open: row.End >= t.To}
		drawn := map[string]bool{}
		for _, d := range row.Dots {
			// What stands on the same place would be drawn over itself.
			if key := d.Kind + fmt.Sprintf("%.1f", at(d.At)); !drawn[key] {
				drawn[key] = true
				line.Dots = append(line.Dots, dotView{share(at(d.At)), d.Kind})
			}
		}
		v.Rows = append(v.Rows, line)
	}
	return v
}

func lineClass(row report.TimelineRow) string {
	class := map[string]string{"Merged": "merged", "Closed": "closed"}[row.State]
	if class == "" {
		class = "open"
	}
	if !row.Reviewed {
		class += " alone"
	}
	return class
}
