package web

import "weir/internal/access"

// Doors gives the right that each route needs, without those that are open to people who are not signed in.
func Doors(s *Server) map[string]access.Right {
	closed := map[string]access.Right{}
	for pattern, d := range s.doors {
		if !d.open {
			closed[pattern] = d.right
		}
	}
	return closed
}
