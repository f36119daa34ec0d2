package generate

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"weir/internal/ghes"
)

// Size is how much an organization for load tests holds.
type Size struct {
	Name string
	// Repos and Pulls are how many there are; the busiest repo has Busiest of the pull requests, and
	// nine in ten have 20 or fewer.
	Repos, Pulls, Busiest int
	People                int
}

// The sizes: for every day, a tenth of Kubernetes, and Kubernetes.
var (
	S = Size{"S", 10, 500, 300, 30}
	M = Size{"M", 200, 26_000, 10_000, 300}
	L = Size{"L", 2_000, 264_000, 100_000, 2_000}
)

// Fleet is an organization for load tests. Its git repositories are real; what people said is made up
// from the seed each time somebody asks for it.
type Fleet struct {
	World *ghes.World
	// Login is the organization's, Owner an owner's; everybody's password is Password.
	Login, Owner string
	// Repos are the names, the busiest first.
	Repos []string
	// Giant is the number of the pull request of the busiest repo that has 3,000 comments, 400 commits
	// and 250 reviews.
	Giant int
	// Pulls, Issues, Comments and Reviews are how many there are in all; comments are those in
	// conversations and on lines.
	Pulls, Issues, Comments, Reviews int
}

// Load makes an organization for load tests in a folder. What an earlier call with the same options and
// size left there is used again.
func Load(ctx context.Context, o Options, size Size) (*Fleet, error) {
	f := &Fleet{World: ghes.NewWorld(), Login: "fleet", Owner: "sailor0001"}
	f.World.AddOrganization(ghes.Organization{Login: f.Login, Name: "The fleet"})
	for n := 1; n <= size.People; n++ {
		u := sailor(n)
		f.World.AddUser(u)
		role := ghes.RoleMember
		if u.Login == f.Owner {
			role = ghes.RoleAdmin
		}
		f.World.SetMember(f.Login, ghes.Member{Login: u.Login, Role: role})
	}
	f.World.AddUser(ghes.User{Login: fleetBot, Name: fleetBot, Type: "Bot"})
	f.World.AddUser(ghes.User{Login: fleetMannequin, Type: "Mannequin"})
	sources, err := sail(ctx, o, size)
	if err != nil {
		return nil, err
	}
	return f, f.launch(sources)
}

const (
	fleetBot       = "fleet-checks[bot]"
	fleetMannequin = "brought-along"
)

// sailor is one of the people.
func sailor(n int) ghes.User {
	login := fmt.Sprintf("sailor%04d", n)
	return ghes.User{Login: login, Name: fmt.Sprintf("Sailor %d", n), Emails: []string{login + "@fleet.example"}, Password: Password}
}

// sail makes the repositories, two at a time.
func sail(ctx context.Context, o Options, size Size) ([]*loadSource, error) {
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("generate load: %w", err)
	}
	pulls := size.share()
	sources := make([]*loadSource, size.Repos)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2)
	for n := range sources {
		group.Go(func() error {
			s := &loadSource{
				name: fmt.Sprintf("vessel-%04d", n+1), seed: o.Seed, pulls: pulls[n], people: size.People,
				now: o.Now.UTC().Truncate(time.Hour), giant: n == 0,
			}
			h := fnv.New64a()
			_, _ = h.Write([]byte(s.name))
			s.hash, s.dir = h.Sum64(), filepath.Join(o.Dir, s.name+".git")
			if err := s.prepare(ctx); err != nil {
				return fmt.Errorf("generate load repo %s: %w", s.name, err)
			}
			sources[n] = s
			return nil
		})
	}
	return sources, group.Wait()
}

// share says how many pull requests each repo has: one very many, nine in ten hardly any, and those
// between what is left, in a falling curve.
func (s Size) share() []int {
	shares := make([]int, s.Repos)
	shares[0] = s.Busiest
	left := s.Pulls - s.Busiest
	middle := max(1, s.Repos/10-1)
	for n := middle + 1; n < s.Repos; n++ {
		shares[n] = min(left, 1+(n*7)%min(20, max(2, 2*s.Pulls/s.Repos)))
		left -= shares[n]
	}
	var sum float64
	for n := range middle {
		sum += 1 / math.Sqrt(float64(n+1))
	}
	rest := left
	for n := range middle {
		shares[n+1] = int(float64(left) / math.Sqrt(float64(n+1)) / sum)
		rest -= shares[n+1]
	}
	shares[1] += rest
	return shares
}

// launch puts the repos into the world. Every fiftieth was renamed, and some issues were transferred.
func (f *Fleet) launch(sources []*loadSource) error {
	for n, s := range sources {
		name := s.name
		f.World.AddRepo(ghes.Repo{
			Owner: f.Login, Name: s.name, Visibility: ghes.Private, GitDir: s.dir, DefaultBranch: "main", Language: "Go",
			CreatedAt: s.at(0), PushedAt: s.now,
		})
		for _, label := range loadLabels {
			if _, err := f.World.AddLabel(f.Login+"/"+name, ghes.Label{Name: label, CreatedAt: s.at(0)}); err != nil {
				return err
			}
		}
		if err := f.World.SetSource(f.Login+"/"+name, s); err != nil {
			return err
		}
		if n%50 == 1 {
			name = "renamed-" + s.name
			if err := f.World.RenameRepo(f.Login+"/"+s.name, name); err != nil {
				return err
			}
		}
		f.Repos = append(f.Repos, name)
		f.count(s)
	}
	f.Giant = sources[0].giantNumber()
	return f.transfer()
}

func (f *Fleet) count(s *loadSource) {
	for number := 1; number <= s.numbers(); number++ {
		sh := s.shape(number)
		f.Comments += sh.comments + sh.onLines
		f.Reviews += sh.reviews
		if sh.pull {
			f.Pulls++
			continue
		}
		f.Issues++
	}
}

// transfer moves three issues of the second repo to the third.
func (f *Fleet) transfer() error {
	for number := issueEvery; number <= 3*issueEvery; number += issueEvery {
		from, to := f.Login+"/"+f.Repos[1], f.Login+"/"+f.Repos[2]
		if _, ok := f.World.Issue(from, number); !ok {
			return nil
		}
		if _, err := f.World.As(f.Owner).At(loadEpoch).Transfer(from, number, to); err != nil {
			return err
		}
	}
	return nil
}
