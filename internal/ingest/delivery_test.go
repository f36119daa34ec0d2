package ingest_test

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weir/internal/facts"
	"weir/internal/ingest"
	"weir/internal/jobs"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

func TestDeliveriesAreApplied(t *testing.T) {
	t.Parallel()
	eachHookWorld(t, func(w *hookWorld) {
		w.keep(0)
		w.must(w.store.InTx(w.t.Context(), func(tx *store.Tx) error { return tx.MarkNotImported(w.t.Context(), w.repos[1:]) }))
		id, first, second := w.hook().ID, w.serverID(0), w.serverID(1)
		about := func(rest string) string { return fmt.Sprintf(`{"repository":{"id":%d},%s`, first, rest) }
		for n, d := range []struct{ event, payload string }{
			{"push", pushTo(first)},
			{"create", pushTo(first)},
			{"push", pushTo(second)},
			{"push", pushTo(987654)},
			{"star", `{}`},
			{"push", `not JSON`},
			{"repository", about(`"action":"renamed"}`)},
			{"organization", `{"action":"member_added"}`},
			{"meta", `{"action":"deleted","hook_id":1}`},
			{"pull_request", about(`"action":"synchronize","pull_request":{"number":7}}`)},
			{"pull_request_review", about(`"action":"submitted","pull_request":{"number":7}}`)},
			{"issue_comment", about(`"action":"created","issue":{"number":3}}`)},
			{"issue_comment", about(`"action":"created","issue":{"number":9,"pull_request":{}}}`)},
		} {
			_, err := w.jobs.TakeDelivery(w.t.Context(), facts.Delivery{Webhook: id, GUID: fmt.Sprint("g", n), Event: d.event, Payload: []byte(d.payload)})
			w.must(err)
		}
		w.must(w.ingest.ApplyDeliveries(w.t.Context(), id))
		rows, _, err := w.store.Deliveries(w.t.Context(), w.integration, 0, facts.Page{})
		w.must(err)
		var got []string
		for _, d := range rows {
			got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s: %s", d.Event, d.Action, d.State, d.Note)))
		}
		want := []string{
			"issue_comment created applied: Pull request 9 is read anew.",
			"issue_comment created applied: Ticket 3 is read anew.",
			"pull_request_review submitted applied: Pull request 7 is read anew.",
			"pull_request synchronize applied: Pull request 7 is read anew.",
			"meta deleted applied: The webhook was deleted on the server.",
			"organization member_added applied: Organizations and repos are listed anew.",
			"repository renamed applied: Organizations and repos are listed anew.",
			"push  failed: The payload is not what its kind of event says. Nothing was done with it.",
			"star  ignored: Weir does not read events of this kind.",
			"push  ignored: Its repo is none that was listed.",
			"push  ignored: Its repo is not imported.",
			"create  applied: The repo is fetched.",
			"push  applied: The repo is fetched.",
			"ping  applied: The webhook works.", "ping  applied: The webhook works.", // the server's own, and the one that was asked for
		}
		if diff := cmp.Diff(want, got); diff != "" {
			w.t.Errorf("deliveries (-want +got):\n%s", diff)
		}
		waiting, err := w.jobs.Waiting(w.t.Context())
		w.must(err)
		if waiting != 6 { // this job itself, one sync for two pushes and one for each kind of item, one listing, one look at the webhooks
			w.t.Errorf("%d jobs wait", waiting)
		}
		for kind, want := range map[facts.SyncKind][]int{facts.SyncPullRequests: {7, 9}, facts.SyncTickets: {3}} {
			due, err := w.store.ItemsDue(w.t.Context(), w.repos[0], kind)
			w.must(err)
			if got := slices.Sorted(maps.Keys(due)); !slices.Equal(got, want) {
				w.t.Errorf("%s that are due: %v, want %v", kind, got, want)
			}
		}
		if held := w.hook(); held.DueAt != 0 {
			w.t.Error("a webhook that was deleted on the server is not looked at soon")
		}
	})
}

// serverID is the server's id of one of the repos.
func (w *hookWorld) serverID(n int) int64 {
	w.t.Helper()
	repo, err := w.store.Repo(w.t.Context(), w.repos[n])
	w.must(err)
	return repo.ServerID
}

// Where a webhook is known to arrive, the rounds of asking are longer; where it does not, they are as before.
func TestRoundsAreLongerWhereAWebhookArrives(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t, storetest.Open)
	syncs := func() int {
		t.Helper()
		w.must(w.ingest.Schedule(t.Context()))
		n, err := w.jobs.Waiting(t.Context())
		w.must(err)
		w.must(w.jobs.CancelRepos(t.Context(), w.repos...))
		left, err := w.jobs.Waiting(t.Context())
		w.must(err)
		return n - left
	}
	w.clock.advance(20 * time.Minute)
	if n := syncs(); n != 2 {
		t.Errorf("without a webhook %d repos are due after 20 minutes, want 2", n)
	}
	w.keep(0)
	w.wantState(facts.WebhookAlive, "")
	if n := syncs(); n != 0 {
		t.Errorf("with a webhook %d repos are due after 20 minutes", n)
	}
	w.clock.advance(45 * time.Minute)
	if n := syncs(); n != 2 {
		t.Errorf("with a webhook %d repos are due after an hour, want 2", n)
	}
	held := w.hook()
	held.State = facts.WebhookSilent
	held.PingedAt = w.clock.Now().Unix()
	w.must(w.store.SaveWebhook(t.Context(), held))
	w.clock.advance(-45 * time.Minute)
	if n := syncs(); n != 2 {
		t.Errorf("with a webhook that is silent %d repos are due after 20 minutes, want 2", n)
	}
}

