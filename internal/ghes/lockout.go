package ghes

import (
	"cmp"
	"sync"
	"time"
)

// lockTime is for how long an account stays shut after too many wrong passwords.
const lockTime = 10 * time.Minute

// lockout counts wrong passwords by account.
type lockout struct {
	now func() time.Time

	mu    sync.Mutex
	tries map[string][]time.Time
}

func newLockout(now func() time.Time) *lockout {
	return &lockout{now: now, tries: map[string][]time.Time{}}
}

// locked is whether an account had too many wrong passwords lately; zero allows ten.
func (l *lockout) locked(login string, allowed int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	recent := 0
	for _, at := range l.tries[fold(login)] {
		if l.now().Sub(at) < lockTime {
			recent++
		}
	}
	return recent >= cmp.Or(allowed, 10)
}

func (l *lockout) failed(login string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tries[fold(login)] = append(l.tries[fold(login)], l.now())
}

func (l *lockout) succeeded(login string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.tries, fold(login))
}
