package github

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"weir/internal/facts"
)

// account is an actor as GraphQL and REST give it: the former with __typename, the latter with type.
type account struct {
	Typename   string  `json:"__typename"`
	Type       string  `json:"type"`
	Login      string  `json:"login"`
	Name       *string `json:"name"`
	DatabaseID anyID   `json:"databaseId"`
	ID         anyID   `json:"id"`
}

// fact gives the actor. A null one is a ghost, and so is the account named ghost that REST shows in its place.
func (a *account) fact() facts.Actor {
	if a == nil || a.Login == "" || a.Login == "ghost" {
		return facts.Actor{Kind: facts.ActorGhost}
	}
	actor := facts.Actor{ServerID: int64(a.DatabaseID), Login: a.Login, Kind: actorKinds[a.Typename+a.Type]}
	if a.Typename == "" { // REST: there id is the number, in GraphQL it is not asked for
		actor.ServerID = int64(a.ID)
	}
	if actor.Kind == "" {
		actor.Kind = facts.ActorUser
	}
	if actor.Kind == facts.ActorBot { // GraphQL leaves the ending out that REST gives
		actor.Login = strings.TrimSuffix(actor.Login, "[bot]") + "[bot]"
	}
	if a.Name != nil {
		actor.Name = *a.Name
	}
	return actor
}

var actorKinds = map[string]facts.ActorKind{
	"User": facts.ActorUser, "Bot": facts.ActorBot, "Mannequin": facts.ActorMannequin,
	"Organization": facts.ActorOrganization, "EnterpriseUserAccount": facts.ActorUser,
}

func actorsOf(accounts []*account) []facts.Actor {
	var actors []facts.Actor
	for _, a := range accounts {
		if a != nil && a.Login != "" {
			actors = append(actors, a.fact())
		}
	}
	return actors
}

// anyID reads an id that is a number, a number in a text (BigInt), a GraphQL id, or null; the last two are 0.
type anyID int64

// UnmarshalJSON never fails: an id that cannot be read is 0.
func (id *anyID) UnmarshalJSON(text []byte) error {
	n, err := strconv.ParseInt(string(bytes.Trim(text, `"`)), 10, 64)
	if err == nil {
		*id = anyID(n)
	}
	return nil
}

var _ json.Unmarshaler = (*anyID)(nil)

// instant reads a time as servers give it; null and what cannot be read are 0.
type instant int64

// UnmarshalJSON never fails: a time that cannot be read is 0.
func (i *instant) UnmarshalJSON(text []byte) error {
	s := string(bytes.Trim(text, `"`))
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		*i = instant(t.Unix())
	} else if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		*i = instant(n)
	}
	return nil
}
