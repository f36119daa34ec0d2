package generate

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

var (
	// The nouns take a and a plural s, so that sentences made of them read well.
	nouns = []string{"shipment", "customer", "cart", "payment", "refund", "voucher", "session",
		"parcel", "price", "pallet", "carrier", "route", "quote", "tariff", "dock", "supplier",
		"ledger", "basket", "container", "manifest", "berth", "crane", "ticket", "warehouse"}
	verbs = []string{"load", "save", "list", "find", "count", "merge", "cancel", "apply", "check",
		"render", "export", "parse", "send", "reserve", "release", "validate", "round", "assign"}
	fields = []string{"total", "currency", "status", "quantity", "weight", "label", "region",
		"discount", "email", "reference", "priority", "created", "owner", "version", "amount"}
)

// words fill the blanks of a template: the same blank is filled alike within one text.
type words struct {
	dice   *rand.Rand
	filled map[string]string
}

func newWords(dice *rand.Rand) *words { return &words{dice, map[string]string{}} }

func pick[T any](dice *rand.Rand, from []T) T { return from[dice.IntN(len(from))] }

// fill replaces {noun}, {Noun}, {verb2}, {field}, {num} and the like.
func (w *words) fill(text string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		blank, after, closed := strings.Cut(rest, "}")
		if word := w.word(blank); closed && word != "" {
			b.WriteString(word)
			text = after
			continue
		}
		b.WriteByte('{')
		text = rest
	}
}

// word is what fills a blank, "" when it is none.
func (w *words) word(blank string) string {
	key := strings.ToLower(blank)
	if w.filled[key] == "" {
		w.filled[key] = w.draw(strings.TrimRight(key, "0123456789"))
	}
	word := w.filled[key]
	if word != "" && blank != key {
		word = strings.ToUpper(word[:1]) + word[1:]
	}
	return word
}

func (w *words) draw(kind string) string {
	switch kind {
	case "noun":
		return pick(w.dice, nouns)
	case "verb":
		return pick(w.dice, verbs)
	case "field":
		return pick(w.dice, fields)
	case "num":
		return strconv.Itoa(1 + w.dice.IntN(500))
	default:
		return ""
	}
}

// forget lets a blank be filled anew.
func (w *words) forget(blanks ...string) {
	for _, b := range blanks {
		delete(w.filled, b)
	}
}
