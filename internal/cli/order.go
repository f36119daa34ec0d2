package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"weir/internal/facts"
	"weir/internal/store"
)

// order is one thing that a command wants done with the data of Weir. It travels as JSON to the process that
// holds the data folder, with the secrets that it is about: over a socket that only its owner can open.
type order struct {
	// Act is one of acts.
	Act string `json:"act"`
	// Integration is the name or the id of the one it is about.
	Integration string `json:"integration,omitempty"`
	Way         *way   `json:"way,omitempty"`
	// Typed is the name that was typed to be sure.
	Typed string `json:"typed,omitempty"`
	// Deleted asks for those that were deleted.
	Deleted bool `json:"deleted,omitempty"`
	JSON    bool `json:"json,omitempty"`
	// By is who gives the order.
	By string `json:"by,omitempty"`
}

// way is what an order says of a connection; nil leaves what is held.
type way struct {
	Address, Name, CAPEM, Proxy *string
	// Credential is in the form of connect.EncodeCredential.
	Credential []byte
	// Code is an answer of the server's consent page, which came back by Callback; it is exchanged for the credential.
	Code, Callback string
	On             *[]facts.Service
}

// acts are what can be ordered. Each prints what there is to say and gives the error of a command.
var acts = map[string]func(context.Context, *app, streams, order) error{
	"list": listIntegrations, "test": testIntegration, "add": addIntegration, "edit": editIntegration,
	"pause": pauseIntegration, "resume": resumeIntegration, "delete": deleteIntegration, "restore": restoreIntegration,
	"rotate-key": rotateKey, "support-bundle": supportBundle,
}

// perform does what an order asks for.
func perform(ctx context.Context, a *app, std streams, o order) error {
	act, known := acts[o.Act]
	if !known {
		return fmt.Errorf("this Weir does not know the order %q; the one that runs may be of another version", o.Act)
	}
	return act(ctx, a, std, o)
}

// give has an order done: by the process that holds the data folder when there is one, or else here.
func give(ctx context.Context, std streams, p place, o order) error {
	if _, err := os.Stat(p.Data); err != nil && o.Act != "add" {
		return usageError{fmt.Errorf("there is no data folder %s; name the one of your Weir with --data", p.Data)}
	}
	settings := p.settings()
	log, err := newLog(settings, std)
	if err != nil {
		return err
	}
	a, err := assemble(ctx, settings, log)
	var locked *store.LockedError
	if errors.As(err, &locked) {
		return sendOrder(ctx, std, p.Data, o, locked)
	}
	if err != nil {
		return err
	}
	err = perform(ctx, a, std, o)
	return errors.Join(err, a.close(context.WithoutCancel(ctx)))
}
