//go:build !linux || race

package cli

// hugePagesFit is false: there is nothing to ask this system for, or the race detector would touch a shadow of all the room.
func hugePagesFit(int) bool { return false }

func adviseHugePages([]byte) {}
