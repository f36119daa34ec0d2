//go:build !unix

package pack

import "fmt"

// mapFile is not there on this system: callers fall back to git.
func mapFile(path string) ([]byte, error) {
	return nil, fmt.Errorf("map %s on this system: %w", path, ErrUnsupported)
}

func unmapFile([]byte) error { return nil }
