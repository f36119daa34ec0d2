//go:build !linux

package cli

// hugePagesFit is false: there is nothing to ask this system for.
func hugePagesFit(int) bool { return false }

func adviseHugePages([]byte) {}
