package cli

import (
	"os"
	"runtime"
	"runtime/debug"
)

// collectAt is by how much, in per cent, the heap grows until garbage is collected. What a replay or a judgement holds is
// what it works on for the most part, and collecting takes less than a fiftieth of its time: to do so more often than by Go's
// own 100 costs no time that can be measured and saves a quarter of the memory.
const collectAt = 70

// collectOften sets collectAt unless the person who started the program chose by GOGC. What it gives undoes that.
func collectOften() (undo func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	old := debug.SetGCPercent(collectAt)
	return func() { debug.SetGCPercent(old) }
}

// Room for one large piece of work.
const (
	mostRoom = 1 << 30
	// lateShare is the part of the room that may fill before garbage is first collected: small work ends before that.
	lateShare = 16
)

// makeRoom prepares the heap for a piece of work that may take ceiling bytes and ends with the program. The heap then grows
// into addresses that the kernel backs by huge pages, where it can: with pages of 4 KiB each of them is a fault, which on a
// virtual machine took between a sixth and half of a small replay's processor time (ADR 16). It takes no memory until
// something is there. A server is not to call it: memory that a huge page gives is hard to give back.
func makeRoom(ceiling int64) (undo func()) {
	size := int(min(ceiling, mostRoom))
	if !hugePagesFit(size) {
		return func() {}
	}
	old := debug.SetGCPercent(-1)
	room, late := make([]byte, size), make([]byte, size/lateShare)
	adviseHugePages(room)
	runtime.KeepAlive(room)
	runtime.GC() // room is free from here on
	debug.SetGCPercent(old)
	return func() { runtime.KeepAlive(late) }
}
