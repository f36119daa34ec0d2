package metrics

// TrendWeeks is the number of complete weeks from which on a trend is given.
const TrendWeeks = 4

// Trend is a straight line through weekly values, fitted by least squares.
type Trend struct {
	// Slope is the change per week, in the unit of the metric.
	Slope float64 `json:"slope"`
	// Explained is R²: the share of the variance of the weekly values that the line explains, 0 to 1.
	Explained float64 `json:"r2"`
	Weeks     int     `json:"weeks"`
}

// TrendOf fits the values of complete weeks, oldest first. There is none for fewer than four of them. Weeks
// without a value (a nil) are left out and keep their place on the time axis. Values that are all the same
// have no variance to explain: their slope is 0 and Explained is 0.
func TrendOf(weeks []*float64) (Trend, bool) {
	n, sumX, sumY := 0.0, 0.0, 0.0
	for i, y := range weeks {
		if y != nil {
			n, sumX, sumY = n+1, sumX+float64(i), sumY+*y
		}
	}
	if n < TrendWeeks {
		return Trend{}, false
	}
	meanX, meanY := sumX/n, sumY/n
	var xx, xy, yy float64
	for i, y := range weeks {
		if y != nil {
			dx, dy := float64(i)-meanX, *y-meanY
			xx, xy, yy = xx+dx*dx, xy+dx*dy, yy+dy*dy
		}
	}
	t := Trend{Slope: xy / xx, Weeks: int(n)}
	if yy > 0 {
		t.Explained = min(1, xy*xy/(xx*yy))
	}
	return t, true
}
