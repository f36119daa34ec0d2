package web

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"weir/internal/facts"
	"weir/internal/store"
)

// syncCard is what an integration's page shows of pull requests and tickets: how complete they are, and what
// reading them costs the server.
type syncCard struct {
	Integration facts.IntegrationID
	Kinds       []syncKindView
	// Odd are the first repos that lack something; OddMore is how many more there are.
	Odd       []store.CountedRepo
	OddMore   int
	Hour, Day store.RequestCost
	Hours     []costHour
	Quiet     quietView
	// AtOnce is how many requests the server gets at a time, at most.
	AtOnce    int
	MayManage bool
}

// syncKindView is one kind: "4,211 of 4,211 pull requests".
type syncKindView struct {
	store.CompletenessSum
	Noun string
	// Off tells that the service is switched off.
	Off bool
}

// costHour is a bar of the meter: Part is how high it stands, in percent of the highest.
type costHour struct {
	store.RequestCost
	Part int64
}

type quietView struct {
	From, To, Zone string
	On, Weekends   bool
	Wrong          string
}

// oddMost bounds how many repos are named one by one.
const oddMost = 10

const hoursShown = 24

func (s *Server) syncCard(v *visit, i facts.Integration, mayManage bool) (syncCard, error) {
	card := syncCard{Integration: i.ID, AtOnce: s.requestsAtOnce, MayManage: mayManage}
	sums, err := s.store.CompletenessSums(v.ctx(), i.ID)
	if err != nil {
		return card, err
	}
	held := map[facts.SyncKind]store.CompletenessSum{}
	for _, sum := range sums {
		held[sum.Kind] = sum
	}
	for _, k := range []struct {
		kind    facts.SyncKind
		service facts.Service
		noun    string
	}{{facts.SyncPullRequests, facts.ServicePullRequests, "Pull requests"}, {facts.SyncTickets, facts.ServiceTickets, "Tickets"}} {
		sum := held[k.kind]
		card.Kinds = append(card.Kinds, syncKindView{sum, k.noun, !i.Has(k.service)})
	}
	var odd int
	if card.Odd, odd, err = s.store.CountedRepos(v.ctx(), i.ID, true, facts.Page{Limit: oddMost}); err != nil {
		return card, err
	}
	card.OddMore = odd - len(card.Odd)
	if card.Quiet, err = s.quietHours(v.ctx(), i.ID); err != nil {
		return card, err
	}
	return card, s.addCosts(v.ctx(), i.ID, &card)
}

func (s *Server) addCosts(ctx context.Context, id facts.IntegrationID, card *syncCard) error {
	now := s.now().Unix()
	first := now/3600*3600 - (hoursShown-1)*3600
	costs, err := s.store.RequestCosts(ctx, id, first)
	if err != nil {
		return err
	}
	byHour, highest := map[int64]store.RequestCost{}, int64(1)
	for _, c := range costs {
		byHour[c.Hour], highest = c, max(highest, c.Requests)
		card.Day.Requests, card.Day.Failed, card.Day.Bytes = card.Day.Requests+c.Requests, card.Day.Failed+c.Failed, card.Day.Bytes+c.Bytes
	}
	for hour := first; hour <= now; hour += 3600 {
		c := byHour[hour]
		c.Hour = hour
		card.Hours = append(card.Hours, costHour{c, (c.Requests*100 + highest - 1) / highest})
		card.Hour = c
	}
	return nil
}

func (s *Server) quietHours(ctx context.Context, id facts.IntegrationID) (quietView, error) {
	var h facts.QuietHours
	err := s.store.Setting(ctx, facts.QuietHoursSetting(id), &h)
	if errors.Is(err, facts.ErrNotFound) {
		return quietView{From: "09:00", To: "17:00", Zone: "UTC"}, nil
	}
	return quietView{From: clockText(h.From), To: clockText(h.To), Zone: h.Zone, On: h.From != h.To, Weekends: h.Weekends}, err
}

func clockText(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// parseClock reads a time of day such as 09:30; what cannot be read is -1.
func parseClock(text string) int {
	hours, minutes, ok := strings.Cut(strings.TrimSpace(text), ":")
	h, err := strconv.Atoi(hours)
	m, err2 := strconv.Atoi(minutes)
	if !ok || err != nil || err2 != nil || h < 0 || h > 23 || m < 0 || m > 59 {
		return -1
	}
	return h*60 + m
}

// POST /settings/integrations/{id}/quiet-hours
func (s *Server) saveQuietHours(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	form := v.R.PostFormValue
	hours := facts.QuietHours{From: parseClock(form("from")), To: parseClock(form("to")), Zone: strings.TrimSpace(form("zone")), Weekends: form("weekends") != ""}
	if form("on") == "" {
		hours.To, hours.From = 0, 0
	}
	if err := hours.Validate(); err != nil {
		v.say("warn", "The quiet hours were not changed: "+err.Error()+".")
		return v.redirect(integrationAddress(i.ID) + "#sync")
	}
	err = s.store.InTx(v.ctx(), func(tx *store.Tx) error { return tx.SaveSetting(v.ctx(), facts.QuietHoursSetting(i.ID), hours) })
	if err != nil {
		return err
	}
	v.say("ok", "The quiet hours are saved. What is being read now ends first.")
	return v.redirect(integrationAddress(i.ID) + "#sync")
}
