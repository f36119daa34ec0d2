package history_test

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// mostMemory watches how far the process's anonymous memory grows from now on, until done is called.
func mostMemory() (done func() (grown int64, known bool)) {
	debug.FreeOSMemory()
	from := anonymous()
	var most atomic.Int64
	stop := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				most.Store(max(most.Load(), anonymous()))
			}
		}
	})
	return func() (int64, bool) {
		close(stop)
		watching.Wait()
		return max(most.Load(), anonymous()) - from, from > 0
	}
}

// anonymous is RssAnon of /proc/self/status in bytes, 0 when it cannot be told.
func anonymous() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, found := strings.CutPrefix(line, "RssAnon:"); found {
			kib, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kib << 10
		}
	}
	return 0
}
