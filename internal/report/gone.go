package report

import (
	"fmt"
	"strconv"
	"strings"

	"weir/internal/facts"
)

// goneNote says of a pull request or a ticket that is gone from the server where it went, and for how long it is kept.
func (ip *itemPlaces) goneNote(p Params, what string, repo facts.RepoID, at int64, detail, to string) []Note {
	if at == 0 {
		return nil
	}
	until := at + int64(facts.KeepDeleted.Seconds())
	n := Note{Level: LevelWarning, Repo: repo, Since: at, Link: ip.goneLink(p, to), LinkText: "See it there",
		Text: fmt.Sprintf("This %s is not where it was: it is %s. What was read of it stays until %s and counts for nothing.", what, detail, ip.instant(until, "")),
		Next: "If the server shows it again before that, it comes back by itself."}
	return []Note{n}
}

// goneLink leads to the ticket that OWNER/NAME#NUMBER names, if its repo is imported.
func (ip *itemPlaces) goneLink(p Params, to string) Link {
	name, text, _ := strings.Cut(to, "#")
	number, err := strconv.Atoi(text)
	if err != nil {
		return Link{}
	}
	for id, r := range ip.repos {
		if name != "" && strings.EqualFold(r.FullName, name) {
			return itemLink(p, NameTicket, id, number)
		}
	}
	return Link{}
}

// itemTitle is the number by which the server knows an item, or knew it, and its title.
func itemTitle(number int, title string) string {
	return fmt.Sprintf("#%d %s", facts.ServerNumber(number), title)
}
