package ghes

import "net/http"

// POST /api/graphql
func (s *Server) graphQL(w http.ResponseWriter, r *http.Request) {
	http.NotFound(w, r)
}
