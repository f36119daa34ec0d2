package cli

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"weir/internal/config"
	"weir/internal/facts"
	"weir/internal/ghes"
	"weir/internal/store"
)

const deliveriesPerSecond = 200

// BenchmarkWebhooks sends official payloads at 200 a second over loopback, on SQLite with the disk's own
// waits, while histories are being replayed, and reports how long the answers took. Losing one fails it.
// WEIR_LOAD is for how long it sends, 10s by default.
func BenchmarkWebhooks(b *testing.B) {
	length := 10 * time.Second
	if text := os.Getenv("WEIR_LOAD"); text != "" {
		var err error
		if length, err = time.ParseDuration(text); err != nil {
			b.Fatal(err)
		}
	}
	server, token := testServer(b)
	a, base := testApp(b, &config.Config{URL: ownAddress}, io.Discard)
	walkThrough(b, a, base, server, token)
	if err := a.jobs.KeepWebhooks(b.Context(), 1); err != nil {
		b.Fatal(err)
	}
	l := &load{B: b, app: a}
	l.awaitHook()
	for b.Loop() {
		l.importMuch(server, 6000+600*int(length.Seconds()))
		l.send(int(length.Seconds() * deliveriesPerSecond))
		l.stillImporting()
		l.nothingIsLost()
	}
	l.report()
}

// load is one run of the benchmark.
type load struct {
	*testing.B
	app  *app
	hook facts.Webhook

	took     []time.Duration
	told     int
	replayed int
	sending  time.Duration
}

func (l *load) awaitHook() {
	l.Helper()
	for deadline := time.Now().Add(time.Minute); ; <-time.After(50 * time.Millisecond) {
		hooks, err := l.app.store.Webhooks(l.Context(), 1)
		if err != nil {
			l.Fatal(err)
		}
		if len(hooks) == 1 && hooks[0].State == facts.WebhookAlive {
			l.hook = hooks[0]
			return
		}
		if time.Now().After(deadline) {
			l.Fatalf("no webhook arrives: %+v", hooks)
		}
	}
}

// importMuch begins the import of more history than can be read while the deliveries are sent.
func (l *load) importMuch(server *ghes.Server, commits int) {
	l.Helper()
	dir := filepath.Join(l.TempDir(), "long.git")
	longHistory(l.B, dir, commits)
	const repos = 40 // of the one history; all are fetched before the first is replayed
	owner := server.World.Repos()[0].Owner
	for n := range repos {
		server.World.AddRepo(ghes.Repo{Owner: owner, Name: fmt.Sprintf("long-%d", n), DefaultBranch: "main", GitDir: dir})
	}
	if err := l.app.jobs.Discover(l.Context(), 1); err != nil {
		l.Fatal(err)
	}
	listed := 0
	for deadline := time.Now().Add(time.Minute); listed < repos; <-time.After(50 * time.Millisecond) {
		no := false
		fresh, err := l.app.store.RepoIDs(l.Context(), store.RepoFilter{Integration: 1, Imported: &no})
		if err != nil || time.Now().After(deadline) {
			l.Fatalf("repos are not listed: %v", err)
		}
		if listed = len(fresh); listed >= repos {
			if _, err := l.app.jobs.ImportRepos(l.Context(), fresh...); err != nil {
				l.Fatal(err)
			}
		}
	}
	for before := l.commits(); l.commits() < before+1000; {
		<-time.After(50 * time.Millisecond)
	}
}

// stillImporting fails the run when there was nothing left to replay at its end.
func (l *load) stillImporting() {
	l.Helper()
	yes := true
	busy, err := l.app.store.RepoIDs(l.Context(), store.RepoFilter{Integration: 1, Imported: &yes, Phases: []facts.Phase{facts.PhaseQueued, facts.PhaseFetching, facts.PhaseReplaying}})
	if err != nil || len(busy) == 0 {
		l.Fatalf("the import came to its end before the deliveries (%v)", err)
	}
}

// longHistory makes a repository with so many commits of a few lines each.
func longHistory(b *testing.B, dir string, commits int) {
	b.Helper()
	var stream bytes.Buffer
	for n := range commits {
		text := fmt.Sprintf("line %d\nof file %d\n", n, n%300)
		fmt.Fprintf(&stream, "commit refs/heads/main\ncommitter Ada <ada@example.com> %d +0000\ndata 6\nChange\n", 1_600_000_000+60*n)
		for f := range 3 {
			fmt.Fprintf(&stream, "M 100644 inline dir%d/file%d.go\ndata %d\n%s\n", f, (n+f)%300, len(text), text)
		}
	}
	if out, err := exec.CommandContext(b.Context(), "git", "init", "-q", "--bare", "-b", "main", dir).CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	cmd := exec.CommandContext(b.Context(), "git", "-C", dir, "fast-import", "--quiet")
	cmd.Stdin = &stream
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
}

func (l *load) commits() int {
	l.Helper()
	var n int
	if err := l.app.store.DB().QueryRowContext(l.Context(), `SELECT COUNT(*) FROM commits`).Scan(&n); err != nil {
		l.Fatal(err)
	}
	return n
}

// loadOrder is what the process that sends is told.
type loadOrder struct {
	URL, Secret string
	Count       int
	Run         int64
}

