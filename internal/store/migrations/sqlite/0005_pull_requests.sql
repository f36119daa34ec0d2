-- +goose Up
-- An account of a server, by the server's own id: a new login is the same account.
CREATE TABLE accounts (
    integration_id INTEGER NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    server_id      INTEGER NOT NULL,
    identity_id    INTEGER NOT NULL REFERENCES identities (id),
    kind           TEXT    NOT NULL,
    login          TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    email          TEXT    NOT NULL,
    PRIMARY KEY (integration_id, server_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX accounts_identity ON accounts (identity_id);
CREATE INDEX accounts_login ON accounts (integration_id, lower(login));

-- Accounts stand in the tables below by their identity; 0 is nobody, or a ghost.
CREATE TABLE pull_requests (
    repo_id           INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number            INTEGER NOT NULL,
    server_id         INTEGER NOT NULL,
    node_id           TEXT    NOT NULL,
    title             TEXT    NOT NULL,
    state             TEXT    NOT NULL,
    draft             INTEGER NOT NULL,
    author_id         INTEGER NOT NULL,
    head_ref          TEXT    NOT NULL,
    head_repo         TEXT    NOT NULL,
    head_hash         TEXT    NOT NULL,
    base_ref          TEXT    NOT NULL,
    base_hash         TEXT    NOT NULL,
    merge_hash        TEXT    NOT NULL,
    merge_method      TEXT    NOT NULL,
    merged_by_id      INTEGER NOT NULL,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    closed_at         INTEGER NOT NULL,
    merged_at         INTEGER NOT NULL,
    ready_at          INTEGER NOT NULL,
    additions         INTEGER NOT NULL,
    deletions         INTEGER NOT NULL,
    changed_files     INTEGER NOT NULL,
    commit_count      INTEGER NOT NULL,
    labels            TEXT    NOT NULL,
    milestone         TEXT    NOT NULL,
    assignees         TEXT    NOT NULL,
    reviewers         TEXT    NOT NULL,
    reviewer_teams    TEXT    NOT NULL,
    auto_merge_at     INTEGER NOT NULL,
    auto_merge_method TEXT    NOT NULL,
    auto_merge_by_id  INTEGER NOT NULL,
    closes            TEXT    NOT NULL,
    synced_at         INTEGER NOT NULL,
    gone_at           INTEGER NOT NULL,
    PRIMARY KEY (repo_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX pull_requests_created ON pull_requests (created_at);
CREATE INDEX pull_requests_merged ON pull_requests (merged_at) WHERE merged_at > 0;
CREATE INDEX pull_requests_closed ON pull_requests (closed_at);
CREATE INDEX pull_requests_author ON pull_requests (author_id, created_at);

CREATE TABLE pull_request_heads (
    repo_id   INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number    INTEGER NOT NULL,
    hash      TEXT    NOT NULL,
    seen_at   INTEGER NOT NULL,
    pushed_at INTEGER NOT NULL,
    PRIMARY KEY (repo_id, number, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE pull_request_commits (
    repo_id      INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number       INTEGER NOT NULL,
    hash         TEXT    NOT NULL,
    position     INTEGER NOT NULL,
    added_at     INTEGER NOT NULL,
    on_head      INTEGER NOT NULL,
    PRIMARY KEY (repo_id, number, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE reviews (
    repo_id      INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    server_id    INTEGER NOT NULL,
    number       INTEGER NOT NULL,
    node_id      TEXT    NOT NULL,
    author_id    INTEGER NOT NULL,
    state        TEXT    NOT NULL,
    commit_hash  TEXT    NOT NULL,
    words        INTEGER NOT NULL,
    suggestion   INTEGER NOT NULL,
    excerpt      TEXT    NOT NULL,
    submitted_at INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    gone_at      INTEGER NOT NULL,
    PRIMARY KEY (repo_id, server_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX reviews_number ON reviews (repo_id, number, submitted_at);
CREATE INDEX reviews_submitted ON reviews (submitted_at, author_id);

CREATE TABLE review_threads (
    repo_id        INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number         INTEGER NOT NULL,
    root_id        INTEGER NOT NULL,
    node_id        TEXT    NOT NULL,
    path           TEXT    NOT NULL,
    resolved       INTEGER NOT NULL,
    resolved_by_id INTEGER NOT NULL,
    resolved_at    INTEGER NOT NULL,
    outdated       INTEGER NOT NULL,
    PRIMARY KEY (repo_id, number, root_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE comments (
    repo_id     INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    kind        TEXT    NOT NULL,
    server_id   INTEGER NOT NULL,
    number      INTEGER NOT NULL,
    node_id     TEXT    NOT NULL,
    author_id   INTEGER NOT NULL,
    words       INTEGER NOT NULL,
    suggestion  INTEGER NOT NULL,
    excerpt     TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    review_id   INTEGER NOT NULL,
    root_id     INTEGER NOT NULL,
    path        TEXT    NOT NULL,
    start_line  INTEGER NOT NULL,
    line        INTEGER NOT NULL,
    old_side    INTEGER NOT NULL,
    commit_hash TEXT    NOT NULL,
    gone_at     INTEGER NOT NULL,
    PRIMARY KEY (repo_id, kind, server_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX comments_number ON comments (repo_id, number, created_at);
CREATE INDEX comments_created ON comments (created_at, author_id);

CREATE TABLE tickets (
    repo_id      INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number       INTEGER NOT NULL,
    server_id    INTEGER NOT NULL,
    node_id      TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    state_reason TEXT    NOT NULL,
    author_id    INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    closed_at    INTEGER NOT NULL,
    labels       TEXT    NOT NULL,
    milestone    TEXT    NOT NULL,
    assignees    TEXT    NOT NULL,
    synced_at    INTEGER NOT NULL,
    gone_at      INTEGER NOT NULL,
    gone_reason  TEXT    NOT NULL,
    gone_to      TEXT    NOT NULL,
    PRIMARY KEY (repo_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX tickets_created ON tickets (created_at);
CREATE INDEX tickets_closed ON tickets (closed_at);
CREATE INDEX tickets_author ON tickets (author_id, created_at);

-- Which pull requests say that they close which tickets, by the server's id of the ticket's repo.
CREATE TABLE ticket_links (
    repo_id          INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number           INTEGER NOT NULL,
    ticket_repo      INTEGER NOT NULL,
    ticket_number    INTEGER NOT NULL,
    PRIMARY KEY (repo_id, number, ticket_repo, ticket_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_links_ticket ON ticket_links (ticket_repo, ticket_number);

-- What happened to a pull request or a ticket. The key is all of it: the same told twice is one row.
CREATE TABLE events (
    repo_id   INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number    INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    kind      TEXT    NOT NULL,
    actor_id  INTEGER NOT NULL,
    target_id INTEGER NOT NULL,
    subject   TEXT    NOT NULL,
    PRIMARY KEY (repo_id, number, at, kind, actor_id, target_id, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_kind ON events (kind, at);

-- Items that are to be read again whatever their time of change says, such as those that a webhook named.
CREATE TABLE items_due (
    repo_id INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    kind    TEXT    NOT NULL,
    number  INTEGER NOT NULL,
    noted   INTEGER NOT NULL,
    PRIMARY KEY (repo_id, kind, number)
) STRICT, WITHOUT ROWID;

-- How far the reading of one kind has come, for the next step or the next process to go on from.
CREATE TABLE sync_cursors (
    repo_id    INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    kind       TEXT    NOT NULL,
    value      TEXT    NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (repo_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE completeness (
    repo_id    INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    kind       TEXT    NOT NULL,
    server     INTEGER NOT NULL,
    held       INTEGER NOT NULL,
    checked_at INTEGER NOT NULL,
    full_at    INTEGER NOT NULL,
    missing    INTEGER NOT NULL,
    repaired   INTEGER NOT NULL,
    note       TEXT    NOT NULL,
    PRIMARY KEY (repo_id, kind)
) STRICT, WITHOUT ROWID;

-- Numbers that are neither a pull request nor a ticket of ours, and what the server said they are.
CREATE TABLE number_gaps (
    repo_id  INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    what     TEXT    NOT NULL,
    asked_at INTEGER NOT NULL,
    PRIMARY KEY (repo_id, number)
) STRICT, WITHOUT ROWID;

-- What the server answered, compressed, kept for a time: facts can be made from it again.
CREATE TABLE raw_answers (
    repo_id INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
    at      INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    hash    BLOB    NOT NULL,
    body    BLOB    NOT NULL,
    PRIMARY KEY (repo_id, at, kind, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX raw_answers_at ON raw_answers (at);
