package connect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// WebhookTrip is a webhook of Weir's own whose round trip can be tried.
type WebhookTrip struct {
	// Path is what it hangs on as the API names it, Name as people do; ID is the server's, URL Weir's address.
	Path, Name, URL string
	ID              int64
	// Failed is why there is no webhook to try, such as an address that is missing; nil when there is one.
	Failed *Fault
	// ArrivedFunc tells whether a ping has arrived at or after an instant.
	ArrivedFunc func(ctx context.Context, since time.Time) (bool, error)
	// Within is how long a ping may take; 0 is 20 seconds.
	Within time.Duration
}

const (
	tripWithin = 20 * time.Second
	tripLook   = 200 * time.Millisecond
)

// checkWebhook has the server send a ping and waits for it to arrive. A target to test for the first time
// has no webhook of Weir's yet.
func (d *diagnosis) checkWebhook(ctx context.Context) outcome {
	if d.options.WebhookFunc == nil {
		return bad(fault(WebhookNone, nil))
	}
	trip, err := d.options.WebhookFunc(ctx)
	switch {
	case err != nil:
		return bad(fault(WebhookPingLost, values{"message": ""}).because(err))
	case trip == nil:
		return bad(fault(WebhookNone, nil))
	case trip.Failed != nil:
		return bad(trip.Failed)
	}
	began := d.options.Now()
	if f := d.askForPing(ctx, trip); f != nil {
		return bad(f)
	}
	if d.pingArrives(ctx, trip, began) {
		return fine(fmt.Sprintf("A ping of the webhook of %s arrived after %.1f s.", trip.Name, d.options.Now().Sub(began).Seconds()))
	}
	return bad(fault(WebhookSilent, values{"target": trip.Name, "url": trip.URL, "last": d.lastAnswer(ctx, trip)}))
}

func (d *diagnosis) askForPing(ctx context.Context, trip *WebhookTrip) *Fault {
	answer, err := d.signed.Send(ctx, http.MethodPost, fmt.Sprintf("/api/v3/%s/hooks/%d/pings", trip.Path, trip.ID), nil)
	var refused *RefusedError
	switch {
	case errors.As(err, &refused):
		return fault(WebhookPingLost, values{"message": ": " + refused.Reason}).because(err)
	case err != nil:
		return fault(WebhookPingLost, values{"message": aside(FaultOf(err, d.address).Cause)}).because(err)
	case answer.Status == http.StatusNotFound:
		return fault(WebhookGone, values{"target": trip.Name})
	case answer.Status >= http.StatusMultipleChoices:
		return fault(WebhookPingLost, values{"message": aside(answer.Message())}).saw("HTTP %d %s", answer.Status, answer.Excerpt())
	}
	return nil
}

func (d *diagnosis) pingArrives(ctx context.Context, trip *WebhookTrip, since time.Time) bool {
	within := trip.Within
	if within == 0 {
		within = tripWithin
	}
	for waited := time.Duration(0); ; waited += tripLook {
		// The database counts in seconds.
		if arrived, err := trip.ArrivedFunc(ctx, since.Truncate(time.Second)); err == nil && arrived {
			return true
		}
		if waited >= within || d.options.WaitFunc(ctx, tripLook) != nil {
			return false
		}
	}
}

// lastAnswer is how the server says that the webhook's last delivery went, as a part of a sentence.
func (d *diagnosis) lastAnswer(ctx context.Context, trip *WebhookTrip) string {
	answer, err := d.signed.Get(ctx, fmt.Sprintf("/api/v3/%s/hooks/%d/deliveries?per_page=1", trip.Path, trip.ID))
	if err != nil {
		return ""
	}
	var sent []struct {
		Code   int    `json:"status_code"`
		Status string `json:"status"`
	}
	if json.Unmarshal(answer.Body, &sent) != nil || len(sent) == 0 || sent[0].Code == 0 {
		return ""
	}
	return fmt.Sprintf(" (the server says: HTTP %d, %s)", sent[0].Code, shorten(sent[0].Status, 100))
}
