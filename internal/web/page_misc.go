package web

import "net/http"

// nothingHere answers addresses that nobody else answers.
func (s *Server) nothingHere(*visit) error { return notHere() }

func notHere() error {
	return &problem{Status: http.StatusNotFound, What: "There is nothing here",
		Why: "The address is wrong, or what it named has been deleted.", Next: "Go back, or start from the home page."}
}

func crossOriginDenied(*visit) error {
	return &problem{Status: http.StatusForbidden, What: "This request came from another site",
		Why:  "Weir takes changes only from its own pages, so that no other site can act in your name.",
		Next: "Open Weir itself and do it there. If you are in Weir already, its address may not be the one it was told (setting url)."}
}
