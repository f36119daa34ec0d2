package store

import (
	"context"
	"fmt"

	"weir/internal/access"
	"weir/internal/facts"
)

// UserPerson gives the person of the reports that an account belongs to, 0 for none.
func (q *queries) UserPerson(ctx context.Context, id access.UserID) (facts.PersonID, error) {
	return one(ctx, q, fmt.Sprintf("load the person of user=%d", id), scanOne[facts.PersonID],
		`SELECT COALESCE((SELECT person_id FROM user_people WHERE user_id = $1), 0)`, id)
}

type userPerson struct {
	user   access.UserID
	person facts.Person
}

// UserPeople gives the people that accounts belong to, by account. Accounts that belong to nobody are not in it.
func (q *queries) UserPeople(ctx context.Context) (map[access.UserID]facts.Person, error) {
	rows, err := list(ctx, q, "list the people of users", func(row scanner) (userPerson, error) {
		var u userPerson
		err := row.Scan(&u.user, &u.person.ID, &u.person.Name, &u.person.Email, &u.person.Login)
		return u, err
	}, `SELECT u.user_id, p.id, p.name, p.email, p.login FROM user_people u JOIN people p ON p.id = u.person_id ORDER BY u.user_id`)
	people := map[access.UserID]facts.Person{}
	for _, row := range rows {
		people[row.user] = row.person
	}
	return people, err
}

// SaveUserPerson says which person an account belongs to, 0 for nobody. Without such an account or person nothing changes,
// and the error is facts.ErrNotFound.
func (s *Store) SaveUserPerson(ctx context.Context, id access.UserID, person facts.PersonID) error {
	doing := fmt.Sprintf("say that user=%d is person=%d", id, person)
	return s.InTx(ctx, func(tx *Tx) error {
		if _, err := tx.User(ctx, id); err != nil {
			return err
		}
		if person == 0 {
			_, err := tx.exec(ctx, doing, `DELETE FROM user_people WHERE user_id = $1`, id)
			return err
		}
		if _, err := tx.Person(ctx, person); err != nil {
			return err
		}
		_, err := tx.exec(ctx, doing, `INSERT INTO user_people (user_id, person_id) VALUES ($1, $2)
			ON CONFLICT (user_id) DO UPDATE SET person_id = excluded.person_id`, id, person)
		return err
	})
}

// NamedPeople lists those of whom text is the login, the e-mail or the name, in any case; by name, at most some. A login and
// an e-mail come before a name: whoever has the text as one of these is listed alone.
func (q *queries) NamedPeople(ctx context.Context, text string) ([]facts.Person, error) {
	const most = 20
	text = lower(clean(text))
	for _, column := range []string{"login", "email", "name"} {
		found, err := list(ctx, q, "find people by "+column, scanPerson,
			`SELECT `+personColumns+` FROM people WHERE lower(`+column+`) = $1 ORDER BY lower(name), lower(email), id LIMIT $2`, text, most)
		if err != nil || len(found) > 0 {
			return found, err
		}
	}
	return nil, nil
}
