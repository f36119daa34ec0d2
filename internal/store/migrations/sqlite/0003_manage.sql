-- +goose Up
-- What the last connection test of an integration found, as JSON. It holds no secret.
CREATE TABLE diagnoses (
    integration_id INTEGER NOT NULL PRIMARY KEY REFERENCES integrations (id) ON DELETE CASCADE,
    tested_at      INTEGER NOT NULL,
    report         TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- The hash of the code alone: a copy of the database lets nobody in.
CREATE TABLE invitations (
    user_id    INTEGER NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    code_hash  BLOB    NOT NULL,
    made_by    TEXT    NOT NULL,
    made_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX invitations_code ON invitations (code_hash);
