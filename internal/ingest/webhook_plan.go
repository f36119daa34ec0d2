package ingest

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/secret"
	"weir/internal/store"
)

// plan compares the webhooks that are wanted with those that are held, and notes which are to be made and
// which to be removed. It asks the server nothing.
func (k *keeper) plan(ctx context.Context) error {
	base, err := connect.WebhookAddress(k.in.URL, k.integration.Address)
	if err == nil {
		k.base = base
	}
	held, err := k.in.Store.Webhooks(ctx, k.integration.ID)
	if err != nil {
		return err
	}
	wanted, err := k.wanted(ctx, held)
	if err != nil {
		return err
	}
	for _, w := range held {
		if err := k.settle(ctx, w, wanted[placeOf(w)]); err != nil {
			return err
		}
		delete(wanted, placeOf(w))
	}
	for at := range wanted {
		if err := k.add(ctx, at); err != nil {
			return err
		}
	}
	return nil
}

// place is where a webhook hangs; there is one webhook to a place.
type place struct {
	target       facts.WebhookTarget
	organization facts.OrganizationID
	repo         facts.RepoID
}

func placeOf(w facts.Webhook) place { return place{w.Target, w.Organization, w.Repo} }

func (k *keeper) add(ctx context.Context, at place) error {
	key, signing := strings.ToLower(rand.Text()), secret.New(rand.Text()+rand.Text())
	if at.target == facts.WebhookApp && k.manifest.WebhookKey != "" {
		key, signing = k.manifest.WebhookKey, k.manifest.WebhookSecret
	}
	_, err := k.in.Store.CreateWebhook(ctx, facts.Webhook{
		Integration: k.integration.ID, Target: at.target, Organization: at.organization, Repo: at.repo,
		Key: key, State: facts.WebhookWanted,
	}, signing)
	if errors.Is(err, facts.ErrConflict) {
		return nil // another process was quicker
	}
	return err
}

// settle marks a webhook as leaving when nobody wants it, and takes it back when somebody does again.
func (k *keeper) settle(ctx context.Context, w facts.Webhook, wanted bool) error {
	gone := w.State == facts.WebhookLeaving || w.State == facts.WebhookRemoved
	if wanted != gone {
		return nil
	}
	w.Code, w.Cause, w.Next, w.DueAt = "", "", "", 0
	switch {
	case !wanted && w.Target == facts.WebhookApp:
		k.leaveApp(&w)
	case !wanted && (w.HookID != 0 || w.Maker != ""): // without a number it may be there all the same, by a try that broke off
		w.State = facts.WebhookLeaving
	case !wanted: // it never was on the server
		w.State, w.MadeAt = facts.WebhookRemoved, 0
	case w.State == facts.WebhookRemoved:
		w.State, w.Maker = facts.WebhookWanted, ""
	default:
		w.State = facts.WebhookWanted
	}
	return k.in.Store.SaveWebhook(ctx, w)
}

// wanted gives the places that shall have a webhook: an organization that the account owns, once a repo
// of it was imported; each imported repo where an organization's webhook is not to be had; one in all for a GitHub App.
func (k *keeper) wanted(ctx context.Context, held []facts.Webhook) (map[place]bool, error) {
	wanted := map[place]bool{}
	if k.integration.DeletedAt != 0 || !k.integration.Has(facts.ServiceWebhooks) {
		return wanted, nil
	}
	if err := k.wantedOfManifest(ctx, wanted); err != nil {
		return nil, err
	}
	organizations, err := k.in.Store.OrganizationSummaries(ctx, k.integration.ID)
	if err != nil {
		return nil, err
	}
	byPlace := map[place]facts.Webhook{}
	for _, w := range held {
		byPlace[placeOf(w)] = w
	}
	for _, o := range organizations {
		if err := k.wantedOf(ctx, o, byPlace, wanted); err != nil {
			return nil, err
		}
	}
	return wanted, nil
}

// wantedOfManifest wants the webhook that a GitHub App has had since it was made of Weir's manifest: the server
// delivers by it whether anything is imported or not.
func (k *keeper) wantedOfManifest(ctx context.Context, wanted map[place]bool) error {
	if k.integration.Method != string(connect.MethodApp) {
		return nil
	}
	credential, err := k.in.Store.Credential(ctx, k.integration.ID)
	if err == nil && credential.WebhookKey != "" && !credential.WebhookSecret.Empty() {
		k.manifest = credential
		wanted[place{target: facts.WebhookApp}] = true
	}
	return err
}

func (k *keeper) wantedOf(ctx context.Context, o store.OrganizationSummary, held map[place]facts.Webhook, wanted map[place]bool) error {
	at := place{target: facts.WebhookOrganization, organization: o.ID}
	has := held[at]
	app := k.integration.Method == string(connect.MethodApp)
	personal := strings.EqualFold(o.Login, k.integration.Account)
	switch {
	case o.Imported == 0 || o.Ready == 0 && !begun(held, o.ID):
		return nil
	case app:
		wanted[place{target: facts.WebhookApp}] = true
		return nil
	case !personal && (o.Role != facts.RoleMember || has.HookID != 0):
		wanted[at] = true
	}
	// What an owner's token may not do for the organization it may do for each repo.
	if personal || o.Role == facts.RoleOwner && has.HookID == 0 && has.Code == string(connect.WebhookNoRight) {
		return k.wantedRepos(ctx, o.ID, wanted)
	}
	return nil
}

// begun tells whether an organization has had a webhook before: then a repo that is just being fetched
// anew does not count against it.
func begun(held map[place]facts.Webhook, id facts.OrganizationID) bool {
	for at, w := range held {
		if (at.organization == id || at.target == facts.WebhookApp) && w.State != facts.WebhookRemoved {
			return true
		}
	}
	return false
}

func (k *keeper) wantedRepos(ctx context.Context, o facts.OrganizationID, wanted map[place]bool) error {
	yes := true
	repos, _, err := k.in.Store.Repos(ctx, store.RepoFilter{Integration: k.integration.ID, Organization: o, Imported: &yes}, facts.Page{})
	for _, r := range repos {
		if r.GoneAt == 0 && !r.Archived {
			wanted[place{facts.WebhookRepo, o, r.ID}] = true
		}
	}
	return err
}
