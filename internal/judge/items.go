package judge

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"

	"weir/internal/facts"
	"weir/internal/store"
)

// itemsAtOnce bounds how many items are held with all that belongs to them.
const itemsAtOnce = 200

// Items judges the pull requests and tickets of a repo that are due: new ones, those of which something was saved since, those
// that wait for commits, and all when the rules or the people behind identities have changed. It may be run at any time and
// costs next to nothing when nothing is due.
func Items(ctx context.Context, s *store.Store, id facts.RepoID) error {
	g, err := givenFor(ctx, s, id)
	if err != nil {
		return err
	}
	return g.items(ctx, s)
}

func (g *given) items(ctx context.Context, s *store.Store) error {
	j, err := NewItemJudge(g.rules, g.repo, g.everybody())
	if err != nil {
		return err
	}
	ruledBy, err := g.ruledBy()
	if err != nil {
		return err
	}
	if err := j.duePullRequests(ctx, s, ruledBy); err != nil {
		return err
	}
	return j.dueTickets(ctx, s, ruledBy)
}

func (j *ItemJudge) duePullRequests(ctx context.Context, s *store.Store, ruledBy string) error {
	due, err := s.DuePullRequests(ctx, j.repo.ID, ruledBy)
	if err != nil {
		return err
	}
	files := NewFiles(j.rules.Rules, j.repo)
	for some := range slices.Chunk(due, itemsAtOnce) {
		v := store.PullRequestVerdicts{RuledBy: ruledBy, Changes: map[int]int64{}, Of: map[int]facts.PullRequestVerdict{}}
		var numbers []int
		for _, d := range some {
			v.Changes[d.Number] = d.Changes
			numbers = append(numbers, d.Number)
		}
		var pulls []facts.PullRequest
		for p, err := range s.HeldPullRequests(ctx, j.repo.ID, numbers) {
			if err != nil {
				return err
			}
			pulls = append(pulls, p)
		}
		touches, err := touched(ctx, s, j.repo.ID, pulls)
		if err != nil {
			return err
		}
		sizes, err := s.PullRequestSizes(ctx, j.repo.ID, numbers)
		if err != nil {
			return err
		}
		for i := range pulls {
			of := j.PullRequest(&pulls[i], touches)
			of.Size = j.Size(&pulls[i], of.Person, sizes[pulls[i].Number], files)
			v.Of[pulls[i].Number] = of
		}
		if err := s.SavePullRequestVerdicts(ctx, j.repo.ID, v); err != nil {
			return err
		}
	}
	return nil
}

// touched tells which files the commits change that came after a comment on lines.
func touched(ctx context.Context, s *store.Store, repo facts.RepoID, pulls []facts.PullRequest) (func(hash, path string) bool, error) {
	var hashes []string
	for i := range pulls {
		p := &pulls[i]
		first := slices.IndexFunc(p.Comments, func(c facts.Comment) bool { return c.Kind == facts.CommentLine })
		for k := range p.Commits {
			if first >= 0 && p.Commits[k].Replayed && p.Commits[k].AddedAt > p.Comments[first].CreatedAt {
				hashes = append(hashes, p.Commits[k].Hash)
			}
		}
	}
	paths, err := s.CommitPaths(ctx, repo, hashes)
	return func(hash, path string) bool { return path != "" && slices.Contains(paths[hash], path) }, err
}

func (j *ItemJudge) dueTickets(ctx context.Context, s *store.Store, ruledBy string) error {
	due, err := s.DueTickets(ctx, j.repo.ID, ruledBy)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(due, itemsAtOnce) {
		v := store.TicketVerdicts{RuledBy: ruledBy, Changes: map[int]int64{}, Of: map[int]facts.TicketVerdict{}}
		var numbers []int
		for _, d := range some {
			v.Changes[d.Number] = d.Changes
			numbers = append(numbers, d.Number)
		}
		first, err := s.FirstCommits(ctx, j.repo.ID, numbers)
		if err != nil {
			return err
		}
		for t, err := range s.HeldTickets(ctx, j.repo.ID, numbers) {
			if err != nil {
				return err
			}
			v.Of[t.Number] = j.Ticket(&t, first[t.Number])
		}
		if err := s.SaveTicketVerdicts(ctx, j.repo.ID, v); err != nil {
			return err
		}
	}
	return nil
}

// ruledBy stands for all that decides about items beside their own facts: the rules, the state of the repo, which of its files
// count, and the people of whom more is known than one identity. Somebody new does not change it.
func (g *given) ruledBy() (string, error) {
	special, behind := map[facts.PersonID]string{}, map[facts.PersonID]int{}
	for _, p := range g.people {
		if p.Bot || p.Excluded || p.Hidden {
			special[p.ID] = fmt.Sprint(p.Bot, p.Excluded, p.Hidden)
		}
	}
	for _, i := range g.identities {
		behind[i.Person]++
	}
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%d %v %q %q\n", itemRules, g.repo.GoneAt != 0, g.rules.Bots, g.rules.ExcludedComments)
	for _, rules := range []any{g.rules.MarkedItems, g.rules.Globs, g.repo.Globs, g.repo.Attributes} {
		if err := json.NewEncoder(h).Encode(rules); err != nil {
			return "", fmt.Errorf("judge items of repo=%d: %w", g.repo.ID, err)
		}
	}
	identities := slices.Clone(g.identities)
	slices.SortFunc(identities, func(a, b facts.Identity) int { return int(a.ID - b.ID) })
	for _, i := range identities {
		if flags := special[i.Person]; flags != "" || behind[i.Person] > 1 {
			_, _ = fmt.Fprintf(h, "%d %d %s\n", i.ID, i.Person, flags)
		}
	}
	return strconv.FormatUint(h.Sum64(), 36), nil
}

// itemRules is to be raised when what is decided about the same facts changes.
const itemRules = 3