// envHook makes the test binary a process that takes deliveries until it is killed: the id of their webhook
// and the server's id of the repo that they are about.
const envHook = "WEIR_TEST_WEBHOOK"

// takeForEver says the name of each delivery when it was told that it is kept.
func takeForEver(ctx context.Context) error {
	s, err := openData(ctx, os.Getenv(envDir), os.Getenv(envURL))
	if err != nil {
		return err
	}
	queue, err := jobs.Open(ctx, jobs.Options{Store: s, Name: "child"})
	if err != nil {
		return err
	}
	var id facts.WebhookID
	var repo int64
	if _, err := fmt.Sscan(os.Getenv(envHook), &id, &repo); err != nil {
		return err
	}
	var all sync.WaitGroup
	failed := make(chan error, 8)
	for worker := range 8 {
		all.Go(func() {
			for n := 0; ; n++ {
				guid := fmt.Sprintf("guid-%d-%d", worker, n)
				if _, err := queue.TakeDelivery(ctx, facts.Delivery{Webhook: id, GUID: guid, Event: "push", Payload: []byte(pushTo(repo))}); err != nil {
					failed <- err
					return
				}
				fmt.Fprintln(os.Stdout, guid)
			}
		})
	}
	return <-failed
}

// What the server was told is kept is kept, and applied after a restart, whenever the process is killed.
func TestKilledBetweenStoringAndApplying(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); killWhileTaking(t, "") })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); killWhileTaking(t, storetest.URL(t).Reveal()) })
}

func killWhileTaking(t *testing.T, url string) {
	dir := t.TempDir()
	open := func(t testing.TB, _ ...storetest.Option) *store.Store {
		t.Helper()
		s, err := openData(t.Context(), dir, url)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	w := newHookWorld(t, open)
	w.keep(0)
	id := w.hook().ID
	repo := w.serverID(0)
	w.must(w.store.Close())
	told := takeUntilKilled(t, 300, envDir+"="+dir, envURL+"="+url, fmt.Sprintf("%s=%d %d", envHook, id, repo))

	s := open(t)
	defer func() { _ = s.Close() }()
	for _, guid := range told {
		if held, err := s.HoldsDelivery(t.Context(), id, guid); err != nil || !held {
			t.Fatalf("%s was said to be kept and is not (%v)", guid, err)
		}
	}
	queue, err := jobs.Open(t.Context(), jobs.Options{Store: s, Name: "child", Log: testLog(t)})
	w.must(err)
	in := ingest.New(ingest.Options{Store: s, Queue: queue, Dir: dir, Log: testLog(t), ConnectFunc: w.ingest.ConnectFunc})
	w.must(queue.Start(t.Context(), onlyDeliveries{in}))
	defer func() { w.must(queue.Stop(context.Background())) }()
	for deadline := time.Now().Add(60 * time.Second); ; <-time.After(10 * time.Millisecond) {
		left, err := s.WebhooksWaiting(t.Context())
		w.must(err)
		if len(left) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("deliveries still wait")
		}
	}
	hook, err := s.Webhook(t.Context(), id)
	w.must(err)
	if rows, total, err := s.Deliveries(t.Context(), w.integration, id, facts.Page{Limit: 1}); err != nil || int64(total) != hook.Accepted || rows[0].State != facts.DeliveryApplied {
		t.Errorf("%d deliveries held, %d counted, the last is %+v (%v)", total, hook.Accepted, rows, err)
	}
}

// onlyDeliveries leaves everything else alone.
type onlyDeliveries struct{ *ingest.Ingest }

func (onlyDeliveries) Fetch(context.Context, facts.RepoID) error { return jobs.ErrNothingNew }
func (onlyDeliveries) Schedule(context.Context) error            { return nil }

// takeUntilKilled gives the names of the deliveries that the process was told are kept.
func takeUntilKilled(t *testing.T, most int, env ...string) (told []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if !strings.HasPrefix(lines.Text(), "guid-") {
			t.Fatalf("the process said %q", lines.Text())
		}
		if told = append(told, lines.Text()); len(told) == most {
			_ = cmd.Process.Kill()
		}
	}
	if len(told) < most {
		t.Fatalf("the process ended after %d deliveries", len(told))
	}
	if last := told[len(told)-1]; strings.Count(last, "-") != 2 { // a line that the kill cut off
		told = told[:len(told)-1]
	}
	return told
}
