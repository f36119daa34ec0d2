package ingest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/github"
	"weir/internal/jobs"
	"weir/internal/secret"
	"weir/internal/store"
)

// How often webhooks are looked at, and what their silence means.
const (
	lookAtWebhook = 10 * time.Minute
	// lookAtRepoWebhook is longer: an account may have hundreds of repos with a webhook each.
	lookAtRepoWebhook = time.Hour
	// pongWithin is how long a ping may take to arrive.
	pongWithin = 2 * time.Minute
	// quietAtMost is how long a webhook may bring nothing before it is pinged.
	quietAtMost = 6 * time.Hour
)

// KeepWebhooks brings an integration's webhooks on the server to what they shall be: it makes those that
// are missing, looks at those that are due, mends what drifted, fetches back what did not arrive, and
// removes those that nobody wants any more. It asks the server nothing when nothing is due.
func (in *Ingest) KeepWebhooks(ctx context.Context, id facts.IntegrationID) error {
	integration, err := in.Store.Integration(ctx, id)
	if errors.Is(err, facts.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	k := &keeper{in: in, integration: integration}
	defer k.close()
	if err := k.run(connect.WithWhy(ctx, "keep webhooks")); err != nil {
		return fmt.Errorf("keep webhooks of integration=%d: %w", id, err)
	}
	return nil
}

// keeper is one KeepWebhooks under way.
type keeper struct {
	in          *Ingest
	integration facts.Integration
	// base is Weir's address for deliveries up to the last slash, empty when there is none.
	base   string
	client GitHub
	// maker is the kind of credential, which decides what the server shows.
	maker string
	// manifest is the credential of a GitHub App that was made of a manifest with a webhook, else empty.
	manifest connect.Credential
}

func (k *keeper) close() {
	if k.client != nil {
		k.client.Close()
	}
}

func (k *keeper) run(ctx context.Context) error {
	if err := k.plan(ctx); err != nil {
		return err
	}
	resting := k.integration.State == facts.IntegrationPaused && k.integration.DeletedAt == 0
	left, err := k.in.quietLeft(ctx, k.integration.ID)
	if resting || left > 0 || credentialRefused(k.integration) || err != nil {
		return err
	}
	hooks, err := k.in.Store.Webhooks(ctx, k.integration.ID)
	if err != nil {
		return err
	}
	now := k.in.unix()
	var errs []error
	for _, w := range hooks {
		if w.State == facts.WebhookRemoved || w.DueAt > now {
			continue
		}
		if err := k.keep(ctx, w); err != nil {
			errs = append(errs, err)
		}
		// One webhook that the server stumbles over does not keep the others; a server that is down is left alone.
		var later *jobs.LaterError
		if len(errs) == stumbles || ctx.Err() != nil || errors.As(errors.Join(errs...), &later) {
			break
		}
	}
	return errors.Join(errs...)
}

const stumbles = 3

// nextLook is how long a webhook may be left to itself.
func nextLook(w *facts.Webhook) time.Duration {
	switch {
	case w.State == facts.WebhookPinged:
		return pongWithin
	case w.State == facts.WebhookAlive && w.Target == facts.WebhookRepo:
		return lookAtRepoWebhook
	}
	return lookAtWebhook
}

// keep looks after one webhook and saves what came of it. Only errors that say nothing about the webhook
// itself are handed on.
func (k *keeper) keep(ctx context.Context, w facts.Webhook) error {
	counted := w.BadSignature
	err := k.tend(ctx, &w)
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if heldBack(err) {
		return nil // what was wanted changed during the look; the webhook stays due, and the next one goes by that
	}
	if later := k.judge(&w, err); later != nil {
		return later
	}
	w.CheckedAt, w.BadSeen = k.in.unix(), counted
	w.DueAt = w.CheckedAt + int64(nextLook(&w)/time.Second)
	return k.in.Store.SaveWebhook(ctx, w)
}

func (k *keeper) tend(ctx context.Context, w *facts.Webhook) error {
	leaving := w.State == facts.WebhookLeaving
	if k.base == "" && !leaving {
		_, err := connect.WebhookAddress(k.in.URL, k.integration.Address)
		return err
	}
	if err := k.connect(ctx); err != nil {
		return err
	}
	switch {
	case leaving:
		return k.remove(ctx, w)
	case !w.OnServer():
		return k.make(ctx, w)
	}
	return k.look(ctx, w)
}

// heldBack says that Weir's own rules did not let a request leave: a person has switched the service off or paused
// the integration since the look began.
func heldBack(err error) bool {
	var apiErr *github.Error
	return errors.As(err, &apiErr) && apiErr.Code == connect.APIRefused
}

// judge puts a failure on the webhook, or hands on what is no fault of the webhook.
func (k *keeper) judge(w *facts.Webhook, err error) error {
	var apiErr *github.Error
	var fault *connect.Fault
	switch {
	case err == nil:
		return nil
	case errors.As(err, &apiErr):
		if errors.Is(err, github.ErrRateLimited) {
			return &jobs.LaterError{After: max(time.Minute, apiErr.Until.Sub(k.in.Now())), Err: err}
		}
		if errors.Is(err, github.ErrTemporary) || errors.Is(err, github.ErrMaintenance) {
			return err
		}
		fault = k.faultOf(w, apiErr)
	case !errors.As(err, &fault):
		return err
	}
	if w.State != facts.WebhookLeaving {
		w.State = facts.WebhookFailed
		if fault.Code == connect.WebhookHidden {
			w.State = facts.WebhookHidden
		}
	}
	w.Code, w.Cause, w.Next = string(fault.Code), fault.Cause, fault.Next
	return nil
}

const unprocessable = 422

func (k *keeper) faultOf(w *facts.Webhook, err *github.Error) *connect.Fault {
	switch {
	case err.Status == unprocessable:
		return k.fault(connect.WebhookRejected, w, "message", aside(err))
	case errors.Is(err, github.ErrForbidden), errors.Is(err, github.ErrNotFound):
		return k.fault(connect.WebhookNoRight, w)
	}
	return &connect.Fault{Code: err.Code, Cause: err.Cause, Next: err.Next}
}

// fault gives a fault of the webhook with all words that its texts may use.
func (k *keeper) fault(code connect.Code, w *facts.Webhook, more ...string) *connect.Fault {
	words := map[string]string{
		"target": w.Name, "which": fmt.Sprintf("number %d", w.HookID), "url": w.URL, "maker": MakerInWords(w.Maker),
		"settings": hookSettings(&k.integration, w), "message": "", "last": "", "events": "",
	}
	if w.HookID == 0 {
		words["which"] = "the one that leads to " + w.URL
	}
	if w.Target == facts.WebhookApp {
		words["target"] = "the GitHub App"
	}
	for i := 0; i+1 < len(more); i += 2 {
		words[more[i]] = more[i+1]
	}
	return connect.WebhookFault(code, words)
}

// aside takes what the server said, which its sentence quotes, behind another one.
func aside(err *github.Error) string {
	if at := strings.Index(err.Cause, " (“"); at >= 0 {
		return strings.TrimSuffix(err.Cause[at:], ".")
	}
	return ""
}

// connect opens the way to the server when the first webhook needs it.
func (k *keeper) connect(ctx context.Context) error {
	if k.client != nil {
		return nil
	}
	credential, err := k.in.Store.Credential(ctx, k.integration.ID)
	if err != nil {
		return err
	}
	k.maker = makerOf(credential)
	k.client, err = k.in.ConnectFunc(ctx, k.integration)
	return err
}

// newSecret gives a webhook a secret that nothing was signed with yet.
func (k *keeper) newSecret(ctx context.Context, w facts.Webhook) (secret.String, error) {
	signing := secret.New(rand.Text() + rand.Text())
	return signing, k.in.Store.SaveWebhookSecret(ctx, w, signing)
}

// config is what the server is told of where and how to deliver.
func (k *keeper) config(w *facts.Webhook, signing secret.String) connect.HookConfig {
	return connect.HookConfig{URL: w.URL, ContentType: "json", Secret: signing.Reveal(), InsecureSSL: "0"}
}

// hasten makes all webhooks of an integration due, for a person who mended something.
func (in *Ingest) hasten(ctx context.Context, tx *store.Tx, id facts.IntegrationID) error {
	if err := tx.HastenWebhooks(ctx, id); err != nil {
		return err
	}
	return in.Queue.KeepWebhooksTx(ctx, tx, id)
}
