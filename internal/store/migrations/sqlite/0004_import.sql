-- +goose Up
-- Rules that leave repos of an integration out of the import.
CREATE TABLE exclusions (
    id             INTEGER PRIMARY KEY,
    integration_id INTEGER NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    kind           TEXT    NOT NULL,
    value          TEXT    NOT NULL,
    added_by       TEXT    NOT NULL,
    created_at     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX exclusions_rule ON exclusions (integration_id, kind, value);

-- exclusion_id is the first rule that matches, 0 for none; exclusion_kept says that a person keeps the repo all the same.
ALTER TABLE repos ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE repos ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE repos ADD COLUMN paused_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE repos ADD COLUMN exclusion_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE repos ADD COLUMN exclusion_kept INTEGER NOT NULL DEFAULT 0;
CREATE INDEX repos_name ON repos (integration_id, lower(full_name), id);
