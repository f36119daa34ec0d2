package web

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"weir/internal/access"
	"weir/internal/facts"
	"weir/internal/store"
)

const (
	// webhooksInBrief is how many rows the integration's own page shows; an account may have hundreds.
	webhooksInBrief   = 10
	deliveriesPerPage = 50
)

type webhooksView struct {
	Integration facts.Integration
	Rows        []webhookRow
	// More counts the rows that the integration's own page leaves out.
	More, Arriving int
	// Off is why there are none.
	Off       string
	MayManage bool
	Strays    store.WebhookStrays

	Deliveries         []deliveryRow
	First, Last, Total int
	Previous, Next     string
}

// webhookRow is one webhook and its state in words.
type webhookRow struct {
	facts.Webhook
	Kind, Icon, Title string
	// Where is what it hangs on.
	Where string
	// Anew says that a person can have it made anew once it is gone from the server.
	Anew bool
}

type deliveryRow struct {
	facts.Delivery
	Kind, Icon, Title string
	Where             string
}

// webhooks loads what the pages say of an integration's webhooks: those that need a person first.
func (s *Server) webhooks(v *visit, i facts.Integration) (webhooksView, error) {
	view := webhooksView{Integration: i, MayManage: v.User.May(access.ManageIntegrations)}
	held, err := s.store.Webhooks(v.ctx(), i.ID)
	if err != nil {
		return view, err
	}
	if view.Strays, err = s.store.WebhookStrays(v.ctx()); err != nil {
		return view, err
	}
	for _, w := range held {
		if w.State != facts.WebhookRemoved || w.Cause != "" {
			view.Rows = append(view.Rows, viewWebhook(w))
		}
		if w.State == facts.WebhookAlive {
			view.Arriving++
		}
	}
	slices.SortStableFunc(view.Rows, func(a, b webhookRow) int { return urgency[a.Kind] - urgency[b.Kind] })
	switch {
	case !i.Has(facts.ServiceWebhooks):
		view.Off = "Webhooks are switched off for this integration. Weir asks the server for news at intervals."
	case i.State == facts.IntegrationPaused && len(view.Rows) == 0:
		view.Off = "The integration is paused. Resume it to have webhooks made."
	case len(view.Rows) == 0:
		view.Off = "None yet. A webhook is made within a minute of the first import from an organization that the account owns. Until then Weir asks for news at intervals."
	}
	return view, nil
}

var urgency = map[string]int{"bad": 0, "warn": 1, "busy": 2, "": 3, "ok": 4}

func viewWebhook(w facts.Webhook) webhookRow {
	row := webhookRow{Webhook: w, Where: "GitHub App"}
	if w.Target != facts.WebhookApp {
		row.Where = w.Name
	}
	switch w.State {
	case facts.WebhookWanted:
		row.Kind, row.Icon, row.Title = "busy", "clock", "To be made"
	case facts.WebhookPinged:
		row.Kind, row.Icon, row.Title = "busy", "clock", "Ping on its way"
		if w.Target == facts.WebhookApp { // it cannot be asked for a ping
			row.Title = "Waits for a first delivery"
		}
	case facts.WebhookAlive:
		row.Kind, row.Icon, row.Title = "ok", "check", "Arrives"
	case facts.WebhookSilent:
		row.Kind, row.Icon, row.Title = "bad", "cross", "Does not arrive"
	case facts.WebhookHidden:
		row.Kind, row.Icon, row.Title = "warn", "warn", "Not visible"
	case facts.WebhookLeaving:
		row.Kind, row.Icon, row.Title = "busy", "clock", "Being removed"
		if w.Cause != "" {
			row.Kind, row.Icon, row.Title = "bad", "cross", "Not removed"
		}
	case facts.WebhookRemoved:
		row.Icon, row.Title = "pause", "Removed"
		if w.Cause != "" { // a GitHub App's own, which only its owner can switch off
			row.Kind, row.Icon, row.Title = "warn", "warn", "No longer taken"
		}
	default:
		row.Kind, row.Icon, row.Title = "bad", "cross", "Failed"
	}
	stuck := w.State == facts.WebhookHidden || w.State == facts.WebhookLeaving && w.Cause != ""
	row.Anew = stuck && w.HookID != 0
	return row
}

