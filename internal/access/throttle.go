package access

import (
	"fmt"
	"sync"
	"time"
)

// ThrottledError says that too many attempts failed and when the next one is looked at.
type ThrottledError struct{ Wait time.Duration }

// Error gives the sentence for the person.
func (e *ThrottledError) Error() string {
	return fmt.Sprintf("too many attempts have failed; try again in %s", e.Wait.Round(time.Second))
}

const (
	// Failures that cost nothing yet: people mistype, and many share one address.
	freeForAccount = 5
	freeForAddress = 20
	longestWait    = 15 * time.Minute
	// forgetAfter is how long a key without new failures is remembered.
	forgetAfter = time.Hour
	// maxThrottled bounds the memory that somebody who invents logins and addresses can take.
	maxThrottled = 20_000
)

// throttle slows down guessing: each failure beyond the free ones doubles the wait for the key.
type throttle struct {
	now  func() time.Time
	mu   sync.Mutex
	keys map[string]*failures
}

type failures struct {
	count int
	last  time.Time
}

func newThrottle(now func() time.Time) *throttle {
	return &throttle{now: now, keys: map[string]*failures{}}
}

// take counts an attempt as failed before it is looked at, so that many at once gain nothing. It refuses
// while the key has to wait; forgive takes the count back when the attempt was right.
func (t *throttle) take(key string, free int) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	f := t.keys[key]
	if f == nil || now.Sub(f.last) > forgetAfter {
		t.makeRoom(now)
		f = &failures{}
		t.keys[key] = f
	}
	if wait := f.last.Add(waitAfter(f.count - free)).Sub(now); f.count >= free && wait > 0 {
		return &ThrottledError{wait}
	}
	f.count++
	f.last = now
	return nil
}

func waitAfter(beyond int) time.Duration {
	if beyond < 0 {
		return 0
	}
	return min(time.Second<<min(beyond, 20), longestWait)
}

// forgive takes back one attempt that was right.
func (t *throttle) forgive(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if f := t.keys[key]; f != nil && f.count > 0 {
		f.count--
	}
}

// forget starts a key afresh.
func (t *throttle) forget(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.keys, key)
}

// makeRoom drops what is old and, when that does not do, any key: better to forget one than to grow.
func (t *throttle) makeRoom(now time.Time) {
	if len(t.keys) < maxThrottled {
		return
	}
	for key, f := range t.keys {
		if now.Sub(f.last) > forgetAfter {
			delete(t.keys, key)
		}
	}
	for key := range t.keys {
		if len(t.keys) < maxThrottled {
			return
		}
		delete(t.keys, key)
	}
}
