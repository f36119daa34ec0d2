package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"

	"weir/internal/access"
	"weir/internal/config"
	"weir/internal/secret"
)

type serveCmd struct {
	config.Config `embed:""`
	PrintConfig   bool `help:"Print the settings in force, secrets hidden, and stop."`
}

// Run serves until it is interrupted.
func (c *serveCmd) Run(ctx context.Context, std streams) error {
	if err := c.Validate(); err != nil {
		return usageError{err}
	}
	if c.PrintConfig {
		_, err := fmt.Fprint(std.out, c.String())
		return err
	}
	log, err := newLog(&c.Config, std)
	if err != nil {
		return usageError{err}
	}
	listener, err := listen(ctx, c.Listen)
	if err != nil {
		return err
	}
	defer collectOften()()
	a, err := assemble(ctx, &c.Config, log)
	if err != nil {
		_ = listener.Close()
		return err
	}
	code, err := a.setUpCode(ctx)
	if err == nil {
		err = a.work(ctx, &c.Config)
	}
	if err != nil {
		_ = listener.Close()
		return errors.Join(err, a.close(context.WithoutCancel(ctx)))
	}
	greet(std, c.address(listener), code)
	return a.serve(ctx, listener)
}

// listen says in words what is wrong with an address that cannot be listened on.
func listen(ctx context.Context, address string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("listen on %s: another program has this port; stop it, or choose another with --listen HOST:PORT", address)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("listen on %s: this port is for root only; choose one above 1023 with --listen HOST:PORT", address)
	case err != nil:
		return nil, fmt.Errorf("listen on %s: %w; --listen takes HOST:PORT", address, err)
	}
	return listener, nil
}

// address is where a browser finds us.
func (c *serveCmd) address(listener net.Listener) string {
	if c.URL != "" {
		return c.URL
	}
	host, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return listener.Addr().String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// setUpCode gives a new one-time code while there is no account, and an empty one afterwards.
func (a *app) setUpCode(ctx context.Context) (secret.String, error) {
	code, err := a.gate.NewSetupCode(ctx)
	if errors.Is(err, access.ErrSetUpDone) {
		return secret.String{}, nil
	}
	return code, err
}

func greet(std streams, address string, code secret.String) {
	fmt.Fprintf(std.out, "Weir is at %s\n", address)
	if !code.Empty() {
		// The one place where a secret is shown: to whoever started the process, once.
		fmt.Fprintf(std.out, "Nobody has an account yet. Open %s/set-up and enter this one-time code:\n\n    %s\n\n", address, code.Reveal())
	}
}
