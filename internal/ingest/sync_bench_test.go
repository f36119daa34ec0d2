package ingest_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	_ "net/http/pprof" // served when WEIR_MEASURE_PPROF names an address
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/ingest"
	"weir/internal/jobs"
	"weir/internal/secret"
	"weir/internal/store"
)

// TestMeasureSync prints what a first and a second sync of a whole organization cost: WEIR_MEASURE=S, M or L. The
// server is a process of its own, its repositories are real, and stay in WEIR_MEASURE_DIR for the next time.
// With WEIR_MEASURE_ONLY=vessel-0001 only repos with that in their names are imported; with WEIR_MEASURE_ITEMS=1 pull requests and tickets alone are read; WEIR_MEASURE_PPROF=127.0.0.1:6060 serves profiles
// meanwhile, and each minute how far it is goes to the standard error.
func TestMeasureSync(t *testing.T) {
	size := os.Getenv("WEIR_MEASURE")
	if size == "" {
		t.Skip("WEIR_MEASURE is not set: it takes minutes")
	}
	server := startFleet(t, size)
	m := measured(t, server)
	m.print("first sync")
	m.reset()
	kinds := []facts.SyncKind{facts.SyncPullRequests, facts.SyncTickets}
	for _, kind := range kinds {
		if err := m.jobs.SyncItems(t.Context(), kind, m.repos...); err != nil {
			t.Fatal(err)
		}
	}
	m.idle()
	m.print("second look at items, nothing new")
	var held, server64 int64
	sums, err := m.store.CompletenessSums(t.Context(), m.integration)
	if err != nil {
		t.Fatal(err)
	}
	for _, sum := range sums {
		held, server64 = held+sum.Held, server64+sum.Server
	}
	want := int64(server.Pulls + server.Issues)
	if os.Getenv("WEIR_MEASURE_ONLY") != "" {
		want = server64
	}
	if held != want || server64 != want {
		t.Errorf("%d held, %d by the server's counts, want %d", held, server64, want)
	}
	if m.peak() > 300 {
		t.Errorf("peak memory %d MB, want less than 300", m.peak())
	}
}

type fleet struct {
	URL, Token, CA, Control                 string
	Repos, Pulls, Issues, Comments, Reviews int
}

// startFleet starts the server, which ends with the test.
func startFleet(t *testing.T, size string) fleet {
	t.Helper()
	dir := os.Getenv("WEIR_MEASURE_DIR")
	if dir == "" {
		dir = t.TempDir()
	}
	binary := filepath.Join(t.TempDir(), "ghesd")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "weir/internal/ghes/ghesd").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), binary, "-tied", "-size", size, "-dir", filepath.Join(dir, size))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var f fleet
	if err := json.Unmarshal(line, &f); err != nil {
		t.Fatal(err)
	}
	t.Logf("size %s: %d repos, %d pull requests, %d issues, %d comments, %d reviews", size, f.Repos, f.Pulls, f.Issues, f.Comments, f.Reviews)
	return f
}

// measurement is a Weir on SQLite with the usual queue, measured.
type measurement struct {
	t           *testing.T
	fleet       fleet
	store       *store.Store
	jobs        *jobs.Client
	integration facts.IntegrationID
	repos       []facts.RepoID
	began       time.Time
	cpu         time.Duration
	anonymous   int // most memory of its own seen, in MB: VmHWM holds mapped files too
}

