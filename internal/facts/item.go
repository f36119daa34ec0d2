package facts

// Pull requests and tickets are items: they share the numbers of their repo.

// asideStep keeps apart several items that one number belonged to, one after the other.
const asideStep = 10_000_000

// AsideNumber is the number under which an item is kept whose own belongs to another item now, the nth time that this
// happens to the number, from 0. It is negative, so that it is no number of the server's.
func AsideNumber(number, nth int) int { return -(number + nth*asideStep) }

// ServerNumber is the number by which the server knows an item, or knew it.
func ServerNumber(number int) int {
	if number < 0 {
		return -number % asideStep
	}
	return number
}
