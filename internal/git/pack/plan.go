package pack

// plan knows the deltas of a whole store: which object is the base of which. It makes readers that
// are going to read nearly everything keep just what they will need again.
type plan struct {
	need []uint16 // by object: how many objects have it as their base
}

// deltas scans the headers of all packs, once per store.
func (s *Store) deltas() *plan {
	s.planOnce.Do(func() {
		p := &s.plan
		p.need = make([]uint16, s.count)
		for _, f := range s.files {
			for place := range f.offsets {
				h, ok := s.header(f, place)
				if !ok || h.kind != offsetDelta && h.kind != nameDelta || h.base >= s.count {
					continue
				}
				if p.need[h.base] < 1<<16-2 {
					p.need[h.base]++
				}
			}
		}
	})
	return &s.plan
}
