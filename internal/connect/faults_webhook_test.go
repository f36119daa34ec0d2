package connect_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"weir/internal/connect"
	"weir/internal/ghes"
)

// allHooks lets every request about a webhook of acme leave.
type allHooks struct{}

func (allHooks) Refusal(_ context.Context, r connect.HookRequest) string {
	if r.Target == "orgs/acme" && r.ID != 0 {
		return ""
	}
	return "it is not about a webhook of Weir's own"
}

// tripOn is a webhook of acme on the double that delivers to url, and the way to try it.
func tripOn(d double, url string) *connect.WebhookTrip {
	hook := d.World.AddHook(ghes.Hook{Organization: "acme", URL: url, ContentType: "json"})
	return &connect.WebhookTrip{Path: "orgs/acme", Name: "acme", URL: url, ID: hook.ID, Within: time.Millisecond,
		ArrivedFunc: func(context.Context, time.Time) (bool, error) { return false, nil }}
}

func withTrip(trip *connect.WebhookTrip) connect.Options {
	o := quick()
	o.Hooks = allHooks{}
	o.WebhookFunc = func(context.Context) (*connect.WebhookTrip, error) { return trip, nil }
	return o
}

func webhookFaults() []faultCase {
	on := func(name string, code connect.Code, change func(d double) connect.Options) faultCase {
		return faultCase{name: name, stage: connect.StageWebhook, code: code, result: connect.ResultOK, provoke: func(t *testing.T) (connect.Target, connect.Options) {
			d := newDouble(t, nil)
			return d.target(), change(d)
		}}
	}
	const nobody = "http://127.0.0.1:1/webhooks/github/k"
	return []faultCase{
		on("a webhook whose ping does not arrive", connect.WebhookSilent, func(d double) connect.Options {
			trip := tripOn(d, nobody)
			trip.ArrivedFunc = func(ctx context.Context, _ time.Time) (bool, error) { return false, d.WaitForDeliveries(ctx) }
			return withTrip(trip)
		}),
		on("a webhook that was deleted", connect.WebhookGone, func(d double) connect.Options {
			trip := tripOn(d, nobody)
			d.World.RemoveHook(trip.ID)
			return withTrip(trip)
		}),
		on("a webhook that may not be pinged", connect.WebhookPingLost, func(d double) connect.Options {
			o := withTrip(tripOn(d, nobody))
			o.Hooks = nil
			return o
		}),
		on("a webhook when the server fails", connect.WebhookPingLost, func(d double) connect.Options {
			d.Faults.Add(ghes.Fault{Path: "/api/v3/orgs/acme/hooks/*/pings", Effect: ghes.ServerError()})
			return withTrip(tripOn(d, nobody))
		}),
	}
}

func TestWebhookRoundTrip(t *testing.T) {
	t.Parallel()
	d := newDouble(t, nil)
	var arrived atomic.Bool
	here := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		arrived.Store(r.Header.Get("X-GitHub-Event") == "ping")
	}))
	t.Cleanup(here.Close)
	trip := tripOn(d, here.URL)
	trip.Within = time.Minute
	trip.ArrivedFunc = func(context.Context, time.Time) (bool, error) { return arrived.Load(), nil }
	stage := connect.Diagnose(t.Context(), d.target(), withTrip(trip)).Stage(connect.StageWebhook)
	if stage.Status != connect.StatusOK || !strings.Contains(stage.Detail, "A ping of the webhook of acme arrived after") {
		t.Errorf("stage %+v", stage)
	}
	trip = &connect.WebhookTrip{Failed: connect.WebhookFault(connect.WebhookNoAddress, nil)}
	if stage := connect.Diagnose(t.Context(), d.target(), withTrip(trip)).Stage(connect.StageWebhook); stage.Code != connect.WebhookNoAddress || stage.Status != connect.StatusWarn {
		t.Errorf("without an address: stage %+v", stage)
	}
}
