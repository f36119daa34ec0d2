-- +goose Up
-- Which person of the reports an account belongs to: everyone may see their own numbers.
CREATE TABLE user_people (
    user_id   BIGINT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE
);
CREATE INDEX user_people_person ON user_people (person_id);
