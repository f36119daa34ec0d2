package web

import (
	"net/http"

	"weir/internal/access"
)

// handler answers one request; what it returns is turned into a page by fail.
type handler func(v *visit) error

// door says who may come in.
type door struct {
	// right is what a user must hold; empty lets every signed-in user in.
	right access.Right
	// open lets people in who are not signed in.
	open bool
	// twins says that the page can also be had as .json or .csv.
	twins bool
}

var (
	everyone = door{open: true}
	signedIn = door{}
)

func needs(right access.Right) door { return door{right: right} }

func (d door) withTwins() door {
	d.twins = true
	return d
}

// routes is the whole map of addresses.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	page := func(pattern string, d door, h handler) {
		s.doors[pattern] = d
		mux.Handle(pattern, s.visit(d, h))
	}

	page("GET /set-up", everyone, s.setUpPage)
	page("POST /set-up", everyone, s.setUp)
	page("GET /sign-in", everyone, s.signInPage)
	page("POST /sign-in", everyone, s.signIn)
	page("POST /sign-out", everyone, s.signOut)
	page("GET /invitation", everyone, s.invitationPage)
	page("POST /invitation", everyone, s.acceptInvitation)
	page("POST /theme", everyone, s.chooseTheme)
	page("/", signedIn, s.nothingHere)
	s.reportRoutes(page)
	s.integrationRoutes(page)
	s.userRoutes(page)
	s.helpRoutes(page)

	whole := http.NewServeMux()
	whole.Handle("GET /assets/{name}", s.assets)
	whole.Handle("GET /healthz", http.HandlerFunc(s.health))
	whole.Handle("/", s.sessions.LoadAndSave(s.byFormat(mux)))

	crossOrigin := http.NewCrossOriginProtection()
	if s.public != nil {
		_ = crossOrigin.AddTrustedOrigin(s.public.Scheme + "://" + s.public.Host)
	}
	crossOrigin.SetDenyHandler(s.visit(everyone, crossOriginDenied))
	return s.webhookRoutes(secureHeaders(s.observe(crossOrigin.Handler(whole))))
}

func (s *Server) reportRoutes(page func(string, door, handler)) {
	page("GET /{$}", signedIn, s.homePage)
	page("GET /reports/{name}", needs(access.ViewReports).withTwins(), s.reportPage)
}

func (s *Server) integrationRoutes(page func(string, door, handler)) {
	view, manage := needs(access.ViewIntegrations), needs(access.ManageIntegrations)
	page("GET /settings", view, s.settingsPage)
	page("GET /settings/integrations", view, s.integrationsPage)
	page("GET /settings/integrations/new", manage, s.providerPage)
	page("POST /settings/integrations/new", manage, s.chooseProvider)
	page("GET /settings/integrations/new/method", manage, s.methodPage)
	page("POST /settings/integrations/new/method", manage, s.chooseMethod)
	page("GET /settings/integrations/new/connect", manage, s.connectPage)
	page("POST /settings/integrations/new/connect", manage, s.testConnection)
	page("POST /settings/integrations/new/server-link", manage, s.serverLinkPart)
	page("POST /settings/integrations/new/passwords", manage, s.passwordsPart)
	page("GET /settings/integrations/new/authorize", manage, s.authorize)
	page("GET /settings/integrations/new/authorized", manage, s.authorized)
	page("GET /settings/integrations/new/answered", manage, s.answeredPage)
	page("GET /settings/integrations/new/authorization", manage, s.authorizationPart)
	page("GET /settings/integrations/new/app", manage, s.newAppPage)
	page("GET /settings/integrations/new/app/made", manage, s.appMade)
	page("GET /settings/integrations/new/app/installed", manage, s.appInstalled)
	page("GET /settings/integrations/new/services", manage, s.servicesPage)
	page("POST /settings/integrations/new/services", manage, s.chooseServices)
	page("GET /settings/integrations/new/name", manage, s.namePage)
	page("POST /settings/integrations/new/name", manage, s.createIntegration)
	page("POST /settings/integrations/new/cancel", manage, s.cancelSetUp)
	page("POST /settings/integrations/new/renew", manage, s.renewCredential)
	page("POST /settings/integrations/{id}/renew", manage, s.beginRenewal)
	page("GET /settings/integrations/{id}", view, s.integrationPage)
	page("POST /settings/integrations/{id}/services", manage, s.switchServices)
	page("POST /settings/integrations/{id}/name", manage, s.renameIntegration)
	page("POST /settings/integrations/{id}/quiet-hours", manage, s.saveQuietHours)
	s.manageRoutes(page)
	page("GET /settings/integrations/{id}/webhooks", view, s.webhooksPage)
	page("POST /settings/integrations/{id}/webhooks/check", manage, s.checkWebhooks)
	page("POST /settings/integrations/{id}/webhooks/{hook}/anew", manage, s.makeWebhookAnew)
	page("GET /settings/integrations/{id}/repos", view, s.importPage)
	page("GET /settings/integrations/{id}/repos/progress", view, s.importProgress)
	page("GET /settings/integrations/{id}/repos/group", view, s.importGroup)
	page("POST /settings/integrations/{id}/repos", manage, s.changeRepos)
	page("GET /settings/integrations/{id}/rules", view, s.rulesPage)
	page("POST /settings/integrations/{id}/rules", manage, s.addRule)
	page("POST /settings/integrations/{id}/rules/{rule}/delete", manage, s.deleteRule)
	page("POST /settings/integrations/{id}/auto-import", manage, s.setAutoImport)
	page("GET /settings/integrations/{id}/completeness", view, s.completenessPage)
	page("GET /settings/integrations/{id}/repos/{repo}/problems", view, s.repoProblemsPage)
	page("GET /settings/ledger", view.withTwins(), s.ledgerPage)
}