// loadOutcome is what it tells.
type loadOutcome struct {
	Took   []time.Duration
	Status map[int]int
	Failed []string
}

// send has another process send deliveries, as a server is another process: its own waiting for this
// one's processors is not Weir's answer.
func (l *load) send(count int) {
	l.Helper()
	signing, err := l.app.store.WebhookSecret(l.Context(), l.hook)
	if err != nil {
		l.Fatal(err)
	}
	before, began := l.commits(), time.Now()
	told, err := json.Marshal(loadOrder{l.hook.URL, signing.Reveal(), count, began.UnixNano()})
	if err != nil {
		l.Fatal(err)
	}
	cmd := exec.CommandContext(l.Context(), os.Args[0])
	cmd.Env, cmd.Stdin, cmd.Stderr = append(os.Environ(), envSender+"=1"), bytes.NewReader(told), os.Stderr
	text, err := cmd.Output()
	var got loadOutcome
	if err := errors.Join(err, json.Unmarshal(text, &got)); err != nil {
		l.Fatal(err)
	}
	l.sending, l.replayed = time.Since(began), l.commits()-before
	l.took, l.told = append(l.took, got.Took...), l.told+got.Status[http.StatusAccepted]
	if len(got.Failed) > 0 || got.Status[http.StatusAccepted] != count {
		l.Errorf("of %d deliveries: %v, %.200v", count, got.Status, got.Failed)
	}
}

// envSender makes the test's binary the process that sends.
const envSender = "WEIR_TEST_SENDER"

// sendDeliveries sends at the rate, whatever the answers, as a server does.
func sendDeliveries(in io.Reader, out io.Writer) error {
	var o loadOrder
	if err := json.NewDecoder(in).Decode(&o); err != nil {
		return err
	}
	payloads, err := officialPayloads()
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}, Timeout: time.Minute}
	got := loadOutcome{Status: map[int]int{}}
	var mu sync.Mutex
	var all sync.WaitGroup
	ticks := time.NewTicker(time.Second / deliveriesPerSecond)
	defer ticks.Stop()
	for n := range o.Count {
		<-ticks.C
		all.Go(func() {
			took, status, err := o.deliver(client, payloads[n%len(payloads)], n)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				got.Failed = append(got.Failed, err.Error())
				return
			}
			got.Took = append(got.Took, took)
			got.Status[status]++
		})
	}
	all.Wait()
	return json.NewEncoder(out).Encode(got)
}

func (o loadOrder) deliver(client *http.Client, p officialPayload, n int) (time.Duration, int, error) {
	mac := hmac.New(sha256.New, []byte(o.Secret))
	mac.Write(p.text)
	r, err := http.NewRequest(http.MethodPost, o.URL, bytes.NewReader(p.text))
	if err != nil {
		return 0, 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-GitHub-Event", p.event)
	r.Header.Set("X-GitHub-Delivery", fmt.Sprintf("load-%d-%d", o.Run, n))
	r.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	sent := time.Now()
	answer, err := client.Do(r)
	if err != nil {
		return 0, 0, err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return time.Since(sent), answer.StatusCode, err
}

type officialPayload struct {
	event string
	text  []byte
}

// officialPayloads are the published examples of the events that Weir reads, 4 to 30 kB each.
func officialPayloads() ([]officialPayload, error) {
	file, err := os.Open("../github/testdata/webhook-examples.ghes-35.json.gz")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	var events []struct {
		Name     string
		Examples []json.RawMessage
	}
	if err := json.NewDecoder(text).Decode(&events); err != nil {
		return nil, err
	}
	var all []officialPayload
	for _, event := range events {
		for _, example := range event.Examples {
			all = append(all, officialPayload{event.Name, example})
		}
	}
	return all, nil
}

// nothingIsLost waits until everything is applied, and counts.
func (l *load) nothingIsLost() {
	l.Helper()
	ctx, cancel := context.WithTimeout(l.Context(), 5*time.Minute)
	defer cancel()
	for {
		waiting, err := l.app.store.WebhooksWaiting(ctx)
		if err != nil {
			l.Fatal(err)
		}
		if len(waiting) == 0 {
			break
		}
		<-time.After(50 * time.Millisecond)
	}
	var held int
	err := l.app.store.DB().QueryRowContext(ctx, `SELECT COUNT(*) FROM deliveries WHERE guid LIKE 'load-%' AND state <> 'waiting'`).Scan(&held)
	if err != nil || held != l.told {
		l.Fatalf("%d deliveries are applied of %d that were said to be kept (%v)", held, l.told, err)
	}
}

func (l *load) report() {
	slices.Sort(l.took)
	at := func(share float64) float64 {
		return float64(l.took[min(len(l.took)-1, int(share*float64(len(l.took))))].Microseconds()) / 1000
	}
	l.ReportMetric(float64(len(l.took))/l.sending.Seconds(), "deliveries/s")
	l.ReportMetric(float64(l.replayed)/l.sending.Seconds(), "commits/s")
	l.ReportMetric(at(0.5), "p50-ms")
	l.ReportMetric(at(0.99), "p99-ms")
	l.ReportMetric(at(1), "max-ms")
	l.ReportMetric(0, "ns/op")
}
