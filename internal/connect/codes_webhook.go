package connect

// Faults of webhooks: of stage webhook, and of keeping them. None of them keeps Weir from anything: it asks at
// intervals all the same.
const (
	WebhookNone      Code = "webhook_none"
	WebhookNoAddress Code = "webhook_no_address"
	WebhookLoopback  Code = "webhook_loopback"
	WebhookNoRight   Code = "webhook_no_right"
	WebhookRejected  Code = "webhook_rejected"
	WebhookHidden    Code = "webhook_hidden"
	WebhookGone      Code = "webhook_gone"
	WebhookSilent    Code = "webhook_silent"
	WebhookElsewhere Code = "webhook_elsewhere"
	WebhookStays     Code = "webhook_stays"
	WebhookAppNone   Code = "webhook_app_none"
	WebhookAppEvents Code = "webhook_app_events"
	WebhookAppStays  Code = "webhook_app_stays"
	WebhookPingLost  Code = "webhook_ping_lost"
)

// asksInstead is what is said wherever webhooks do not work.
const asksInstead = "Until then Weir asks for news at intervals, and nothing is lost."

var webhookCodes = []CodeInfo{
	{
		WebhookNone, StageWebhook, StatusSkipped,
		"There is no webhook yet.",
		"Nothing to do: webhooks are made after the first import from an organization that the account owns.",
	},
	{
		WebhookNoAddress, stageImport, StatusWarn,
		"Weir does not know the address by which the server reaches it.",
		"Start Weir with --url (or WEIR_URL) set to an address of Weir that the server can open, such as https://weir.example.com. " + asksInstead,
	},
	{
		WebhookLoopback, stageImport, StatusWarn,
		"The address of Weir is {url}, which on the server means the server itself.",
		"Start Weir with --url (or WEIR_URL) set to a name that the server can resolve and open. " + asksInstead,
	},
	{
		WebhookNoRight, stageImport, StatusWarn,
		"The server does not let the account manage webhooks of {target}.",
		"An owner's account can, with a token of the scope admin:org_hook (admin:repo_hook for single repos). " + asksInstead,
	},
	{
		WebhookRejected, stageImport, StatusWarn,
		"The server does not accept the webhook for {target}{message}.",
		"Have the server's administrator look at what it says; Weir tries again by itself. " + asksInstead,
	},
	{
		WebhookHidden, stageImport, StatusWarn,
		"The webhook of {target} was made with {maker}, and the server shows it to that alone. It can deliver and cannot be looked after.",
		"To have one that can be, remove {which} at {settings}, then choose Make anew here. Weir makes no second one beside it.",
	},
	{
		WebhookGone, StageWebhook, StatusWarn,
		"The webhook of {target} is no longer on the server.",
		"Nothing to do: Weir makes it anew at its next look, within a few minutes.",
	},
	{
		WebhookSilent, StageWebhook, StatusWarn,
		"A ping of the webhook of {target} has not arrived{last}.",
		"Let the server reach {url}: its name, its port, the certificate's authority, and proxies on the way. Choose Check now after that. " + asksInstead,
	},
	{
		WebhookElsewhere, stageImport, StatusWarn,
		"The GitHub App's webhook delivers to {other}, which is not Weir.",
		"If nobody else needs it, enter {url} as the webhook URL at {settings}, under App settings; Weir then sets its secret. " + asksInstead,
	},
	{
		WebhookStays, stageImport, StatusWarn,
		"The webhook of {target} is still on the server: the credential may not remove it{message}.",
		"Remove {which} at {settings}. Its deliveries are refused from now on.",
	},
	{
		WebhookAppNone, stageImport, StatusWarn,
		"The GitHub App has no webhook.",
		"At {settings}, under App settings, tick Active and enter {url} as the webhook URL; Weir then sets its secret. " + asksInstead,
	},
	{
		WebhookAppEvents, stageImport, StatusWarn,
		"The GitHub App is not told of {events}.",
		"Subscribe it to them at {settings}, under App settings, Permissions & events. " + asksInstead,
	},
	{
		WebhookAppStays, stageImport, StatusWarn,
		"The webhook is the GitHub App's own, and no request can switch it off.",
		"Untick Active at {settings}, under App settings. Its deliveries are refused from now on.",
	},
	{
		WebhookPingLost, StageWebhook, StatusWarn,
		"The server could not be asked to send a ping{message}.",
		"Test again in a minute; if it stays, choose Check now on the integration's page.",
	},
}
