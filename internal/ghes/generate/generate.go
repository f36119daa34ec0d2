// Package generate makes organizations up: people, and git repositories with a plausible history.
// The same seed and the same end of time give the same commits, to the last bit of their ids.
//
// Demo makes the organization of `weir demo`: a dozen people, six repositories, one year. Small
// makes the same in little for tests. Organization.World turns either into what a ghes.Server
// serves. Append and More add commits to a repository later, for tests of incremental fetching,
// and Nasty makes the repositories that nobody wants to meet.
//
// Histories are written through `git fast-import` into bare repositories. A history is told as a
// story: day by day each person who works commits to a branch of their own, opens a pull request,
// hears a reviewer, and has it merged. Every line knows who wrote it and when, so that the story
// can have people rework their own recent lines, help others with theirs and refactor old ones.
package generate

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"
)

// Options say where to write and what makes the result repeatable.
type Options struct {
	// Dir is where the repositories are made, as Dir/NAME.git.
	Dir string
	// Seed chooses among the possible stories.
	Seed uint64
	// Now is the end of the history; nothing is dated later.
	Now time.Time
}

// Organization is what was made up.
type Organization struct {
	Login, Name, Description string
	People                   []Person
	Repos                    []Repo
	// From and To are the ends of the history.
	From, To time.Time

	seed     uint64
	calendar *calendar
}

// Repo is a repository that was made up.
type Repo struct {
	Name, Description, Language string
	// Dir is the bare repository.
	Dir string
	// Internal repos are seen by everybody on the server, the others by members.
	Internal bool
	Archived bool
	// Commits counts those reachable from branches and pull requests.
	Commits   int
	PushedAt  time.Time
	CreatedAt time.Time
	Pulls     []PullRequest
}

// PullRequest is one that the story opened.
type PullRequest struct {
	Number int
	Title  string
	// Author and Reviewer are logins.
	Author, Reviewer string
	Branch           string
	OpenedAt         time.Time
	// ClosedAt and MergedAt are zero while it is open, or when it was closed unmerged.
	ClosedAt, MergedAt time.Time
	// Method is merge, squash or rebase, and empty when it was not merged.
	Method string
	// Base, Head and MergeCommit are object ids; Base is where the branch left main last.
	Base, Head, MergeCommit string
	// Commits counts those that the author wrote; CommitIDs and CommittedAt hold those that caught up
	// with main too, from the first to the last.
	Commits     int
	CommitIDs   []string
	CommittedAt []time.Time
	// Additions, Deletions and Files are those between Base and Head.
	Additions, Deletions, Files int
	// places are where the diff between them has hunks.
	places []place
	// FollowOn is whether the author committed again after a review; FirstRound is then how many of
	// CommitIDs had come before it.
	FollowOn   bool
	FirstRound int
}

// Demo makes the organization of `weir demo`.
func Demo(ctx context.Context, o Options) (*Organization, error) {
	return tell(ctx, o, demoPlan())
}

// Small makes an organization of four people and two repositories over six weeks.
func Small(ctx context.Context, o Options) (*Organization, error) {
	return tell(ctx, o, smallPlan())
}

// plan is what an organization is to become.
type plan struct {
	login, name, description string
	people                   []Person
	repos                    []repoPlan
	days                     int
}

// tell writes the repositories of a plan, two at a time.
func tell(ctx context.Context, o Options, p plan) (*Organization, error) {
	to := o.Now.UTC().Truncate(time.Second)
	org := &Organization{
		Login: p.login, Name: p.name, Description: p.description, People: p.people,
		From: to.AddDate(0, 0, -p.days), To: to, Repos: make([]Repo, len(p.repos)), seed: o.Seed,
	}
	calendar := newCalendar(rand.New(rand.NewPCG(o.Seed, 1)), org)
	org.calendar = calendar
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2)
	for i, rp := range p.repos {
		group.Go(func() error {
			dice := rand.New(rand.NewPCG(o.Seed, uint64(i)+100))
			s := newStory(org, rp, calendar, dice)
			repo, err := s.tell(ctx, filepath.Join(o.Dir, rp.name+".git"))
			if err != nil {
				return fmt.Errorf("generate repo %s: %w", rp.name, err)
			}
			org.Repos[i] = repo
			return nil
		})
	}
	return org, group.Wait()
}
