package store

import (
	"context"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
)

// WebhookTrip gives an integration's webhook for the diagnosis to try: one that is in trouble before one
// that arrives. It is nil where there is none, or only a GitHub App's, which cannot be asked for a ping.
func (s *Store) WebhookTrip(ctx context.Context, id facts.IntegrationID) (*connect.WebhookTrip, error) {
	hooks, err := s.Webhooks(ctx, id)
	if err != nil {
		return nil, err
	}
	var chosen *facts.Webhook
	for i := range hooks {
		w := &hooks[i]
		onServer := w.HookID != 0 && w.State != facts.WebhookLeaving
		if w.State == facts.WebhookFailed && !onServer && chosen == nil {
			chosen = w
		}
		if onServer && (chosen == nil || chosen.HookID == 0 || chosen.State == facts.WebhookAlive && w.State != facts.WebhookAlive) {
			chosen = w
		}
	}
	if chosen == nil {
		return nil, nil
	}
	return s.trip(*chosen), nil
}

func (s *Store) trip(w facts.Webhook) *connect.WebhookTrip {
	trip := &connect.WebhookTrip{Path: w.Path(), Name: w.Name, URL: w.URL, ID: w.HookID}
	if w.HookID == 0 {
		code := connect.Code(w.Code)
		trip.Failed = &connect.Fault{Code: code, Stage: connect.StageWebhook, Status: connect.StatusWarn, Cause: w.Cause, Next: w.Next}
	}
	trip.ArrivedFunc = func(ctx context.Context, since time.Time) (bool, error) {
		now, err := s.Webhook(ctx, w.ID)
		return now.PongedAt >= since.Unix(), err
	}
	return trip
}
