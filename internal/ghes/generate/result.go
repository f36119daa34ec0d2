package generate

import (
	"slices"
	"time"

	"weir/internal/ghes"
)

// result is the repository as it was told, with object ids in place of marks.
func (s *story) result(dir string, ids map[int]string) Repo {
	repo := Repo{
		Name: s.plan.name, Description: s.plan.description, Language: s.plan.language,
		Dir: dir, Internal: s.plan.internal, Commits: s.commits, PushedAt: s.last.UTC(),
		CreatedAt: s.org.From,
	}
	for _, p := range s.pulls {
		p.Base, p.Head, p.MergeCommit = ids[p.base], ids[p.head], ids[p.merge]
		for _, mark := range p.commits {
			p.CommitIDs = append(p.CommitIDs, ids[mark])
		}
		repo.Pulls = append(repo.Pulls, p.PullRequest)
	}
	slices.SortFunc(repo.Pulls, byNumber)
	return repo
}

// World is the organization as a server holds it: people with the password "sailing on" and no
// tokens yet, teams, and in each repo the pull requests of its history with what was said about them,
// and issues. The owner is the first of People.
func (o *Organization) World() *ghes.World {
	w := ghes.NewWorld()
	joined := o.From.Add(-30 * 24 * time.Hour)
	w.AddOrganization(ghes.Organization{
		Login: o.Login, Name: o.Name, Description: o.Description, CreatedAt: joined,
	})
	for _, p := range o.People {
		w.AddUser(p.account(joined))
		if p.Bot {
			continue
		}
		role := ghes.RoleMember
		if p.Owner {
			role = ghes.RoleAdmin
		}
		w.SetMember(o.Login, ghes.Member{Login: p.Login, Role: role})
	}
	for _, t := range o.teams() {
		w.AddTeam(t)
	}
	for _, r := range o.Repos {
		w.AddRepo(r.entry(o.Login))
		o.fill(w, r)
	}
	return w
}

// Owner is the login of the organization's first owner.
func (o *Organization) Owner() string {
	for _, p := range o.People {
		if p.Owner {
			return p.Login
		}
	}
	return ""
}

func (p Person) account(joined time.Time) ghes.User {
	u := ghes.User{Login: p.Login, Name: p.Name(), CreatedAt: joined, Password: Password}
	for _, a := range p.Aliases {
		u.Emails = append(u.Emails, a.Email)
	}
	if p.Bot {
		u.Type, u.Password = "Bot", ""
	}
	return u
}

// Password signs in everybody of a made-up organization; it protects nothing.
const Password = "sailing on"

func (r Repo) entry(owner string) ghes.Repo {
	visibility := ghes.Private
	if r.Internal {
		visibility = ghes.Internal
	}
	return ghes.Repo{
		Owner: owner, Name: r.Name, Description: r.Description, Language: r.Language,
		Visibility: visibility, Archived: r.Archived, GitDir: r.Dir, DefaultBranch: "main",
		CreatedAt: r.CreatedAt, PushedAt: r.PushedAt, SizeKB: 40 * r.Commits / 10,
	}
}
