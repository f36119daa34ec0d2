package web

import (
	"fmt"

	"weir/internal/connect"
	"weir/internal/facts"
)

// integrationStateView is how an integration is doing, with the way out of whatever is the matter.
type integrationStateView struct {
	// Kind is ok, busy, warn, bad or empty; Icon goes with it.
	Kind, Icon, Title string
	// Why and Next explain a state that needs a person.
	Code, Why, Next string
	Ways            []wayOut
}

// wayOut is a link, or a button where Post is set.
type wayOut struct {
	Title, Address string
	Post           bool
}

func viewIntegrationState(i facts.Integration, mayManage bool) integrationStateView {
	v := integrationStateView{Code: i.StateCode, Why: i.StateCause, Next: i.StateNext}
	switch i.State {
	case facts.IntegrationHealthy:
		v.Kind, v.Icon, v.Title = "ok", "check", "Healthy"
	case facts.IntegrationProcessing:
		v.Kind, v.Icon, v.Title = "busy", "sync", "Processing"
	case facts.IntegrationRateLimited:
		v.Kind, v.Icon, v.Title = "warn", "clock", "Rate limited"
		v.Ways = []wayOut{{Title: "See what was asked", Address: ledgerOf(i.ID)}}
	case facts.IntegrationPaused:
		v.Icon, v.Title, v.Code = "pause", "Paused", ""
		v.Why, v.Next = "It is paused: nothing new arrives. What was imported stays in the reports.", ""
		v.Ways = []wayOut{{Title: "Resume", Address: integrationAddress(i.ID) + "/resume", Post: true}}
	default:
		v.failed(i)
	}
	if !mayManage {
		v.Ways = nil
	}
	return v
}

func ledgerOf(id facts.IntegrationID) string {
	return fmt.Sprintf("/settings/ledger?integration=%d", id)
}

// failed names where to look, and leads there.
func (v *integrationStateView) failed(i facts.Integration) {
	area := connect.Code(i.StateCode).Area()
	v.Kind, v.Icon, v.Title = "bad", "warn", "Failed: "+string(area)
	at := integrationAddress(i.ID)
	if area == connect.AreaAuthorization {
		v.Ways = append(v.Ways, wayOut{Title: "Re-authorize", Address: at + "/renew", Post: true})
	} else {
		v.Ways = append(v.Ways, wayOut{Title: "Edit the connection", Address: at + "/edit"})
	}
	v.Ways = append(v.Ways, wayOut{Title: "Test connection", Address: at + "/test", Post: true})
}
