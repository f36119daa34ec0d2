package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"weir/internal/store"
)

// socketFile is where the process that holds a data folder takes orders of commands.
const socketFile = "weir.sock"

// maxOrder bounds an order; the longest holds a chain of certificates.
const maxOrder = 4 << 20

// result is what an order printed, and the exit code that its command ends with.
type result struct {
	Out  []byte `json:"out"`
	Err  []byte `json:"err"`
	Code int    `json:"code"`
}

// takeOrders listens for commands until close. Nobody but the owner of the data folder can reach it. Where it
// cannot listen, such as in a folder whose path is too long for a socket, Weir serves without.
func (a *app) takeOrders(ctx context.Context) {
	listener, err := listenLocal(ctx, a.dir)
	if err != nil {
		a.log.Warn("commands cannot reach this process; stop it before you use them", "error", err)
		return
	}
	server := &http.Server{
		Handler: http.HandlerFunc(a.answerOrder), ReadHeaderTimeout: readHeaderTimeout,
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	a.orders = server
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("commands cannot reach this process any more", "error", err)
		}
	}()
}

func listenLocal(ctx context.Context, dir string) (net.Listener, error) {
	name := filepath.Join(dir, socketFile)
	// A process that was killed leaves its socket; we hold the lock, so nobody listens on it.
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "unix", name)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(name, 0o600); err != nil { // the folder is 0700 already
		return nil, errors.Join(err, listener.Close())
	}
	return listener, nil
}

func (a *app) answerOrder(w http.ResponseWriter, r *http.Request) {
	var o order
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxOrder)).Decode(&o); err != nil {
		http.Error(w, "this is not an order", http.StatusBadRequest)
		return
	}
	var out, errOut bytes.Buffer
	std := streams{in: strings.NewReader(""), out: &out, err: &errOut}
	code := conclude(std, perform(r.Context(), a, std, o))
	a.log.Info("order done", "act", o.Act, "code", code)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(result{Out: out.Bytes(), Err: errOut.Bytes(), Code: code})
}

// sendOrder has an order done by the process that holds the data folder, and prints what that printed.
func sendOrder(ctx context.Context, std streams, dir string, o order, locked *store.LockedError) error {
	done, err := exchange(ctx, filepath.Join(dir, socketFile), o)
	if ctx.Err() != nil {
		return errInterrupted
	}
	if err != nil {
		return fmt.Errorf("%w (it does not take orders: %w)", locked, err)
	}
	if _, err := std.err.Write(done.Err); err != nil {
		return err
	}
	if _, err := std.out.Write(done.Out); err != nil {
		return err
	}
	if done.Code == exitOK {
		return nil
	}
	return exitError(done.Code)
}

func exchange(ctx context.Context, socket string, o order) (result, error) {
	body, err := json.Marshal(o)
	if err != nil {
		return result{}, errors.New("write the order: it cannot be written as JSON")
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://weir/", bytes.NewReader(body))
	if err != nil {
		return result{}, err
	}
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "unix", socket)
	}}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return result{}, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1000))
		return result{}, fmt.Errorf("it answered %d: %s", response.StatusCode, bytes.TrimSpace(text))
	}
	var done result
	return done, json.NewDecoder(response.Body).Decode(&done)
}
