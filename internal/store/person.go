package store

import (
	"context"
	"fmt"
	"strings"

	"weir/internal/facts"
)

const personColumns = `id, name, email, login, bot, excluded, hidden`

func scanPerson(row scanner) (facts.Person, error) {
	var p facts.Person
	err := row.Scan(&p.ID, &p.Name, &p.Email, &p.Login, &p.Bot, &p.Excluded, &p.Hidden)
	return p, err
}

// Person gives one person. One that was merged into another is facts.ErrNotFound.
func (q *queries) Person(ctx context.Context, id facts.PersonID) (facts.Person, error) {
	return one(ctx, q, fmt.Sprintf("load person=%d", id), scanPerson, `SELECT `+personColumns+` FROM people WHERE id = $1`, id)
}

// People lists everybody, by name.
func (q *queries) People(ctx context.Context) ([]facts.Person, error) {
	return list(ctx, q, "list people", scanPerson, `SELECT `+personColumns+` FROM people ORDER BY lower(name), lower(email), id`)
}

// PersonFilter narrows a list of people.
type PersonFilter struct {
	// Search finds text in the name, e-mail or login of the person or of any identity, in any case.
	Search string
	// Hidden includes hidden people.
	Hidden bool
}

// FindPeople lists one page of the people that the filter lets through, by name, and how many there are in all.
func (q *queries) FindPeople(ctx context.Context, f PersonFilter, page facts.Page) ([]facts.Person, int, error) {
	s := &statement{}
	if text := strings.TrimSpace(f.Search); text != "" {
		p := like(text)
		s.where(`lower(name) LIKE ? ESCAPE '\' OR lower(email) LIKE ? ESCAPE '\' OR lower(login) LIKE ? ESCAPE '\'
			OR id IN (SELECT i.person_id FROM identities i WHERE lower(i.name) LIKE ? ESCAPE '\' OR lower(i.email) LIKE ? ESCAPE '\')`,
			p, p, p, p, p)
	}
	if !f.Hidden {
		s.where("hidden = ?", false)
	}
	total, err := one(ctx, q, "count people", scanOne[int], `SELECT COUNT(*) FROM people`+s.clause(), s.args...)
	if err != nil {
		return nil, 0, err
	}
	rows, err := list(ctx, q, "list people", scanPerson,
		`SELECT `+personColumns+` FROM people`+s.clause()+` ORDER BY lower(name), lower(email), id`+s.page(page), s.args...)
	return rows, total, err
}

// CreatePerson adds a person without identities.
func (t *Tx) CreatePerson(ctx context.Context, p facts.Person) (facts.PersonID, error) {
	return one(ctx, &t.queries, fmt.Sprintf("create person %q", p.Name), scanOne[facts.PersonID],
		`INSERT INTO people (name, email, login, bot, excluded, hidden) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
		clean(p.Name), clean(p.Email), clean(p.Login), p.Bot, p.Excluded, p.Hidden)
}

// SavePerson changes what is shown of a person and whether they count.
func (t *Tx) SavePerson(ctx context.Context, p facts.Person) error {
	return t.execOne(ctx, fmt.Sprintf("save person=%d", p.ID),
		`UPDATE people SET name = $1, email = $2, login = $3, bot = $4, excluded = $5, hidden = $6 WHERE id = $7`,
		clean(p.Name), clean(p.Email), clean(p.Login), p.Bot, p.Excluded, p.Hidden, p.ID)
}

// SavePerson does so in a transaction of its own.
func (s *Store) SavePerson(ctx context.Context, p facts.Person) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.SavePerson(ctx, p) })
}

// MergePeople gives all identities of others to one person and removes the others. Their roll-ups follow
// when the repos are judged again.
func (t *Tx) MergePeople(ctx context.Context, into facts.PersonID, others ...facts.PersonID) error {
	if _, err := t.Person(ctx, into); err != nil {
		return err
	}
	for _, other := range others {
		if other == into {
			continue
		}
		doing := fmt.Sprintf("merge person=%d into person=%d", other, into)
		if _, err := t.exec(ctx, doing, `UPDATE identities SET person_id = $1 WHERE person_id = $2`, into, other); err != nil {
			return err
		}
		if _, err := t.exec(ctx, doing, `UPDATE user_people SET person_id = $1 WHERE person_id = $2`, into, other); err != nil {
			return err
		}
		if err := t.execOne(ctx, doing, `DELETE FROM people WHERE id = $1`, other); err != nil {
			return err
		}
	}
	return nil
}

// MergePeople does so in a transaction of its own.
func (s *Store) MergePeople(ctx context.Context, into facts.PersonID, others ...facts.PersonID) error {
	return s.InTx(ctx, func(tx *Tx) error { return tx.MergePeople(ctx, into, others...) })
}

// removeEmptyPerson removes a person without identities; accounts of theirs belong to heir from then on.
func (t *Tx) removeEmptyPerson(ctx context.Context, id, heir facts.PersonID) error {
	const empty = ` AND NOT EXISTS (SELECT 1 FROM identities i WHERE i.person_id = $1)`
	doing := fmt.Sprintf("remove person=%d", id)
	if _, err := t.exec(ctx, doing, `UPDATE user_people SET person_id = $2 WHERE person_id = $1`+empty, id, heir); err != nil {
		return err
	}
	_, err := t.exec(ctx, doing, `DELETE FROM people WHERE id = $1`+empty, id)
	return err
}
