// Command ghesd serves a made-up organization of a size for load tests in a process of its own, so
// that a benchmark measures Weir and not the double:
//
//	go run ./internal/ghes/ghesd -size M -dir /var/tmp/fleet-m
//
// The first line that it prints is a JSON object with the address, a token of an owner, the certificate
// authority, and the address of its control door, which is plain HTTP on loopback:
//
//	GET  /requests          what has arrived since the last reset: requests, bytes, by operation
//	POST /reset             forgets that
//	POST /live?acts=100     has people do so many things, with hooks told of them
//
// It ends on an interrupt, and with -tied when its standard input does, so that it does not outlive the
// benchmark that started it. The repositories stay in the folder and are
// used again by the next run.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"weir/internal/ghes"
	"weir/internal/ghes/generate"
)

// ready is the line that tells that the server is.
type ready struct {
	URL     string `json:"url"`
	Token   string `json:"token"`
	CA      string `json:"ca"`
	Control string `json:"control"`
	Owner   string `json:"owner"`
	// What the organization holds.
	Repos    int `json:"repos"`
	Pulls    int `json:"pulls"`
	Issues   int `json:"issues"`
	Comments int `json:"comments"`
	Reviews  int `json:"reviews"`
	// Busiest is the name of the repo that holds most, Giant its largest pull request.
	Busiest string `json:"busiest"`
	Giant   int    `json:"giant"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("ghesd", flag.ContinueOnError)
	name := flags.String("size", "S", "S, M or L")
	dir := flags.String("dir", "", "folder for the repositories")
	addr := flags.String("listen", "127.0.0.1:0", "address to serve on")
	until := flags.String("until", "2026-11-01T00:00:00Z", "end of the history")
	tied := flags.Bool("tied", false, "end when standard input ends")
	if err := flags.Parse(args); err != nil {
		return err
	}
	size, ok := map[string]generate.Size{"S": generate.S, "M": generate.M, "L": generate.L}[*name]
	end, err := time.Parse(time.RFC3339, *until)
	if !ok || *dir == "" || err != nil {
		return fmt.Errorf("want -size S, M or L, a -dir and a time for -until: got %q", args)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if *tied {
		go func() {
			_, _ = io.Copy(io.Discard, in)
			stop()
		}()
	}
	fleet, err := generate.Load(ctx, generate.Options{Dir: *dir, Seed: 1, Now: end}, size)
	if err != nil {
		return err
	}
	return serve(ctx, fleet, *addr, out)
}

func serve(ctx context.Context, fleet *generate.Fleet, addr string, out io.Writer) error {
	token := fleet.World.AddToken(ghes.Token{Login: fleet.Owner, Scopes: []string{
		"repo", "read:org", "read:user", "user:email", "admin:org_hook", "admin:repo_hook"}})
	server := ghes.New(ghes.Options{World: fleet.World})
	if err := server.Start(ctx, addr); err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	control, err := listenControl(ctx, server, fleet)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(out).Encode(ready{
		URL: server.URL(), Token: token.Secret, CA: server.CAPEM(), Control: control, Owner: fleet.Owner,
		Pulls: fleet.Pulls, Issues: fleet.Issues, Comments: fleet.Comments, Reviews: fleet.Reviews,
		Repos: len(fleet.Repos), Busiest: fleet.Repos[0], Giant: fleet.Giant,
	}); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

func listenControl(ctx context.Context, server *ghes.Server, fleet *generate.Fleet) (string, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("listen for control: %w", err)
	}
	c := &http.Server{Handler: controls(server, fleet), ReadHeaderTimeout: time.Minute}
	context.AfterFunc(ctx, func() { _ = c.Close() })
	go func() { _ = c.Serve(l) }()
	return "http://" + l.Addr().String(), nil
}