// measured connects to the fleet and imports all of it.
func measured(t *testing.T, f fleet) *measurement {
	t.Helper()
	ctx, log := t.Context(), slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	dir := t.TempDir()
	keys, err := secret.OpenKeyring(filepath.Join(dir, "KEY"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(ctx, store.Options{Dir: dir, Keys: keys, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	m := &measurement{t: t, fleet: f, store: s}
	if m.jobs, err = jobs.Open(ctx, jobs.Options{Store: s, Name: "measure", Log: log}); err != nil {
		t.Fatal(err)
	}
	on := facts.Services
	if os.Getenv("WEIR_MEASURE_ITEMS") != "" {
		on = []facts.Service{facts.ServicePullRequests, facts.ServiceTickets}
	}
	m.integration, err = s.CreateIntegration(ctx, facts.Integration{Name: "Fleet", Address: f.URL, CAPEM: f.CA, Method: "token", Account: "sailor0001", On: on, State: facts.IntegrationHealthy},
		connect.TokenCredential(secret.New(f.Token)))
	if err != nil {
		t.Fatal(err)
	}
	way := &ingest.Way{Store: s, Servers: connect.NewServers(4), Log: log}
	in := ingest.New(ingest.Options{Store: s, Queue: m.jobs, Dir: dir, Workers: 2, MemoryLimit: 128 << 20, Log: log,
		SyncEvery:   24 * time.Hour, // the second look is asked for, and none comes between
		ConnectFunc: way.Connect, AccessFunc: way.Access, ItemsFunc: way.Items})
	if err := in.Discover(ctx, m.integration); err != nil {
		t.Fatal(err)
	}
	if m.repos, err = s.RepoIDs(ctx, store.RepoFilter{Integration: m.integration, Search: os.Getenv("WEIR_MEASURE_ONLY")}); err != nil || len(m.repos) == 0 {
		t.Fatalf("repos %v: %v", m.repos, err)
	}
	m.reset()
	profiles(t)
	if err := m.jobs.Start(ctx, in); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stopping, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		_ = m.jobs.Stop(stopping)
	})
	if _, err := m.jobs.ImportRepos(ctx, m.repos...); err != nil {
		t.Fatal(err)
	}
	m.idle()
	return m
}

func (m *measurement) idle() {
	m.t.Helper()
	told := time.Now()
	look := 100 * time.Millisecond
	if len(m.repos) > 100 {
		look = 5 * time.Second // counting thousands of jobs is work too
	}
	for {
		n, err := m.jobs.Waiting(m.t.Context())
		if err != nil {
			m.t.Fatal(err)
		}
		if n == 0 {
			return
		}
		m.anonymous = max(m.anonymous, memory("RssAnon:"))
		if time.Since(told) > time.Minute {
			told = time.Now()
			fmt.Fprintf(os.Stderr, "%.0f s: %d jobs left, %.0f s CPU, %d MB, at most %d MB (%d MB its own)\n",
				time.Since(m.began).Seconds(), n, (cpuTime() - m.cpu).Seconds(), memory("VmRSS:"), m.peak(), m.anonymous)
		}
		<-time.After(look)
	}
}

// profiles serves those of the Go tools.
func profiles(t *testing.T) {
	t.Helper()
	address := os.Getenv("WEIR_MEASURE_PPROF")
	if address == "" {
		return
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.DefaultServeMux, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
}

func (m *measurement) control(method, path string, into any) {
	m.t.Helper()
	req, err := http.NewRequestWithContext(m.t.Context(), method, m.fleet.Control+path, nil)
	if err != nil {
		m.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		m.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if into != nil {
		if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
			m.t.Fatal(err)
		}
	}
}

func (m *measurement) reset() {
	m.control(http.MethodPost, "/reset", nil)
	m.began, m.cpu = time.Now(), cpuTime()
}

func (m *measurement) print(what string) {
	var sent struct {
		Requests int
		Bytes    int64
		Failed   int
		By       map[string]int
	}
	m.control(http.MethodGet, "/requests", &sent)
	m.t.Logf("%s: %d requests %v, %d failed, %.1f MB, %.1f s wall, %.1f s CPU, %d MB peak, %d MB its own", what, sent.Requests, sent.By, sent.Failed,
		float64(sent.Bytes)/1e6, time.Since(m.began).Seconds(), (cpuTime() - m.cpu).Seconds(), m.peak(), m.anonymous)
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peak is the most memory that this process has had, in MB.
func (m *measurement) peak() int { return memory("VmHWM:") }

// memory is a line of what the kernel tells of this process, in MB.
func memory(name string) int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if after, found := strings.CutPrefix(line, name); found {
			kb, _ := strconv.Atoi(strings.Fields(after)[0])
			return kb / 1024
		}
	}
	return 0
}
