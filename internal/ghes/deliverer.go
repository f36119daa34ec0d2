package ghes

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// deliverer sends deliveries: for each hook one after the other, or several at once when the settings
// say so, in which case their order is not kept. What fails is not tried again.
type deliverer struct {
	s      *Server
	client *http.Client

	mu    sync.Mutex
	hooks map[int64]*queue
	// busy counts what is waiting or under way; idle is closed when it is nothing.
	busy int
	idle chan struct{}
	// faults are rules for what goes wrong; late are deliveries that wait for others to pass.
	faults []*HookFaultRule
	stop   context.CancelFunc
	ctx    context.Context
}

// queue is what one hook is to be told and was told.
type queue struct {
	waiting []*Delivery
	running int
	done    []Delivery // in order of id, the oldest first
	late    []lateDelivery
}

// lateDelivery waits until a number of others has passed.
type lateDelivery struct {
	*Delivery
	after int
}

func newDeliverer(s *Server, transport http.RoundTripper) *deliverer {
	if transport == nil {
		transport = http.DefaultTransport
	}
	d := &deliverer{s: s, hooks: map[int64]*queue{}, idle: make(chan struct{})}
	close(d.idle)
	d.ctx, d.stop = context.WithCancel(context.Background())
	d.client = &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return d
}

func (d *deliverer) queueOf(hook int64) *queue {
	if d.hooks[hook] == nil {
		d.hooks[hook] = &queue{}
	}
	return d.hooks[hook]
}

// send puts a delivery on its way, unless a fault has other plans with it.
func (d *deliverer) send(delivery *Delivery) {
	d.mu.Lock()
	defer d.mu.Unlock()
	q := d.queueOf(delivery.Hook)
	switch effect := d.fault(delivery); effect.name {
	case "lose":
		return
	case "late":
		q.late = append(q.late, lateDelivery{delivery, effect.after})
		return
	case "twice":
		d.enqueue(q, delivery)
	case "fail":
		delivery.DeliveredAt, delivery.StatusCode, delivery.Status = d.s.now().UTC(), http.StatusServiceUnavailable, effect.status
		q.keep(*delivery)
		return
	}
	d.enqueue(q, delivery)
	for n := range q.late {
		q.late[n].after--
	}
	d.releaseLate(q, 0)
}

// releaseLate sends what has waited for enough others.
func (d *deliverer) releaseLate(q *queue, upTo int) {
	for n := 0; n < len(q.late); {
		if q.late[n].after > upTo {
			n++
			continue
		}
		d.enqueue(q, q.late[n].Delivery)
		q.late = slices.Delete(q.late, n, n+1)
	}
}

// enqueue hands a delivery to those who send; the caller holds the lock.
func (d *deliverer) enqueue(q *queue, delivery *Delivery) {
	if d.busy == 0 {
		d.idle = make(chan struct{})
	}
	d.busy++
	q.waiting = append(q.waiting, delivery)
	if q.running < max(1, d.s.Settings().HookConcurrency) {
		q.running++
		go d.work(q)
	}
}

// work sends what waits until nothing does.
func (d *deliverer) work(q *queue) {
	for {
		d.mu.Lock()
		if len(q.waiting) == 0 {
			q.running--
			d.mu.Unlock()
			return
		}
		next := q.waiting[0]
		q.waiting = q.waiting[1:]
		d.mu.Unlock()
		sent := *next // it may be on its way twice
		d.attempt(&sent)
		d.finished(q, sent)
	}
}

func (d *deliverer) finished(q *queue, sent Delivery) {
	d.s.World.updateHook(sent.Hook, func(h *Hook) { h.LastCode, h.LastMessage = sent.StatusCode, sent.Status })
	d.mu.Lock()
	defer d.mu.Unlock()
	q.keep(sent)
	d.busy--
	if d.busy == 0 {
		close(d.idle)
	}
}

func (q *queue) keep(sent Delivery) {
	if len(q.done) >= keptDeliveries {
		q.done = slices.Clone(q.done[keptDeliveries/2:])
	}
	at, again := slices.BinarySearchFunc(q.done, sent.ID, func(x Delivery, id int64) int { return cmp.Compare(x.ID, id) })
	if again {
		q.done[at] = sent
		return
	}
	q.done = slices.Insert(q.done, at, sent)
}

// attempt posts a delivery and notes how it went.
func (d *deliverer) attempt(delivery *Delivery) {
	timeout := cmp.Or(d.s.Settings().HookTimeout, 30*time.Second)
	ctx, cancel := context.WithTimeout(d.ctx, timeout)
	defer cancel()
	delivery.DeliveredAt = d.s.now().UTC()
	defer func() { delivery.Duration = d.s.now().Sub(delivery.DeliveredAt) }()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, delivery.URL, bytes.NewReader(delivery.body()))
	if err != nil {
		delivery.Status = "Invalid URL"
		return
	}
	for name, value := range delivery.RequestHeaders {
		req.Header[name] = []string{value}
	}
	res, err := d.client.Do(req)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		delivery.StatusCode, delivery.Status = http.StatusGatewayTimeout, "timed out"
		return
	case err != nil:
		delivery.StatusCode, delivery.Status = http.StatusBadGateway, "failed to connect to host"
		return
	}
	defer func() { _ = res.Body.Close() }()
	answer, _ := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	delivery.StatusCode, delivery.Status = res.StatusCode, "OK"
	if res.StatusCode < 200 || res.StatusCode > 299 {
		delivery.Status = "Invalid HTTP Response: " + http.StatusText(res.StatusCode)
	}
	delivery.ResponseBody, delivery.ResponseHeaders = string(answer), map[string]string{}
	for name := range res.Header {
		delivery.ResponseHeaders[name] = res.Header.Get(name)
	}
}

// Deliveries returns what a hook was told within the window that the server keeps, the last first, also
// without success.
func (s *Server) Deliveries(hook int64) []Delivery {
	oldest := s.now().Add(-cmp.Or(s.Settings().HookWindow, 72*time.Hour))
	s.deliverer.mu.Lock()
	defer s.deliverer.mu.Unlock()
	list := slices.DeleteFunc(slices.Clone(s.deliverer.queueOf(hook).done), func(d Delivery) bool {
		return d.DeliveredAt.Before(oldest)
	})
	slices.Reverse(list)
	return list
}

// WaitForDeliveries waits until everything that happened so far has been told, or ctx ends. What
// Late holds back is sent now.
func (s *Server) WaitForDeliveries(ctx context.Context) error {
	d := s.deliverer
	d.mu.Lock()
	for _, q := range d.hooks {
		d.releaseLate(q, int(^uint(0)>>1))
	}
	idle := d.idle
	d.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// happened tells all hooks that want to know. A server that was closed tells nobody.
func (s *Server) happened(h happening) {
	list := s.World.hooksFor(h)
	if len(list) == 0 || s.Settings().HooksOff || s.deliverer.ctx.Err() != nil {
		return
	}
	guid := newGUID()
	for _, a := range list {
		if payload := s.payload(h, a); len(payload) > 0 && len(payload) <= maxPayload {
			s.deliverer.send(s.prepare(a, h, guid, payload))
		}
	}
}
