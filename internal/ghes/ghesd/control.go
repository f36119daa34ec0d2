package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"

	"weir/internal/ghes"
	"weir/internal/ghes/generate"
)

// controls is the door for those who measure.
func controls(server *ghes.Server, fleet *generate.Fleet) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /requests", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(summarize(server.Requests()))
	})
	mux.HandleFunc("POST /reset", func(http.ResponseWriter, *http.Request) { server.ForgetRequests() })
	crew := &crew{fleet: fleet, dice: rand.New(rand.NewPCG(1, 2))}
	mux.HandleFunc("POST /live", func(w http.ResponseWriter, r *http.Request) {
		acts, err := strconv.Atoi(r.URL.Query().Get("acts"))
		if err == nil {
			err = crew.live(r.Context(), acts)
		}
		if err == nil {
			err = server.WaitForDeliveries(r.Context())
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		}
	})
	return mux
}

// summary is what has arrived, by kind of request.
type summary struct {
	Requests int            `json:"requests"`
	Bytes    int64          `json:"bytes"`
	Failed   int            `json:"failed"`
	By       map[string]int `json:"by"`
}

func summarize(list []ghes.Request) summary {
	s := summary{By: map[string]int{}}
	for _, r := range list {
		s.Requests++
		s.Bytes += r.Bytes
		if r.Status >= 400 {
			s.Failed++
		}
		s.By[kindOf(r)]++
	}
	return s
}

func kindOf(r ghes.Request) string {
	switch {
	case r.Path == "/api/graphql":
		return "graphql"
	case strings.HasPrefix(r.Path, "/api/v3"):
		return "rest"
	case strings.Contains(r.Path, ".git/"):
		return "git"
	default:
		return "web"
	}
}

// crew are the people at work.
type crew struct {
	fleet *generate.Fleet
	dice  *rand.Rand
}

// live has them do so many things, each by somebody in some repo.
func (c *crew) live(ctx context.Context, acts int) error {
	for n := range acts {
		who := c.fleet.World.As(fmt.Sprintf("sailor%04d", 1+c.dice.IntN(20)))
		if err := c.act(ctx, who, c.fleet.Login+"/"+c.fleet.Repos[c.dice.IntN(min(10, len(c.fleet.Repos)))], n); err != nil {
			return err
		}
	}
	return nil
}

// act is one of: a comment, a review, a label, and at times a pull request with a push, open or merged.
func (c *crew) act(ctx context.Context, who ghes.Person, repo string, n int) error {
	number := 1
	if i, ok := c.fleet.World.Issue(repo, 1+c.dice.IntN(300)); ok && i.Pull != nil {
		number = i.Number
	}
	switch c.dice.IntN(4) {
	case 0:
		branch := fmt.Sprintf("live-%d-%d", n, c.dice.Uint32())
		if _, err := who.Push(ctx, repo, branch, ghes.Change{Message: "Live on\n", Files: map[string]string{branch + ".go": "package live\n"}}); err != nil {
			return err
		}
		opened, err := who.OpenPull(ctx, repo, ghes.Opening{Title: "Live on", Head: branch})
		if err != nil || c.dice.IntN(2) == 0 {
			return err
		}
		_, err = who.MergePull(ctx, repo, opened, ghes.Squash)
		return err
	case 1:
		_, err := who.Review(repo, number, ghes.Verdict{State: ghes.Approved, Remarks: []ghes.Remark{{Path: "hold/slot01.go", Line: 1, Body: "Good."}}})
		return err
	default:
		_, err := who.Comment(repo, number, "Still going on.")
		return err
	}
}
