//go:build !linux

package history_test

// mostMemory cannot tell here.
func mostMemory() (done func() (grown int64, known bool)) {
	return func() (int64, bool) { return 0, false }
}
