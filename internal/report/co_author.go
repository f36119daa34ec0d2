package report

import (
	"context"
	"slices"
	"strings"

	"weir/internal/facts"
)

// together is said where a commit stands in the rows of several people.
var together = Note{
	Level: LevelInfo,
	Text:  "Commits that several people made together (Co-authored-by) stand in the row of each and once in the sums.",
}

// CoAuthor is somebody whom the message of a commit names beside its author.
type CoAuthor struct {
	Name string `json:"name"`
	// HALOC is what the person is credited with, nil with the reason in Why when it is nothing.
	HALOC *int   `json:"haloc,omitempty"`
	Why   string `json:"why,omitempty"`
	// Person is who it is.
	Person facts.PersonID `json:"-"`
}

// coAuthors gives those whom a commit names, each person once and never the author.
func coAuthors(ctx context.Context, src DetailSource, pl *places, c *facts.JudgedCommit, work facts.GroupWork) ([]CoAuthor, error) {
	var all []CoAuthor
	seen := []facts.PersonID{c.Person}
	for _, id := range c.CoAuthors {
		identity, err := src.Identity(ctx, id)
		if err != nil {
			return nil, err
		}
		if slices.Contains(seen, identity.Person) {
			continue
		}
		seen = append(seen, identity.Person)
		all = append(all, pl.coAuthor(c, identity.Person, work))
	}
	return all, nil
}

func (pl *places) coAuthor(c *facts.JudgedCommit, id facts.PersonID, work facts.GroupWork) CoAuthor {
	a := CoAuthor{Name: pl.authorName(id), Person: id}
	at := slices.IndexFunc(c.Shares, func(s facts.Share) bool { return s.Person == id })
	switch p := pl.people[id]; {
	case at >= 0 && c.Reason == facts.Counts:
		n := c.Shares[at].Lines.HALOC()
		a.HALOC = &n
	case at >= 0:
		a.Why = "the commit does not count"
	case c.Merge():
		a.Why = "merges do not count"
	case work == facts.GroupAuthor:
		a.Why = "the rules credit the author alone"
	case p.Bot:
		a.Why = "a bot"
	case p.Excluded || p.Hidden:
		a.Why = "left out of people's numbers"
	default:
		a.Why = "not credited yet; the repo is to be judged again"
	}
	return a
}

// coAuthorNames names those who are credited beside the author.
func (pl *places) coAuthorNames(c *facts.JudgedCommit) string {
	var names []string
	for i := 1; i < len(c.Shares); i++ {
		names = append(names, pl.authorName(c.Shares[i].Person))
	}
	return strings.Join(names, ", ")
}
