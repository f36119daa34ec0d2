package people

import (
	"cmp"
	"slices"
	"strings"

	"weir/internal/facts"
)

// Directory gives ids to identities and people as they appear in one repository, for a run without a store.
// Ids start at 1 in order of appearance. It is not safe for use by several goroutines.
type Directory struct {
	mailmap    *Mailmap
	identities []facts.Identity
	byIdentity map[identityKey]facts.IdentityID
	byKey      map[string]facts.PersonID
	people     []person
}

type identityKey struct{ name, email string }

type person struct {
	facts.Person
	mapped   bool // the .mailmap chose the name
	numbered bool // a private address gave the account's number
	names    map[string]int
	emails   map[string]int
}

// NewDirectory starts an empty directory; mailmap may be nil.
func NewDirectory(mailmap *Mailmap) *Directory {
	return &Directory{
		mailmap: mailmap, byIdentity: map[identityKey]facts.IdentityID{},
		byKey: map[string]facts.PersonID{},
	}
}

// Identify gives the id of somebody as committed. It never fails; the error fits the replay's signature.
func (d *Directory) Identify(name, email string) (facts.IdentityID, error) {
	key := identityKey{name, email}
	if id, ok := d.byIdentity[key]; ok {
		return id, nil
	}
	id := facts.IdentityID(len(d.identities) + 1)
	d.byIdentity[key] = id
	d.identities = append(d.identities, facts.Identity{
		ID: id, Person: d.personOf(name, email),
		Name: strings.ToValidUTF8(name, "\uFFFD"), Email: strings.ToValidUTF8(email, "\uFFFD"),
	})
	return id, nil
}

func (d *Directory) personOf(name, email string) facts.PersonID {
	proper := d.mailmap.lookup(name, email)
	mappedName, mappedEmail := cmp.Or(proper.name, name), cmp.Or(proper.email, email)
	id := d.find(mappedName, mappedEmail)
	p := &d.people[id-1]
	p.Bot = p.Bot || Bot(mappedName, mappedEmail, "")
	if proper.name != "" && !p.mapped {
		p.mapped = true
		clear(p.names)
	}
	if proper.name != "" || !p.mapped {
		p.names[strings.ToValidUTF8(mappedName, "\uFFFD")] += 0
	}
	p.emails[strings.ToValidUTF8(mappedEmail, "\uFFFD")] += 0
	return id
}

// find gives the person of a mapped name and address, a new one when there is none yet. A private address
// with the account's number also stands for the login without it, whichever of the two came first; a login
// that a second account takes over stays with the first.
func (d *Directory) find(name, email string) facts.PersonID {
	key := Key(name, email)
	id, known := d.byKey[key]
	private, ok := ParsePrivate(email)
	if !ok || private.ID == "" {
		if !known {
			id = d.add(key)
		}
		return id
	}
	login := Key("", private.Login+"@users.noreply."+private.Host)
	if bare, seen := d.byKey[login]; seen && !known && !d.people[bare-1].numbered {
		id, known = bare, true
		d.byKey[key] = id
	}
	if !known {
		id = d.add(key)
	}
	d.people[id-1].numbered = true
	if _, taken := d.byKey[login]; !taken {
		d.byKey[login] = id
	}
	return id
}

func (d *Directory) add(key string) facts.PersonID {
	id := facts.PersonID(len(d.people) + 1)
	d.byKey[key] = id
	d.people = append(d.people, person{Person: facts.Person{ID: id}, names: map[string]int{}, emails: map[string]int{}})
	return id
}

// Note counts a commit of an identity, so that each person is shown by the name and e-mail used most.
func (d *Directory) Note(id facts.IdentityID) {
	identity := &d.identities[id-1]
	name, email := d.mailmap.Apply(identity.Name, identity.Email)
	p := &d.people[identity.Person-1]
	if _, shown := p.names[name]; shown {
		p.names[name]++
	}
	if _, shown := p.emails[email]; shown {
		p.emails[email]++
	}
}

// Identity gives an identity by its id, which must be one that Identify gave.
func (d *Directory) Identity(id facts.IdentityID) facts.Identity { return d.identities[id-1] }

// Identities lists all, by id.
func (d *Directory) Identities() []facts.Identity { return slices.Clone(d.identities) }

// PersonOf gives the person behind an identity that Identify gave; of an unknown one, the zero Person.
func (d *Directory) PersonOf(id facts.IdentityID) facts.Person {
	if id < 1 || int(id) > len(d.identities) {
		return facts.Person{}
	}
	return d.Person(d.identities[id-1].Person)
}

// Person gives a person by id, shown by the name and e-mail that the .mailmap says or that were used most.
func (d *Directory) Person(id facts.PersonID) facts.Person {
	p := d.people[id-1]
	p.Name, p.Email = most(p.names), most(p.emails)
	return p.Person
}

// People lists all, by id.
func (d *Directory) People() []facts.Person {
	all := make([]facts.Person, len(d.people))
	for i := range all {
		all[i] = d.Person(facts.PersonID(i + 1))
	}
	return all
}

// most gives the key with the highest count, of equal ones the first by the alphabet.
func most(counts map[string]int) string {
	best, bestCount := "", -1
	for s, n := range counts {
		if c := cmp.Compare(n, bestCount); c > 0 || c == 0 && s < best {
			best, bestCount = s, n
		}
	}
	return best
}
