package connect

import "context"

// checkWebhook says that there is none: a target to test has no webhook of Weir's yet.
func (d *diagnosis) checkWebhook(context.Context) outcome {
	return bad(fault(WebhookNone, nil))
}
