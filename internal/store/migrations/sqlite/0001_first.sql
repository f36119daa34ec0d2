-- +goose Up
CREATE TABLE users (
    id            INTEGER PRIMARY KEY,
    login         TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    role          TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    password_at   INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    signed_in_at  INTEGER NOT NULL,
    disabled_at   INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_login ON users (lower(login));

-- The key is the hash of the token: a copy of the database opens no session.
CREATE TABLE sessions (
    token_hash BLOB    NOT NULL PRIMARY KEY,
    data       BLOB    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_expires ON sessions (expires_at);

CREATE TABLE settings (
    name       TEXT    NOT NULL PRIMARY KEY,
    value      TEXT    NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE integrations (
    id          INTEGER PRIMARY KEY,
    name        TEXT    NOT NULL,
    address     TEXT    NOT NULL,
    ca_pem      TEXT    NOT NULL,
    proxy       TEXT    NOT NULL,
    method      TEXT    NOT NULL,
    account     TEXT    NOT NULL,
    version     TEXT    NOT NULL,
    services    TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    state_code  TEXT    NOT NULL,
    state_cause TEXT    NOT NULL,
    state_next  TEXT    NOT NULL,
    added_by    TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    checked_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    deleted_at  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX integrations_name ON integrations (lower(name)) WHERE deleted_at = 0;

-- What is secret of an integration, sealed: its credential, its proxy with a password.
CREATE TABLE credentials (
    integration_id INTEGER NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    part           TEXT    NOT NULL,
    sealed         BLOB    NOT NULL,
    updated_at     INTEGER NOT NULL,
    PRIMARY KEY (integration_id, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE organizations (
    id             INTEGER PRIMARY KEY,
    integration_id INTEGER NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    server_id      INTEGER NOT NULL,
    login          TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    role           TEXT    NOT NULL,
    auto_import    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX organizations_server ON organizations (integration_id, server_id);

CREATE TABLE repos (
    id              INTEGER PRIMARY KEY,
    integration_id  INTEGER NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    organization_id INTEGER NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    server_id       INTEGER NOT NULL,
    name            TEXT    NOT NULL,
    full_name       TEXT    NOT NULL,
    default_branch  TEXT    NOT NULL,
    visibility      TEXT    NOT NULL,
    fork            INTEGER NOT NULL,
    archived        INTEGER NOT NULL,
    size_kb         INTEGER NOT NULL,
    pushed_at       INTEGER NOT NULL,
    imported_at     INTEGER NOT NULL,
    gone_at         INTEGER NOT NULL,
    attributes      TEXT    NOT NULL,
    globs           TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX repos_server ON repos (integration_id, server_id);
CREATE INDEX repos_organization ON repos (organization_id, lower(full_name));
CREATE INDEX repos_imported ON repos (integration_id) WHERE imported_at > 0;

CREATE TABLE sync_states (
    repo_id     INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    kind        TEXT    NOT NULL,
    phase       TEXT    NOT NULL,
    done        INTEGER NOT NULL,
    total       INTEGER NOT NULL,
    unit        TEXT    NOT NULL,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    code        TEXT    NOT NULL,
    cause       TEXT    NOT NULL,
    next        TEXT    NOT NULL,
    attempts    INTEGER NOT NULL,
    held        INTEGER NOT NULL,
    server      INTEGER NOT NULL,
    server_at   INTEGER NOT NULL,
    problems    INTEGER NOT NULL,
    PRIMARY KEY (repo_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE problems (
    repo_id INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    kind    TEXT    NOT NULL,
    item    TEXT    NOT NULL,
    code    TEXT    NOT NULL,
    cause   TEXT    NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (repo_id, kind, item, code)
) STRICT, WITHOUT ROWID;

-- A name that moved leaves a row behind for each hash it had: what was once on a branch is kept.
CREATE TABLE refs (
    repo_id INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    name    BLOB    NOT NULL,
    hash    BLOB    NOT NULL,
    seen_at INTEGER NOT NULL,
    gone_at INTEGER NOT NULL,
    PRIMARY KEY (repo_id, name, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE people (
    id       INTEGER PRIMARY KEY,
    name     TEXT    NOT NULL,
    email    TEXT    NOT NULL,
    login    TEXT    NOT NULL,
    bot      INTEGER NOT NULL,
    excluded INTEGER NOT NULL,
    hidden   INTEGER NOT NULL
) STRICT;

CREATE TABLE identities (
    id        INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES people (id),
    name      TEXT    NOT NULL,
    email     TEXT    NOT NULL,
    login     TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX identities_key ON identities (email, name, login);
CREATE INDEX identities_person ON identities (person_id);

CREATE TABLE commits (
    repo_id       INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number        INTEGER NOT NULL,
    hash          BLOB    NOT NULL,
    parents       INTEGER NOT NULL,
    parent_list   BLOB    NOT NULL,
    author_id     INTEGER NOT NULL,
    authored_at   INTEGER NOT NULL,
    author_offset INTEGER NOT NULL,
    day           INTEGER NOT NULL,
    committer_id  INTEGER NOT NULL,
    committed_at  INTEGER NOT NULL,
    subject       TEXT    NOT NULL,
    patch_id      BLOB    NOT NULL,
    problem       TEXT    NOT NULL,
    PRIMARY KEY (repo_id, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX commits_hash ON commits (hash, repo_id);

CREATE TABLE commit_files (
    repo_id      INTEGER NOT NULL,
    number       INTEGER NOT NULL,
    position     INTEGER NOT NULL,
    path         BLOB    NOT NULL,
    old_path     BLOB    NOT NULL,
    status       INTEGER NOT NULL,
    kind         INTEGER NOT NULL,
    generated    INTEGER NOT NULL,
    added        INTEGER NOT NULL,
    deleted      INTEGER NOT NULL,
    merge_lines  INTEGER NOT NULL,
    new_lines    INTEGER NOT NULL,
    unattributed INTEGER NOT NULL,
    hunk_count   INTEGER NOT NULL,
    touched      BLOB    NOT NULL,
    hunks        BLOB    NOT NULL,
    PRIMARY KEY (repo_id, number, position)
) STRICT, WITHOUT ROWID;

-- day, authored_at and haloc repeat what commits and the counts say, so that a list needs this table alone.
CREATE TABLE verdicts (
    repo_id         INTEGER NOT NULL,
    number          INTEGER NOT NULL,
    day             INTEGER NOT NULL,
    authored_at     INTEGER NOT NULL,
    person_id       INTEGER NOT NULL,
    reason          TEXT    NOT NULL,
    detail          TEXT    NOT NULL,
    seen_added      INTEGER NOT NULL,
    seen_deleted    INTEGER NOT NULL,
    haloc           INTEGER NOT NULL,
    new_work        INTEGER NOT NULL,
    legacy_refactor INTEGER NOT NULL,
    help_others     INTEGER NOT NULL,
    rework          INTEGER NOT NULL,
    unattributed    INTEGER NOT NULL,
    added           INTEGER NOT NULL,
    deleted         INTEGER NOT NULL,
    hunks           INTEGER NOT NULL,
    files           INTEGER NOT NULL,
    ignored         INTEGER NOT NULL,
    merge_lines     INTEGER NOT NULL,
    trivial         INTEGER NOT NULL,
    impact          REAL    NOT NULL,
    complexity      INTEGER NOT NULL,
    PRIMARY KEY (repo_id, number)
) STRICT, WITHOUT ROWID;
-- Holds all that a list of commits filters and sorts by in its usual orders.
CREATE INDEX verdicts_authored ON verdicts (authored_at, day, person_id, reason, haloc, impact);
CREATE INDEX verdicts_person ON verdicts (person_id, authored_at);

CREATE TABLE daily (
    repo_id         INTEGER NOT NULL,
    day             INTEGER NOT NULL,
    person_id       INTEGER NOT NULL,
    commits         INTEGER NOT NULL,
    merges          INTEGER NOT NULL,
    left_out        INTEGER NOT NULL,
    new_work        INTEGER NOT NULL,
    legacy_refactor INTEGER NOT NULL,
    help_others     INTEGER NOT NULL,
    rework          INTEGER NOT NULL,
    unattributed    INTEGER NOT NULL,
    added           INTEGER NOT NULL,
    deleted         INTEGER NOT NULL,
    impact          REAL    NOT NULL,
    PRIMARY KEY (repo_id, day, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX daily_day ON daily (day, person_id);

CREATE TABLE baselines (
    repo_id INTEGER NOT NULL,
    month   INTEGER NOT NULL,
    value   TEXT    NOT NULL,
    PRIMARY KEY (repo_id, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE requests (
    id             INTEGER PRIMARY KEY,
    integration_id INTEGER NOT NULL,
    at             INTEGER NOT NULL,
    kind           TEXT    NOT NULL,
    method         TEXT    NOT NULL,
    path           TEXT    NOT NULL,
    status         INTEGER NOT NULL,
    bytes          INTEGER NOT NULL,
    took_ms        INTEGER NOT NULL,
    why            TEXT    NOT NULL,
    refused        INTEGER NOT NULL
) STRICT;
CREATE INDEX requests_integration ON requests (integration_id, id);
CREATE INDEX requests_at ON requests (at);