func viewDelivery(d facts.Delivery, where string) deliveryRow {
	row := deliveryRow{Delivery: d, Where: where}
	switch d.State {
	case facts.DeliveryWaiting:
		row.Kind, row.Icon, row.Title = "busy", "clock", "Waiting"
	case facts.DeliveryApplied:
		row.Kind, row.Icon, row.Title = "ok", "check", "Applied"
	case facts.DeliveryIgnored:
		row.Icon, row.Title = "check", "Left aside"
	default:
		row.Kind, row.Icon, row.Title = "bad", "cross", "Not readable"
	}
	return row
}

// webhooksCard is what the integration's own page shows.
func (s *Server) webhooksCard(v *visit, i facts.Integration) (webhooksView, error) {
	view, err := s.webhooks(v, i)
	if n := len(view.Rows); n > webhooksInBrief {
		view.Rows, view.More = view.Rows[:webhooksInBrief], n-webhooksInBrief
	}
	return view, err
}

// GET /settings/integrations/{id}/webhooks
func (s *Server) webhooksPage(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	view, err := s.webhooks(v, i)
	if err != nil {
		return err
	}
	page := 1
	if text := v.R.URL.Query().Get("page"); text != "" {
		if page, err = strconv.Atoi(text); err != nil || page < 1 || page > 1<<20 {
			return invalid(fmt.Errorf("parameter page: %q is not a number from 1", text))
		}
	}
	if err := s.loadDeliveries(v, &view, page); err != nil {
		return err
	}
	v.Section, v.Side = "settings", "integrations"
	return v.render("webhooks", "Webhooks of "+i.Name, view)
}

func (s *Server) loadDeliveries(v *visit, view *webhooksView, page int) error {
	held, err := s.store.Webhooks(v.ctx(), view.Integration.ID)
	if err != nil {
		return err
	}
	where := map[facts.WebhookID]string{}
	for _, w := range held {
		where[w.ID] = viewWebhook(w).Where
	}
	rows, total, err := s.store.Deliveries(v.ctx(), view.Integration.ID, 0, facts.Page{Limit: deliveriesPerPage, Offset: (page - 1) * deliveriesPerPage})
	if err != nil {
		return err
	}
	for _, d := range rows {
		view.Deliveries = append(view.Deliveries, viewDelivery(d, where[d.Webhook]))
	}
	view.Total, view.First = total, (page-1)*deliveriesPerPage+1
	view.Last = view.First + len(rows) - 1
	at := func(page int) string {
		return withQuery(webhooksAddress(view.Integration.ID), url.Values{"page": {strconv.Itoa(page)}})
	}
	if page > 1 {
		view.Previous = at(page - 1)
	}
	if view.Last < total {
		view.Next = at(page + 1)
	}
	return nil
}

// POST /settings/integrations/{id}/webhooks/check
func (s *Server) checkWebhooks(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	err = s.store.InTx(v.ctx(), func(tx *store.Tx) error {
		if err := tx.HastenWebhooks(v.ctx(), i.ID); err != nil {
			return err
		}
		return s.work.KeepWebhooksTx(v.ctx(), tx, i.ID)
	})
	if err != nil {
		return err
	}
	v.say("ok", "Weir looks at every webhook now, mends what is not as it should be, and fetches back what did not arrive. Reload this page in a moment.")
	return v.redirect(webhooksAddress(i.ID))
}

// POST /settings/integrations/{id}/webhooks/{hook}/anew
func (s *Server) makeWebhookAnew(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	id, err := pathID[facts.WebhookID](v, "hook")
	if err != nil {
		return err
	}
	w, err := s.store.Webhook(v.ctx(), id)
	if errors.Is(err, facts.ErrNotFound) || err == nil && w.Integration != i.ID {
		return notHere()
	}
	if err != nil {
		return err
	}
	if !viewWebhook(w).Anew {
		v.say("warn", "Nothing was done: Weir looks after this webhook by itself.")
		return v.redirect(webhooksAddress(i.ID))
	}
	if err := s.store.ForgetHook(v.ctx(), id); err != nil {
		return err
	}
	err = s.store.InTx(v.ctx(), func(tx *store.Tx) error { return s.work.KeepWebhooksTx(v.ctx(), tx, i.ID) })
	if err != nil {
		return err
	}
	v.say("ok", "Weir forgets the webhook that was there, and makes one anew where one is wanted. Reload this page in a moment.")
	return v.redirect(webhooksAddress(i.ID))
}

func webhooksAddress(id facts.IntegrationID) string { return integrationAddress(id) + "/webhooks" }
