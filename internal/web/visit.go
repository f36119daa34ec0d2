package web

import (
	"bytes"
	"context"
	"net/http"
	"strconv"

	"weir/internal/access"
	"weir/internal/facts"
)

// visit is one request on its way through a handler.
type visit struct {
	W http.ResponseWriter
	R *http.Request
	// User is who asks; nil on the pages for people who are not signed in.
	User *access.User
	// Own is the person of the reports who asks, 0 when that is not known; it is looked up for those who may see reports but
	// not individuals.
	Own    facts.PersonID
	Format format
	// Section and Side mark the page's place in the navigation; handlers set them before they render.
	Section, Side string
	// Charts says that the page needs the script that draws them.
	Charts bool

	// pending holds what was said and not yet left for a page.
	pending []said

	id string
	s  *Server
}

func (v *visit) ctx() context.Context { return v.R.Context() }

// fragment tells whether htmx asks for a part of a page.
func (v *visit) fragment() bool { return v.R.Header.Get("HX-Request") == "true" }

// pathID reads an id from the address.
func pathID[T ~int64](v *visit, name string) (T, error) {
	n, err := strconv.ParseInt(v.R.PathValue(name), 10, 64)
	if err != nil || n <= 0 {
		return 0, notHere()
	}
	return T(n), nil
}

// render writes a page.
func (v *visit) render(name, title string, view any) error {
	return v.writePage(http.StatusOK, name, title, view)
}

// again writes a page whose form has to be corrected.
func (v *visit) again(name, title string, view any) error {
	return v.writePage(http.StatusUnprocessableEntity, name, title, view)
}

func (v *visit) writePage(status int, name, title string, view any) error {
	out, err := v.s.templates.page(name, &frame{
		Title: title, Section: v.Section, Side: v.Side, User: v.User, Own: v.Own, Theme: themeOf(v.R),
		Here: v.R.URL.RequestURI(), Said: v.takeSaid(), Charts: v.Charts, Version: v.s.version, View: view,
	})
	if err != nil {
		return v.broken(status, err)
	}
	return v.send(status, out)
}

func (v *visit) writePart(status int, name string, view any) error {
	out, err := v.s.templates.part(name, view)
	if err != nil {
		return v.broken(status, err)
	}
	return v.send(status, out)
}

// broken keeps an error page that cannot be rendered from asking for itself.
func (v *visit) broken(status int, err error) error {
	if status < http.StatusInternalServerError {
		return err
	}
	v.s.log.Error("render error page", "request", v.id, "error", err)
	http.Error(v.W, "Something went wrong on our side. Request number "+v.id+".", status)
	return nil
}

func (v *visit) send(status int, out *bytes.Buffer) error {
	head := v.W.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Cache-Control", "no-store")
	head.Add("Vary", "Accept, HX-Request")
	v.W.WriteHeader(status)
	_, err := out.WriteTo(v.W)
	return err
}

// redirect sends the browser on after a change.
func (v *visit) redirect(address string) error {
	v.leave(address)
	if v.fragment() {
		v.W.Header().Set("HX-Redirect", address)
		v.W.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(v.W, v.R, address, http.StatusSeeOther)
	return nil
}
