package facts

import (
	"slices"
	"time"
)

// Service is a kind of data that an integration brings.
type Service string

// The services a person can switch on and off.
const (
	ServiceRepos        Service = "repos"
	ServicePullRequests Service = "pull_requests"
	ServiceTickets      Service = "tickets"
	ServiceWebhooks     Service = "webhooks"
)

// Services lists them in the order of the page.
var Services = []Service{ServiceRepos, ServicePullRequests, ServiceTickets, ServiceWebhooks}

// IntegrationState is how an integration is doing.
type IntegrationState string

// The states of product row S12.
const (
	IntegrationProcessing  IntegrationState = "processing"
	IntegrationHealthy     IntegrationState = "healthy"
	IntegrationFailed      IntegrationState = "failed"
	IntegrationRateLimited IntegrationState = "rate_limited"
	IntegrationPaused      IntegrationState = "paused"
)

// KeepDeleted is for how long an integration that a person deleted can be brought back.
const KeepDeleted = 30 * 24 * time.Hour

// Integration is a connection to one GitHub server as it is shown; its credential is held apart.
type Integration struct {
	ID   IntegrationID
	Name string
	// Address is the server's base URL without a trailing slash, such as https://github.example.com.
	Address string
	// CAPEM is PEM text of a certificate authority trusted for this integration alone, empty for the system's.
	CAPEM string
	// Proxy is an HTTP(S) proxy's URL without credentials, empty for none.
	Proxy string
	// Method is how it signs in: token, password, oauth or app.
	Method string
	// Account is the login that the credential belongs to.
	Account string
	// Version is the server's own, such as 3.19.1.
	Version string
	// On lists the services that are switched on.
	On    []Service
	State IntegrationState
	// StateCode, StateCause and StateNext explain a state that needs a person.
	StateCode, StateCause, StateNext string
	AddedBy                          string
	CreatedAt, UpdatedAt, CheckedAt  int64
	// ExpiresAt is when the credential ends, 0 when it does not or is not known.
	ExpiresAt int64
	DeletedAt int64
}

// Has tells whether a service is switched on.
func (i *Integration) Has(s Service) bool { return slices.Contains(i.On, s) }

// RestorableUntil is when a deleted integration is removed for good, 0 for one that is not deleted.
func (i *Integration) RestorableUntil() int64 {
	if i.DeletedAt == 0 {
		return 0
	}
	return i.DeletedAt + int64(KeepDeleted/time.Second)
}
