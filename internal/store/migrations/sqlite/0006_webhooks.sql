-- +goose Up
CREATE TABLE webhooks (
    id              INTEGER PRIMARY KEY,
    integration_id  INTEGER NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    target          TEXT    NOT NULL,
    organization_id INTEGER NOT NULL,
    repo_id         INTEGER NOT NULL,
    key             TEXT    NOT NULL,
    hook_id         INTEGER NOT NULL,
    maker           TEXT    NOT NULL,
    url             TEXT    NOT NULL,
    events          TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    code            TEXT    NOT NULL,
    cause           TEXT    NOT NULL,
    next            TEXT    NOT NULL,
    mended          TEXT    NOT NULL,
    mended_at       INTEGER NOT NULL,
    made_at         INTEGER NOT NULL,
    checked_at      INTEGER NOT NULL,
    due_at          INTEGER NOT NULL,
    pinged_at       INTEGER NOT NULL,
    ponged_at       INTEGER NOT NULL,
    delivered_at    INTEGER NOT NULL,
    seen            INTEGER NOT NULL,
    bad_seen        INTEGER NOT NULL,
    accepted        INTEGER NOT NULL,
    fetched         INTEGER NOT NULL,
    bad_signature   INTEGER NOT NULL,
    replayed        INTEGER NOT NULL,
    unreadable      INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX webhooks_key ON webhooks (key);
CREATE UNIQUE INDEX webhooks_target ON webhooks (integration_id, target, organization_id, repo_id);

-- What webhooks brought, as it came: compressed, kept for a time, and named by the server's own id for
-- longer, so that a copy of an old one is known.
CREATE TABLE deliveries (
    id          INTEGER PRIMARY KEY,
    webhook_id  INTEGER NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    guid        TEXT    NOT NULL,
    event       TEXT    NOT NULL,
    action      TEXT    NOT NULL,
    received_at INTEGER NOT NULL,
    fetched     INTEGER NOT NULL,
    size        INTEGER NOT NULL,
    state       TEXT    NOT NULL,
    note        TEXT    NOT NULL,
    applied_at  INTEGER NOT NULL,
    payload     BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX deliveries_guid ON deliveries (webhook_id, guid);
CREATE INDEX deliveries_waiting ON deliveries (webhook_id, id) WHERE state = 'waiting';
CREATE INDEX deliveries_received ON deliveries (received_at);
CREATE INDEX deliveries_payload ON deliveries (received_at) WHERE length(payload) > 0;
