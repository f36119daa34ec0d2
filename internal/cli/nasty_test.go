package cli

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"weir/internal/config"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/ghes/generate"
	"weir/internal/report"
	"weir/internal/secret"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

// nastyWants says what must be read of each kind; a kind that is not here must not go untested.
var nastyWants = map[generate.Kind]struct {
	commits, merges int
	problem         string // what the one problem names, empty for none
	says            string // what is told beside the result
	unfetchable     string // the code of an import that must fail, because the server itself cannot read it
}{
	generate.Empty:        {says: "no commit yet"},
	generate.NoHead:       {commits: 1},
	generate.Shallow:      {commits: 2, says: "cut off", unfetchable: "shallow"},
	generate.Corrupt:      {commits: 5, problem: "a.txt", unfetchable: "corrupt"},
	generate.Missing:      {commits: 5, problem: "a.txt", unfetchable: "corrupt"},
	generate.UglyNames:    {commits: 21},
	generate.UglyPaths:    {commits: 2},
	generate.OddDates:     {commits: 19},
	generate.Octopus:      {commits: 6, merges: 1},
	generate.Submodule:    {commits: 4},
	generate.Symlinks:     {commits: 2},
	generate.CaseTwins:    {commits: 2},
	generate.BrokenText:   {commits: 2},
	generate.TwoRoots:     {commits: 3, merges: 1},
	generate.EmptyCommits: {commits: 4},
	generate.ManyFiles:    {commits: 2},
	generate.HugeFile:     {commits: 2, problem: "huge.txt"},
}

// everyKind is all of them; the two big ones only where there is time.
func everyKind() []generate.Kind {
	if os.Getenv("WEIR_HEAVY") != "1" {
		return generate.NastyKinds
	}
	return append(slices.Clone(generate.NastyKinds), generate.ManyFiles, generate.HugeFile)
}

func weir(ctx context.Context, args ...string) (out, errOut string, code int) {
	var o, e bytes.Buffer
	code = run(ctx, args, streams{in: strings.NewReader(""), out: &o, err: &e})
	return o.String(), e.String(), code
}

func TestAnalyzeNastyRepositories(t *testing.T) {
	t.Parallel()
	for _, kind := range everyKind() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			dir, err := generate.Nasty(t.Context(), t.TempDir(), kind)
			if err != nil {
				t.Fatal(err)
			}
			checkAnalysisJSON(t, kind, dir)
			checkAnalysisText(t, dir)
			for _, table := range report.AnalysisTables {
				out, errOut, code := weir(t.Context(), "analyze", dir, "--csv", "--table", table)
				if code != exitOK {
					t.Fatalf("--table %s: exit code %d: %s", table, code, errOut)
				}
				checkCSV(t, table, out)
			}
		})
	}
}

func checkAnalysisJSON(t *testing.T, kind generate.Kind, dir string) {
	t.Helper()
	want, known := nastyWants[kind]
	if !known {
		t.Fatal("nobody says what is wanted of this kind")
	}
	out, errOut, code := weir(t.Context(), "analyze", dir, "--json")
	if code != exitOK || !strings.Contains(errOut, want.says) {
		t.Fatalf("exit code %d, said %q, want %q", code, errOut, want.says)
	}
	var a report.Analysis
	checkJSON(t, "analyze", out)
	if err := json.Unmarshal([]byte(out), &a); err != nil {
		t.Fatal(err)
	}
	if got := a.Totals.Seen; got.Commits != want.commits || got.Merges != want.merges {
		t.Errorf("seen %+v, want %d commits and %d merges", got, want.commits, want.merges)
	}
	checkSums(t, &a)
	if (want.problem != "") != (len(a.Problems) > 0) {
		t.Errorf("problems %+v, want some of %q", a.Problems, want.problem)
	}
	for _, p := range a.Problems {
		if p.Path != want.problem || len(p.Commit) != 40 || p.Code == "" || p.Cause == "" {
			t.Errorf("a problem names too little: %+v", p)
		}
	}
}

