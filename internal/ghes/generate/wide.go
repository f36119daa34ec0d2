package generate

import (
	"fmt"
	"time"

	"weir/internal/ghes"
)

// Wide makes a server of many organizations and repos that hold no git: enough to list, to filter and to
// choose from, in a moment. The owner of all of them is WideOwner; the same numbers give the same world.
func Wide(organizations, repos int) *ghes.World {
	w := ghes.NewWorld()
	w.AddUser(ghes.User{Login: WideOwner})
	logins := make([]string, organizations)
	for i := range logins {
		logins[i] = fmt.Sprintf("org-%03d", i)
		w.AddOrganization(ghes.Organization{Login: logins[i]})
		w.SetMember(logins[i], ghes.Member{Login: WideOwner, Role: ghes.RoleAdmin})
	}
	begin := time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)
	languages := []string{"Go", "Java", "TypeScript", "Python", ""}
	visibilities := []ghes.Visibility{ghes.Private, ghes.Private, ghes.Internal, ghes.Public}
	for i := range repos {
		w.AddRepo(ghes.Repo{
			Owner: logins[i%organizations], Name: fmt.Sprintf("repo-%05d", i), Language: languages[i%len(languages)],
			Visibility: visibilities[i%len(visibilities)], Archived: i%10 == 0, Fork: i%11 == 0, SizeKB: i,
			CreatedAt: begin, PushedAt: begin.Add(time.Duration(i) * 10 * time.Hour),
		})
	}
	return w
}

// WideOwner is the login that owns every organization of Wide.
const WideOwner = "weir-bot"
