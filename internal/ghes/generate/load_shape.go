package generate

import (
	"math"
	"math/rand/v2"
	"time"
)

// issueEvery is which numbers are issues and not pull requests.
const issueEvery = 4

// loadSpan is over how long a time the work is spread; loadEpoch a moment inside it.
const loadSpan = 3 * 365 * 24 * time.Hour

var loadEpoch = time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)

// shape is how much there is of one issue or pull request and when: enough for lists, without a word
// being made up.
type shape struct {
	number         int
	pull           bool
	created, ended time.Time
	// closed with ended; merged as well. An open one ends with the last thing that happened.
	closed, merged, draft bool
	// comments are in the conversation, onLines in threads.
	comments, reviews, threads, onLines, events int
	commits                                     int
	huge                                        bool // a text of 60 kB
}

// ids is how many ids it takes: its own, that of its issue, and one for everything in it.
func (h shape) ids() int {
	if !h.pull {
		return 1 + h.comments + h.events
	}
	return 2 + h.comments + h.reviews + h.threads + h.onLines + h.events
}

// numbers is the last number of the repo.
func (s *loadSource) numbers() int { return s.pulls + (s.pulls-1)/(issueEvery-1) }

// giantNumber is that of the pull request that has too much of everything.
func (s *loadSource) giantNumber() int {
	n := s.numbers() / 2
	if n%issueEvery == 0 {
		n++
	}
	return n
}

// at is when a number was given.
func (s *loadSource) at(number int) time.Time {
	span := float64(loadSpan) * float64(number) / float64(s.numbers()+1)
	return s.now.Add(-loadSpan + time.Duration(span)).Truncate(time.Second)
}

func (s *loadSource) dice(number int, stream uint64) *rand.Rand {
	return rand.New(rand.NewPCG(s.seed+stream<<32^s.hash, uint64(number)))
}

// shape draws one.
func (s *loadSource) shape(number int) shape {
	dice := s.dice(number, 1)
	h := shape{number: number, pull: number%issueEvery != 0, created: s.at(number)}
	h.ended = h.created.Add(time.Duration(dice.ExpFloat64() * float64(40*time.Hour))).Truncate(time.Second)
	young := s.now.Sub(h.created) < 30*24*time.Hour
	h.closed = dice.IntN(100) > 0 && !(young && dice.IntN(3) == 0) && h.ended.Before(s.now)
	if h.ended.After(s.now) {
		h.ended = s.now
	}
	h.huge = number%197 == 7
	said := int(math.Exp(1.38 + 1.35*dice.NormFloat64()))
	said = min(said, 1000)
	if !h.pull {
		h.comments, h.events = said/4, 1
		if h.closed {
			h.events++
		}
		return h
	}
	h.merged, h.draft = h.closed && dice.IntN(10) > 0, !h.closed && dice.IntN(4) == 0
	h.commits = 1 + int(dice.ExpFloat64()*1.2)
	h.reviews = said / 6
	h.onLines = (said - h.reviews) / 2
	h.threads = (h.onLines + 1) / 2
	h.comments = said - h.reviews - h.onLines
	if s.giant && number == s.giantNumber() {
		h.comments, h.reviews, h.threads, h.onLines, h.commits = 3000, 250, 300, 600, 400
	}
	h.events = h.eventCount()
	return h
}

// eventCount: a review asked for, and what ended it.
func (h shape) eventCount() int {
	switch {
	case h.merged:
		return 3
	case h.closed:
		return 2
	default:
		return 1
	}
}

// moment is the time of the k-th of n things between the creation and the end.
func (h shape) moment(k, n int) time.Time {
	return h.created.Add(time.Duration(float64(h.ended.Sub(h.created)) * float64(k+1) / float64(n+1))).Truncate(time.Second)
}
