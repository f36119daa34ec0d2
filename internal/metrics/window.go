package metrics

import (
	"fmt"

	"weir/internal/facts"
)

// Window is how many days old a line may be, when it is touched, not to be legacy.
type Window int

// The windows that a workspace can choose; the stored facts answer for these two.
const (
	Window21 Window = 21
	Window30 Window = 30
)

// DefaultWindow is the window that holds when nobody chose one.
const DefaultWindow = Window30

// ParseWindow takes 0 for the default.
func ParseWindow(days int) (Window, error) {
	switch w := Window(days); w {
	case 0:
		return DefaultWindow, nil
	case Window21, Window30:
		return w, nil
	}
	return 0, fmt.Errorf("a window of %d days is not offered; choose 21 or 30", days)
}

// Within tells whether lines of that age are still young.
func (w Window) Within(age facts.AgeBucket) bool {
	switch age {
	case facts.AgeTo21Days:
		return true
	case facts.AgeTo30Days:
		return w >= Window30
	}
	return false
}
