package ghes

// appHookRoutes are those of a GitHub App's own webhook.
func (s *Server) appHookRoutes() []route {
	own := func(answer func(*call, Hook) (any, error)) answerFunc {
		return func(c *call) (any, error) {
			h, ok := s.World.appHook(c.viewer.app.ID)
			if !ok {
				return nil, errNotFound
			}
			return answer(c, h)
		}
	}
	return []route{
		{pattern: "GET /app/hook/config", app: true, answer: own(func(_ *call, h Hook) (any, error) { return h.config(), nil })},
		{pattern: "PATCH /app/hook/config", app: true, answer: own(s.patchAppHook)},
		{pattern: "GET /app/hook/deliveries", app: true, answer: own(func(c *call, h Hook) (any, error) {
			return c.deliveryPage("/app/hook/deliveries", s.Deliveries(h.ID))
		})},
		{pattern: "GET /app/hook/deliveries/{delivery_id}", app: true, answer: own(func(c *call, h Hook) (any, error) {
			d, err := c.deliveryOf(h)
			if err != nil {
				return nil, err
			}
			return d.whole(), nil
		})},
		{pattern: "POST /app/hook/deliveries/{delivery_id}/attempts", app: true, answer: own((*call).redeliver)},
	}
}

// patchAppHook changes what the client sends and leaves the rest.
func (s *Server) patchAppHook(c *call, h Hook) (any, error) {
	var b hookConfigBody
	if err := readBody(c, &b); err != nil {
		return nil, err
	}
	if _, err := s.changeHook(c, hookOwner{app: h.App}, h, b.apply); err != nil {
		return nil, err
	}
	h, _ = s.World.Hook(h.ID)
	return h.config(), nil
}

// appHook is the webhook of an app.
func (w *World) appHook(app int64) (Hook, bool) {
	list := w.hooksWhere(func(h Hook) bool { return h.App == app })
	if len(list) == 0 {
		return Hook{}, false
	}
	return list[0], true
}
