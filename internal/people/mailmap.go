package people

import (
	"cmp"
	"strings"
)

// Mailmap is a .mailmap file by git's own rules: addresses and names are compared without regard to ASCII
// case, an entry with a name and an address wins over one with the address alone, later lines win over
// earlier ones, and nothing is mapped twice.
type Mailmap struct {
	byEmail map[string]*mapping
}

type mapping struct {
	name, email string
	byName      map[string]mapping
}

// ParseMailmap reads the text of a .mailmap. There are no errors: as in git, a line without an address says nothing.
func ParseMailmap(text string) *Mailmap {
	m := &Mailmap{byEmail: map[string]*mapping{}}
	for line := range strings.SplitSeq(text, "\n") {
		line, _, _ := strings.Cut(line, "\x00") // git reads a line of a file up to a NUL
		m.parse(line)
	}
	return m
}

func (m *Mailmap) parse(line string) {
	if strings.HasPrefix(line, "#") {
		return
	}
	name, email, rest, ok := nameAndEmail(line, false)
	if !ok {
		return
	}
	oldName, oldEmail, _, two := nameAndEmail(rest, true)
	if !two {
		oldEmail, email = email, ""
	}
	m.add(name, email, oldName, oldEmail)
}

// nameAndEmail reads "Name <email>" from the front and gives what follows.
func nameAndEmail(s string, emptyEmail bool) (name, email, rest string, ok bool) {
	name, after, found := strings.Cut(s, "<")
	if !found {
		return "", "", "", false
	}
	email, rest, found = strings.Cut(after, ">")
	if !found || email == "" && !emptyEmail {
		return "", "", "", false
	}
	return strings.Trim(name, " \t\n\r"), email, rest, true
}

func (m *Mailmap) add(name, email, oldName, oldEmail string) {
	key := foldASCII(oldEmail)
	entry := m.byEmail[key]
	if entry == nil {
		entry = &mapping{}
		m.byEmail[key] = entry
	}
	if oldName != "" {
		if entry.byName == nil {
			entry.byName = map[string]mapping{}
		}
		entry.byName[foldASCII(oldName)] = mapping{name: name, email: email}
		return
	}
	if name != "" {
		entry.name = name
	}
	if email != "" {
		entry.email = email
	}
}

// Apply gives the proper name and e-mail of somebody as committed, unchanged where the map does not say
// otherwise. A nil Mailmap changes nothing.
func (m *Mailmap) Apply(name, email string) (properName, properEmail string) {
	found := m.lookup(name, email)
	return cmp.Or(found.name, name), cmp.Or(found.email, email)
}

// lookup gives what the map says, empty where it says nothing.
func (m *Mailmap) lookup(name, email string) mapping {
	if m == nil {
		return mapping{}
	}
	entry := m.byEmail[foldASCII(email)]
	if entry == nil {
		return mapping{}
	}
	if named, ok := entry.byName[foldASCII(name)]; ok {
		return named
	}
	return *entry
}

// Len gives how many addresses the map knows.
func (m *Mailmap) Len() int {
	if m == nil {
		return 0
	}
	return len(m.byEmail)
}

// foldASCII lowers A to Z alone, as git does, whatever the bytes around them are.
func foldASCII(s string) string {
	for i := range len(s) {
		if s[i] >= 'A' && s[i] <= 'Z' {
			return lowerASCII(s)
		}
	}
	return s
}

func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
