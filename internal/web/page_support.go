package web

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"weir/internal/access"
	"weir/internal/support"
)

// heldBundles keeps the bundle that each user had made, for a while: what was looked at is what is
// downloaded. Another process, or a start of Weir, has it made anew.
type heldBundles struct {
	mu sync.Mutex
	of map[access.UserID]*support.Bundle
}

// bundleLifetime is for how long a bundle waits for its download.
const bundleLifetime = 30 * time.Minute

func (h *heldBundles) keep(id access.UserID, b *support.Bundle) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for user, held := range h.of {
		if b.MadeAt.Sub(held.MadeAt) > bundleLifetime {
			delete(h.of, user)
		}
	}
	h.of[id] = b
}

func (h *heldBundles) get(id access.UserID, now time.Time) *support.Bundle {
	h.mu.Lock()
	defer h.mu.Unlock()
	if b := h.of[id]; b != nil && now.Sub(b.MadeAt) <= bundleLifetime {
		return b
	}
	return nil
}

type supportView struct {
	Bundle *supportBundleView
}

type supportBundleView struct {
	MadeAt int64
	Name   string
	Files  []supportFile
}

type supportFile struct {
	Name, About string
	Bytes       int64
	Text        string
	// More says that the page shows the beginning only.
	More bool
}

// shownOfFile bounds what the page shows of one file of the bundle.
const shownOfFile = 30_000

// GET /settings/support
func (s *Server) supportPage(v *visit) error {
	view := supportView{}
	if b := s.bundles.get(v.User.ID, s.now()); b != nil {
		view.Bundle = viewBundle(b)
	}
	v.Section, v.Side = "settings", "support"
	return v.render("support", "Support bundle", view)
}

func viewBundle(b *support.Bundle) *supportBundleView {
	view := &supportBundleView{MadeAt: b.MadeAt.Unix(), Name: b.Name()}
	for _, f := range b.Files {
		text := string(f.Content)
		lines := strings.Split(text[:min(len(text), shownOfFile)], "\n")
		for i := range lines {
			lines[i] = visible(lines[i])
		}
		view.Files = append(view.Files, supportFile{f.Name, f.About, int64(len(text)), strings.Join(lines, "\n"), len(text) > shownOfFile})
	}
	return view
}

// POST /settings/support
func (s *Server) makeBundle(v *visit) error {
	b, err := s.gather(v.ctx())
	if err != nil {
		return err
	}
	s.bundles.keep(v.User.ID, b)
	return v.redirect("/settings/support")
}

// GET /settings/support/bundle
func (s *Server) downloadBundle(v *visit) error {
	b := s.bundles.get(v.User.ID, s.now())
	if b == nil {
		v.say("warn", "The bundle is not there any more. Make a new one.")
		return v.redirect("/settings/support")
	}
	attach(v.W, "application/zip", b.Name())
	v.W.WriteHeader(http.StatusOK)
	if err := b.WriteZip(v.W); err != nil {
		return s.cut(v, err)
	}
	return nil
}
