package report

import (
	"context"
	"fmt"
	"time"

	"weir/internal/facts"
	"weir/internal/metrics"
)

// itemPlaces are the places of a page on pull requests or tickets.
type itemPlaces struct {
	*places
	kind     facts.SyncKind
	zone     *time.Location
	complete map[facts.RepoID]facts.Completeness
	off      map[facts.IntegrationID]facts.Integration // whose service is switched off
	unjudged int
	sizes    metrics.SizeBounds
}

// noun is what a kind of sync brings.
func noun(kind facts.SyncKind) string {
	if kind == facts.SyncTickets {
		return "tickets"
	}
	return "pull requests"
}

func itemPlacesOf(ctx context.Context, src ItemPlaces, p Params, kind facts.SyncKind) (*itemPlaces, error) {
	pl, err := placesOf(ctx, src, p)
	if err != nil {
		return nil, err
	}
	rules, err := src.Rules(ctx)
	if err != nil {
		return nil, err
	}
	ip := &itemPlaces{places: pl, kind: kind, complete: map[facts.RepoID]facts.Completeness{}, off: map[facts.IntegrationID]facts.Integration{}}
	if ip.zone, err = time.LoadLocation(rules.TimeZone); err != nil {
		ip.zone = time.UTC
	}
	if err := ip.readStates(ctx, src, p); err != nil {
		return nil, err
	}
	ip.unjudged, err = src.CountUnjudged(ctx, kind, p.Repos...)
	return ip, err
}

func (ip *itemPlaces) readStates(ctx context.Context, src ItemPlaces, p Params) error {
	states, err := src.SyncStates(ctx, ip.kind, p.Repos...)
	if err != nil {
		return err
	}
	ip.states = map[facts.RepoID]facts.SyncState{}
	for _, s := range states {
		ip.states[s.Repo] = s
	}
	all, err := src.Completenesses(ctx, p.Repos...)
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.Kind == ip.kind {
			ip.complete[c.Repo] = c
		}
	}
	integrations, err := src.Integrations(ctx)
	if err != nil {
		return err
	}
	service := facts.ServicePullRequests
	if ip.kind == facts.SyncTickets {
		service = facts.ServiceTickets
	}
	for _, i := range integrations {
		if !i.Has(service) {
			ip.off[i.ID] = i
		}
	}
	return nil
}

// health tells how complete the items of a page are: what could not be read, what is missing by the server's own count, and
// where the service is switched off.
func (ip *itemPlaces) health() (Health, []Note) {
	if len(ip.covered) == 0 {
		return ip.places.health()
	}
	c := census{of: noun(ip.kind)}
	var sum facts.Completeness
	off := map[facts.IntegrationID]int{}
	for _, r := range ip.covered {
		if _, switchedOff := ip.off[r.Integration]; switchedOff {
			off[r.Integration]++
			continue
		}
		c.add(r, ip.states[r.ID])
		ip.count(&c, r, &sum)
	}
	h := c.health(len(ip.covered))
	if len(off) > 0 {
		h, c.notes = ip.switchedOff(h, off, c.notes)
	}
	if h.State == HealthComplete && sum.CheckedAt != 0 {
		h.Text = fmt.Sprintf("%s of %s %s", Count(int(sum.Held)), Count(int(sum.Server)), noun(ip.kind))
		h.CheckedAt = sum.CheckedAt
		if sum.Held < sum.Server {
			h.State = HealthPartial
		}
	}
	if ip.unjudged > 0 {
		c.notes = append(c.notes, Note{Level: LevelWarning, Text: fmt.Sprintf("%s held and not judged yet: they are missing here.", counted(ip.unjudged, "item is", "items are")), Next: "Load the page again in a minute."})
		if h.State == HealthComplete {
			h.State = HealthSyncing
		}
	}
	return h, c.notes
}

// count adds what the server says exists of a repo, and notes what is missing.
func (ip *itemPlaces) count(c *census, r facts.Repo, sum *facts.Completeness) {
	of, ok := ip.complete[r.ID]
	if !ok || of.CheckedAt == 0 {
		return
	}
	sum.Held += min(of.Held, of.Server) // what is gone from the server is held for a while
	sum.Server += of.Server
	sum.CheckedAt = earliest(sum.CheckedAt, of.CheckedAt)
	missing := max(of.Server-of.Held, of.Missing)
	if missing > 0 {
		c.note(Note{Level: LevelWarning, Text: fmt.Sprintf("%s: %s of %s %s are still missing. %s", r.FullName, Count(int(missing)), Count(int(of.Server)), noun(ip.kind), of.Note),
			Next: "They are fetched with the next update.", Repo: r.ID, Since: of.CheckedAt})
	} else if of.Note != "" {
		c.note(Note{Level: LevelInfo, Text: r.FullName + ": " + of.Note, Repo: r.ID, Since: of.CheckedAt})
	}
}

func (ip *itemPlaces) switchedOff(h Health, off map[facts.IntegrationID]int, notes []Note) (Health, []Note) {
	repos := 0
	for id, n := range off {
		repos += n
		notes = append(notes, Note{Level: LevelWarning, Text: fmt.Sprintf("The service %s is switched off for %s: nothing of %s is read, and what is shown is as old as that.", noun(ip.kind), ip.off[id].Name, counted(n, "repo", "repos")),
			Next: "Switch it on under Settings, Integrations."})
	}
	if h.State == HealthComplete || h.State == HealthSyncing {
		h = Health{State: HealthPartial, Text: fmt.Sprintf("%s switched off for %s of %s", noun(ip.kind), Count(repos), counted(len(ip.covered), "repo", "repos"))}
	}
	return h, notes
}

// instant gives a moment in the workspace's zone.
func (ip *itemPlaces) instant(at int64, missing string) Value {
	if at == 0 {
		return Value{Format: FormatInstant, Missing: missing}
	}
	_, offset := time.Unix(at, 0).In(ip.zone).Zone()
	return Instant(at, offset)
}

// day gives the day of a moment in the workspace's zone.
func (ip *itemPlaces) day(at int64) facts.Day { return facts.DayAt(time.Unix(at, 0).In(ip.zone)) }

// who gives what to call somebody who acted; nobody is a ghost.
func (ip *itemPlaces) who(id facts.PersonID) string {
	if id == 0 {
		return "Account gone"
	}
	return ip.authorName(id)
}
