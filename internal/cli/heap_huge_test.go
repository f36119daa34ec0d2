//go:build linux && !race

package cli

import (
	"runtime"
	"syscall"
	"testing"
)

// The heap takes a fault per page of 4 KiB without room, and one per 2 MiB with it.
func TestRoomIsOfHugePages(t *testing.T) {
	t.Parallel()
	const size = 256 << 20
	if !hugePagesFit(size) {
		t.Skip("this kernel gives no huge pages")
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer makeRoom(size)()
	before := faults(t)
	held := make([]byte, 64<<20)
	for i := 0; i < len(held); i += 4096 {
		held[i] = 1
	}
	runtime.KeepAlive(held)
	if n := faults(t) - before; n > int64(len(held)/4096/4) {
		t.Errorf("%d faults for %d pages of 4 KiB", n, len(held)/4096)
	}
}

// faults counts those of this thread that needed no disk.
func faults(t *testing.T) int64 {
	t.Helper()
	const ofThread = 1
	var u syscall.Rusage
	if err := syscall.Getrusage(ofThread, &u); err != nil {
		t.Fatal(err)
	}
	return u.Minflt
}
