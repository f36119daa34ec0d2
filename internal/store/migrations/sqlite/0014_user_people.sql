-- +goose Up
-- Which person of the reports an account belongs to: everyone may see their own numbers.
CREATE TABLE user_people (
    user_id   INTEGER NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX user_people_person ON user_people (person_id);
