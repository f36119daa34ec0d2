package cli

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weir/internal/config"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/secret"
	"weir/internal/store"
)

// reads are what a server may see of Weir, written down here once more and by hand: the list in package
// connect is what is being tested. The last group names a webhook.
var reads = []struct{ method, request *regexp.Regexp }{
	{regexp.MustCompile(`^(GET|HEAD)$`), regexp.MustCompile(`^/api/v3/`)},
	{regexp.MustCompile(`^(GET|HEAD)$`), regexp.MustCompile(`^/(status|login)?$`)},
	{regexp.MustCompile(`^(GET|HEAD)$`), regexp.MustCompile(`^/api/v[14]/version$`)},
	{regexp.MustCompile(`^POST$`), regexp.MustCompile(`^/api/graphql query$`)},
	{regexp.MustCompile(`^GET$`), regexp.MustCompile(`^/[^/]+/[^/]+\.git/info/refs\?service=git-upload-pack$`)},
	{regexp.MustCompile(`^POST$`), regexp.MustCompile(`^/[^/]+/[^/]+\.git/git-upload-pack$`)},
	{regexp.MustCompile(`^POST$`), regexp.MustCompile(`^/api/v3/(orgs/[^/]+|repos/[^/]+/[^/]+)/hooks$`)},
	{regexp.MustCompile(`^(PATCH|DELETE)$`), regexp.MustCompile(`^/api/v3/(?:orgs/[^/]+|repos/[^/]+/[^/]+)/hooks/(\d+)$`)},
	{regexp.MustCompile(`^POST$`), regexp.MustCompile(`^/api/v3/(?:orgs/[^/]+|repos/[^/]+/[^/]+)/hooks/(\d+)/(?:pings|deliveries/\d+/attempts)$`)},
}

// checkReads holds every request that reached the server against the list, and webhooks against those that
// were there before.
func checkReads(t *testing.T, server *ghes.Server, before []ghes.Hook) {
	t.Helper()
	kinds := map[int]int{}
	for _, r := range server.Requests() {
		request := r.Path
		switch {
		case r.Path == "/api/graphql":
			request += " " + r.Operation
		case r.Query != "" && strings.HasSuffix(r.Path, "/info/refs"):
			request += "?" + r.Query
		}
		at := slices.IndexFunc(reads, func(rule struct{ method, request *regexp.Regexp }) bool {
			return rule.method.MatchString(r.Method) && rule.request.MatchString(request)
		})
		if at < 0 {
			t.Errorf("the server saw %s %s", r.Method, request)
			continue
		}
		kinds[at]++
		if groups := reads[at].request.FindStringSubmatch(request); r.Method != http.MethodGet && at >= 7 {
			for _, h := range before {
				if groups[1] == hookID(h) {
					t.Errorf("%s %s concerns a webhook that Weir did not make", r.Method, request)
				}
			}
		}
	}
	for _, at := range []int{0, 3, 4, 5, 6} {
		if kinds[at] == 0 {
			t.Errorf("no request was of the kind %s: the walk does not reach it", reads[at].request)
		}
	}
}

func hookID(h ghes.Hook) string { return strconv.FormatInt(h.ID, 10) }

// await waits for something that the background does.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(90 * time.Second); !done(); <-time.After(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited too long for %s", what)
		}
	}
}