// helpRoutes are the pages for when something does not work.
func (s *Server) helpRoutes(page func(string, door, handler)) {
	view, manage := needs(access.ViewIntegrations), needs(access.ManageIntegrations)
	page("GET /settings/network", view, s.networkPage)
	page("GET /settings/troubleshooting", view, s.troubleshootingPage)
	page("GET /settings/service-account", view, s.serviceAccountPage)
	page("GET /settings/support", manage, s.supportPage)
	page("POST /settings/support", manage, s.makeBundle)
	page("GET /settings/support/bundle", manage, s.downloadBundle)
}

func (s *Server) userRoutes(page func(string, door, handler)) {
	users := needs(access.ManageUsers)
	page("GET /settings/users", users, s.usersPage)
	page("POST /settings/users", users, s.inviteUser)
	page("POST /settings/users/{id}/invite", users, s.inviteAgain)
	page("POST /settings/users/{id}/role", users, s.changeRole)
	page("POST /settings/users/{id}/person", users, s.tieUser)
	page("POST /settings/users/{id}/disable", users, s.disableUser)
	page("POST /settings/users/{id}/enable", users, s.enableUser)
}

// manageRoutes are what is done with an integration that is there.
func (s *Server) manageRoutes(page func(string, door, handler)) {
	manage, remove := needs(access.ManageIntegrations), needs(access.DeleteIntegrations)
	page("GET /settings/integrations/{id}/edit", manage, s.editPage)
	page("POST /settings/integrations/{id}/edit", manage, s.editIntegration)
	page("POST /settings/integrations/{id}/test", manage, s.testIntegration)
	page("POST /settings/integrations/{id}/update", manage, s.updateIntegration)
	page("POST /settings/integrations/{id}/pause", manage, s.pauseIntegration)
	page("POST /settings/integrations/{id}/resume", manage, s.resumeIntegration)
	page("GET /settings/integrations/{id}/delete", remove, s.deletePage)
	page("POST /settings/integrations/{id}/delete", remove, s.deleteIntegration)
	page("POST /settings/integrations/{id}/restore", remove, s.restoreIntegration)
}

// byFormat takes a suffix .json or .csv off the address, so that each page is also an interface for programs.
func (s *Server) byFormat(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, f := splitFormat(r)
		clone := *r.URL
		clone.Path, clone.RawPath = path, ""
		r = r.WithContext(withFormat(r.Context(), f))
		r.URL = &clone
		next.ServeHTTP(w, r)
	})
}

// GET /healthz
func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	if err := s.store.Ping(r.Context()); err != nil {
		s.log.Error("health check", "error", err)
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}
