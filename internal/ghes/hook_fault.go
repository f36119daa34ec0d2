package ghes

import "math/rand/v2"

// HookEffect is one way in which a delivery goes wrong.
type HookEffect struct {
	name   string
	after  int
	status string
}

// Lose never sends a delivery, and nobody can tell that it should have been.
func Lose() HookEffect { return HookEffect{name: "lose"} }

// Fail never sends a delivery, which the list of deliveries tells.
func Fail() HookEffect { return HookEffect{name: "fail", status: "Service unavailable"} }

// Late sends a delivery after a number of later ones to the same hook, or when WaitForDeliveries is
// called: the order is turned round.
func Late(after int) HookEffect { return HookEffect{name: "late", after: max(1, after)} }

// Twice sends a delivery two times under the same id.
func Twice() HookEffect { return HookEffect{name: "twice"} }

// HookFault is a rule that makes some deliveries go wrong. Redeliveries are not asked.
type HookFault struct {
	// Event is the name of the webhook; empty is any.
	Event string
	// Skip lets as many pass first; Times is how many are hit, 0 being all.
	Skip, Times int
	// Probability hits each by chance; 0 hits every one.
	Probability float64
	Effect      HookEffect
}

// HookFaultRule is a fault that was added.
type HookFaultRule struct {
	d     *deliverer
	fault HookFault
	dice  *rand.Rand
	seen  int
	hits  int
}

// AddHookFault puts a fault of deliveries in force. The first added that matches decides.
func (s *Server) AddHookFault(f HookFault) *HookFaultRule {
	d := s.deliverer
	d.mu.Lock()
	defer d.mu.Unlock()
	rule := &HookFaultRule{d: d, fault: f, dice: rand.New(rand.NewPCG(s.options.Seed, uint64(len(d.faults))))}
	d.faults = append(d.faults, rule)
	return rule
}

// ClearHookFaults ends them all.
func (s *Server) ClearHookFaults() {
	s.deliverer.mu.Lock()
	defer s.deliverer.mu.Unlock()
	s.deliverer.faults = nil
}

// Hits is how many deliveries the fault has hit.
func (r *HookFaultRule) Hits() int {
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	return r.hits
}

// fault decides what becomes of a delivery; the caller holds the lock.
func (d *deliverer) fault(delivery *Delivery) HookEffect {
	for _, r := range d.faults {
		if !delivery.Redelivery && r.hit(delivery.Event) {
			return r.fault.Effect
		}
	}
	return HookEffect{}
}

func (r *HookFaultRule) hit(event string) bool {
	f := r.fault
	if f.Event != "" && f.Event != event {
		return false
	}
	r.seen++
	if r.seen <= f.Skip || f.Times > 0 && r.hits >= f.Times || f.Probability > 0 && r.dice.Float64() >= f.Probability {
		return false
	}
	r.hits++
	return true
}
