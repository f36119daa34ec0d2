-- +goose Up
-- What the last connection test of an integration found, as JSON. It holds no secret.
CREATE TABLE diagnoses (
    integration_id BIGINT NOT NULL PRIMARY KEY REFERENCES integrations (id) ON DELETE CASCADE,
    tested_at      BIGINT NOT NULL,
    report         TEXT COLLATE "C" NOT NULL
);

-- The hash of the code alone: a copy of the database lets nobody in.
CREATE TABLE invitations (
    user_id    BIGINT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    code_hash  BYTEA NOT NULL,
    made_by    TEXT COLLATE "C" NOT NULL,
    made_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX invitations_code ON invitations (code_hash);