// checkSums holds counted and left_out against seen.
func checkSums(t *testing.T, a *report.Analysis) {
	t.Helper()
	total := a.Totals
	commits, lines := total.Counted.Commits, report.AnalysisLines{Added: total.Counted.Added, Deleted: total.Counted.Deleted}
	for _, n := range total.LeftOut {
		commits += n
	}
	add := func(l report.AnalysisLines) { lines.Added += l.Added; lines.Deleted += l.Deleted }
	for _, l := range total.LeftOutLines {
		add(l)
	}
	for _, f := range total.LeftOutFiles {
		add(f.AnalysisLines)
	}
	if commits != total.Seen.Commits || lines.Added != total.Seen.Added || lines.Deleted != total.Seen.Deleted {
		t.Errorf("counted and left out are %d commits, %+v; seen %+v", commits, lines, total.Seen)
	}
	for name, groups := range map[string][]report.AnalysisGroup{"people": a.People, "months": a.Months} {
		n := 0
		for i := range groups {
			n += groups[i].Commits + groups[i].Merges + groups[i].LeftOut
		}
		if n != total.Seen.Commits {
			t.Errorf("%s have %d commits, %d are seen", name, n, total.Seen.Commits)
		}
	}
}

func checkAnalysisText(t *testing.T, dir string) {
	t.Helper()
	out, errOut, code := weir(t.Context(), "analyze", dir)
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, errOut)
	}
	checkVisible(t, "table", out+errOut)
	for line := range strings.Lines(out) {
		if report.Width(line) > 400 {
			t.Errorf("a line is %d columns wide: %.80s", report.Width(line), line)
		}
	}
}

// checkVisible finds what could steer a terminal.
func checkVisible(t *testing.T, name, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%s: no UTF-8", name)
	}
	for _, r := range text {
		if (unicode.IsControl(r) && r != '\n') || unicode.Is(unicode.Bidi_Control, r) {
			t.Errorf("%s: holds %U", name, r)
			return
		}
	}
}

func checkCSV(t *testing.T, name, text string) {
	t.Helper()
	if !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\x1b\a") {
		t.Errorf("%s.csv: no UTF-8, or control characters", name)
	}
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(records) == 0 {
		t.Errorf("%s.csv: %d records, %v", name, len(records), err)
	}
	for _, record := range records {
		for i, cell := range record {
			if strings.ContainsAny(cell[:min(1, len(cell))], "=+@") {
				t.Errorf("%s.csv: a spreadsheet would run %q of %s", name, cell, records[0][i])
			}
			if strings.HasSuffix(records[0][i], "_at") {
				if _, err := time.Parse(time.RFC3339, cell); err != nil {
					t.Errorf("%s.csv: %s: %v", name, records[0][i], err)
				}
			}
			if records[0][i] == "day" {
				if _, err := time.Parse(time.DateOnly, cell); err != nil && cell != "day" {
					t.Errorf("%s.csv: %v", name, err)
				}
			}
			if records[0][i] == cell {
				break // the heading
			}
		}
	}
}

func checkJSON(t *testing.T, name, text string) {
	t.Helper()
	if !json.Valid([]byte(text)) || !utf8.ValidString(text) {
		t.Errorf("%s: no JSON: %.200s", name, text)
	}
}

