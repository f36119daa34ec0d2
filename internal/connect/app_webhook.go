package connect

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

const appHook = "/api/v3/app/hook/config"

// judgeAppWebhook tells in words how the app's own webhook is, and whether it cannot be had. To whom it leads is
// judged when it is kept: here Weir's own address is not known.
func (d *diagnosis) judgeAppWebhook(ctx context.Context) (words string, off bool) {
	const instead = " Weir asks for news at intervals instead."
	answer, err := d.signed.Get(ctx, appHook)
	switch {
	case err != nil:
		return "The server does not tell about the app's webhook: " + FaultOf(err, d.address).Cause + instead, true
	case answer.Status == http.StatusNotFound:
		return "The app has no webhook. Tick Active and enter Weir's address as the webhook URL in the app's settings (" + d.report.App.Page + ")." + instead, true
	case answer.Status != http.StatusOK:
		return "The server does not tell about the app's webhook" + aside(answer.Message()) + "." + instead, true
	}
	missing := MissingAppEvents(d.report.App.Events, AppEvents)
	switch {
	case len(missing) == len(AppEvents):
		return "The app is told of nothing that Weir reads. Subscribe it to events in its settings (" + d.report.App.Page + "): " + strings.Join(missing, ", ") + "." + instead, true
	case len(missing) > 0:
		return "On; the app's own. It is not told of " + strings.Join(missing, ", ") + ": subscribe it to them in its settings (" + d.report.App.Page + ").", false
	}
	return "On; the app's own, one for all organizations, after the first import.", false
}

// MissingAppEvents lists those of wanted that an app is not told of, in their order.
func MissingAppEvents(told, wanted []string) []string {
	return slices.DeleteFunc(slices.Clone(wanted), func(event string) bool { return slices.Contains(told, event) })
}