// everything is what a person can do with an integration by its pages, beside the set-up.
func everything(t *testing.T, a *app, w *walker, page string, server *ghes.Server, token secret.String) {
	t.Helper()
	ids, err := a.store.RepoIDs(t.Context(), store.RepoFilter{})
	if err != nil || len(ids) == 0 {
		t.Fatalf("%d repos, %v", len(ids), err)
	}
	all := func(do string) (string, url.Values) { return "/repos", url.Values{"across": {"1"}, "do": {do}} }
	post := func(address string, form url.Values) {
		t.Helper()
		if status, _, err := w.post(t.Context(), page+address, form); err != nil || status >= http.StatusBadRequest {
			t.Errorf("POST %s: status %d, %v", address, status, err)
		}
	}
	post("/test", nil)
	post("/webhooks/check", nil)
	post("/name", url.Values{"name": {"Renamed"}})
	post("/edit", url.Values{"name": {"Renamed"}, "address": {server.URL()}, "ca": {server.CAPEM()}, "secret": {token.Reveal()}})
	post("/auto-import", url.Values{"auto": {"all:on"}, "back": {"rules"}})
	post("/rules", url.Values{"kind": {"name"}, "value": {"*"}})
	post(all("keep"))
	post("/rules/1/delete", nil)
	post(all("pause"))
	post(all("resume"))
	post(all("retry"))
	post("/services", url.Values{"service": {"repos"}})
	post("/services", url.Values{"service": {"repos", "pull_requests", "tickets", "webhooks"}})
	post("/pause", nil)
	post("/resume", nil)
	post("/update", nil)
	if err := a.waitForImport(t.Context(), &progress{}); err != nil {
		t.Fatal(err)
	}
	post(all("stop"))
	post(all("import"))
	if err := a.waitForImport(t.Context(), &progress{}); err != nil {
		t.Fatal(err)
	}
	for _, report := range []string{"/", "/settings/ledger.csv", "/reports/code", "/reports/worklog", "/reports/commits", page, page + "/repos", page + "/rules"} {
		get(t, w, report)
	}
}

// TestTheServerSawOnlyReads drives all that Weir does, with the token of an owner who may do everything, and
// looks at what arrived at the server and at what the server holds in the end.
func TestTheServerSawOnlyReads(t *testing.T) {
	t.Parallel()
	server, token := testServer(t)
	owned := server.World.Organizations()[0]
	foreign := server.World.AddHook(ghes.Hook{Organization: owned.Login, URL: "https://ci.example.com/hook", Events: []string{"*"}})
	repos, hooks := server.World.Repos(), server.World.Hooks()
	a, base := testApp(t, &config.Config{URL: "http://127.0.0.1:1"}, io.Discard)
	w := walkThrough(t, a, base, server, token)
	const page = "/settings/integrations/1"
	everything(t, a, w, page, server, token)
	_, said, code := weir(t.Context(), "doctor", server.URL(), "--token-file", file(t, "token", token.Reveal()), "--ca-file", file(t, "ca.pem", server.CAPEM()))
	if code != exitOK {
		t.Errorf("doctor ended with %d: %s", code, said)
	}

	await(t, "a webhook of Weir's", func() bool { return len(server.World.Hooks()) > len(hooks) })
	if _, err := w.send(t.Context(), page+"/delete", url.Values{"name": {"Renamed"}}); err != nil {
		t.Error(err)
	}
	await(t, "the webhook to be removed", func() bool { return len(server.World.Hooks()) == len(hooks) })
	checkReads(t, server, hooks)
	if diff := cmp.Diff(repos, server.World.Repos()); diff != "" {
		t.Errorf("the server's repos (-before +after):\n%s", diff)
	}
	if held, ok := server.World.Hook(foreign.ID); !ok || cmp.Diff(foreign, held) != "" {
		t.Errorf("somebody else's webhook became %+v", held)
	}
	for r, err := range a.store.Requests(t.Context(), store.RequestFilter{Refused: true}, facts.Page{}) {
		if err != nil {
			t.Fatal(err)
		}
		// A webhook's ping that met the moment in which a person had switched webhooks off was rightly held back.
		if r.Why != "keep webhooks" {
			t.Errorf("Weir tried what it may not: %s %s (%s)", r.Method, r.Path, r.Why)
		}
	}
	if n, err := a.store.CountRequests(t.Context(), store.RequestFilter{}); err != nil || n == 0 {
		t.Errorf("the ledger has %d rows, %v", n, err)
	}
}