// nastyServer is a server whose one organization holds a repo of each kind beside a healthy one.
func nastyServer(t *testing.T, kinds []generate.Kind) (*ghes.Server, secret.String) {
	t.Helper()
	dir := t.TempDir()
	world := ghes.NewWorld()
	world.AddUser(ghes.User{Login: "ada", Name: "Ada <b>Admin</b>", Password: generate.Password, SiteAdmin: true})
	world.AddOrganization(ghes.Organization{Login: "nasty", Name: "<script>alert('org')</script>"})
	world.SetMember("nasty", ghes.Member{Login: "ada", Role: ghes.RoleAdmin})
	healthy, err := generate.Small(t.Context(), generate.Options{Dir: filepath.Join(dir, "small"), Seed: 3, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	world.AddRepo(ghes.Repo{Owner: "nasty", Name: "healthy", GitDir: healthy.Repos[0].Dir})
	for _, kind := range kinds {
		path, err := generate.Nasty(t.Context(), dir, kind)
		if err != nil {
			t.Fatal(err)
		}
		world.AddRepo(ghes.Repo{Owner: "nasty", Name: string(kind), GitDir: path, Description: `"><img src=x onerror=alert(1)>`})
	}
	token := world.AddToken(ghes.Token{Login: "ada", Scopes: []string{"repo", "admin:org", "user"}})
	server := ghes.New(ghes.Options{World: world, Settings: ghes.Settings{PrivateMode: true}})
	if err := server.Start(context.WithoutCancel(t.Context()), "localhost:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server, secret.New(token.Secret)
}

// settle waits until nothing of the import is under way, and gives the repos by name.
func settle(ctx context.Context, a *app, want int) (map[string]store.RepoRow, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, 2*time.Minute, errors.New("the import is stuck"))
	defer cancel()
	repos := map[string]store.RepoRow{}
	err := poll(ctx, func() (bool, error) {
		rows, _, err := a.store.Repos(ctx, store.RepoFilter{}, facts.Page{})
		settled := 0
		for i := range rows {
			repos[rows[i].Name] = rows[i]
			if phase := rows[i].Sync.Phase; phase == facts.PhaseReady || phase == facts.PhaseFailed {
				settled++
			}
		}
		return settled == want, err
	})
	if err != nil {
		for name, r := range repos {
			err = fmt.Errorf("%w; %s %s %s", err, name, r.Sync.Phase, r.Sync.Code)
		}
	}
	return repos, err
}

// TestImportNastyRepositories puts all of them into one organization and walks through Weir as a person would.
func TestImportNastyRepositories(t *testing.T) {
	t.Parallel()
	kinds := everyKind()
	server, token := nastyServer(t, kinds)
	for name, settings := range map[string]*config.Config{"sqlite": {}, "postgres": {Database: storetest.URL(t)}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, base := testApp(t, settings, t.Output())
			w, integration := begin(t, a, base, server, token)
			repos, err := settle(t.Context(), a, len(kinds)+1)
			if err != nil {
				t.Fatal(err)
			}
			if r := repos["healthy"]; r.Sync.Phase != facts.PhaseReady || r.Sync.Held == 0 {
				t.Errorf("the healthy repo: %+v", r.Sync)
			}
			for _, kind := range kinds {
				checkImported(t, kind, repos[string(kind)])
			}
			checkPages(t, w, integration, repos)
		})
	}
}

