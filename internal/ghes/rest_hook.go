package ghes

// hookRoutes are those of organizations and of repos; an app's are in rest_app_hook.go.
func (s *Server) hookRoutes() []route {
	var routes []route
	for at, owner := range map[string]struct {
		scopes     []string
		permission string
		of         func(*call) (hookOwner, error)
	}{
		"/orgs/{org}/hooks":                      {orgHookScopes, "organization_hooks", (*call).organizationHooks},
		"/organizations/{organization_id}/hooks": {orgHookScopes, "organization_hooks", (*call).organizationHooks},
		"/repos/{owner}/{repo}/hooks":            {repoHookScopes, "repository_hooks", (*call).repoHooks},
		"/repositories/{repository_id}/hooks":    {repoHookScopes, "repository_hooks", (*call).repoHooks},
	} {
		add := func(method, path, level string, answer func(*call, hookOwner) (any, error)) {
			routes = append(routes, route{pattern: method + " " + at + path, scopes: owner.scopes,
				permission: owner.permission + "=" + level, answer: func(c *call) (any, error) {
					o, err := owner.of(c)
					if err != nil {
						return nil, err
					}
					return answer(c, o)
				}})
		}
		add("GET", "", "read", s.hooks)
		add("POST", "", "write", s.createHook)
		add("GET", "/{hook_id}", "read", s.hook)
		add("PATCH", "/{hook_id}", "write", s.patchHook)
		add("DELETE", "/{hook_id}", "write", s.deleteHook)
		add("GET", "/{hook_id}/config", "read", s.hookConfig)
		add("PATCH", "/{hook_id}/config", "write", s.patchHookConfig)
		add("POST", "/{hook_id}/pings", "write", s.pingHook)
		add("GET", "/{hook_id}/deliveries", "read", s.deliveries)
		add("GET", "/{hook_id}/deliveries/{delivery_id}", "read", s.delivery)
		add("POST", "/{hook_id}/deliveries/{delivery_id}/attempts", "write", s.redeliver)
	}
	return routes
}

// GET /orgs/{org}/hooks and /repos/{owner}/{repo}/hooks
//
// What another kind of credential made is not shown.
func (s *Server) hooks(c *call, o hookOwner) (any, error) {
	list := s.World.hooksWhere(func(h Hook) bool { return o.owns(h) && h.Maker == c.viewer.maker() })
	return each(page(c, o.paging(), list), func(h Hook) document { return c.hookDocument(o, h) }), nil
}

// GET .../hooks/{hook_id}
func (s *Server) hook(c *call, o hookOwner) (any, error) {
	h, err := c.hookOf(o)
	if err != nil {
		return nil, err
	}
	return c.hookDocument(o, h), nil
}

// GET .../hooks/{hook_id}/config
func (s *Server) hookConfig(c *call, o hookOwner) (any, error) {
	h, err := c.hookOf(o)
	if err != nil {
		return nil, err
	}
	return h.config(), nil
}
