package people

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"weir/internal/facts"
)

// Suggestion says that two people may be one. Nothing is merged before somebody confirms it.
type Suggestion struct {
	// Into has the smaller id.
	Into, From facts.PersonID
	// Score is 0 to 1; Reasons are sentences, the strongest first.
	Score   float64
	Reasons []string
}

// clue is one thing that two people may share, and how much it says when they do.
type clue struct {
	kind, value, reason string
	score               float64
}

// maxSharing bounds how many people may share a clue for it to say anything at all.
const maxSharing = 8

// Suggest pairs people whose identities share clues, the likeliest first. Bots are never suggested.
func Suggest(persons []facts.Person, identities []facts.Identity) []Suggestion {
	clues := map[facts.PersonID]map[clue]bool{}
	for _, p := range persons {
		if !p.Bot {
			clues[p.ID] = map[clue]bool{}
			note(clues[p.ID], cluesOf(p.Name, p.Email, p.Login))
		}
	}
	for _, i := range identities {
		if set := clues[i.Person]; set != nil {
			note(set, cluesOf(i.Name, i.Email, i.Login))
		}
	}
	found := rank(pairs(clues))
	slices.SortFunc(found, func(a, b Suggestion) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Into, b.Into), cmp.Compare(a.From, b.From))
	})
	return found
}

func note(set map[clue]bool, clues []clue) {
	for _, c := range clues {
		set[c] = true
	}
}

func cluesOf(name, email, login string) []clue {
	var clues []clue
	words := words(name)
	handle := strings.Join(words, "")
	switch {
	case len(words) >= 2:
		clues = append(clues, clue{"name", strings.Join(words, " "), "the same full name", 0.75})
		slices.Sort(words)
		clues = append(clues, clue{"words", strings.Join(words, " "), "the same words in the name", 0.2})
	case len(handle) >= 4:
		clues = append(clues, clue{"name", handle, "the same one-word name", 0.35})
	}
	email = strings.ToLower(email)
	local, _, _ := strings.Cut(email, "@")
	if private, ok := ParsePrivate(email); ok {
		local = private.Login
	}
	local, _, _ = strings.Cut(local, "+")
	if squeezed := squeeze(local); len(squeezed) >= 4 && !shared(email) && !sharedLocals[local] && !roleLocals[local] {
		clues = append(clues, clue{"handle", squeezed, "the same name before the @ or as login", 0.5})
	}
	if login != "" {
		clues = append(clues, clue{"handle", squeeze(login), "the same name before the @ or as login", 0.5})
	}
	if len(handle) >= 6 {
		clues = append(clues, clue{"handle of name", handle, "", 0})
	}
	return clues
}

// roleLocals are what stands before the @ of addresses that belong to a function.
var roleLocals = map[string]bool{
	"info": true, "mail": true, "hello": true, "contact": true, "github": true, "support": true, "team": true, "noreply": true,
	"no-reply": true, "code": true, "email": true, "webmaster": true, "office": true, "opensource": true,
}

// words gives the words of a name in lower case without accents, "Last, First" turned round.
func words(name string) []string {
	if last, first, ok := strings.Cut(name, ","); ok && strings.TrimSpace(first) != "" {
		name = first + " " + last
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(name, "")) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Fields(b.String())
}

// squeeze drops what people put between the parts of a handle.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

type pair struct{ into, from facts.PersonID }

// pairs gathers, for each two people, the clues that they share.
func pairs(clues map[facts.PersonID]map[clue]bool) map[pair]map[string]clue {
	sharing := map[clue][]facts.PersonID{}
	for id, set := range clues {
		for c := range set {
			for _, s := range c.aliases() {
				sharing[s] = append(sharing[s], id)
			}
		}
	}
	shared := map[pair]map[string]clue{}
	for c, ids := range sharing {
		slices.Sort(ids)
		ids = slices.Compact(ids)
		if len(ids) > maxSharing {
			continue
		}
		for i, a := range ids {
			for _, b := range ids[i+1:] {
				p := pair{a, b}
				if shared[p] == nil {
					shared[p] = map[string]clue{}
				}
				if c.score > shared[p][c.kind].score {
					shared[p][c.kind] = c
				}
			}
		}
	}
	return shared
}

// aliases lets a full name written together meet a handle, as Jane Doe meets janedoe.
func (c clue) aliases() []clue {
	const together = "the full name written together is the name before the @ or the login"
	switch c.kind {
	case "handle":
		return []clue{c, {"together", c.value, together, 0.45}}
	case "handle of name":
		return []clue{{"together", c.value, together, 0.45}}
	}
	return []clue{c}
}

// rank adds up the clues of each pair: the chance that at least one of them is right.
func rank(shared map[pair]map[string]clue) []Suggestion {
	var found []Suggestion
	for p, kinds := range shared {
		s := Suggestion{Into: p.into, From: p.from}
		if _, words := kinds["words"]; words {
			delete(kinds, "together") // says nothing more of two people with the same name
		}
		var clues []clue
		for _, c := range kinds {
			clues = append(clues, c)
		}
		slices.SortFunc(clues, func(a, b clue) int {
			return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(a.reason, b.reason))
		})
		miss := 1.0
		for _, c := range clues {
			miss *= 1 - c.score
			s.Reasons = append(s.Reasons, c.reason)
		}
		s.Score = 1 - miss
		found = append(found, s)
	}
	return found
}
