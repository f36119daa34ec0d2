package github

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"weir/internal/facts"
)

// authorsQuery asks whose account each of some commits is by its author's address, each under its own name.
func authorsQuery(n int) string {
	var q strings.Builder
	q.WriteString("query WeirAuthors($owner: String!, $name: String!")
	for i := range n {
		fmt.Fprintf(&q, ", $c%d: GitObjectID!", i)
	}
	q.WriteString(") { repository(owner: $owner, name: $name) { databaseId")
	for i := range n {
		fmt.Fprintf(&q, " c%d: object(oid: $c%d) { ... on Commit { oid author { user { ...who } } } }", i, i)
	}
	return q.String() + " } }\n" + who
}

// Authors gives the accounts that the server ties to the authors of commits, by object id, for at most
// fifty commits. Of an address that belongs to no account there is none.
func (c *Client) Authors(ctx context.Context, repo facts.Repo, hashes []string) (map[string]facts.Actor, error) {
	owner, name, _ := strings.Cut(repo.FullName, "/")
	variables := map[string]any{"owner": owner, "name": name}
	for i, hash := range hashes {
		variables[fmt.Sprintf("c%d", i)] = hash
	}
	var reply struct {
		Repository map[string]json.RawMessage `json:"repository"`
	}
	if _, err := c.once(ctx, "ask whose commits of "+repo.FullName+" are", authorsQuery(len(hashes)), variables, &reply); err != nil {
		return nil, err
	}
	found := map[string]facts.Actor{}
	for key, raw := range reply.Repository {
		var commit struct {
			OID    string `json:"oid"`
			Author *struct {
				User *account `json:"user"`
			} `json:"author"`
		}
		if key == "databaseId" || json.Unmarshal(raw, &commit) != nil || commit.Author == nil || commit.Author.User == nil {
			continue
		}
		if actor := commit.Author.User.fact(); !actor.Ghost() {
			found[commit.OID] = actor
		}
	}
	return found, nil
}
