package jobs_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"weir/internal/facts"
	"weir/internal/jobs"
	"weir/internal/secret"
	"weir/internal/store"
	"weir/internal/store/storetest"
)

func newWebhook(t *testing.T, s *store.Store) facts.WebhookID {
	t.Helper()
	w := storetest.NewWorld(t, s, "one", 1)
	id, err := s.CreateWebhook(t.Context(), facts.Webhook{Integration: w.Integration, Target: facts.WebhookOrganization,
		Organization: w.Organization, Key: "k", State: facts.WebhookPinged}, secret.New("x"))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func delivery(id facts.WebhookID, guid, event string) facts.Delivery {
	return facts.Delivery{Webhook: id, GUID: guid, Event: event, ReceivedAt: 1, Payload: []byte(`{"a":1}`)}
}

// A delivery is answered when it and its job are in the database, whoever else comes at the same time.
func TestDeliveriesThatComeAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c, id := openClient(t, s), newWebhook(t, s)
		const n = 60
		var wg sync.WaitGroup
		fresh := make([]bool, 2*n)
		for i := range 2 * n {
			wg.Go(func() {
				event := "push"
				if i == 0 {
					event = "ping"
				}
				var err error
				if fresh[i], err = c.TakeDelivery(t.Context(), delivery(id, fmt.Sprint("guid-", i%n), event)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		news := 0
		for _, is := range fresh {
			if is {
				news++
			}
		}
		hook, err := s.Webhook(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if news != n || hook.Accepted != n || hook.Replayed != n || hook.State != facts.WebhookAlive {
			t.Errorf("%d new; webhook %+v", news, hook)
		}
		if waiting, err := c.Waiting(t.Context()); err != nil || waiting != 1 {
			t.Errorf("%d jobs wait (%v), want one for all", waiting, err)
		}
	})
}

// A delivery that comes while its webhook's job runs is not overlooked: the job runs once more.
func TestDeliveryWhileOthersAreApplied(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c, h, id := openClient(t, s), newFake(), newWebhook(t, s)
		running, goOn := make(chan struct{}), make(chan struct{})
		var once sync.Once
		h.do = func(context.Context, string, facts.RepoID) error {
			once.Do(func() { close(running); <-goOn })
			return nil
		}
		start(t, c, h)
		takeOne(t, c, delivery(id, "first", "push"))
		<-running
		takeOne(t, c, delivery(id, "second", "push"))
		close(goOn)
		h.expect(t, "apply", "apply")
		idle(t, c)
	})
}

// One delivery that cannot be kept does not take those with it that came at the same time.
func TestDeliveryOfAWebhookThatHasGone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c, id := openClient(t, s), newWebhook(t, s)
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				if _, err := c.TakeDelivery(t.Context(), delivery(id, fmt.Sprint("good-", i), "push")); err != nil {
					t.Error(err)
				}
				if _, err := c.TakeDelivery(t.Context(), delivery(id+1, fmt.Sprint("bad-", i), "push")); err == nil {
					t.Error("took a delivery of a webhook that is not there")
				}
			})
		}
		wg.Wait()
	})
}

func takeOne(t *testing.T, c *jobs.Client, d facts.Delivery) {
	t.Helper()
	if fresh, err := c.TakeDelivery(t.Context(), d); err != nil || !fresh {
		t.Fatalf("take delivery: new %v, %v", fresh, err)
	}
}
