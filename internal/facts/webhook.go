package facts

// WebhookID names a webhook that Weir made or means to make.
type WebhookID int64

// DeliveryID names a delivery of one.
type DeliveryID int64

// WebhookTarget is what a webhook hangs on.
type WebhookTarget string

// An organization's webhook speaks for all its repos; a GitHub App has one for all its installations.
const (
	WebhookOrganization WebhookTarget = "organization"
	WebhookRepo         WebhookTarget = "repo"
	WebhookApp          WebhookTarget = "app"
)

// WebhookState is how a webhook is doing.
type WebhookState string

// The states of a webhook. Only alive ones let the rounds of asking be longer.
const (
	// WebhookWanted is to be made.
	WebhookWanted WebhookState = "wanted"
	// WebhookPinged was made or mended, and its ping has not arrived yet.
	WebhookPinged WebhookState = "pinged"
	// WebhookAlive delivers.
	WebhookAlive WebhookState = "alive"
	// WebhookSilent is on the server, and its ping did not arrive.
	WebhookSilent WebhookState = "silent"
	// WebhookFailed could not be made, looked at or mended.
	WebhookFailed WebhookState = "failed"
	// WebhookHidden was made with another kind of credential, for which alone the server shows it.
	WebhookHidden WebhookState = "hidden"
	// WebhookLeaving is to be removed from the server; WebhookRemoved has been.
	WebhookLeaving WebhookState = "leaving"
	WebhookRemoved WebhookState = "removed"
)

// Webhook is one webhook of Weir's own on a server. Its secret is held apart.
type Webhook struct {
	ID          WebhookID
	Integration IntegrationID
	Target      WebhookTarget
	// Organization is 0 for an App's; Repo is 0 unless the webhook hangs on a repo.
	Organization OrganizationID
	Repo         RepoID
	// Name is the organization's login or the repo's OWNER/NAME as last known. It is not stored.
	Name string
	// Key is the unguessable last part of the address that it delivers to.
	Key string
	// HookID is the server's id, 0 while there is none and for an App's.
	HookID int64
	// Maker says with what kind of credential it was made: the server shows a webhook to that kind alone.
	Maker string
	// URL and Events are what the server was told.
	URL    string
	Events []string

	State             WebhookState
	Code, Cause, Next string
	// Mended is what was last put right, such as "its secret", at MendedAt.
	Mended   string
	MendedAt int64

	// CheckedAt is when it was last looked at on the server, DueAt when it shall be next.
	MadeAt, CheckedAt, DueAt int64
	// Asked is how often somebody wanted it looked at at once, up to when it was loaded.
	Asked int64
	// PingedAt is when a ping was last asked for, PongedAt when one last arrived.
	PingedAt, PongedAt int64
	// DeliveredAt is when the last delivery of any kind was accepted.
	DeliveredAt int64
	// Seen is the server's id of the newest delivery up to which its list was compared with what is held.
	Seen int64
	// BadSeen is how many wrong signatures had been counted when it was last looked at.
	BadSeen int64
	WebhookCounts
}

// WebhookCounts is what a webhook's deliveries came to since it was made.
type WebhookCounts struct {
	// Accepted arrived by themselves, Fetched were missed and fetched back.
	Accepted, Fetched int64
	// The rest was refused: signed wrongly or not at all, held already, or not to be read (no type, no id,
	// too long, or at a time when the service is off).
	BadSignature, Replayed, Unreadable int64
}

// Refused counts the deliveries that were not taken.
func (c WebhookCounts) Refused() int64 { return c.BadSignature + c.Replayed + c.Unreadable }

// Path names what the webhook hangs on as the server's API does: orgs/acme, repos/acme/web, or app.
func (w *Webhook) Path() string {
	switch w.Target {
	case WebhookOrganization:
		return "orgs/" + w.Name
	case WebhookRepo:
		return "repos/" + w.Name
	}
	return "app"
}

// OnServer tells whether the server should have it.
func (w *Webhook) OnServer() bool { return w.HookID != 0 || w.Target == WebhookApp && w.MadeAt != 0 }

// DeliveryState is what became of a delivery.
type DeliveryState string

// A delivery waits until its job has read it. It is ignored when it is about nothing that is imported.
const (
	DeliveryWaiting DeliveryState = "waiting"
	DeliveryApplied DeliveryState = "applied"
	DeliveryIgnored DeliveryState = "ignored"
	DeliveryFailed  DeliveryState = "failed"
)

// Delivery is one message of a webhook as it came.
type Delivery struct {
	ID      DeliveryID
	Webhook WebhookID
	// GUID is the server's name for it; sent again, it keeps it.
	GUID string
	// Event is its kind; Action what happened, known once it was read.
	Event, Action string
	ReceivedAt    int64
	// Fetched says that it did not arrive by itself.
	Fetched bool
	// Size is the payload's length in bytes.
	Size  int64
	State DeliveryState
	// Note says in one sentence what was done with it, or why not.
	Note      string
	AppliedAt int64
	// Payload is JSON; nil for a reader that did not ask for it, and once it was kept for its time.
	Payload []byte
}