// begin signs up, connects the server and imports all its repos, without waiting for them.
func begin(t *testing.T, a *app, base string, server *ghes.Server, token secret.String) (w *walker, integration string) {
	t.Helper()
	code, err := a.setUpCode(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if w, err = newWalker(base); err != nil {
		t.Fatal(err)
	}
	if err := w.signUp(t.Context(), code, "admin", secret.New(testPassword)); err != nil {
		t.Fatal(err)
	}
	to := connection{address: server.URL(), caPEM: server.CAPEM(), name: "Our <i>server</i>", token: token}
	if integration, err = w.connect(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	if err := a.waitForRepos(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.importAll(t.Context(), integration); err != nil {
		t.Fatal(err)
	}
	return w, integration
}

func checkImported(t *testing.T, kind generate.Kind, r store.RepoRow) {
	t.Helper()
	want, s := nastyWants[kind], r.Sync
	switch {
	case want.unfetchable != "":
		if s.Phase != facts.PhaseFailed || s.Code != want.unfetchable || s.Cause == "" || s.Next == "" {
			t.Errorf("%s: %s, code %q, cause %q, next %q, want code %s", kind, s.Phase, s.Code, s.Cause, s.Next, want.unfetchable)
		}
	case s.Phase != facts.PhaseReady || int(s.Held) != want.commits:
		t.Errorf("%s: %s %s %s, holds %d commits, want %d", kind, s.Phase, s.Code, s.Cause, s.Held, want.commits)
	case (s.Problems > 0) != (want.problem != ""):
		t.Errorf("%s: %d problems, want some: %q", kind, s.Problems, want.problem)
	}
}

// checkPages fetches everything that shows what hostile people wrote.
func checkPages(t *testing.T, w *walker, integration string, repos map[string]store.RepoRow) {
	t.Helper()
	pages := []string{"/", "/settings/integrations", integration, integration + "/repos", integration + "/repos?state=failed", "/settings/ledger"}
	for _, period := range []string{"period=365d", "from=1969-12-01&to=" + time.Now().Format(time.DateOnly)} {
		pages = append(pages, "/reports/code?"+period, "/reports/worklog?"+period, "/reports/commits?limit=500&"+period)
	}
	for _, r := range repos {
		if r.Sync.Problems > 0 {
			pages = append(pages, fmt.Sprintf("%s/repos/%d/problems", integration, r.ID))
		}
	}
	for _, page := range pages {
		checkHTML(t, page, get(t, w, page))
		if strings.HasPrefix(page, "/reports/") || page == "/settings/ledger" {
			checkTwins(t, w, page)
		}
	}
	for _, kind := range []generate.Kind{generate.UglyNames, generate.UglyPaths, generate.OddDates, generate.BrokenText, generate.Symlinks} {
		checkCommits(t, w, repos[string(kind)])
	}
}

func checkTwins(t *testing.T, w *walker, page string) {
	t.Helper()
	path, query, _ := strings.Cut(page, "?")
	text := get(t, w, path+".json?"+query)
	if path == "/settings/ledger" { // a document for each line
		text = "[" + strings.ReplaceAll(strings.TrimSpace(text), "\n", ",") + "]"
	}
	checkJSON(t, page, text)
	checkCSV(t, page, get(t, w, path+".csv?"+query))
}

// checkCommits opens the page of each commit of a repo.
func checkCommits(t *testing.T, w *walker, r store.RepoRow) {
	t.Helper()
	list := get(t, w, fmt.Sprintf("/reports/commits?repo=%d&limit=500&from=0001-01-01&to=9999-12-31", r.ID))
	n := 0
	for _, link := range links(list) {
		if u, err := url.Parse(link); err == nil && u.Query().Get("commit") != "" {
			n++
			checkHTML(t, link, get(t, w, link))
			checkTwins(t, w, link)
		}
	}
	if n == 0 {
		t.Errorf("%s: no commit is listed", r.Name)
	}
}

var (
	linkPattern  = regexp.MustCompile(`<a [^>]*?href="([^"]*)"`)
	tagPattern   = regexp.MustCompile(`<[a-zA-Z][^>]*>`)
	valuePattern = regexp.MustCompile(`"[^"]*"`)
)

// links gives where a page leads, each address once.
func links(page string) []string {
	var found []string
	for _, match := range linkPattern.FindAllStringSubmatch(page, -1) {
		if link := html.UnescapeString(match[1]); !slices.Contains(found, link) {
			found = append(found, link)
		}
	}
	return found
}

// checkHTML finds markup that came from a repository: none of it may be an element of ours.
func checkHTML(t *testing.T, name, page string) {
	t.Helper()
	if !utf8.ValidString(page) || strings.ContainsAny(page, "\x00\x1b\a\u202e") {
		t.Errorf("%s: no UTF-8, or control characters", name)
	}
	for _, hostile := range []string{"<script>alert", "<img src=x", "<b>Admin", "<i>server", "</title><", "href=\"javascript:"} {
		if strings.Contains(page, hostile) {
			t.Errorf("%s: holds %s", name, hostile)
		}
	}
	for _, tag := range tagPattern.FindAllString(page, -1) {
		if bare := valuePattern.ReplaceAllString(tag, ""); strings.Contains(bare, " on") {
			t.Errorf("%s: %s", name, tag)
		}
	}
}
